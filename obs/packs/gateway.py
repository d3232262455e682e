"""Spring Cloud Gateway's routes and its pool of connections; the dashboard of the routes is the project's own."""

from __future__ import annotations

from obs.catalogue.spring_cloud_gateway import (
    reactor_netty_connection_provider_active_connections,
    reactor_netty_connection_provider_pending_connections,
    spring_cloud_gateway_requests_seconds,
)
from obs.model.dashboard import Dashboard
from obs.model.panel import Panel
from obs.model.query import Query
from obs.model.rule import Alert
from obs.model.service import Service
from obs.packs.panels import curve, dashed
from obs.packs.query import average, failing, rate

SLOW_SECONDS, MOST_WAITING = 1.0, 10
"""The mean response time, and the requests that wait for a connection, that alerts tell of."""


def pool() -> Panel:
    """Connections to the services behind: in use, and waited for."""
    active = f"sum by (name) ({reactor_netty_connection_provider_active_connections})"
    waiting = f"sum by (name) ({reactor_netty_connection_provider_pending_connections})"
    return curve(
        "Backend pool",
        "뒤의 서비스로 가는 연결: 쓰는 수와 기다리는 수. 기다림이 쌓이면 뒤의 서비스가 느립니다.",
        "short",
        Query(active, "{{name}} 사용"),
        Query(waiting, "{{name}} 대기"),
        overrides=[dashed("B")],
    )


def alerts(
    board: Dashboard,
    service: Service,
    *,
    owner: str = "backend",
    error_ratio: float = 0.05,
    slow_seconds: float = SLOW_SECONDS,
    most_waiting: int = MOST_WAITING,
) -> tuple[Alert, ...]:
    """Failing or slow routes, and requests that wait for a connection."""
    timer, labels = spring_cloud_gateway_requests_seconds, {"owner": owner, "service": service.name}
    every = rate(str(timer.count), "routeId", window="5m")
    bad = rate(timer.count(httpStatusCode="=~5.."), "routeId", window="5m")
    mean = average(str(timer.sum), str(timer.count), "routeId", window="5m")
    waiting = f"sum by (name) ({reactor_netty_connection_provider_pending_connections})"
    return (
        Alert("GatewayRouteErrors", expr=failing(bad, every, above=error_ratio), for_="5m", labels=labels,
              summary="게이트웨이 라우트 5xx: {{ $labels.routeId }}",
              description=f"{{{{ $labels.routeId }}}} 라우트의 5xx 비율이 5분 넘게 {error_ratio:.0%}를 넘었습니다. "
              "현재 {{ $value | humanizePercentage }}입니다.",
              runbook="routeUri가 가리키는 서비스의 에러 로그와 Eureka 등록 상태를 확인하세요.",
              dashboard=board, panel="5xx ratio by route"),
        Alert("GatewayRouteSlow", expr=f"{mean} > {slow_seconds:g}", for_="5m", labels=labels,
              summary="게이트웨이 라우트 지연: {{ $labels.routeId }}",
              description=f"{{{{ $labels.routeId }}}} 라우트의 평균 응답 시간이 5분 넘게 {slow_seconds:g}초를 넘었습니다. "
              "현재 {{ $value | humanizeDuration }}입니다.",
              runbook="뒤의 서비스의 응답 시간과 비교하세요. 차이는 게이트웨이에서 기다린 시간입니다.",
              dashboard=board, panel="Response time by route"),
        Alert("GatewayConnectionPoolWaiting", expr=f"{waiting} > {most_waiting}", for_="2m", labels=labels,
              summary="게이트웨이 연결 대기: {{ $labels.name }}",
              description="{{ $labels.name }} 풀에서 요청 {{ $value }}개가 연결을 기다립니다.",
              runbook="느린 서비스를 먼저 찾고, 그다음에 pool.max-connections를 확인하세요.",
              dashboard=board, panel="Backend pool"),
    )  # fmt: skip
