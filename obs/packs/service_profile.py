"""SLOs of what a ServiceProfile of Linkerd promises: availability and latency by route, and its retry budget."""

from __future__ import annotations

from collections.abc import Sequence

from obs.catalogue.linkerd import (
    response_latency_ms,
    route_actual_request_total,
    route_request_total,
    route_response_latency_ms,
    route_response_total,
)
from obs.diagnostic import DefinitionError
from obs.lang import duration
from obs.model.dashboard import Dashboard
from obs.model.definition import definition
from obs.model.panel import Panel
from obs.model.rule import Alert, RecordingRule
from obs.model.service import Service
from obs.model.slo import Slo
from obs.origin import Origin, here
from obs.packs import style
from obs.packs.panels import ratio
from obs.record import field

BUCKETS = response_latency_ms.series.entry.buckets
"""Bounds of every latency that a proxy measures, in milliseconds."""
BY = ("service", "rt_route")


@definition
class Routes:
    """Routes of a kind: their methods, and how long a request may take before the proxy gives up."""

    methods: Sequence[str]
    timeout: str = field(kw_only=True)
    retryable: bool = field(default=False, kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)


@definition
class ServiceProfile:
    """What clients in the mesh may expect of services: their routes, and how much the proxies may retry.

    A route is called `METHOD /path`, as `linkerd profile` names it. The retry budget is a proxy's, for one service:
    `retry_ratio` of its requests over `ttl`, and `min_retries_per_second` more.
    """

    services: Sequence[Service]
    routes: Sequence[Routes] = field(kw_only=True)
    ttl: str = field(default="10s", kw_only=True)
    min_retries_per_second: float = field(default=10, kw_only=True)
    retry_ratio: float = field(default=0.2, kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def destinations(self) -> str:
        """The matcher of their `dst`: the profile's name, with any port."""
        names = "|".join(service.name for service in self.services)
        namespaces = "|".join(service.namespace for service in self.services)
        if names != namespaces:
            raise DefinitionError(
                "a service outside the namespace of its name needs a profile of its own",
                check="invalid-slo",
                at=self.origin,
            )
        return f"=~({names})[.].+"

    def availability(self, objective: float, *, name: str = "availability") -> Slo:
        """The part of requests that the client sees succeed, retries included."""
        own = {"direction": "outbound", "dst": self.destinations(), "rt_route": "!="}
        return Slo(
            name,
            objective=objective,
            requests=_by_route(route_response_total(**own)),
            failures=_by_route(route_response_total(**own, classification="failure")),
            about="클라이언트가 본 성공 비율(재시도 포함)",
            origin=here(),
        )

    def latency(self, objective: float, routes: Routes, *, within: str, name: str) -> Slo:
        """The part of requests to some routes that are answered within a time; it must be a bound of the buckets."""
        limit = duration.parse(within)
        bounds = [int(bound) for bound in BUCKETS]
        if limit not in bounds:
            near = [*[one for one in bounds if one < limit][-1:], *[one for one in bounds if one > limit][:1]]
            raise DefinitionError(
                f"slo {name}: {within} is no bound of {route_response_latency_ms.name}",
                check="latency-between-buckets",
                at=here(),
                why=f"what took {within} is counted in no bucket of its own; the bounds are "
                + ", ".join(map(str, bounds))
                + " ms",
                fix=f"within={' or '.join(repr(duration.render(bound)) for bound in near)}",
            )
        if limit >= duration.parse(routes.timeout):
            raise DefinitionError(
                f"slo {name}: {within} is not below the timeout of its routes, {routes.timeout}",
                check="latency-at-timeout",
                at=here(),
                why="the proxy gives up then: nothing would ever be too slow",
            )
        methods = "|".join(routes.methods)
        path = f"({methods}) .+" if len(routes.methods) > 1 else f"{methods} .+"
        own = {"direction": "outbound", "dst": self.destinations(), "rt_route": f"=~{path}"}
        every = _by_route(route_response_latency_ms.count(**own))
        fast = _by_route(route_response_latency_ms.bucket(**own, le=str(limit)))
        return Slo(
            name,
            objective=objective,
            requests=every,
            failures=f"{every} - {fast}",
            about=f"{methods} 응답이 {within} 안에 온 비율",
            origin=here(),
        )

    def used(self) -> str:
        """The part of its retry budget that the busiest proxy uses, by service."""
        own = {"dst": self.destinations()}
        effective = _by_client(route_request_total(**own, direction="outbound"))
        actual = _by_client(route_actual_request_total(**own))
        return (
            f"max by (service) (\n  ({actual} - {effective})\n"
            f"  / ({self.min_retries_per_second:g} + {self.retry_ratio:g} * {effective})\n)"
        )

    def retry_records(self) -> list[RecordingRule]:
        """The part of the retry budget in use, and how much more is sent than was asked for."""
        own = {"dst": self.destinations()}
        effective = _summed(route_request_total(**own, direction="outbound"), "service")
        actual = _summed(route_actual_request_total(**own), "service")
        return [
            RecordingRule(
                "slo:retry_budget_used:ratio_rate5m", expr=self.used(), group="slo", origin=self.origin
            ),
            RecordingRule(
                "slo:retries:ratio_rate5m",
                expr=f"{actual} / ({effective} > 0) - 1",
                group="slo",
                origin=self.origin,
            ),
        ]

    def retry_alerts(self, dashboard: Dashboard | None = None, *, above: float = 0.5) -> list[Alert]:
        """Half of the budget in use: retries hide failures, and soon will not."""
        return [
            Alert(
                "RetryBudgetBurning",
                expr=f"slo:retry_budget_used:ratio_rate5m > {above:g}",
                for_="5m",
                severity="warning",
                summary="재시도 예산 소진: {{ $labels.service }}",
                description="{{ $labels.service }}로 보내는 프록시가 재시도 예산의 {{ $value | humanizePercentage }}를 씁니다. "
                "다 쓰면 지금 재시도로 가려진 실패가 그대로 드러납니다.",
                runbook="재시도는 원인이 아닙니다. 그 서비스의 실패하는 경로와 로그를 먼저 보세요.",
                dashboard=dashboard,
                panel="Retry budget in use" if dashboard is not None else "",
                group="slo",
                origin=self.origin,
            )
        ]

    def retry_panels(self, above: float = 0.5) -> list[Panel]:
        """The retry budget, and the requests sent beyond those asked for."""
        return [
            ratio(
                "Retry budget in use",
                f"가장 바쁜 프록시가 쓰는 재시도 예산의 비율. 예산은 초당 {self.min_retries_per_second:g}건에 "
                f"요청의 {self.retry_ratio:.0%}를 더한 값입니다({self.ttl} 단위).",
                "slo:retry_budget_used:ratio_rate5m",
                limits=style.rising(above, 0.9),
                legend="{{service}}",
            ),
            ratio(
                "Requests sent again",
                "원래 요청에 견주어 더 보낸 요청(재시도)의 비율.",
                "slo:retries:ratio_rate5m",
                limits=style.rising(self.retry_ratio / 2, self.retry_ratio),
                legend="{{service}}",
            ),
        ]


def _summed(series: str, *labels: str) -> str:
    """A rate by the service that is called, which its `dst` names first."""
    named = f'label_replace(rate({series}[5m]), "service", "$1", "dst", "([^.]+)[.].+")'
    return f"sum by ({', '.join(labels)}) ({named})"


def _by_route(series: str) -> str:
    return _summed(series, *BY)


def _by_client(series: str) -> str:
    return _summed(series, "service", "pod")
