"""What other linters of rules find, and some of them only with a server: each by one bad input and one good.

The rows are those of pint 0.87, promtool 2.55, promruval 3, mixtool and amtool 0.28, in our own words.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from obs.checks.runner import Linted, Selection, run
from obs.importer.subject import read
from obs.project.policy import read_policy
from obs.record import dataclass

SERVER = "global: {scrape_interval: 30s, evaluation_interval: 30s, external_labels: {cluster: eu}}\n---\n"
NEWER = "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: k8s}\nspec: {version: v3.1.0}\n---\n"
RETENTION = "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: k8s}\nspec: {retention: 15d}\n---\n"


@dataclass(frozen=True, slots=True)
class Case:
    """`bad` is reported by `check`, `good` is not; `policy` is a team's own, in TOML."""

    row: str
    check: str
    bad: str
    good: str
    policy: str = ""

    def __str__(self) -> str:
        return self.row


def alert(expr: str, rest: str = "", *, before: str = "", group: str = "") -> str:
    """A file with one alert."""
    body = f"groups:\n  - name: g{group}\n    rules:\n      - alert: Odd\n        expr: {quoted(expr)}\n"
    return before + body + "".join(f"        {line}\n" for line in rest.splitlines())


def rules(*lines: str, before: str = "") -> str:
    """A file with one group; each rule in YAML's flow style."""
    return before + "groups:\n  - name: g\n    rules:\n" + "".join(f"      - {line}\n" for line in lines)


def quoted(expr: str) -> str:
    return "'" + expr.replace("'", "''") + "'"


def says(text: str) -> str:
    return f"annotations: {{summary: {quoted(text)}}}"


FIVE = "for: 5m"

