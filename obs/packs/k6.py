"""k6 load tests, written to Prometheus by remote write: what the generator saw beside what the services say."""

from __future__ import annotations

from collections.abc import Sequence

from obs.catalogue.k6 import (
    k6_checks_rate,
    k6_data_received_total,
    k6_dropped_iterations_total,
    k6_http_req_duration_p95,
    k6_http_req_duration_p99,
    k6_http_req_failed_rate,
    k6_http_reqs_total,
    k6_iterations_total,
    k6_vus,
)
from obs.catalogue.linkerd import request_total, response_latency_ms, response_total
from obs.model.dashboard import Dashboard
from obs.model.datasource import Prometheus
from obs.model.link import Link
from obs.model.panel import Row
from obs.model.query import Query
from obs.model.rule import Alert
from obs.model.service import Target
from obs.packs import style
from obs.packs.panels import curve, dashed, number, ratio
from obs.packs.query import increase, quantile, rate, share

NAME = "k6"
FAILED, SLOW_SECONDS = 0.1, 1.0
"""Failures and p95 of a test that alerts tell of."""


def target() -> Target:
    """No scrape: k6 pushes while a test runs. p95 exists only when it is asked for."""
    return Target(NAME, provided_by=NAME, monitor="push", exposes=["k6_*"], system=NAME)


def dashboard(
    data: Prometheus,
    *,
    uid: str = "k6-load-test",
    title: str = "k6 load tests",
    tags: Sequence[str] = (),
    links: Sequence[Link] = (),
    failed: float = FAILED,
    slow_seconds: float = SLOW_SECONDS,
) -> Dashboard:
    """The load, how it was answered, and the same time as the mesh saw it."""
    test = data.label(k6_vus, "testid", title="시험")
    own, name = {"testid": f"=~${test.name}"}, "{{testid}} {{name}}"
    by = ("testid", "name")
    mesh = {"direction": "inbound"}
    bad = rate(response_total(**mesh, classification="failure"), "namespace")
    return Dashboard(
        uid=uid, title=title, data=data, tags=[*tags, NAME], variables=[test], links=style.links(tags, links),
        description="k6 부하 시험의 결과와 같은 시간에 서비스가 본 값. K6_PROMETHEUS_RW_TREND_STATS=p(95),p(99)로 실행하세요.",
        rows=[
            Row("k6가 본 것", [
                curve("Virtual users", "가상 사용자 수.", "short", f"max by (testid) ({k6_vus(**own)})", legend="{{testid}}"),
                curve("Load", "보낸 초당 요청 수.", "reqps", rate(k6_http_reqs_total(**own), *by), legend=name),
                curve("Duration p95 and p99", "요청 시간. 시험 전체에 대한 값입니다.", "s",
                      Query(f"max by (testid, name) ({k6_http_req_duration_p95(**own)})", f"{name} p95"),
                      Query(f"max by (testid, name) ({k6_http_req_duration_p99(**own)})", f"{name} p99"), overrides=[dashed("B")],
                      limits=style.beyond(slow_seconds)),
                ratio("Failed share", "실패한 요청의 비율. 시험 전체에 대한 값입니다.",
                      f"max by (testid, name) ({k6_http_req_failed_rate(**own)})",
                      limits=style.rising(failed / 2, failed), legend=name),
            ]),
            [
                number("Checks passed", "통과한 확인의 비율 가운데 가장 낮은 것.", f"min({k6_checks_rate(**own)})",
                       style.falling(0.9, 1), unit="percentunit"),
                curve("Iterations", "초당 끝낸 반복과 시작하지 못한 반복.", "ops",
                      Query(rate(k6_iterations_total(**own), "testid"), "{{testid}}"),
                      Query(rate(k6_dropped_iterations_total(**own), "testid"), "{{testid}} 놓침"), overrides=[dashed("B")]),
                curve("Bytes received", "초당 받은 바이트.", "Bps", rate(k6_data_received_total(**own), "testid"),
                      legend="{{testid}}"),
            ],
            Row("서비스가 본 것", [
                curve("Requests at the services", "메시가 본 초당 요청 수. 부하와 차이가 나면 앞단에서 막힌 것입니다.", "reqps",
                      rate(request_total(**mesh), "namespace"), legend="{{namespace}}"),
                curve("Latency p95 at the services", "메시가 본 응답 시간.", "ms",
                      quantile(0.95, response_latency_ms.bucket(**mesh), "namespace"), legend="{{namespace}}"),
                ratio("Failures at the services", "메시가 본 실패율.",
                      share(bad, rate(response_total(**mesh), "namespace")),
                      limits=style.rising(0.01, 0.05), legend="{{namespace}}"),
            ]),
        ],
    )  # fmt: skip


def alerts(
    board: Dashboard, *, owner: str = "backend", failed: float = FAILED, slow_seconds: float = SLOW_SECONDS
) -> tuple[Alert, ...]:
    """The thresholds of the scripts, as information: a test is run by somebody who looks."""
    labels, by = {"owner": owner, "service": NAME}, "testid, scenario"
    dropped = increase(str(k6_dropped_iterations_total), "testid", "scenario", window="2m")
    test = "{{ $labels.testid }} {{ $labels.scenario }}"
    return (
        Alert("LoadTestErrorsHigh", expr=f"max by ({by}) ({k6_http_req_failed_rate}) > {failed:g}", for_="1m",
              severity="info", labels=labels, summary=f"부하 시험 실패율 초과: {test}",
              description="요청의 {{ $value | humanizePercentage }}가 실패했습니다.",
              runbook="게이트웨이의 라우트별 5xx 비율과 비교하세요.", dashboard=board, panel="Failed share"),
        Alert("LoadTestSlow", expr=f"max by ({by}) ({k6_http_req_duration_p95}) > {slow_seconds:g}", for_="1m",
              severity="info", labels=labels, summary=f"부하 시험 응답 지연: {test}",
              description="p95가 {{ $value | humanizeDuration }}입니다.",
              runbook="라우트별 응답 시간과 비교해 어느 서비스가 느린지 찾으세요.", dashboard=board, panel="Duration p95 and p99"),
        Alert("LoadTestCannotKeepUp", expr=f"{dropped} > 0", for_="1m", severity="info", labels=labels,
              summary=f"부하 시험 부족: {test}",
              description="k6가 시작하지 못한 반복이 있습니다. 결과를 그대로 믿을 수 없습니다.",
              runbook="가상 사용자를 늘리거나 요청률을 낮추세요.", dashboard=board, panel="Iterations"),
    )  # fmt: skip
