"""The platform's twelve faults in the other shapes that people write them in: each is found, whatever holds it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from obs.checks.runner import Linted, Selection, at_least, run
from obs.importer.subject import read

CHART = "apiVersion: v2\nname: {name}\ntype: application\nversion: 1.0.0\n"


@dataclass(frozen=True)
class Shape:
    """`found` are the check, the file and a text of the line where it has to be told (empty: anywhere in it)."""

    fault: int
    name: str
    files: dict[str, str]
    found: tuple[str, str, str]

    def __str__(self) -> str:
        return f"{self.fault}-{self.name}"


def panel(expr: str, datasource: object, **more: object) -> dict[str, object]:
    return {
        "id": 1,
        "type": "timeseries",
        "title": "Panel",
        "datasource": datasource,
        "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8},
        "targets": [{"refId": "A", "expr": expr}],
        **more,
    }


def dashboard(*panels: dict[str, object], **more: object) -> str:
    found = {
        "uid": "shape",
        "title": "Shape",
        "schemaVersion": 39,
        "templating": {"list": []},
        "panels": panels,
    }
    return json.dumps({**found, **more}, indent=2)


def config_map(name: str, key: str, text: str) -> str:
    body = "\n".join(f"    {line}" for line in text.splitlines())
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  labels: {{grafana_dashboard: '1'}}\ndata:\n  {key}: |\n{body}\n"


LOKI = {"type": "loki", "uid": "loki"}
PROMETHEUS = {"type": "prometheus", "uid": "prometheus"}
SOURCES = """apiVersion: 1
datasources:
  - {name: Prometheus, type: prometheus, uid: prometheus, url: "http://prometheus:9090", isDefault: true}
  - {name: Loki, type: loki, uid: loki, url: "http://loki:3100"}
"""
PROMTAIL = """server: {http_listen_port: 9080}
clients: [{url: "http://loki:3100/loki/api/v1/push"}]
scrape_configs:
  - job_name: pods
    kubernetes_sd_configs: [{role: pod}]
    relabel_configs:
      - {source_labels: [__meta_kubernetes_namespace], target_label: namespace}
      - {source_labels: [__meta_kubernetes_pod_name], target_label: pod}
    pipeline_stages:
      - cri: {}
"""
COUNTER = """      - regex:
          expression: '%s'
      - metrics:
          app_errors_total:
            type: Counter
            description: Errors of the application.
            %sconfig: {action: inc}
"""
LOGGED = """groups:
  - name: logs
    rules:
      - alert: ApplicationErrors
        expr: sum by (namespace, pod) (rate(promtail_custom_app_errors_total[5m])) > 0.1
        annotations: {summary: "{{ $labels.pod }} of {{ $labels.namespace }} logs errors"}
"""
GOOD_COUNTER = COUNTER % ("(?P<level>ERROR)", "source: level\n            ")
ROUTE = """route: {receiver: nobody, routes: [{receiver: %s, matchers: ['alertname="Down"']}]}
receivers:
  - name: nobody
  - name: discord
"""
OBJECT = """apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: {name: team, namespace: monitoring, labels: {%s}}
spec:
  route: {receiver: chat}
  receivers:
    - name: chat
"""
SELECTS = """apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata: {name: main, namespace: monitoring}
spec:
  alertmanagerConfigSelector: {matchLabels: {alerting: main}}