SYNTAX = [
    Case("promql-syntax", "invalid-promql", alert("sum(foo) without("), alert("sum without(x)(foo) > 0")),
    Case(
        "logql-syntax",
        "invalid-logql",
        alert('sum(count_over_time({app="x"} |= "e" [5m]) > 0'),
        alert('sum(count_over_time({app="x"} |= "e" [5m])) > 0'),
    ),
    Case(
        "logql-needs-range-aggregation",
        "log-query-in-rule",
        alert('{app="x"} |= "e"'),
        alert('count_over_time({app="x"} |= "e" [5m]) > 0'),
    ),
    Case("unknown-key", "unknown-rule-key", alert("up == 0", "fore: 5m"), alert("up == 0", FIVE)),
    Case("duplicate-key", "duplicate-key", alert("up == 0", "for: 5m\nfor: 6m"), alert("up == 0", FIVE)),
    Case(
        "annotation-not-a-string",
        "not-a-string",
        alert(
            "up == 0",
            "annotations: {summary: no}",
            before="apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a}\nspec:\n",
        )
        .replace("\ngroups", "\n  groups")
        .replace(
            "\n  - name: g\n    rules:\n      - alert: Odd\n        expr: 'up == 0'\n        annotations",
            "\n    - name: g\n      rules:\n        - alert: Odd\n          expr: 'up == 0'\n          annotations",
        ),
        alert("up == 0", "annotations: {summary: 'no'}"),
    ),
    Case(
        "both-record-and-alert",
        "alert-and-record",
        rules("{alert: A, record: 'a:b', expr: up == 0}"),
        rules("{alert: A, expr: up == 0}"),
    ),
    Case(
        "neither-record-nor-alert",
        "rule-without-name",
        rules("{expr: up == 0}"),
        rules("{alert: A, expr: up == 0}"),
    ),
    Case("no-expr", "rule-without-expr", rules("{alert: A}"), rules("{alert: A, expr: up == 0}")),
    Case(
        "for-on-record",
        "alerting-key-on-record",
        rules("{record: 'a:b', expr: sum(up), for: 5m}"),
        rules("{record: 'a:b', expr: sum(up)}"),
    ),
    Case(
        "braces-in-record-name",
        "invalid-rule-name",
        rules("{record: 'a{b=\"c\"}', expr: sum(up)}"),
        rules("{record: 'a:b', expr: sum(up)}"),
    ),
    Case(
        "label-name",
        "invalid-label-name",
        alert("up == 0", "labels: {a-b: c}"),
        alert("up == 0", "labels: {a_b: c}"),
    ),
    Case(
        "repeated-group-name",
        "repeated-group-name",
        "groups: [{name: a, rules: []}, {name: a, rules: []}]\n",
        "groups: [{name: a, rules: []}, {name: b, rules: []}]\n",
    ),
    Case(
        "empty-group-name",
        "empty-group-name",
        "groups: [{name: '', rules: []}]\n",
        "groups: [{name: a, rules: []}]\n",
    ),
    Case("duration-invalid", "invalid-rule-duration", alert("up == 0", "for: foo"), alert("up == 0", FIVE)),
    Case("duration-redundant", "redundant-zero-for", alert("up == 0", "for: 0s"), alert("up == 0")),
    Case(
        "template-undefined-variable",
        "invalid-template",
        alert("up == 0", says("{{ $label.x }}")),
        alert("up == 0", says("{{ $labels.x }}")),
    ),
    Case(
        "template-unknown-function",
        "invalid-template",
        alert("up == 0", says("{{ humanise $value }}")),
        alert("up == 0", says("{{ humanize $value }}")),
    ),
    Case(
        "template-wrong-type",
        "invalid-template",
        alert("up == 0", says("{{ $value | first }}")),
        alert("up == 0", says('{{ query "up" | first | value }}')),
    ),
    Case(
        "template-query-syntax",
        "template-query-invalid",
        alert("up == 0", says('{{ with query "sum(up" }}{{ . | first | value }}{{ end }}')),
        alert("up == 0", says('{{ with query "sum(up)" }}{{ . | first | value }}{{ end }}')),
    ),
    Case(
        "template-query-label",
        "template-query-invalid",
        alert("up == 0", says('{{ with query "sum(up)" }}{{ . | first | label "instance" }}{{ end }}')),
        alert(
            "up == 0",
            says('{{ with query "sum by (instance) (up)" }}{{ . | first | label "instance" }}{{ end }}'),
        ),
    ),
    Case(
        "experimental-function",
        "experimental-function-without-flag",
        alert("mad_over_time(node_load1[5m]) > 1"),
        alert("stddev_over_time(node_load1[5m]) > 1"),
    ),
    Case("well-formatted", "well-formatted", alert("sum  by(job)(up)==0"), alert("sum by (job) (up) == 0")),
    Case(
        "large-number-underscores",
        "large-number-without-underscores",
        alert("node_memory_MemFree_bytes < 5400000"),
        alert("node_memory_MemFree_bytes < 5_400_000"),
    ),
]

