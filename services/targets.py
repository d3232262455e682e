"""What Prometheus scrapes, and what it would scrape if somebody switched it on."""

from obs import Target, packs
from services.services import behind, gateway, sample_postgres
from services.services import eureka as registry
from services.services import redis as cache

node_exporter = Target(
    "node-exporter", provided_by="kube-prometheus-stack", exposes=["node_*"], system="kubernetes"
)
kubelet = Target(
    "kubelet",
    provided_by="kube-prometheus-stack",
    exposes=["container_*", "kubelet_*"],
    honor_labels=True,
    system="kubernetes",
)
kube_state_metrics = Target(
    "kube-state-metrics",
    provided_by="kube-prometheus-stack",
    exposes=["kube_*"],
    honor_labels=True,
    system="kubernetes",
)
promtail = Target(
    "promtail", provided_by="promtail", port="http-metrics", exposes=["promtail_*"], system="logs"
)
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

# Every other system brings its own scrape. What is off says what switches it on; `obs list --systems` shows all.
# obs: allow switched-off-target: the services expose no metrics in dev
spring_actuators = [packs.spring.target(service) for service in behind]
# obs: allow switched-off-target: the registry exposes no metrics in dev
eureka = packs.eureka.target(registry)
traefik = packs.traefik.target()
linkerd = packs.linkerd.target()
cert_manager = packs.certificates.target()
trust_manager = packs.certificates.trust_target()
# obs: allow switched-off-target: no exporter runs in dev; its monitor waits for one
postgres = packs.postgres.target(sample_postgres)
# obs: allow switched-off-target: no exporter runs in dev; its monitor waits for one
redis = packs.redis.target(cache)
# obs: allow switched-off-target: Argo CD is installed outside of this repository; its monitor waits for the Services
argocd = packs.argocd.target()
# obs: allow switched-off-target: it serves no metrics in dev; its monitor waits for the port
image_updater = packs.argocd.updater_target()
# obs: allow switched-off-target: it is installed outside of this repository; its monitor waits for the Service
rollouts = packs.rollouts.target()
coredns = packs.kubernetes.dns_target()
monitoring = packs.monitoring.targets()
loki = packs.logs.loki_target()
# obs: allow conditional-metric: whoever runs a test sets K6_PROMETHEUS_RW_TREND_STATS, as the dashboard says
k6 = packs.k6.target()

node_cpu = node_exporter.metric("node_cpu_seconds_total", "counter")
container_cpu = kubelet.metric("container_cpu_usage_seconds_total", "counter")
container_limits = kube_state_metrics.metric("kube_pod_container_resource_limits", "gauge")
node_condition = kube_state_metrics.metric("kube_node_status_condition", "gauge")
