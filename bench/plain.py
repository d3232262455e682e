"""Rule files and dashboards as teams keep them without any generator: plain YAML and JSON, the same bytes each time.

Thirty shapes of alerts and records over the metrics that most platforms have; service, team, windows and thresholds
differ from rule to rule, so that no two expressions are alike.
"""

from __future__ import annotations

import json
from pathlib import Path

PER_GROUP = 10
PER_FILE = 100

NODE = 'job="node-exporter", cluster="@cluster@"'
ALERTS: tuple[tuple[str, str, str], ...] = (
    (
        "FilesystemFillingUp",
        f'(\n  node_filesystem_avail_bytes{{{NODE}, fstype!=""}} / node_filesystem_size_bytes{{{NODE}, fstype!=""}} * 100 < @n@\n'
        f'and\n  predict_linear(node_filesystem_avail_bytes{{{NODE}, fstype!=""}}[6h], 4 * 60 * 60) < 0\n'
        f'and\n  node_filesystem_readonly{{{NODE}, fstype!=""}} == 0\n)',
        'Filesystem on {{ $labels.device }} at {{ $labels.instance }} has {{ printf "%.2f" $value }}% left.',
    ),
    (
        "CPUSaturated",
        f'1 - avg by (instance) (rate(node_cpu_seconds_total{{{NODE}, mode="idle"}}[@w@m])) > 0.@n@',
        "CPUs of {{ $labels.instance }} are busy to {{ $value | humanizePercentage }}.",
    ),
    (
        "MemoryTight",
        f"node_memory_MemAvailable_bytes{{{NODE}}} / node_memory_MemTotal_bytes{{{NODE}}} < 0.@n@",
        "{{ $labels.instance }} has {{ $value | humanizePercentage }} of its memory left.",
    ),
    (
        "NetworkErrors",
        f"rate(node_network_receive_errs_total{{{NODE}}}[@w@m]) / rate(node_network_receive_packets_total{{{NODE}}}[@w@m]) > 0.@n@",
        "Interface {{ $labels.device }} of {{ $labels.instance }} loses {{ $value | humanizePercentage }} of what arrives.",
    ),
    (
        "ClockSkewed",
        f"(node_timex_offset_seconds{{{NODE}}} > 0.0@n@ and deriv(node_timex_offset_seconds{{{NODE}}}[@w@m]) >= 0)",
        "The clock of {{ $labels.instance }} is off by {{ $value | humanizeDuration }}.",
    ),
    (
        "PodRestarting",
        'increase(kube_pod_container_status_restarts_total{job="kube-state-metrics", namespace="@service@"}[@w@m]) > @n@',
        "Container {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} keeps restarting.",
    ),
    (
        "DeploymentBehind",
        'kube_deployment_spec_replicas{job="kube-state-metrics", namespace="@service@"} > '
        'kube_deployment_status_replicas_available{job="kube-state-metrics", namespace="@service@"} + @n@',
        "{{ $labels.namespace }}/{{ $labels.deployment }} lacks replicas.",
    ),
    (
        "ContainerThrottled",
        'sum by (cluster, container, pod, namespace) (increase(container_cpu_cfs_throttled_periods_total{container!="", '
        'namespace="@service@"}[@w@m])) / sum by (cluster, container, pod, namespace) '
        '(increase(container_cpu_cfs_periods_total{namespace="@service@"}[@w@m])) > (@n@ / 100)',
        "{{ $value | humanizePercentage }} of the CPU periods of {{ $labels.container }} in {{ $labels.pod }} are throttled.",
    ),
    (
        "VolumeFillingUp",
        'kubelet_volume_stats_available_bytes{job="kubelet", namespace="@service@"} / '
        'kubelet_volume_stats_capacity_bytes{job="kubelet", namespace="@service@"} < 0.@n@ and '
        'kubelet_volume_stats_used_bytes{job="kubelet", namespace="@service@"} > 0',
        "Volume {{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} left.",
    ),
    (
        "RequestsSlow",
        "histogram_quantile(0.99, sum by (le, uri) (rate(http_server_requests_seconds_bucket"
        '{job="@service@", uri!~"/actuator.*"}[@w@m]))) > 0.@n@',
        "{{ $labels.uri }} takes {{ $value | humanizeDuration }} at the 99th percentile.",
    ),
    (
        "RequestsFailing",
        'sum by (uri, method) (rate(http_server_requests_seconds_count{job="@service@", status=~"5.."}[@w@m]))\n'
        '  / sum by (uri, method) (rate(http_server_requests_seconds_count{job="@service@"}[@w@m])) > 0.@n@',
        "{{ $labels.method }} {{ $labels.uri }} fails for {{ $value | humanizePercentage }} of its calls.",
    ),
    (
        "HeapNearlyFull",
        'sum by (instance) (jvm_memory_used_bytes{job="@service@", area="heap"}) / '
        'sum by (instance) (jvm_memory_max_bytes{job="@service@", area="heap"} > 0) > 0.9@n@',
        "{{ $labels.instance }} uses {{ $value | humanizePercentage }} of its heap.",
    ),
    (
        "PoolExhausted",
        'hikaricp_connections_pending{job="@service@"} > @n@',
        "{{ $value }} callers wait for a connection of {{ $labels.pool }}.",
    ),
    (
        "TargetsDown",
        '100 * (count by (job, namespace) (up{job=~"@service@.*"} == 0) / count by (job, namespace) (up{job=~"@service@.*"})) > @n@',
        '{{ printf "%.4g" $value }}% of the targets of {{ $labels.job }} in {{ $labels.namespace }} are down.',
    ),
    (
        "Absent",
        'absent(up{job="@service@-@n@"})',
        "{{ $labels.job }} has disappeared from discovery.",
    ),
    (
        "ReplicationLagging",
        'pg_replication_lag_seconds{service="@service@"} > @n@',
        "{{ $labels.instance }} is {{ $value | humanizeDuration }} behind.",
    ),
    (
        "CacheEvicting",
        'rate(redis_evicted_keys_total{service="@service@"}[@w@m]) > @n@',
        "{{ $labels.instance }} evicts {{ $value | humanize }} keys a second.",
    ),
    (
        "CertificateExpiring",
        'certmanager_certificate_expiration_timestamp_seconds{namespace="@service@"} - time() < @n@ * 24 * 3600',
        "{{ $labels.namespace }}/{{ $labels.name }} expires in {{ $value | humanizeDuration }}.",
    ),
    (
        "ApplicationOutOfSync",
        'sum by (name, project) (argocd_app_info{sync_status!="Synced", project="@service@"}) > 0.@n@',
        "{{ $labels.project }}/{{ $labels.name }} is out of sync.",
    ),
    (
        "ErrorBudgetBurning",
        '(\n  service:request_errors:ratio_rate11m{service="@service@"} > (14.4 * 0.0@n@)\n  and\n'
        '  service:request_errors:ratio_rate5m{service="@service@"} > (14.4 * 0.0@n@)\n)',
        "{{ $labels.service }} burns its budget {{ $value | humanize }} times too fast.",
    ),
)
RECORDS: tuple[tuple[str, str], ...] = (
    (
        "service:request_errors:ratio_rate@w@m",
        'sum by (service) (rate(http_server_requests_seconds_count{service="@service@", status=~"5.."}[@w@m])) / '
        'sum by (service) (rate(http_server_requests_seconds_count{service="@service@"}[@w@m]))',
    ),
    (
        "instance:node_cpu_utilisation:rate@w@m",
        "1 - avg without (cpu) (sum without (mode) (rate(node_cpu_seconds_total"
        f'{{{NODE}, mode=~"idle|iowait|steal"}}[@w@m])))',
    ),
    (
        "namespace:container_cpu_usage:sum_rate@w@m",
        'sum by (cluster, namespace) (rate(container_cpu_usage_seconds_total{namespace="@service@", image!=""}[@w@m]))',
    ),
    (
        "namespace_workload_pod:kube_pod_owner:relabel@w@",
        "max by (cluster, namespace, workload, pod) (label_replace(label_replace(kube_pod_owner"
        '{job="kube-state-metrics", owner_kind="ReplicaSet", namespace="@service@"}, "replicaset", "$1", "owner_name", '
        '"(.*)") * on (replicaset, namespace) group_left (owner_name) topk by (replicaset, namespace) (1, max by '
        '(replicaset, namespace, owner_name) (kube_replicaset_owner{job="kube-state-metrics"})), '
        '"workload", "$1", "owner_name", "(.*)"))',
    ),
    (
        "uri:http_server_requests_seconds:p99_rate@w@m",
        "histogram_quantile(0.99, sum by (le, uri, job) (rate(http_server_requests_seconds_bucket"
        '{job="@service@"}[@w@m])))',
    ),
    (
        "cluster:memory_usage:ratio@w@",
        f"1 - sum by (cluster) (avg_over_time(node_memory_MemAvailable_bytes{{{NODE}}}[@w@m])) / "
        f"sum by (cluster) (node_memory_MemTotal_bytes{{{NODE}}})",
    ),
)
PANELS: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "stat",
        "Requests",
        "sum(rate(http_server_requests_seconds_count{@sel@}[$__rate_interval]))",
        "",
        "reqps",
    ),
    (
        "stat",
        "Error ratio",
        'sum(rate(http_server_requests_seconds_count{@sel@, status=~"5.."}[$__rate_interval])) / '
        "sum(rate(http_server_requests_seconds_count{@sel@}[$__rate_interval]))",
        "",
        "percentunit",
    ),
    ("stat", "Up", "sum(up{@sel@})", "", "short"),
    (
        "timeseries",
        "Requests by path",
        "sum by (uri) (rate(http_server_requests_seconds_count{@sel@}[$__rate_interval]))",
        "{{uri}}",
        "reqps",
    ),
    (
        "timeseries",
        "Latency, p99",
        "histogram_quantile(0.99, sum by (le) (rate(http_server_requests_seconds_bucket{@sel@}[$__rate_interval])))",
        "p99",
        "s",
    ),
    (
        "timeseries",
        "Heap",
        'sum by (instance) (jvm_memory_used_bytes{@sel@, area="heap"})',
        "{{instance}}",
        "bytes",
    ),
    ("timeseries", "CPU", "avg by (instance) (process_cpu_usage{@sel@})", "{{instance}}", "percentunit"),
    ("timeseries", "Threads", "sum by (state) (jvm_threads_states_threads{@sel@})", "{{state}}", "short"),
    ("timeseries", "Connections", "sum by (pool) (hikaricp_connections_active{@sel@})", "{{pool}}", "short"),
    (
        "timeseries",
        "Collections",
        "rate(jvm_gc_pause_seconds_sum{@sel@}[$__rate_interval])",
        "{{action}}",
        "s",
    ),
    (
        "bargauge",
        "Slowest",
        "topk(10, sum by (uri) (rate(http_server_requests_seconds_sum{@sel@}[5m])))",
        "{{uri}}",
        "s",
    ),
    ("table", "Versions", "count by (version) (build_info{@sel@})", "", "short"),
)