EXISTENCE = [
    Case("unknown-metric", "unknown-metric", alert("node_laod1 > 5"), alert("node_load1 > 5")),
    Case(
        "unknown-label-on-metric",
        "unknown-label-on-metric",
        alert('sum(rate(container_cpu_usage_seconds_total{pod_name="a"}[5m])) > 1'),
        alert('sum(rate(container_cpu_usage_seconds_total{pod="a"}[5m])) > 1'),
    ),
    Case(
        "unknown-label-value",
        "unknown-label-value",
        alert('kube_pod_status_phase{phase="Runing"} == 1'),
        alert('kube_pod_status_phase{phase="Running"} == 1'),
    ),
    Case(
        "unknown-alert-in-ALERTS",
        "alerts-name-unknown",
        rules("{alert: Down, expr: up == 0}", "{alert: Many, expr: 'count(ALERTS{alertname=\"Doun\"}) > 5'}"),
        rules("{alert: Down, expr: up == 0}", "{alert: Many, expr: 'count(ALERTS{alertname=\"Down\"}) > 5'}"),
    ),
    Case(
        "labels-through-a-recording-rule",
        "unknown-label-on-metric",
        rules(
            "{record: 'job:up:sum', expr: sum by (job) (up)}",
            "{alert: A, expr: 'job:up:sum{pod=\"x\"} == 0'}",
        ),
        rules(
            "{record: 'job:up:sum', expr: sum by (job) (up)}",
            "{alert: A, expr: 'job:up:sum{job=\"x\"} == 0'}",
        ),
    ),
    Case(
        "removed-dependency",
        "recording-rule-missing",
        rules("{record: 'job:up:sum', expr: sum by (job) (up)}", "{alert: A, expr: 'job:up:total == 0'}"),
        rules("{record: 'job:up:sum', expr: sum by (job) (up)}", "{alert: A, expr: 'job:up:sum == 0'}"),
    ),
    Case(
        "missing-matcher",
        "missing-matcher",
        alert("absent(up)", FIVE),
        alert('absent(up{job="x"})', FIVE),
        'required-matchers = ["job"]\nrequired-matchers-in = ["absent"]\n',
    ),
    Case(
        "no-metric-name",
        "forbidden-selector",
        alert('{job="x"} == 0'),
        alert('up{job="x"} == 0'),
        "named-metrics = true\n",
    ),
    Case(
        "forbidden-metric",
        "forbidden-selector",
        alert("node_load1 > 5"),
        alert("node_load5 > 5"),
        'forbidden-metrics = ["node_load1"]\n',
    ),
    Case(
        "forbidden-label",
        "forbidden-selector",
        alert('up{pod="x"} == 0'),
        alert('up{job="x"} == 0'),
        'forbidden-matchers = ["pod"]\n',
    ),
    Case(
        "label-typo",
        "misspelt-rule-label",
        alert("up == 0", "labels: {serverity: critical}"),
        alert("up == 0", "labels: {severity: critical}"),
    ),
]

FLOW = [
    Case(
        "template-missing-label",
        "template-label-missing",
        alert("sum(up) == 0", says("{{ $labels.job }} is down")),
        alert("sum by (job) (up) == 0", says("{{ $labels.job }} is down")),
    ),
    Case(
        "external-label-missing",
        "external-label-unknown",
        alert("up == 0", says("in {{ $externalLabels.region }}"), before=SERVER),
        alert("up == 0", says("in {{ $externalLabels.cluster }}"), before=SERVER),
    ),
    Case(
        "value-in-label",
        "value-in-label",
        alert("up == 0", "labels: {severity: '{{ $value }}'}"),
        alert("up == 0", "labels: {severity: critical}"),
    ),
    Case(
        "dead-join",
        "impossible-join",
        alert('foo{job="a"} unless sum(foo)'),
        alert('foo{job="a"} unless on() (sum(foo) > 1)'),
    ),
    Case(
        "vector-mismatch-values",
        "vector-mismatch",
        alert('foo{a="x"} / foo{a="y"} > 1'),
        alert('foo{a="x"} / ignoring(a) foo{a="y"} > 1'),
    ),
    Case(
        "vector-mismatch-labels",
        "one-sided-label",
        alert("node_filesystem_avail_bytes / node_load1 > 1"),
        alert("node_filesystem_avail_bytes / node_filesystem_size_bytes > 0.5"),
    ),
    Case(
        "many-to-many-risk",
        "many-to-many-risk",
        alert("sum by (pod) (up) * on(pod) group_left(node) kube_pod_info > 0"),
        alert("sum by (pod) (up) * on(pod) group_left(node) topk by (pod) (1, kube_pod_info) > 0"),
    ),
    Case(
        "dead-label",
        "impossible-label",
        alert("group by (cluster) (sum(errors)) > 0"),
        alert("group by (cluster) (sum by (cluster) (errors)) > 0"),
    ),
    Case("dead-branch", "constant-before-or", alert("vector(1) or foo"), alert("foo > 1 or vector(1) > 2")),
    Case("dead-branch-static", "dead-branch", alert("0 > bool 0"), alert("up > 0")),
    Case(
        "absent-always-empty",
        "absent-always-empty",
        alert("absent(foo or vector(0))", FIVE),
        alert("absent(foo)", FIVE),
    ),
    Case(
        "absent-loses-labels",
        "absent-loses-labels",
        alert('absent(up{job="x"})', f"{FIVE}\n{says('{{ $labels.instance }} is gone')}"),
        alert('absent(up{job="x"})', f"{FIVE}\n{says('{{ $labels.job }} is gone')}"),
    ),
    Case(
        "required-label",
        "aggregation-against-policy",
        alert("sum by (cluster) (x) > 1"),
        alert("sum by (cluster, job) (x) > 1"),
        'keep-labels = ["job"]\n',
    ),
    Case(
        "stripped-label",
        "aggregation-against-policy",
        alert("sum by (cluster, pod) (x) > 1"),
        alert("sum by (cluster) (x) > 1"),
        'strip-labels = ["pod"]\n',
    ),
]

