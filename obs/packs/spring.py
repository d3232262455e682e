"""Spring Boot services on Micrometer: requests, resources, JVM, connection pools, log events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from obs.catalogue.spring_boot import (
    hikaricp_connections_pending,
    http_server_requests_seconds,
    jvm_gc_overhead,
    jvm_memory_usage_after_gc,
)
from obs.model.dashboard import Dashboard
from obs.model.datasource import Prometheus
from obs.model.link import Link
from obs.model.panel import Row
from obs.model.rule import Alert
from obs.model.service import Service, Target
from obs.packs import rows, style
from obs.packs.query import average, failing, rate

NAME = "spring"
PATH = "/actuator/prometheus"
EXPOSES = (
    "http_server_requests_*", "jvm_*", "hikaricp_*", "logback_*", "process_*", "system_*", "tomcat_*", "executor_*",
)  # fmt: skip


def target(
    service: Service,
    *,
    enabled: bool = False,
    more: Sequence[str] = (),
    system: str = NAME,
    version: str = "",
) -> Target:
    """The service's actuator, off until it answers: a monitor over one that does not would only report it down.

    `more` are further patterns of names that it exposes.
    """
    return Target(
        service.name,
        service=service,
        path=PATH,
        exposes=[*EXPOSES, *more],
        enabled=enabled,
        switch_on=""
        if enabled
        else f"micrometer-registry-prometheus in the image and prometheus in "
        f"management.endpoints.web.exposure.include of {service.name} (values/dev/{service.name}.yaml), then "
        "enabled=True here",
        system=system,
        version=version,
    )


def dashboard(
    data: Prometheus,
    *,
    uid: str = "spring-boot-services",
    title: str = "Spring Boot services",
    tags: Sequence[str] = (),
    links: Sequence[Link] = (),
    error_ratio: float = rows.ERROR_RATIO,
    slow_seconds: float = rows.SLOW_SECONDS,
) -> Dashboard:
    """All services, or those that the variable chooses. The limits are those of the alerts."""
    service = data.label(http_server_requests_seconds.count, "service", title="서비스")
    return Dashboard(
        uid=uid,
        title=title,
        description="Spring 서비스의 요청(RED), 자원(USE), JVM, 데이터베이스 연결. actuator의 prometheus를 켜야 보입니다.",
        tags=[*tags, NAME],
        data=data,
        variables=[service],
        links=style.links(tags, links),
        rows=[
            Row("요청", rows.red(service, error_ratio=error_ratio, slow_seconds=slow_seconds)),
            Row("자원", rows.use(service)),
            Row("JVM", rows.jvm(service)),
            Row("데이터베이스 연결", rows.pools(service)),
        ],
    )


def alerts(
    board: Dashboard,
    services: Iterable[Service],
    *,
    owner: str = "backend",
    error_ratio: float = rows.ERROR_RATIO,
    slow_seconds: float = rows.SLOW_SECONDS,
) -> tuple[Alert, ...]:
    """Failing or slow answers, a full heap, too much collection, and a pool without connections."""
    timer, names = http_server_requests_seconds, "=~" + "|".join(service.name for service in services)
    grouping = ("namespace", "service")
    requests = rate(timer.count(service=names), *grouping, window="5m")
    failures = rate(timer.count(service=names, outcome="SERVER_ERROR"), *grouping, window="5m")
    mean = average(timer.sum(service=names), timer.count(service=names), *grouping, window="5m")
    labels = {"owner": owner}
    pod = "{{ $labels.namespace }}/{{ $labels.pod }}"
    heap = jvm_memory_usage_after_gc(area="heap", service=names)
    return (
        Alert("ServiceHighErrorRate", expr=failing(failures, requests, above=error_ratio), for_="5m", labels=labels,
              summary="Spring 5xx 비율 초과: {{ $labels.service }}",
              description=f"{{{{ $labels.service }}}} 서비스의 5xx 응답 비율이 5분 넘게 {error_ratio:.0%}를 넘었습니다. "
              "현재 {{ $value | humanizePercentage }}입니다.",
              runbook="같은 시간의 ERROR 로그를 열고, 직전 배포와 데이터베이스 연결 대기가 겹치는지 확인하세요.",
              dashboard=board, panel="5xx ratio"),
        Alert("ServiceSlowResponses", expr=f"{mean} > {slow_seconds:g}", for_="10m", labels=labels,
              summary="Spring 응답 지연: {{ $labels.service }}",
              description=f"{{{{ $labels.service }}}} 서비스의 평균 응답 시간이 10분 넘게 {slow_seconds:g}초를 넘었습니다. "
              "현재 {{ $value | humanizeDuration }}입니다.",
              runbook="가장 느린 uri를 찾고 GC, 연결 풀 대기, 데이터베이스 순서로 살펴보세요. 1초는 메시의 GET 제한 시간입니다.",
              dashboard=board, panel="Response time"),
        Alert("JvmHeapNearlyFull", expr=f"max by (namespace, service, pod) ({heap}) > 0.9", for_="10m", labels=labels,
              summary=f"JVM 힙 부족: {pod}",
              description=f"{pod} 파드는 GC 뒤에도 힙의 "
              "{{ $value | humanizePercentage }}를 쓰고 있습니다. OutOfMemoryError가 가깝습니다.",
              runbook="힙 덤프를 떠서 무엇이 남는지 확인하고, 누수가 아니면 힙이나 메모리 제한을 늘리세요.",
              dashboard=board, panel="Heap after GC"),
        Alert("JvmGcOverheadHigh",
              expr=f"max by (namespace, service, pod) ({jvm_gc_overhead(service=names)}) > 0.2",
              for_="10m", labels=labels, summary=f"JVM GC 과다: {pod}",
              description=f"{pod} 파드가 CPU 시간의 "
              "{{ $value | humanizePercentage }}를 GC에 쓰고 있습니다.",
              runbook="할당이 늘어난 배포가 있었는지 확인하고, 힙 크기와 할당률을 비교하세요.",
              dashboard=board, panel="GC overhead"),
        Alert("HikariPoolExhausted",
              expr=f"max by (namespace, service, pod, pool) ({hikaricp_connections_pending(service=names)}) > 0",
              for_="2m", labels=labels, summary=f"DB 연결 대기: {pod}",
              description=f"{pod} 파드의 {{{{ $labels.pool }}}} 풀에서 스레드 "
              "{{ $value }}개가 2분 넘게 연결을 기다립니다.",
              runbook="느린 쿼리와 반납되지 않는 연결을 먼저 찾으세요. 풀을 늘리기 전에 PostgreSQL의 남은 연결 수를 확인합니다.",
              dashboard=board, panel="Threads waiting for a connection"),
    )  # fmt: skip
