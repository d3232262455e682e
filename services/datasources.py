"""Grafana's datasources. Their uids are in use (dashboards, links, bookmarks) and never change."""

from obs import Alertmanager, Loki, Prometheus

# The chart provisions these two by itself; a second declaration of one uid would fight with it.
prometheus = Prometheus(
    uid="prometheus",
    name="Prometheus",
    url="http://monitoring-kube-prometheus-prometheus.monitoring:9090/",
    default=True,
    json_data={"httpMethod": "POST", "timeInterval": "30s"},
    provisioned_by="chart",
)
alertmanager = Alertmanager(
    uid="alertmanager",
    name="Alertmanager",
    url="http://monitoring-kube-prometheus-alertmanager.monitoring:9093/",
    json_data={"handleGrafanaManagedAlerts": False, "implementation": "prometheus"},
    provisioned_by="chart",
)
loki = Loki(
    uid="loki",
    name="Loki",
    url="http://monitoring-loki-gateway.monitoring.svc.cluster.local",
    json_data={"maxLines": 1000},
)