SEMANTICS = [
    Case(
        "counter-read-raw",
        "counter-read-raw",
        alert("errors_total > 10"),
        alert("increase(errors_total[1h]) > 10"),
    ),
    Case(
        "rate-on-gauge",
        "rate-on-gauge",
        alert("rate(node_load1[5m]) > 1"),
        alert("deriv(node_load1[5m]) > 1"),
    ),
    Case(
        "range-too-short",
        "range-shorter-than-two-scrapes",
        alert("rate(errors_total[30s]) > 1", FIVE, before=SERVER),
        alert("rate(errors_total[2m]) > 1", FIVE, before=SERVER),
    ),
    Case(
        "rate-of-aggregated-record",
        "rate-of-aggregate",
        rules(
            "{record: 'job:req:sum', expr: sum by (job) (req_total)}",
            "{alert: A, expr: 'rate(job:req:sum[5m]) > 1'}",
        ),
        rules(
            "{record: 'job:req:rate5m', expr: 'sum by (job) (rate(req_total[5m]))'}",
            "{alert: A, expr: 'job:req:rate5m > 1'}",
        ),
    ),
    Case(
        "rate-before-aggregation",
        "rate-of-aggregate",
        alert("rate(sum(req_total)[5m:]) > 1"),
        alert("sum(rate(req_total[5m])) > 1"),
    ),
    Case(
        "irate-in-rule", "irate-in-rule", alert("irate(req_total[5m]) > 1"), alert("rate(req_total[5m]) > 1")
    ),
    Case(
        "nan-in-aggregation",
        "nan-in-aggregation",
        alert("sum(errors / requests) > 1"),
        alert("sum(errors / (requests > 0)) > 1"),
    ),
    Case(
        "bucket-arithmetic", "bucket-arithmetic", alert("a_bucket - b_bucket > 1"), alert("a_sum - b_sum > 1")
    ),
    Case(
        "humanize-needed",
        "humanize-missing",
        alert("rate(req_total[5m]) > 1", says("{{ $value }} requests a second")),
        alert("rate(req_total[5m]) > 1", says("{{ $value | humanize }} requests a second")),
    ),
    Case("regex-redundant", "regex-redundant", alert('up{job=~"a"} == 0'), alert('up{job="a"} == 0')),
    Case(
        "regex-anchors",
        "regex-anchors-redundant",
        alert('up{job=~"^a.b$"} == 0'),
        alert('up{job=~"a.b"} == 0'),
    ),
    Case("regex-wildcard", "regex-matches-everything", alert('up{job=~".*"} == 0'), alert("up == 0")),
    Case("regex-smelly", "regex-smelly", alert('up{job=~"svc_.+_prod"} == 0'), alert('up{env="prod"} == 0')),
    Case(
        "quantile-out-of-range",
        "quantile-out-of-range",
        alert("histogram_quantile(95, sum by (le) (rate(x_bucket[5m]))) > 1"),
        alert("histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m]))) > 1"),
    ),
    Case(
        "quantile-without-le",
        "histogram-quantile-without-le",
        alert("histogram_quantile(0.95, sum by (job) (rate(x_bucket[5m]))) > 1"),
        alert("histogram_quantile(0.95, sum by (job, le) (rate(x_bucket[5m]))) > 1"),
    ),
    Case(
        "limit-ratio-out-of-range",
        "quantile-out-of-range",
        alert("quantile_over_time(99, node_load1[5m]) > 1"),
        alert("quantile_over_time(0.99, node_load1[5m]) > 1"),
    ),
    Case(
        "le-not-a-bucket",
        "unknown-bucket",
        alert('rate(alertmanager_notification_latency_seconds_bucket{le="3"}[5m]) > 1'),
        alert('rate(alertmanager_notification_latency_seconds_bucket{le="5"}[5m]) > 1'),
    ),
    Case(
        "mixed-histograms",
        "histogram-without-suffix",
        alert("apiserver_request_duration_seconds > 1"),
        alert("rate(apiserver_request_duration_seconds_count[5m]) > 1"),
    ),
    Case(
        "le-of-prometheus-3",
        "integer-bucket-matcher",
        alert('rate(apiserver_request_duration_seconds_bucket{le="1"}[5m]) > 1', before=NEWER),
        alert('rate(apiserver_request_duration_seconds_bucket{le="1.0"}[5m]) > 1', before=NEWER),
    ),
    Case(
        "units",
        "ratio-compared-with-percent",
        alert("node_filesystem_avail_bytes / node_filesystem_size_bytes < 10"),
        alert("node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.10"),
    ),
    Case(
        "units-added",
        "mixed-units",
        alert("node_memory_MemFree_bytes + node_time_seconds > 1"),
        alert("node_memory_MemFree_bytes + node_memory_Cached_bytes > 1"),
    ),
]

