"""What Prometheus scrapes, and what it would scrape if somebody switched it on."""

from obs import Target
from services.services import gateway

node_exporter = Target("node-exporter", provided_by="kube-prometheus-stack", exposes=["node_*"])
kubelet = Target(
    "kubelet", provided_by="kube-prometheus-stack", exposes=["container_*", "kubelet_*"], honor_labels=True
)
kube_state_metrics = Target(
    "kube-state-metrics", provided_by="kube-prometheus-stack", exposes=["kube_*"], honor_labels=True
)
promtail = Target("promtail", provided_by="promtail", port="http-metrics", exposes=["promtail_*"])
gateway_actuator = Target(
    "gateway",
    service=gateway,
    provided_by="charts/gateway",
    path="/actuator/prometheus",
    exposes=["spring_cloud_gateway_*", "http_server_requests_*", "reactor_netty_*", "jvm_*"],
    enabled=False,
    switch_on="serviceMonitor.enabled: true in values/dev/gateway.yaml, and prometheus in "
    "management.endpoints.web.exposure.include of the gateway",
)

node_cpu = node_exporter.metric("node_cpu_seconds_total", "counter")
container_cpu = kubelet.metric("container_cpu_usage_seconds_total", "counter")
container_limits = kube_state_metrics.metric("kube_pod_container_resource_limits", "gauge")
