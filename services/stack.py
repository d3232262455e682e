"""The stack in the cluster: pinned charts, the versions that they run, and the intervals everything is timed by."""

from obs import AlertmanagerServer, Dependency, GrafanaServer, PrometheusServer, Stack

kube_prometheus_stack = Dependency(
    "kube-prometheus-stack", version="65.8.1", repository="https://prometheus-community.github.io/helm-charts"
)
loki_chart = Dependency("loki", version="6.29.0", repository="https://grafana.github.io/helm-charts")
promtail_chart = Dependency("promtail", version="6.16.6", repository="https://grafana.github.io/helm-charts")

stack = Stack(
    release="monitoring",
    namespace="monitoring",
    charts=[kube_prometheus_stack, loki_chart, promtail_chart],
    prometheus=PrometheusServer(
        version="v2.55.0",
        scrape_interval="30s",
        evaluation_interval="30s",
        retention="7d",
        remote_write_receiver=True,  # k6 writes its results here
    ),
    # The chart alone would run v0.27.0 and only tell the operator otherwise: image and version are set together.
    alertmanager=AlertmanagerServer(version="v0.28.0", replicas=1),
    grafana=GrafanaServer(
        version="11.3.0", url="http://grafana.checkmate", ingress_class="traefik", storage="10Gi"
    ),
    operator="v0.77.2",
    loki="3.4.2",
    promtail="3.0.0",
    loki_push_url="http://monitoring-loki.monitoring.svc.cluster.local:3100/loki/api/v1/push",
)