BEHAVIOUR = [
    Case("always-firing", "always-firing", alert("up"), alert("up == 0")),
    Case("always-firing-bool", "always-firing", alert("foo > bool 5"), alert("foo > 5")),
    Case(
        "absent-without-for",
        "absent-without-for",
        alert('absent(up{job="a"})'),
        alert('absent(up{job="a"})', "for: 2m"),
    ),
    Case("flapping-topk", "flapping-topk", alert("topk(10, x > 0)"), alert("x > 0")),
    Case(
        "flapping-topk-on-the-one-side",
        "flapping-topk",
        alert("topk(1, x) > 0"),
        alert("a * on(pod) group_left(node) topk by (pod) (1, kube_pod_info) > 0"),
    ),
    Case(
        "restart-race",
        "restart-race",
        alert('sum(a{job="x"}) / sum(b{job="y"}) > 0.1'),
        alert('sum(a{job="x"}) / sum(b{job="y"}) > 0.1', "for: 2m"),
    ),
    Case(
        "for-bounds",
        "duration-against-policy",
        alert("up == 0", "for: 1h"),
        alert("up == 0", FIVE),
        'max-for = "15m"\n',
    ),
    Case(
        "keep-firing-bounds",
        "duration-against-policy",
        alert("up == 0", "keep_firing_for: 3h"),
        alert("up == 0", "keep_firing_for: 10m"),
        'max-keep-firing-for = "1h"\n',
    ),
    Case(
        "interval-too-long",
        "group-interval-too-long",
        alert("up == 0", group="\n    interval: 10m"),
        alert("up == 0", "keep_firing_for: 10m", group="\n    interval: 10m"),
    ),
    Case(
        "interval-bounds",
        "group-against-policy",
        alert("up == 0", group="\n    interval: 10s"),
        alert("up == 0", group="\n    interval: 1m"),
        'lint:min-group-interval = "30s"\n',
    ),
    Case(
        "max-rules",
        "group-against-policy",
        rules("{alert: A, expr: up == 0}", "{alert: B, expr: up == 1}"),
        rules("{alert: A, expr: up == 0}"),
        "lint:max-rules-per-group = 1\n",
    ),
    Case(
        "range-over-retention",
        "range-longer-than-retention",
        alert("avg_over_time(x[40d]) > 1", before=RETENTION),
        alert("avg_over_time(x[10d]) > 1", before=RETENTION),
    ),
    Case(
        "offset-over-retention",
        "offset-longer-than-retention",
        alert("x offset 20d > 1", before=RETENTION),
        alert("x offset 2d > 1", before=RETENTION),
    ),
    Case(
        "too-long-scrape-interval",
        "scrape-interval-too-long",
        "global: {scrape_interval: 5m}\nscrape_configs: [{job_name: a, static_configs: [{targets: ['a:1']}]}]\n",
        "global: {scrape_interval: 1m}\nscrape_configs: [{job_name: a, static_configs: [{targets: ['a:1']}]}]\n",
    ),
    Case(
        "sum-or-vector-zero-is-an-idiom",
        "dead-branch",
        alert("vector(0) > 1"),
        alert("sum(foo or vector(0)) > 0"),
    ),
]

