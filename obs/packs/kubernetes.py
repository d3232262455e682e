"""Workloads, nodes and DNS of a cluster, beside what kube-prometheus-stack ships: on k3d, where nodes share a machine."""

from __future__ import annotations

from collections.abc import Sequence

from obs.catalogue.coredns import (
    coredns_cache_hits_total,
    coredns_cache_requests_total,
    coredns_dns_request_duration_seconds,
    coredns_dns_responses_total,
)
from obs.catalogue.kube_state_metrics import (
    kube_pod_container_resource_limits,
    kube_pod_container_status_last_terminated_reason,
    kube_pod_container_status_restarts_total,
    kube_pod_container_status_waiting_reason,
    kube_pod_info,
    kube_pod_status_phase,
)
from obs.catalogue.kubelet_cadvisor import (
    container_memory_working_set_bytes,
    container_network_receive_bytes_total,
    container_network_transmit_bytes_total,
)
from obs.catalogue.node_exporter import node_cpu_seconds_total, node_memory_MemAvailable_bytes
from obs.model.dashboard import Dashboard
from obs.model.datasource import Prometheus
from obs.model.link import Link
from obs.model.panel import Row
from obs.model.query import Query
from obs.model.rule import Alert
from obs.model.service import Target
from obs.packs import rows, style
from obs.packs.panels import curve, dashed, listing, named, ratio, stacked
from obs.packs.query import LIVE, failing, quantile, rate, share

NAME = "kubernetes"
OF_PODS = frozenset({"PodMemoryNearLimit", "ContainerOOMKilled", "ContainerCannotStart"})
"""Alerts about one pod, which name its node."""
NO_START = "=~ImagePullBackOff|ErrImagePull|CreateContainerConfigError"

_PHASES = {
    "Running": style.BLUE, "Succeeded": style.SKY, "Pending": style.ORANGE, "Failed": style.VERMILION,
    "Unknown": style.GREY,
}  # fmt: skip
_ANSWERS = {
    "NOERROR": style.BLUE, "NXDOMAIN": style.SKY, "SERVFAIL": style.VERMILION, "REFUSED": style.ORANGE,
}  # fmt: skip


def dns_target() -> Target:
    """The chart scrapes CoreDNS under the label that k3s gives it."""
    return Target("coredns", provided_by="kube-prometheus-stack", exposes=["coredns_*"], system=NAME)


def memory(**own: str) -> str:
    """A container's memory as a share of its limit, with its node; nothing without a limit."""
    key = "namespace, pod, container, node"
    used = container_memory_working_set_bytes(**own, container="!=")
    return f"max by ({key}) ({used}) / max by ({key}) ({kube_pod_container_resource_limits(**own, resource='memory')})"


def on_its_node(pods: str) -> str:
    """Series of pods with the label `node`, by which an alert is muted while that node is down."""
    return (
        f"({pods})\n* on (namespace, pod) group_left (node)\nmax by (namespace, pod, node) ({kube_pod_info})"
    )


def dashboard(
    data: Prometheus,
    *,
    uid: str = "checkmate-workloads",
    title: str = "Workloads, nodes, DNS",
    tags: Sequence[str] = (),
    links: Sequence[Link] = (),
) -> Dashboard:
    """Pods against their limits, what cannot start, the machine under them, and names."""
    namespace = data.label(kube_pod_status_phase, "namespace", title="네임스페이스")
    own = rows.placed(namespace)
    waiting = f"sum by (namespace, pod, reason) ({kube_pod_container_status_waiting_reason(**own, reason=NO_START)})"
    killed = (
        f"max by (namespace, pod, container) "
        f"({kube_pod_container_status_last_terminated_reason(**own, reason='OOMKilled')}) == 1"
    )
    answers = rate(str(coredns_dns_responses_total), "rcode")
    failures = rate(coredns_dns_responses_total(rcode="SERVFAIL"))
    hits = rate(str(coredns_cache_hits_total))
    return Dashboard(
        uid=uid, title=title, data=data, tags=[*tags, NAME], variables=[namespace], links=style.links(tags, links),
        description="파드의 자원과 재시작, 노드, CoreDNS. k3d의 노드들은 한 기계를 나눠 써서 같은 값을 보입니다.",
        rows=[
            Row("파드", [
                listing("Cannot start", "이미지나 Secret이 없어 시작하지 못하는 파드. describe로 이름과 자격 증명을 확인하세요.",
                        {"namespace": "네임스페이스", "pod": "파드", "reason": "까닭"}, f"{waiting} > 0",
                        empty="모두 시작했습니다", h=6),
                listing("Killed for memory", "마지막으로 메모리 때문에 종료된 컨테이너. 누수가 아니면 제한을 늘리세요.",
                        {"namespace": "네임스페이스", "pod": "파드", "container": "컨테이너"}, killed,
                        empty="없습니다", h=6),
            ]),
            [
                stacked("Pods by phase", "단계별 파드 수. Pending과 Failed가 오래 남으면 이벤트를 확인하세요.", "short",
                        f"sum by (phase) ({kube_pod_status_phase(**own)} == 1)", legend="{{phase}}",
                        overrides=named(_PHASES)),
                curve("Network", "네임스페이스별 초당 주고받은 바이트.", "Bps",
                      Query(rate(container_network_receive_bytes_total(**own), "namespace"), "{{namespace}} 받음"),
                      Query(rate(container_network_transmit_bytes_total(**own), "namespace"), "{{namespace}} 보냄"), overrides=[dashed("B")]),
            ],
            Row("파드의 자원", rows.use(namespace)),
            Row("노드", [
                ratio("Node CPU", "노드의 CPU 사용률. 위쪽 점선을 5분 넘게 넘으면 알림이 울립니다.",
                      f"1 - avg by (instance) (rate({node_cpu_seconds_total(mode='idle')}[{LIVE}]))",
                      limits=style.rising(0.7, 0.8), legend="{{instance}}", max=1),
                curve("Node memory available", "노드에 남은 메모리. 바닥나면 파드가 쫓겨납니다.", "bytes",
                      f"max by (instance) ({node_memory_MemAvailable_bytes})", legend="{{instance}}"),
            ]),
            Row("CoreDNS", [
                stacked("DNS answers", "결과별 초당 응답. NXDOMAIN은 검색 도메인 때문에 많은 것이 보통입니다.", "reqps", answers,
                        legend="{{rcode}}", overrides=named(_ANSWERS)),
                ratio("DNS failures", "SERVFAIL의 비율. 높으면 coredns 로그와 상위 DNS를 확인하세요.", share(failures, rate(str(coredns_dns_responses_total))),
                      limits=style.rising(0.005, 0.01), legend="SERVFAIL"),
                curve("DNS latency p99", "질의에 답하는 데 걸린 시간.", "s",
                      quantile(0.99, str(coredns_dns_request_duration_seconds.bucket)), legend="p99"),
                ratio("DNS cache hits", "캐시로 답한 비율.", share(hits, rate(str(coredns_cache_requests_total))),
                      limits=style.falling(0.2, 0.5), legend="캐시", max=1),
            ]),
        ],
    )  # fmt: skip


