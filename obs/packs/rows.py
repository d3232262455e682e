"""Rows of panels that are functions of a service: requests (RED), resources (USE), the JVM, its connection pools.

A row takes a `Service`, or a variable over the label `service` for a dashboard of many.
"""

from __future__ import annotations

from typing import TypeAlias

from obs.catalogue.kube_state_metrics import (
    kube_pod_container_resource_limits,
    kube_pod_container_status_restarts_total,
)
from obs.catalogue.kubelet_cadvisor import (
    container_cpu_cfs_periods_total,
    container_cpu_cfs_throttled_periods_total,
    container_cpu_usage_seconds_total,
    container_memory_working_set_bytes,
)
from obs.catalogue.spring_boot import (
    hikaricp_connections_active,
    hikaricp_connections_max,
    hikaricp_connections_pending,
    http_server_requests_seconds,
    jvm_gc_overhead,
    jvm_memory_max_bytes,
    jvm_memory_usage_after_gc,
    jvm_memory_used_bytes,
    jvm_threads_states_threads,
    logback_events_total,
)
from obs.model.panel import Panel
from obs.model.query import Query
from obs.model.service import Service
from obs.model.variable import Variable
from obs.packs import style
from obs.packs.panels import counts, curve, dashed, events, named, number, ratio, stacked
from obs.packs.query import LIVE, average, increase, quantile, rate, share

ERROR_RATIO, SLOW_SECONDS = 0.05, 1.0
"""Failures and mean response time that alerts tell of."""
_THREADS = {
    "runnable": style.BLUE, "waiting": style.SKY, "timed-waiting": style.GREEN, "blocked": style.VERMILION,
    "new": style.PURPLE, "terminated": style.GREY,
}  # fmt: skip

Scope: TypeAlias = "Service | Variable"


def chosen(of: Scope) -> dict[str, str]:
    """The matchers of a service's series, or of those that the variable chooses."""
    if isinstance(of, Variable):
        return {"service": f"=~${of.name}"}
    return {"namespace": of.namespace, "service": of.name}


def placed(of: Scope) -> dict[str, str]:
    """The same for what is known by its namespace only, as containers are: a service has one of its own name."""
    return {"namespace": f"=~${of.name}" if isinstance(of, Variable) else of.namespace}


def red(
    of: Scope,
    *,
    histogram: bool = False,
    error_ratio: float = ERROR_RATIO,
    slow_seconds: float = SLOW_SECONDS,
) -> list[Panel]:
    """Rate, errors, duration, and the errors that it logs. `histogram` where the service keeps buckets (percentiles-histogram); else the mean."""
    timer, own = http_server_requests_seconds, chosen(of)
    requests = rate(timer.count(**own), "service")
    failures = rate(timer.count(**own, outcome="SERVER_ERROR"), "service")
    mean = Query(average(timer.sum(**own), timer.count(**own), "service"), "{{service}} 평균")
    slowest = Query(f"max by (service) ({timer.max(**own)})", "{{service}} 최대")
    errors = increase(logback_events_total(**own, level="error"), "service")
    about = "서비스별 p95와 평균 응답 시간."
    if not histogram:
        about = "서비스별 평균과 최근 2분 안의 최대 응답 시간. 히스토그램이 꺼져 있어 p95는 없습니다."
    p95 = [Query(quantile(0.95, timer.bucket(**own), "service"), "{{service}} p95")] if histogram else []
    return [
        curve("Request rate", "서비스별 초당 요청 수.", "reqps", requests, legend="{{service}}"),
        ratio("5xx ratio", "서비스별 5xx 응답 비율. 요청이 있고 실패가 없으면 0입니다.", share(failures, requests),
              limits=style.rising(error_ratio / 5, error_ratio), legend="{{service}}"),
        curve("Response time", about, "s", *p95, mean, *([] if histogram else [slowest]), overrides=[dashed("B")],
              limits=style.beyond(slow_seconds)),
        events("Error log events", "Logback이 센 ERROR 로그 수. 늘면 에러 로그 대시보드에서 내용을 보세요.", errors,
               legend="{{service}}"),
    ]  # fmt: skip