NAMING = [
    Case(
        "required-label",
        "label-against-policy",
        alert("up == 0"),
        alert("up == 0", "labels: {team: a}"),
        'required-labels = ["team"]\n',
    ),
    Case(
        "allowed-value",
        "label-against-policy",
        alert("up == 0", "labels: {severity: bad}"),
        alert("up == 0", "labels: {severity: critical}"),
        'label-values = { severity = ["critical"] }\n',
    ),
    Case(
        "required-annotation",
        "annotation-against-policy",
        alert("up == 0"),
        alert("up == 0", says("down")),
        'required-annotations = ["summary"]\n',
    ),
    Case(
        "annotation-pattern",
        "annotation-against-policy",
        alert("up == 0", "annotations: {runbook_url: wiki}"),
        alert("up == 0", "annotations: {runbook_url: 'https://wiki/a'}"),
        'annotation-patterns = { runbook_url = "https://.+" }\n',
    ),
    Case(
        "alert-name-camelcase",
        "alert-name-not-camelcase",
        alert("up == 0").replace("Odd", "odd_thing"),
        alert("up == 0"),
    ),
    Case(
        "alert-severity",
        "severity-unknown",
        alert("up == 0", "labels: {severity: bad}"),
        alert("up == 0", "labels: {severity: warning}"),
    ),
    Case(
        "alert-description-missing",
        "description-missing",
        alert("up == 0"),
        alert("up == 0", "annotations: {description: 'It is {{ $value }}.'}"),
    ),
    Case(
        "alert-description-templating",
        "description-untemplated",
        alert("up == 0", "annotations: {description: It is down.}"),
        alert("up == 0", "annotations: {description: '{{ $labels.job }} is down.'}"),
    ),
    Case(
        "alert-summary-missing",
        "summary-missing",
        alert("up == 0"),
        alert("up == 0", says("A target is down.")),
    ),
    Case(
        "alert-summary-templating",
        "summary-templated",
        alert("up == 0", says("{{ $labels.job }} is down.")),
        alert("up == 0", says("A target is down.")),
    ),
    Case(
        "alert-summary-style",
        "summary-style",
        alert("up == 0", says("a target is down")),
        alert("up == 0", says("A target is down.")),
    ),
    Case(
        "critical-needs-runbook",
        "missing-runbook",
        alert("up == 0", "labels: {severity: critical}"),
        alert("up == 0", "labels: {severity: critical}\nannotations: {runbook_url: 'https://wiki/a'}"),
    ),
    Case(
        "reject",
        "label-against-policy",
        alert("up == 0", "labels: {tmp: a}"),
        alert("up == 0", "labels: {team: a}"),
        'forbidden-labels = ["tmp"]\n',
    ),
    Case(
        "record-name",
        "record-name-without-level",
        rules("{record: up_sum, expr: sum(up)}"),
        rules("{record: 'job:up:sum', expr: sum by (job) (up)}"),
    ),
    Case(
        "alert-name-pattern",
        "name-against-policy",
        alert("up == 0"),
        alert("up == 0").replace("Odd", "ShopOdd"),
        'name-pattern = "Shop.+"\n',
    ),
    Case(
        "owner-required",
        "missing-owner",
        alert("up == 0"),
        alert("up == 0", "labels: {owner: shop}"),
        'owners = ["shop"]\n',
    ),
    Case(
        "conflict-with-external-labels",
        "external-label-overridden",
        alert("up == 0", "labels: {cluster: us}", before=SERVER),
        alert("up == 0", "labels: {team: a}", before=SERVER),
    ),
    Case(
        "report",
        "reported-by-policy",
        alert("up == 0"),
        rules("{record: 'job:up:sum', expr: sum by (job) (up)}"),
        'kinds = ["alert"]\nreport = "ask the platform team"\n',
    ),
]

