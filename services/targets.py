"""What Prometheus scrapes, and what it would scrape if somebody switched it on."""

from obs import Target
from obs.packs import spring as spring_pack
from obs.packs import traefik as traefik_pack
from services.services import gateway, spring

node_exporter = Target("node-exporter", provided_by="kube-prometheus-stack", exposes=["node_*"])
kubelet = Target(
    "kubelet", provided_by="kube-prometheus-stack", exposes=["container_*", "kubelet_*"], honor_labels=True
)
kube_state_metrics = Target(
    "kube-state-metrics", provided_by="kube-prometheus-stack", exposes=["kube_*"], honor_labels=True
)
promtail = Target("promtail", provided_by="promtail", port="http-metrics", exposes=["promtail_*"])
# obs: allow switched-off-target: the gateway's metrics are off in dev; `obs list --systems` says what switches them on
gateway_actuator = Target(
    "gateway",
    service=gateway,
    provided_by="charts/gateway",
    path="/actuator/prometheus",
    exposes=["spring_cloud_gateway_*", "http_server_requests_*", "reactor_netty_*", "jvm_*"],
    enabled=False,
    switch_on="serviceMonitor.enabled: true in values/dev/gateway.yaml, and prometheus in "
    "management.endpoints.web.exposure.include of the gateway",
    system="gateway",
)

# Every other system brings its own scrape; what has to be switched on elsewhere is said there.
# obs: allow switched-off-target: the services expose no metrics in dev
spring_actuators = [spring_pack.target(service) for service in spring if service.kind == "spring"]
traefik = traefik_pack.target()

node_cpu = node_exporter.metric("node_cpu_seconds_total", "counter")
container_cpu = kubelet.metric("container_cpu_usage_seconds_total", "counter")
container_limits = kube_state_metrics.metric("kube_pod_container_resource_limits", "gauge")