"""
MONITOR = """{{- if %s }}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: {{ .Release.Name }}-orders}
spec:
  selector: {matchLabels: {app: orders}}
  endpoints: [{port: http, path: /actuator/prometheus}]
{{- end }}
"""
SPRING = dashboard(
    panel('sum by (uri) (rate(http_server_requests_seconds_count{status="500"}[5m]))', PROMETHEUS)
)

SHAPES = [
    Shape(
        1,
        "alert-in-a-template",
        {
            "charts/a/Chart.yaml": CHART.format(name="a"),
            "charts/a/templates/rules/app.yaml": "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: app}\nspec:\n  groups:\n    - name: app\n      rules:\n"
            "        - alert: Down\n          expr: up == 0\n          annotations:\n            summary: '{{ $labels.instance }} is down'\n",
        },
        ("eaten-by-helm", "charts/a/templates/rules/app.yaml", "$labels.instance"),
    ),
    Shape(
        1,
        "two-labels-in-a-legend",
        {
            "charts/a/Chart.yaml": CHART.format(name="a"),
            "charts/a/templates/d.yaml": config_map(
                "d",
                "d.json",
                dashboard(
                    panel(
                        "up",
                        PROMETHEUS,
                        targets=[{"refId": "A", "expr": "up", "legendFormat": "{{ namespace }} / {{job}}"}],
                    )
                ),
            ),
        },
        ("eaten-by-helm", "charts/a/templates/d.yaml", "legendFormat"),
    ),
    Shape(
        2,
        "plain",
        {"alertmanager.yml": ROUTE % "discrod" + "    discord_configs: [{webhook_url_file: /etc/discord}]\n"},
        ("undefined-receiver", "alertmanager.yml", "discrod"),
    ),
    Shape(
        2,
        "in-values",
        {
            "values.yaml": "alertmanager:\n  config:\n    route:\n      receiver: nobody\n      routes:\n        - receiver: chat\n"
            "    receivers:\n      - name: nobody\nprometheusOperator: {}\n"
        },
        ("undefined-receiver", "values.yaml", "chat"),
    ),
    Shape(
        2,
        "in-a-secret",
        {
            "secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: alertmanager-main}\nstringData:\n  alertmanager.yaml: |\n"
            "    route: {receiver: chat}\n    receivers:\n      - name: nobody\n"
        },
        ("undefined-receiver", "secret.yaml", "chat"),
    ),
    Shape(
        3,
        "selector-of-the-object",
        {
            "am.yaml": SELECTS,
            "team.yaml": OBJECT % "team: a" + "      webhookConfigs: [{urlSecret: {name: hook, key: url}}]\n",
        },
        ("ignored-alertmanager-config", "team.yaml", "labels"),
    ),
    Shape(
        3,
        "slack-address-written-out",
        {
            "team.yaml": OBJECT % "alerting: main"
            + "      slackConfigs:\n        - apiURL: https://hooks.slack.example/services/T0/B0/not-a-token\n"
        },
        ("refused-alertmanager-config", "team.yaml", "apiURL"),
    ),
    Shape(
        3,
        "pagerduty-key-written-out",
        {
            "team.yaml": OBJECT % "alerting: main"
            + "      pagerdutyConfigs:\n        - routingKey: not-a-real-key\n"
        },
        ("refused-alertmanager-config", "team.yaml", "routingKey"),
    ),
    Shape(
        4,
        "plain-and-empty",
        {
            "alertmanager.yml": ROUTE % "discord"
            + '    discord_configs:\n      - webhook_url_file: /etc/discord\n        title: ""\n        message: ""\n'
        },
        ("empty-message", "alertmanager.yml", "message"),
    ),
    Shape(
        4,
        "webhook-of-discord",
        {
            "alertmanager.yml": ROUTE % "discord"
            + "    webhook_configs:\n      - url: https://discord.com/api/webhooks/1/not-a-token\n"
        },
        ("empty-message", "alertmanager.yml", ""),
    ),
    Shape(
        4,
        "slack-without-its-suffix",
        {
            "alertmanager.yml": ROUTE % "discord"
            + "    slack_configs:\n      - api_url: https://discord.com/api/webhooks/1/not-a-token\n        text: hello\n"
        },
        ("empty-message", "alertmanager.yml", ""),
    ),
    Shape(
        4,
        "webhook-secret-of-discord",
        {
            "team.yaml": OBJECT % "alerting: main"
            + "      webhookConfigs:\n        - urlSecret: {name: discord-webhook, key: url}\n"
        },
        ("empty-message", "team.yaml", ""),
    ),
    Shape(
        5,
        "provisioning-file",
        {
            "datasources.yaml": SOURCES,
            "d.json": dashboard(panel("up", {"type": "prometheus", "uid": "P1809F7CD0C75ACF3"})),
        },
        ("unknown-datasource", "d.json", ""),
    ),
    Shape(
        5,
        "by-name",
        {"datasources.yaml": SOURCES, "d.json": dashboard(panel("up", "Thanos"))},
        ("unknown-datasource", "d.json", ""),
    ),
    Shape(
        5,
        "in-a-config-map",
        {
            "datasources.yaml": SOURCES,
            "d.yaml": config_map(
                "d", "d.json", dashboard(panel('{app="a"}', {"type": "loki", "uid": "logs"}))
            ),
        },
        ("unknown-datasource", "d.yaml", ""),
    ),
    Shape(
        6,
        "plain-promtail",
        {"promtail.yaml": PROMTAIL + COUNTER % ("ERROR", "")},
        ("counter-without-source", "promtail.yaml", "app_errors_total"),
    ),
    Shape(
        6,
        "source-that-no-group-has",
        {"promtail.yaml": PROMTAIL + COUNTER % ("(?P<severity>ERROR)", "source: level\n            ")},
        ("counter-without-source", "promtail.yaml", "app_errors_total"),
    ),
    Shape(
        6,
        "in-a-config-map",
        {"promtail.yaml": config_map("promtail", "promtail.yaml", PROMTAIL + COUNTER % ("ERROR", ""))},
        ("counter-without-source", "promtail.yaml", "app_errors_total"),
    ),
    Shape(
        7,
        "pod-monitor",
        {
            "promtail.yaml": PROMTAIL + GOOD_COUNTER,
            "rules.yaml": LOGGED,
            "monitor.yaml": "apiVersion: monitoring.coreos.com/v1\nkind: PodMonitor\nmetadata: {name: promtail}\nspec:\n  selector: {matchLabels: {app: promtail}}\n  podMetricsEndpoints: [{port: http}]\n",
        },
        ("relabelled-log-labels", "rules.yaml", "ApplicationErrors"),
    ),
    Shape(
        7,
        "scrape-job",
        {
            "promtail.yaml": PROMTAIL + GOOD_COUNTER,
            "rules.yaml": LOGGED,
            "prometheus.yml": "global: {scrape_interval: 30s}\nrule_files: [rules.yaml]\nscrape_configs:\n  - job_name: promtail\n    kubernetes_sd_configs: [{role: pod}]\n    relabel_configs:\n"
            "      - {source_labels: [__meta_kubernetes_namespace], target_label: namespace}\n      - {source_labels: [__meta_kubernetes_pod_name], target_label: pod}\n",
        },
        ("relabelled-log-labels", "rules.yaml", "ApplicationErrors"),
    ),
    Shape(
        8,
        "own-values",
        {
            "charts/orders/Chart.yaml": CHART.format(name="orders"),
            "charts/orders/values.yaml": "metrics: {serviceMonitor: {enabled: false}}\n",
            "charts/orders/templates/monitor.yaml": MONITOR % ".Values.metrics.serviceMonitor.enabled",
            "d.json": SPRING,
        },
        ("switched-off-target", "d.json", ""),
    ),
    Shape(
        8,
        "two-conditions",
        {
            "charts/orders/Chart.yaml": CHART.format(name="orders"),
            "values/orders.yaml": "metrics: {enabled: true, serviceMonitor: {enabled: false}}\n",
            "charts/orders/templates/monitor.yaml": MONITOR
            % "and .Values.metrics.enabled .Values.metrics.serviceMonitor.enabled",
            "d.json": SPRING,
        },
        ("switched-off-target", "d.json", ""),
    ),
    Shape(
        8,
        "umbrella-values",
        {
            "charts/orders/Chart.yaml": CHART.format(name="orders"),
            "values/dev/platform.yaml": "orders: {monitoring: false}\n",
            "charts/orders/templates/monitor.yaml": MONITOR % ".Values.monitoring",
            "d.json": SPRING,
        },
        ("switched-off-target", "d.json", ""),
    ),
    Shape(
        8,
        "own-metric-names",
        {
            "charts/orders/Chart.yaml": CHART.format(name="orders"),
            "charts/orders/values.yaml": "monitoring: false\n",
            "charts/orders/templates/monitor.yaml": MONITOR % ".Values.monitoring",
            "d.json": dashboard(panel("sum(rate(orders_placed_total[5m]))", PROMETHEUS)),
        },
        ("switched-off-target", "d.json", ""),
    ),
    Shape(
        8,
        "exporter-of-the-stack",
        {
            "values.yaml": "kube-prometheus-stack: {nodeExporter: {enabled: false}}\n",
            "d.json": dashboard(panel('1 - avg(rate(node_cpu_seconds_total{mode="idle"}[5m]))', PROMETHEUS)),
        },
        ("switched-off-target", "d.json", ""),
    ),
    Shape(
        9,
        "default-receiver",
        {
            "alertmanager.yml": "route: {receiver: discord}\nreceivers:\n  - name: discord\n    discord_configs: [{webhook_url_file: /etc/discord}]\n",
            "rules.yaml": "groups: [{name: general, rules: [{alert: Watchdog, expr: vector(1), labels: {severity: none}}]}]\n",
        },
        ("chart-alert-reaches-people", "alertmanager.yml", ""),
    ),
    Shape(
        10,
        "pattern-parser",
        {
            "promtail.yaml": PROMTAIL,
            "datasources.yaml": SOURCES,
            "d.json": dashboard(
                panel(
                    'sum by (route) (rate({namespace="gateway"} | pattern `<_> "<method> <path> <_>" <status>` [5m]))',
                    LOKI,
                )
            ),
        },
        ("unknown-log-label", "d.json", ""),
    ),
    Shape(
        10,
        "unwrap-in-a-config-map",
        {
            "promtail.yaml": PROMTAIL,
            "d.yaml": config_map(
                "d",
                "d.json",
                dashboard(
                    panel(
                        'avg_over_time({namespace="gateway"} | regexp `(?P<took>[0-9]+) ms` | unwrap duration [5m])',
                        LOKI,
                    )
                ),
            ),
        },
        ("unknown-log-label", "d.yaml", ""),
    ),
    Shape(
        11,
        "in-a-loki-rule",
        {
            "promtail.yaml": PROMTAIL,
            "rules.yaml": 'groups:\n  - name: logs\n    rules:\n      - alert: Errors\n        expr: sum(count_over_time({service="shop"} |= "ERROR" [5m])) > 0\n',
        },
        ("unknown-log-label", "rules.yaml", "service"),
    ),
    Shape(
        11,
        "in-a-panel",
        {
            "promtail.yaml": PROMTAIL,
            "d.json": dashboard(panel('{namespace="shop", application=~".+"} |= "ERROR"', LOKI)),
        },
        ("unknown-log-label", "d.json", ""),
    ),
    Shape(
        12,
        "inputs",
        {
            "d.json": dashboard(
                panel("up", {"type": "prometheus", "uid": "${DS_METRICS}"}),
                __inputs=[{"name": "DS_METRICS", "type": "datasource", "pluginId": "prometheus"}],
            )
        },
        ("datasource-from-import-dialog", "d.json", ""),
    ),
    Shape(
        12,
        "input-by-name",
        {"datasources.yaml": SOURCES, "d.json": dashboard(panel('{app="a"}', "${DS_LOKI}"))},
        ("datasource-from-import-dialog", "d.json", ""),
    ),
    Shape(
        12,
        "null",
        {"datasources.yaml": SOURCES, "d.json": dashboard(panel("up", None))},
        ("unknown-datasource", "d.json", ""),
    ),
    Shape(
        12,
        "default",
        {"datasources.yaml": SOURCES, "d.json": dashboard(panel("up", "default"))},
        ("unknown-datasource", "d.json", ""),
    ),
]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_fault_in_another_shape(shape: Shape, tmp_path: Path) -> None:
    for name, text in shape.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    subject, found = read([tmp_path], root=tmp_path)
    told = at_least(run(Linted(subject, None, tuple(found), subject.files), Selection()), "warning")
    check, file, words = shape.found
    places = []
    for one in told:
        place = one.excerpt.place if one.excerpt is not None else None
        where = place.file if place is not None else one.at.file if one.at is not None else ""
        line = (
            place.at(one.excerpt.text, one.excerpt.start)[0]
            if place is not None and one.excerpt
            else one.at.line
            if one.at
            else 0
        )
        if one.check == check and Path(where) == tmp_path / file:
            places.append((tmp_path / file).read_text(encoding="utf-8").splitlines()[line - 1])
    assert any(words in line for line in places), [f"{one.check} {one.at}: {one.problem}" for one in told]