PANEL = """---
apiVersion: v1
kind: ConfigMap
metadata: {name: page, labels: {grafana_dashboard: "1"}}
data:
  page.json: '{"uid": "p", "title": "P", "schemaVersion": 39, "panels": []}'
"""
STRUCTURE = [
    Case(
        "duplicate-rule",
        "duplicate-rule",
        rules("{alert: A, expr: x > 1}", "{alert: A, expr: x > 1}"),
        rules("{alert: A, expr: x > 1}", "{alert: B, expr: x > 1}"),
    ),
    Case(
        "overlapping-alert",
        "overlapping-alert",
        rules(
            "{alert: A, expr: job_duration > 5400}", "{alert: A, expr: 'job_duration{type!=\"foo\"} > 3600'}"
        ),
        rules(
            "{alert: A, expr: 'job_duration{type=\"foo\"} > 5400'}",
            "{alert: A, expr: 'job_duration{type!=\"foo\"} > 3600'}",
        ),
    ),
    Case(
        "cross-group-dependency",
        "cross-group-dependency",
        "groups: [{name: a, rules: [{record: 'e:rate5m', expr: 'rate(e_total[5m])'}]}, {name: b, rules: [{record: 'e:avg', expr: 'avg(e:rate5m)'}]}]\n",
        "groups: [{name: a, rules: [{record: 'e:rate5m', expr: 'rate(e_total[5m])'}, {record: 'e:avg', expr: 'avg(e:rate5m)'}]}]\n",
    ),
    Case(
        "use-the-recording-rule",
        "use-the-recording-rule",
        rules(
            "{record: 'foo:rate5m', expr: 'rate(foo_total[5m])'}",
            "{alert: A, expr: 'sum(rate(foo_total[5m])) > 1'}",
        ),
        rules(
            "{record: 'foo:rate5m', expr: 'rate(foo_total[5m])'}", "{alert: A, expr: 'sum(foo:rate5m) > 1'}"
        ),
    ),
    Case(
        "record-after-its-reader",
        "record-after-its-reader",
        rules("{alert: A, expr: 'foo:rate5m > 1'}", "{record: 'foo:rate5m', expr: 'rate(foo_total[5m])'}"),
        rules("{record: 'foo:rate5m', expr: 'rate(foo_total[5m])'}", "{alert: A, expr: 'foo:rate5m > 1'}"),
    ),
    Case(
        "unused-recording-rule",
        "unused-recording-rule",
        rules("{record: 'foo:rate5m', expr: 'rate(foo_total[5m])'}", "{alert: A, expr: up == 0}") + PANEL,
        rules("{record: 'foo:rate5m', expr: 'rate(foo_total[5m])'}", "{alert: A, expr: 'foo:rate5m > 1'}")
        + PANEL,
    ),
    Case(
        "idle-pipeline-metric",
        "idle-shorter-than-range",
        "scrape_configs: [{job_name: a, pipeline_stages: [{regex: {expression: '(?P<error>ERROR)'}}, {metrics: {errors_total: {type: Counter, source: error, max_idle_duration: 5m, config: {action: inc}}}}]}]\n---\n"
        + alert("increase(promtail_custom_errors_total[1h]) > 0"),
        "scrape_configs: [{job_name: a, pipeline_stages: [{regex: {expression: '(?P<error>ERROR)'}}, {metrics: {errors_total: {type: Counter, source: error, max_idle_duration: 2h, config: {action: inc}}}}]}]\n---\n"
        + alert("increase(promtail_custom_errors_total[1h]) > 0"),
    ),
    Case(
        "silent-in-total-outage",
        "silent-in-total-outage",
        alert('sum(rate(r_total{code=~"2.."}[5m])) / sum(rate(r_total[5m])) < 0.99'),
        alert(
            '1 - (sum(rate(r_total{code=~"5.."}[5m])) or 0 * sum(rate(r_total[5m]))) / sum(rate(r_total[5m])) < 0.99'
        ),
    ),
]


