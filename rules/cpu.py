"""Nodes and service pods that run out of CPU."""

from obs import Alert, ExternalDashboard
from services.services import namespaces
from services.targets import container_cpu, container_limits, node_cpu

# The chart brings both dashboards, always under these uids.
nodes = ExternalDashboard(
    "7d57716318ee0dddbac5a7f451fb7753", title="Node Exporter / Nodes", variables={"instance": "instance"}
)
pods = ExternalDashboard(
    "6581e46e4e5c7ba40a07646395ef7b23",
    title="Kubernetes / Compute Resources / Pod",
    variables={"namespace": "namespace", "pod": "pod"},
)

high_node_cpu = Alert(
    "HighNodeCPUUsage",
    expr=f"1 - avg by (instance) (rate({node_cpu(mode='idle')}[5m])) > 0.80",
    for_="5m",
    severity="warning",
    labels={"service": "kubernetes"},
    summary="노드 CPU 사용률 80% 초과: {{ $labels.instance }}",
    description="노드 {{ $labels.instance }}의 CPU 사용률이 5분 넘게 80%를 초과했습니다. "
    "현재 {{ $value | humanizePercentage }}입니다.",
    runbook="노드 대시보드에서 CPU 추이와 부하(load)를 확인하고, 부하 테스트(k6)나 배포가 진행 중인지 살펴보세요.",
    dashboard=nodes,
)

# Only containers that have a limit count: a sidecar without one must not be measured against its neighbour's.
# `node` stays, so that a pod is not told of while its node is down.
high_service_pod_cpu = Alert(
    "HighServicePodCPUUsage",
    expr=f"""
sum by (namespace, pod, node) (
    rate({container_cpu(namespace="=~" + namespaces, container="!=")}[5m])
  and on (namespace, pod, container)
    {container_limits(resource="cpu")}
)
/
sum by (namespace, pod, node) ({container_limits(namespace="=~" + namespaces, resource="cpu")})
> 0.80
""".strip(),
    for_="5m",
    severity="warning",
    labels={"service": "{{ $labels.namespace }}"},
    summary="서비스 파드 CPU 사용률 80% 초과: {{ $labels.namespace }}/{{ $labels.pod }}",
    description="{{ $labels.namespace }}/{{ $labels.pod }} 파드가 5분 넘게 CPU 제한의 80%를 초과했습니다. "
    "현재 제한의 {{ $value | humanizePercentage }}입니다.",
    runbook="파드 대시보드에서 CPU 추이와 스로틀링을 확인하세요. "
    "트래픽 증가라면 레플리카를 늘리고, 아니면 스레드 덤프로 원인을 찾으세요.",
    dashboard=pods,
)
