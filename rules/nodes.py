"""Nodes that are gone."""

from obs import Alert, ExternalDashboard
from services.targets import node_condition

pods = ExternalDashboard(
    "200ac8fdbfbb74b39aff88118e4d1c2c",
    title="Kubernetes / Compute Resources / Node (Pods)",
    variables={"node": "node"},
)

# The chart's KubeNodeNotReady waits a quarter of an hour: long after the pods of the node have all called for help.
node_down = Alert(
    "NodeDown",
    expr=f"max by (node) ({node_condition(condition='Ready', status='true')}) == 0",
    for_="2m",
    severity="critical",
    labels={"service": "kubernetes"},
    summary="노드 응답 없음: {{ $labels.node }}",
    description="노드 {{ $labels.node }}가 2분 넘게 Ready가 아닙니다. 그 위의 파드는 약 5분 뒤 다른 노드로 옮겨집니다. "
    "이 노드의 파드 알림은 보내지 않습니다.",
    runbook="노드 컨테이너가 살아 있는지 확인하고(docker ps), 멈췄으면 다시 시작하세요. "
    "살아 있으면 kubectl describe node로 원인을 보세요.",
    dashboard=pods,
)
