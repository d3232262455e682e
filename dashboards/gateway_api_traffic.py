"""What the gateway routes: how much, how fast, how often it fails, by route."""

from dashboards.loki_error_logs import dashboard as error_logs
from obs import Dashboard, Link, Query, bargauge, override, table, timeseries
from obs.packs.gateway import SLOW_SECONDS, pool
from obs.packs.paint import painted
from obs.packs.panels import codes, dashed
from obs.packs.style import beyond
from services.datasources import prometheus
from services.services import gateway, spring
from services.targets import gateway_actuator

count, seconds, buckets = (
    gateway_actuator.metric(f"spring_cloud_gateway_requests_seconds_{part}", "counter")
    for part in ("count", "sum", "bucket")
)
route = prometheus.label(count, "routeId", name="route", title="라우트")
requests, durations, histogram = (prometheus.series(each, route) for each in (count, seconds, buckets))
failures = prometheus.series(count, route, httpStatusCode=["5.."])


def per_route(series: str, window: str) -> str:
    return f"sum by (routeId) (rate({series}[{window}]))"


def p95(window: str) -> str:
    return f"histogram_quantile(0.95, sum by (le, routeId) (rate({histogram}[{window}])))"


def failure_ratio(window: str) -> str:
    """0 for a route without failures, nothing for one without requests."""
    every = per_route(requests, window)
    return f"({per_route(failures, window)} or {every} * 0) / ({every} > 0)"


live, whole = "$__rate_interval", "$__range"
limits = ("blue", 0.01, "orange", 0.05, "red")
headings = {"routeId": "라우트", "Value #A": "요청 수", "Value #B": "p95", "Value #C": "5xx 비율"}
average = f"{per_route(durations, live)} / ({per_route(requests, live)} > 0)"
needs_buckets = (
    "p95는 게이트웨이에서 히스토그램을 켜야 보입니다: "
    "management.metrics.distribution.percentiles-histogram.spring.cloud.gateway.requests=true"
)

dashboard = painted(Dashboard(
    uid="gateway-api-traffic",
    title="Gateway API Traffic",
    description="라우트별 요청량, 응답 시간, 실패율. 게이트웨이의 ServiceMonitor와 actuator를 켜야 보입니다.",
    tags=["checkmate", "gateway"],
    data=prometheus,
    variables=[route],
    links=[
        Link(tags=["checkmate"], title="CheckMate 대시보드"),
        Link(error_logs, "게이트웨이 에러 로그", vars={"namespace": gateway.namespace}),
    ],
    rows=[
        [
            timeseries("Request rate by route", per_route(requests, live),
                       legend="{{routeId}}", unit="reqps", min=0, fill=0,
                       description="라우트별 초당 요청 수. 맞는 라우트가 없던 요청은 들어가지 않습니다."),
            timeseries("5xx ratio by route", failure_ratio(live),
                       legend="{{routeId}}", unit="percentunit", min=0, fill=0,
                       thresholds=limits, show_thresholds="dashed",
                       description="라우트별 5xx 응답 비율. 요청이 있고 실패가 없으면 0입니다."),
        ],
        [
            timeseries("Response time by route",
                       Query(p95(live), "{{routeId}} p95"), Query(average, "{{routeId}} 평균"),
                       unit="s", min=0, fill=0, overrides=[dashed("B")],
                       thresholds=beyond(SLOW_SECONDS), show_thresholds="dashed",
                       description=f"라우트별 p95와 평균 응답 시간. {needs_buckets}"),
            pool(),
        ],
        [
            table("Routes",
                  f"sum by (routeId) (increase({requests}[{whole}]))", p95(whole), failure_ratio(whole),
                  columns=headings, sort_by="요청 수", unit="short", w=16,
                  overrides=[override("요청 수", decimals=0), override("p95", unit="s"),
                             override("5xx 비율", unit="percentunit", decimals=2, thresholds=limits,
                                      cellOptions={"type": "color-text"})],
                  description=f"선택한 기간의 라우트별 요약. {needs_buckets}"),
            bargauge("Status codes", f"sum by (httpStatusCode) (increase({requests}[{whole}]))",
                     legend="{{httpStatusCode}}", unit="short", decimals=0, min=0, overrides=codes(),
                     description="선택한 기간의 상태 코드별 응답 수(추정치). 5xx가 있으면 그 서비스를 보세요."),
        ],
    ],
), spring)  # fmt: skip