def write_plain(root: Path, rules: int, dashboards: int) -> list[Path]:
    """`rules/team-007.yaml` and `dashboards/service-012.json` under the folder; gives the rule files."""
    written: list[Path] = []
    for number in range(0, rules, PER_FILE):
        file = root / f"rules/team-{number // PER_FILE:03}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(rule_file(number, min(PER_FILE, rules - number)), encoding="utf-8")
        written.append(file)
    for number in range(dashboards):
        file = root / f"dashboards/service-{number:03}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dashboard(number), encoding="utf-8")
    return written


def change_one(root: Path) -> None:
    """Edit one file of rules as a person would: another window in its fifth rule."""
    file = root / "rules/team-000.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[9m]", "[19m]", 1), encoding="utf-8")


def rule_file(first: int, count: int) -> str:
    """One file of rules; `first` is the number of its first rule among all."""
    team = first // PER_FILE
    lines = [f"# Kept by team {team}.", "groups:"]
    for number in range(first, first + count):
        if (number - first) % PER_GROUP == 0:
            lines += [
                f"  - name: team-{team}-{(number - first) // PER_GROUP}",
                "    interval: 30s",
                "    rules:",
            ]
        lines += rule(number)
    return "\n".join(lines) + "\n"


def rule(number: int) -> list[str]:
    """The lines of one rule; three of ten record."""
    team, shape = number // PER_FILE, number % PER_GROUP
    marks = {
        "@service@": f"shop-{number // 30}",
        "@cluster@": f"c{number // 30}",
        "@w@": str(5 + number % 7),
        "@n@": str(1 + number % 97),
    }
    if shape >= 7:
        name, expr = RECORDS[(number // PER_GROUP * 3 + shape - 7) % len(RECORDS)]
        labels = [f"          team: team-{team}"]
        return [
            f"      - record: {filled(name, marks)}",
            *_expr(filled(expr, marks)),
            "        labels:",
            *labels,
        ]
    name, expr, description = ALERTS[(number // PER_GROUP * 7 + shape) % len(ALERTS)]
    return [
        f"      - alert: {name}{number}",
        *_expr(filled(expr, marks)),
        f"        for: {5 + number % 3 * 5}m",
        "        labels:",
        f"          severity: {('warning', 'critical', 'info')[number % 3]}",
        f"          team: team-{team}",
        "        annotations:",
        f"          summary: {name} on team {team}'s watch.",
        f"          description: {_quoted(description)}",
        f"          runbook_url: https://runbooks.example.com/{name.lower()}",
    ]


def _expr(text: str) -> list[str]:
    if "\n" in text or text.count('"') > 6:
        return ["        expr: |", *(f"          {line}" for line in text.split("\n"))]
    return [f"        expr: {_quoted(text)}"]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def dashboard(number: int) -> str:
    """A classic dashboard of 12 panels, as Grafana exports it."""
    source = {"type": "prometheus", "uid": "prometheus"}
    selector = f'job="shop-{number}", instance=~"$instance"'
    panels = []
    for index, (kind, title, expr, legend, unit) in enumerate(PANELS):
        panels.append(
            {
                "id": index + 1,
                "type": kind,
                "title": title,
                "description": f"{title} of shop {number}.",
                "datasource": source,
                "gridPos": {"h": 8, "w": 8, "x": index % 3 * 8, "y": index // 3 * 8},
                "fieldConfig": {
                    "defaults": {
                        "unit": unit,
                        "color": {"mode": "palette-classic"},
                        "custom": {"drawStyle": "line", "fillOpacity": 10} if kind == "timeseries" else {},
                        "mappings": [],
                        "thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": None}]},
                    },
                    "overrides": [],
                },
                "options": {"tooltip": {"mode": "multi", "sort": "desc"}} if kind == "timeseries" else {},
                "targets": [
                    {
                        "datasource": source,
                        "expr": filled(expr, {"@sel@": selector}),
                        "legendFormat": legend,
                        "refId": "A",
                    }
                ],
            }
        )
    variable = {
        "name": "instance",
        "label": "Instance",
        "type": "query",
        "datasource": source,
        "definition": f'label_values(up{{job="shop-{number}"}}, instance)',
        "query": {"query": f'label_values(up{{job="shop-{number}"}}, instance)', "refId": "A"},
        "includeAll": True,
        "multi": True,
        "refresh": 2,
        "sort": 1,
        "current": {},
        "options": [],
    }
    document = {
        "uid": f"shop-{number}",
        "title": f"Shop {number}",
        "description": f"Traffic, errors and saturation of shop {number}.",
        "tags": ["shop"],
        "editable": False,
        "graphTooltip": 1,
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "templating": {"list": [variable]},
        "annotations": {"list": []},
        "panels": panels,
        "links": [],
    }
    return json.dumps(document, indent=2) + "\n"


def filled(text: str, marks: dict[str, str]) -> str:
    """The text with its `@marks@` replaced."""
    for mark, words in marks.items():
        text = text.replace(mark, words)
    return text