def alerts(board: Dashboard, *, owner: str = "platform", memory_ratio: float = 0.9) -> tuple[Alert, ...]:
    """What the chart's rules leave open: memory near its limit, OOM kills, missing images and Secrets, DNS."""
    key, labels, pod = (
        "namespace, pod, container",
        {"owner": owner},
        "{{ $labels.namespace }}/{{ $labels.pod }}",
    )
    restarted = f"sum by ({key}) (increase({kube_pod_container_status_restarts_total}[10m]))"
    killed = f"max by ({key}) ({kube_pod_container_status_last_terminated_reason(reason='OOMKilled')}) == 1"
    waiting = f"sum by (namespace, pod, reason) ({kube_pod_container_status_waiting_reason(reason=NO_START)})"
    answers = rate(str(coredns_dns_responses_total), window="5m")
    failures = rate(coredns_dns_responses_total(rcode="SERVFAIL"), window="5m")
    return (
        Alert("PodMemoryNearLimit", expr=f"{memory()} > {memory_ratio:g}", for_="10m", labels=labels,
              summary=f"파드 메모리 제한 임박: {pod}",
              description=f"{pod}의 {{{{ $labels.container }}}} 컨테이너가 메모리 제한의 "
              "{{ $value | humanizePercentage }}를 쓰고 있습니다. 넘으면 강제로 종료됩니다.",
              runbook="JVM이면 힙과 메타스페이스의 합을 제한과 비교하세요. 누수가 아니면 제한을 늘립니다.",
              dashboard=board, panel="Memory of limit"),
        Alert("ContainerOOMKilled", expr=on_its_node(f"{restarted} > 0\nand on ({key})\n{killed}"),
              labels=labels,
              summary=f"메모리 부족으로 종료: {pod}",
              description=f"{pod}의 {{{{ $labels.container }}}} 컨테이너가 메모리 제한을 넘어 종료되고 다시 시작했습니다.",
              runbook="직전의 메모리 추이를 보고, 배포 직후라면 되돌리세요. 반복되면 힙 덤프를 남깁니다.",
              dashboard=board, panel="Restarts"),
        Alert("ContainerCannotStart", expr=on_its_node(f"{waiting} > 0"), for_="5m", labels=labels,
              summary=f"컨테이너 시작 불가: {pod}",
              description=f"{pod} 파드가 5분 넘게 {{{{ $labels.reason }}}} 상태입니다.",
              runbook="파드를 describe해 이미지 태그, 레지스트리 자격 증명, Secret의 키가 있는지 확인하세요.",
              dashboard=board, panel="Cannot start"),
        Alert("CoreDNSErrors", expr=failing(failures, answers, above=0.01), for_="10m",
              labels=labels | {"service": "coredns"}, summary="CoreDNS 오류",
              description="DNS 응답의 {{ $value | humanizePercentage }}가 10분 넘게 SERVFAIL입니다. 서비스끼리 이름을 찾지 못합니다.",
              runbook="kube-system의 coredns 로그와 상위 DNS 서버를 확인하세요.",
              dashboard=board, panel="DNS failures"),
    )  # fmt: skip
