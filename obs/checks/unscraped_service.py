"""A query asks for series of one service, and the targets that have the metric belong to others.

A row of panels made for a service stays empty, and an alert over it never fires, until that service is scraped too.

Flagged:
    cart = Service("cart", namespace="cart", port=8080)
    pay = Service("pay", namespace="pay", port=8080)
    actuator = Target("cart", service=cart, path="/actuator/prometheus", exposes=["http_server_requests_*"])
    board = Dashboard(uid="x", title="X", data=prometheus, rows=[[
        timeseries("Requests", 'sum(rate(http_server_requests_seconds_count{service="pay"}[5m]))'),
    ]])

Instead:
    cart = Service("cart", namespace="cart", port=8080)
    pay = Service("pay", namespace="pay", port=8080)
    actuators = [
        Target(one.name, service=one, path="/actuator/prometheus", exposes=["http_server_requests_*"])
        for one in (cart, pay)
    ]
    board = Dashboard(uid="x", title="X", data=prometheus, rows=[[
        timeseries("Requests", 'sum(rate(http_server_requests_seconds_count{service="pay"}[5m]))'),
    ]])

Source: Prometheus operator, ServiceMonitor: `service` and `namespace` are those of the Service that is scraped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import check
from obs.checks.readers import Readers, boards, texts
from obs.diagnostic import Diagnostic
from obs.graph.program import Program
from obs.graph.queries import query_facts, selectors_of
from obs.lang.promql.syntax import VectorSelector
from obs.model.service import Service

_PLAIN = re.compile(r"[\w-]+(\|[\w-]+)*")


@check(severity="warning")
def unscraped_service(program: Program) -> Iterator[Diagnostic]:
    """For services of the project, and metrics whose every target belongs to one."""
    services = {service.name: service for service in program.definitions.services}
    known = boards(program)
    missing: dict[str, Readers] = {}
    for reader, text, origin, grafana in texts(program):
        if query_facts(program, text, grafana=grafana).error is not None:
            continue
        for selector in selectors_of(program, text, grafana=grafana):
            for name in _unscraped(program, selector, services):
                missing.setdefault(name, Readers(known)).add(reader, text, origin, selector.name or "")
    for name, readers in missing.items():
        yield _told(services[name], readers)


def _unscraped(program: Program, selector: VectorSelector, services: dict[str, Service]) -> Iterator[str]:
    targets = program.targets_of(selector.name) if selector.name else []
    if not targets or any(target.service is None or target.honor_labels for target in targets):
        return
    scraped = {target.service.name for target in targets if target.service is not None}
    for matcher in selector.matchers:
        if matcher.label == "service" and matcher.op in ("=", "=~") and _PLAIN.fullmatch(matcher.value):
            names = matcher.value.split("|")
            if len(names) > 1:  # of several, one may lack a metric that the others have
                scraped |= {
                    one.service.name for one in program.definitions.targets if one.service is not None
                }
            yield from (name for name in names if name in services and name not in scraped)


def _told(service: Service, readers: Readers) -> Diagnostic:
    first, *others = readers.places or (None,)
    return Diagnostic(
        "unscraped-service",
        f"{readers.told()} for {service.name}: no target of {', '.join(readers.metrics)} belongs to it",
        first,
        severity="warning",
        evidence="likely",
        why=readers.titles(),
        fix=f"add a Target with service={service.name}, as those of the other services",
        also=(
            (service.origin, "the service"),
            *((place, "reads it") for place in others if place is not None),
        ),
    )