def use(of: Scope) -> list[Panel]:
    """Utilisation, saturation, errors of a service's containers. Only those with a limit have a utilisation."""
    own = placed(of)
    cpu = container_cpu_usage_seconds_total(**own, container="!=")
    memory = container_memory_working_set_bytes(**own, container="!=")
    cores = kube_pod_container_resource_limits(**own, resource="cpu")
    most = kube_pod_container_resource_limits(**own, resource="memory")
    throttled = rate(container_cpu_cfs_throttled_periods_total(**own, container="!="), "namespace", "pod")
    periods = rate(container_cpu_cfs_periods_total(**own, container="!="), "namespace", "pod")
    restarts = increase(kube_pod_container_status_restarts_total(**own), "namespace", "pod")
    pod, limits = "{{pod}}", style.rising(0.8, 0.9)
    return [
        ratio("CPU of limit", "CPU 제한 대비 사용률. 제한이 없는 컨테이너는 빠집니다. 1에 닿으면 제한을 늘리거나 부하를 나누세요.",
              f"sum by (namespace, pod) (rate({cpu}[{LIVE}]) and on (namespace, pod, container) {cores})"
              f" / sum by (namespace, pod) ({cores})", limits=limits, legend=pod, w=12),
        ratio("Memory of limit", "메모리 제한에 가장 가까운 컨테이너의 사용률. 1에 닿으면 OOM으로 종료됩니다.",
              f"max by (namespace, pod) (max by (namespace, pod, container) ({memory})"
              f" / max by (namespace, pod, container) ({most}))", limits=limits, legend=pod, w=12),
        ratio("CPU throttled", "CPU 제한 때문에 멈춘 주기의 비율.", share(throttled, periods),
              limits=style.rising(0.25, 0.5), legend=pod, w=12),
        events("Restarts", "컨테이너가 다시 시작한 횟수. 배포가 아니면 종료된 까닭(OOM, 프로브)을 확인하세요.", restarts,
               legend=pod, w=12),
    ]  # fmt: skip


def jvm(of: Scope) -> list[Panel]:
    """Heap, garbage collection and threads of a JVM on Micrometer."""
    own = chosen(of)
    used = f"sum by (pod) ({jvm_memory_used_bytes(**own, area='heap')})"
    most = f"sum by (pod) ({jvm_memory_max_bytes(**own, area='heap')} > 0)"
    return [
        curve("Heap in use", "파드별 힙 사용량과 상한.", "bytes", Query(used, "{{pod}}"), Query(most, "{{pod}} 상한"),
              w=12, overrides=[dashed("B")]),
        ratio("Heap after GC", "GC 뒤에도 남아 있는 힙의 비율. 계속 오르면 누수를 의심하세요.",
              f"max by (pod) ({jvm_memory_usage_after_gc(**own, area='heap')})",
              limits=style.rising(0.8, 0.9), legend="{{pod}}", w=12),
        ratio("GC overhead", "CPU 시간 가운데 GC가 쓴 비율. 높으면 힙이 모자라거나 할당이 늘어난 것입니다.", f"max by (pod) ({jvm_gc_overhead(**own)})",
              limits=style.rising(0.1, 0.2), legend="{{pod}}", w=12),
        stacked("Threads by state", "상태별 스레드 수. blocked가 늘면 잠금을 의심하세요.", "short",
                f"sum by (state) ({jvm_threads_states_threads(**own)})", legend="{{state}}", w=12, overrides=named(_THREADS)),
    ]  # fmt: skip


def pools(of: Scope) -> list[Panel]:
    """Database connections of Hikari: in use, waited for, and how many there may be."""
    own, pool = chosen(of), "{{service}} {{pool}}"
    active, most, waiting = (
        f"sum by (service, pool) ({each(**own)})"
        for each in (hikaricp_connections_active, hikaricp_connections_max, hikaricp_connections_pending)
    )
    return [
        curve("Connections in use", "사용 중인 데이터베이스 연결과 상한.", "short",
              Query(active, pool), Query(most, f"{pool} 상한"), overrides=[dashed("B")]),
        counts("Threads waiting for a connection", "연결을 기다리는 스레드. 0이 아니면 풀이 모자랍니다.", waiting, legend=pool),
        number("Waiting now", "지금 연결을 기다리는 스레드 수. 있으면 느린 쿼리와 반납되지 않는 연결을 찾으세요.", f"sum({hikaricp_connections_pending(**own)})",
               style.NOTHING),
    ]  # fmt: skip