def manager(
    route: str, receivers: str = "[{name: a, webhook_configs: [{url: 'http://x'}]}]", rest: str = ""
) -> str:
    return f"route: {route}\nreceivers: {receivers}\n{rest}"


GOOD = manager("{receiver: a}")
ALERTMANAGER = [
    Case("undefined-receiver", "undefined-receiver", manager("{receiver: b}"), GOOD),
    Case(
        "undefined-time-interval",
        "refused-alertmanager-config",
        manager("{receiver: a, routes: [{mute_time_intervals: [night]}]}"),
        GOOD,
    ),
    Case(
        "duplicate-receiver",
        "refused-alertmanager-config",
        manager("{receiver: a}", "[{name: a}, {name: a}]"),
        GOOD,
    ),
    Case(
        "root-with-matchers", "refused-alertmanager-config", manager("{receiver: a, matchers: ['a=b']}"), GOOD
    ),
    Case("root-with-continue", "refused-alertmanager-config", manager("{receiver: a, continue: true}"), GOOD),
    Case("missing-default-receiver", "refused-alertmanager-config", manager("{group_by: [a]}"), GOOD),
    Case(
        "group-by-duplicate",
        "refused-alertmanager-config",
        manager("{receiver: a, group_by: [x, x]}"),
        manager("{receiver: a, group_by: [x]}"),
    ),
    Case(
        "group-by-mixed",
        "refused-alertmanager-config",
        manager("{receiver: a, group_by: [x, '...']}"),
        manager("{receiver: a, group_by: ['...']}"),
    ),
    Case(
        "zero-group-interval",
        "refused-alertmanager-config",
        manager("{receiver: a, group_interval: 0s}"),
        manager("{receiver: a, group_interval: 1m}"),
    ),
    Case(
        "zero-repeat-interval",
        "refused-alertmanager-config",
        manager("{receiver: a, repeat_interval: 0s}"),
        manager("{receiver: a, repeat_interval: 4h}"),
    ),
    Case(
        "discord-without-address",
        "refused-alertmanager-config",
        manager("{receiver: a}", "[{name: a, discord_configs: [{title: x}]}]"),
        GOOD,
    ),
    Case(
        "route-label-not-guaranteed",
        "matcher-on-absent-label",
        manager(
            "{receiver: a, routes: [{receiver: b, matchers: ['namespace=\"shop\"']}]}",
            "[{name: a, webhook_configs: [{url: 'http://x'}]}, {name: b, webhook_configs: [{url: 'http://y'}]}]",
        )
        + "---\n"
        + alert("sum(rate(e_total[5m])) > 1"),
        manager(
            "{receiver: a, routes: [{receiver: b, matchers: ['namespace=\"shop\"']}]}",
            "[{name: a, webhook_configs: [{url: 'http://x'}]}, {name: b, webhook_configs: [{url: 'http://y'}]}]",
        )
        + "---\n"
        + alert("sum by (namespace) (rate(e_total[5m])) > 1"),
    ),
]

CASES: Sequence[Case] = [
    *SYNTAX,
    *EXISTENCE,
    *FLOW,
    *SEMANTICS,
    *BEHAVIOUR,
    *NAMING,
    *STRUCTURE,
    *ALERTMANAGER,
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bad_is_told_and_good_is_not(case: Case, tmp_path: Path) -> None:
    assert case.check in found(case.bad, case.policy, tmp_path / "bad"), "the bad one is not told"
    assert case.check not in found(case.good, case.policy, tmp_path / "good"), "the good one is told"


def found(text: str, policy: str, folder: Path) -> set[str]:
    """The names of everything that is found, checks of taste and of mixins included."""
    folder.mkdir()
    (folder / "files.yaml").write_text(text, encoding="utf-8")
    subject, reader = read((folder,), root=folder)
    if policy:
        own = policy.removeprefix("lint:")
        (folder / "policy.toml").write_text(f"[lint]\n{own}" if own != policy else f"[[lint.policy]]\n{own}")
        object.__setattr__(subject, "policy", read_policy(folder / "policy.toml"))
    linted = Linted(subject, None, tuple(reader), subject.files)
    return {one.check for one in run(linted, Selection("mixin", select=("*",)))}
