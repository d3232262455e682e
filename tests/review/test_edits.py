"""Edits of a small world, and the sentence and the risk that each means: dashboards, rules, routes, pipelines, values."""

from __future__ import annotations

from pathlib import Path

import pytest

from obs.graph.subject import Subject
from obs.review.comparison import compare
from tests.review.edits import GONE, edited, subject, world

Edits = list[tuple[str, object]]
Told = list[tuple[str, str, str]]
"""Object, sentence, risk."""

EDITS: list[tuple[Edits, Told]] = [
    # The dashboard itself
    (
        [("board.json:title", "Gateway traffic")],
        [("dashboard traffic", "renamed from 'Traffic' to 'Gateway traffic'", "cosmetic")],
    ),
    (
        [("board.json:uid", "gateway-traffic")],
        [("dashboard gateway-traffic", "uid traffic -> gateway-traffic", "breaking")],
    ),
    (
        [("board.json:description", "Other words.")],
        [("dashboard traffic", "description reads differently", "cosmetic")],
    ),
    ([("board.json:tags", [])], [("dashboard traffic", "tag gateway removed", "behaviour")]),
    ([("board.json:tags/+", "prod")], [("dashboard traffic", "tag prod added", "cosmetic")]),
    (
        [("board.json:refresh", "5s")],
        [("dashboard traffic", "refreshes every 5s instead of 1m", "behaviour")],
    ),
    ([("board.json:refresh", "")], [("dashboard traffic", "no longer refreshes by itself", "behaviour")]),
    (
        [("board.json:time/from", "now-1h")],
        [("dashboard traffic", "opens with now-1h to now instead of now-6h to now", "behaviour")],
    ),
    ([("board.json:timezone", "utc")], [("dashboard traffic", "time zone browser -> utc", "behaviour")]),
    ([("board.json:graphTooltip", 2)], [("dashboard traffic", "tooltip crosshair -> shared", "cosmetic")]),
    ([("board.json:links", [])], [("dashboard traffic", "link 'Runbook' removed", "behaviour")]),
    (
        [("board.json:links/0/url", "https://example.com/other")],
        [("dashboard traffic", "link 'Runbook' leads elsewhere", "behaviour")],
    ),
    (
        [("board.json:links/+", {"type": "link", "title": "Wiki", "url": "https://example.com/wiki"})],
        [("dashboard traffic", "link 'Wiki' added", "cosmetic")],
    ),
    (
        [("board.json:annotations/list", [])],
        [("dashboard traffic", "annotation 'Deploys' removed", "behaviour")],
    ),
    (
        [("board.json:annotations/list/0/expr", "changes(rollouts[1m]) > 0")],
        [("dashboard traffic", "annotation 'Deploys' marks something else", "behaviour")],
    ),
    (
        [("board.json:annotations/list/0/enable", False)],
        [("dashboard traffic", "annotation 'Deploys' is no longer shown", "behaviour")],
    ),
    (
        [
            (
                "board.json:annotations/list/+",
                {
                    "name": "Alerts",
                    "enable": True,
                    "datasource": {"type": "prometheus", "uid": "prometheus"},
                    "expr": "ALERTS",
                },
            )
        ],
        [("dashboard traffic", "annotation 'Alerts' added", "behaviour")],
    ),
    ([("board.json:editable", False)], [("dashboard traffic", "editable yes -> no", "cosmetic")]),
    # Its variables
    (
        [("board.json:templating/list", [])],
        [("dashboard traffic / variable namespace", "variable $namespace removed", "breaking")],
    ),
    (
        [("board.json:templating/list/0/name", "ns")],
        [("dashboard traffic / variable ns", "variable $namespace renamed to $ns", "breaking")],
    ),
    (
        [("board.json:templating/list/0/query/query", "label_values(up, namespace)")],
        [("dashboard traffic / variable namespace", "$namespace offers other values", "behaviour")],
    ),
    (
        [("board.json:templating/list/0/allValue", ".*")],
        [
            (
                "dashboard traffic / variable namespace",
                "$namespace: All means '.*' instead of '.+'",
                "behaviour",
            )
        ],
    ),
    (
        [("board.json:templating/list/0/multi", False)],
        [("dashboard traffic / variable namespace", "$namespace: only one value can be chosen", "behaviour")],
    ),
    (
        [("board.json:templating/list/0/includeAll", False)],
        [("dashboard traffic / variable namespace", "$namespace: All can no longer be chosen", "behaviour")],
    ),
    (
        [("board.json:templating/list/0/current", {"text": ["gateway"], "value": ["gateway"]})],
        [
            (
                "dashboard traffic / variable namespace",
                "$namespace opens with gateway instead of All",
                "behaviour",
            )
        ],
    ),
    (
        [("board.json:templating/list/0/label", "NS")],
        [("dashboard traffic / variable namespace", "$namespace: label Namespace -> NS", "cosmetic")],
    ),
    (
        [("board.json:templating/list/0/hide", 2)],
        [("dashboard traffic / variable namespace", "$namespace is hidden", "cosmetic")],
    ),
    (
        [("board.json:templating/list/0/regex", "/prod-.*/")],
        [
            (
                "dashboard traffic / variable namespace",
                "$namespace filters its values by '/prod-.*/'",
                "behaviour",
            )
        ],
    ),
    (
        [("board.json:templating/list/0/refresh", 1)],
        [("dashboard traffic / variable namespace", "$namespace: refresh time -> load", "behaviour")],
    ),
    (
        [
            (
                "board.json:templating/list/+",
                {
                    "name": "pod",
                    "type": "query",
                    "datasource": {"type": "prometheus", "uid": "prometheus"},
                    "query": {"query": "label_values(up, pod)", "refId": "A"},
                },
            )
        ],
        [("dashboard traffic / variable pod", "variable $pod added", "behaviour")],
    ),
    # Its rows
    (
        [("board.json:panels/4/title", "Pods")],
        [("dashboard traffic", "row 'Details' renamed to 'Pods'", "cosmetic")],
    ),
    ([("board.json:panels/4", GONE)], [("dashboard traffic", "row 'Details' removed", "cosmetic")]),
    (
        [("board.json:panels/4/repeat", "namespace")],
        [("dashboard traffic", "row 'Details' repeats for $namespace", "behaviour")],
    ),
    (
        [
            (
                "board.json:panels/+",
                {
                    "id": 9,
                    "type": "row",
                    "title": "More",
                    "collapsed": False,
                    "panels": [],
                    "gridPos": {"x": 0, "y": 33, "w": 24, "h": 1},
                },
            )
        ],
        [("dashboard traffic", "row 'More' added", "cosmetic")],
    ),
    # Panels
    (
        [("board.json:panels/0/title", "Request rate")],
        [("dashboard traffic / panel Request rate", "renamed from 'Requests' to 'Request rate'", "cosmetic")],
    ),
    (
        [("board.json:panels/0/description", "")],
        [("dashboard traffic / panel Requests", "description removed", "cosmetic")],
    ),
    (
        [("board.json:panels/0/type", "barchart")],
        [("dashboard traffic / panel Requests", "drawn as barchart instead of timeseries", "behaviour")],
    ),
    (
        [("board.json:panels/3", GONE)],
        [("dashboard traffic / panel Error lines", "panel 'Error lines' removed", "breaking")],
    ),
    (
        [
            (
                "board.json:panels/+",
                {
                    "id": 9,
                    "type": "stat",
                    "title": "Up",
                    "description": "What Up shows.",
                    "datasource": {"type": "prometheus", "uid": "prometheus"},
                    "gridPos": {"x": 12, "y": 32, "w": 12, "h": 8},
                    "targets": [
                        {
                            "refId": "A",
                            "expr": "up",
                            "legendFormat": "{{pod}}",
                            "datasource": {"type": "prometheus", "uid": "prometheus"},
                        }
                    ],
                    "options": {},
                    "fieldConfig": {
                        "defaults": {
                            "unit": "reqps",
                            "custom": {"fillOpacity": 10},
                            "mappings": [],
                            "thresholds": {
                                "mode": "absolute",
                                "steps": [{"color": "green", "value": None}, {"color": "red", "value": 80}],
                            },
                        },
                        "overrides": [
                            {
                                "matcher": {"id": "byName", "options": "errors"},
                                "properties": [{"id": "unit", "value": "short"}],
                            }
                        ],
                    },
                },
            )
        ],
        [("dashboard traffic / panel Up", "new panel 'Up' (stat)", "behaviour")],
    ),
    (
        [("board.json:panels/0/id", 77)],
        [("dashboard traffic / panel Requests", "panel id 1 -> 77", "breaking")],
    ),
    (
        [
            ("board.json:panels/0/gridPos", {"x": 12, "y": 8, "w": 12, "h": 8}),
            ("board.json:panels/2/gridPos", {"x": 12, "y": 0, "w": 12, "h": 8}),
        ],
        [
            ("dashboard traffic / panel Requests", "moved", "cosmetic"),
            ("dashboard traffic / panel Slowest", "moved", "cosmetic"),
        ],
    ),
    (
        [("board.json:panels/0/gridPos/h", 6)],
        [("dashboard traffic / panel Requests", "size 12x8 -> 12x6", "cosmetic")],
    ),
    (
        [
            ("board.json:panels/0/datasource/uid", "thanos"),
            ("board.json:panels/0/targets/0/datasource/uid", "thanos"),
        ],
        [("dashboard traffic / panel Requests", "asks thanos instead of prometheus", "behaviour")],
    ),
    (
        [("board.json:panels/0/fieldConfig/defaults/unit", "s")],
        [("dashboard traffic / panel Requests", "unit reqps -> s", "behaviour")],
    ),
    (
        [("board.json:panels/0/fieldConfig/defaults/unit", GONE)],
        [("dashboard traffic / panel Requests", "unit reqps -> none", "behaviour")],
    ),
    (
        [("board.json:panels/0/fieldConfig/defaults/decimals", 2)],
        [("dashboard traffic / panel Requests", "decimals automatic -> 2", "cosmetic")],
    ),
    (
        [("board.json:panels/0/fieldConfig/defaults/min", 0)],
        [("dashboard traffic / panel Requests", "lowest value automatic -> 0", "behaviour")],
    ),
    (
        [("board.json:panels/0/fieldConfig/defaults/thresholds/steps/1/value", 90)],
        [("dashboard traffic / panel Requests", "threshold 80 -> 90", "behaviour")],
    ),
    (
        [("board.json:panels/0/fieldConfig/defaults/thresholds/steps/+", {"color": "dark-red", "value": 95})],
        [("dashboard traffic / panel Requests", "threshold 95 added", "behaviour")],
    ),
    (
        [("board.json:panels/0/fieldConfig/defaults/thresholds/steps/1/color", "orange")],
        [("dashboard traffic / panel Requests", "colours of the steps: green and orange", "cosmetic")],
    ),
    (
        [("board.json:panels/0/fieldConfig/defaults/thresholds/mode", "percentage")],
        [("dashboard traffic / panel Requests", "thresholds are percent of the range now", "behaviour")],
    ),
    (
        [("board.json:panels/0/fieldConfig/defaults/custom/fillOpacity", 0)],
        [("dashboard traffic / panel Requests", "fillOpacity: 10 -> 0", "cosmetic")],
    ),
    (
        [("board.json:panels/0/fieldConfig/defaults/custom/stacking", {"mode": "normal", "group": "A"})],
        [("dashboard traffic / panel Requests", "series are stacked", "behaviour")],
    ),
    (
        [("board.json:panels/0/fieldConfig/defaults/custom/scaleDistribution", {"type": "log", "log": 10})],
        [("dashboard traffic / panel Requests", "the axis is logarithmic", "behaviour")],
    ),
    (
        [
            (
                "board.json:panels/0/fieldConfig/defaults/mappings",
                [{"type": "value", "options": {"0": {"text": "down"}}}],
            )
        ],
        [("dashboard traffic / panel Requests", "values are translated into other texts", "behaviour")],
    ),
    (
        [("board.json:panels/0/fieldConfig/defaults/noValue", "0")],
        [("dashboard traffic / panel Requests", "text without data 'default' -> '0'", "cosmetic")],
    ),
    (
        [("board.json:panels/0/fieldConfig/defaults/color", {"mode": "fixed", "fixedColor": "red"})],
        [("dashboard traffic / panel Requests", "coloured by red instead of default", "cosmetic")],
    ),
    (
        [("board.json:panels/0/fieldConfig/overrides", [])],
        [("dashboard traffic / panel Requests", "override for 'errors' removed", "behaviour")],
    ),
    (
        [("board.json:panels/0/fieldConfig/overrides/0/properties/0/value", "percent")],
        [("dashboard traffic / panel Requests", "unit of 'errors': short -> percent", "behaviour")],
    ),
    (
        [
            (
                "board.json:panels/0/fieldConfig/overrides/+",
                {"matcher": {"id": "byName", "options": "p95"}, "properties": [{"id": "unit", "value": "s"}]},
            )
        ],
        [("dashboard traffic / panel Requests", "override for 'p95' added: unit", "behaviour")],
    ),
    (
        [("board.json:panels/0/targets/0/legendFormat", "{{namespace}}")],
        [("dashboard traffic / panel Requests", "legend '{{pod}}' -> '{{namespace}}'", "cosmetic")],
    ),
    (
        [
            (
                "board.json:panels/0/targets/+",
                {
                    "refId": "B",
                    "expr": "vector(1)",
                    "datasource": {"type": "prometheus", "uid": "prometheus"},
                },
            )
        ],
        [("dashboard traffic / panel Requests", "query B added: vector(1)", "behaviour")],
    ),
    (
        [("board.json:panels/0/targets/0/instant", True)],
        [("dashboard traffic / panel Requests", "asks for the last moment only", "behaviour")],
    ),
    (
        [("board.json:panels/0/targets/0/hide", True)],
        [("dashboard traffic / panel Requests", "its series are hidden now", "behaviour")],
    ),
    # What panels ask
    (
        [
            (
                "board.json:panels/0/targets/0/expr",
                'sum by (namespace) (rate(http_requests_total{namespace=~"$namespace"}[5m]))',
            )
        ],
        [
            ("dashboard traffic / panel Requests", "label `pod` dropped from by()", "behaviour"),
            ("dashboard traffic / panel Requests", "label `namespace` added to by()", "behaviour"),
        ],
    ),
    (
        [
            (
                "board.json:panels/0/targets/0/expr",
                'sum by (pod) (rate(http_requests_total{namespace=~"$namespace"}[$__rate_interval]))',
            )
        ],
        [("dashboard traffic / panel Requests", "window 5m -> $__rate_interval", "behaviour")],
    ),
    (
        [
            (
                "board.json:panels/0/targets/0/expr",
                'sum by (pod) (rate(http_requests_total{namespace=~"$namespace", namespace!="eureka"}[5m]))',
            )
        ],
        [("dashboard traffic / panel Requests", "now excludes namespace eureka", "behaviour")],
    ),
    (
        [
            (
                "board.json:panels/2/targets/0/expr",
                "histogram_quantile(0.99, sum by (le) (rate(http_seconds_bucket[5m])))",
            )
        ],
        [("dashboard traffic / panel Slowest", "quantile 0.95 -> 0.99", "behaviour")],
    ),
    (
        [("board.json:panels/2/targets/0/expr", "sum(")],
        [("dashboard traffic / panel Slowest", "the query is no PromQL any more", "breaking")],
    ),
    (
        [("board.json:panels/3/targets/0/expr", '{namespace="gateway"} |= "WARN"')],
        [
            (
                "dashboard traffic / panel Error lines",
                'now only lines containing "WARN" instead of "ERROR"',
                "behaviour",
            )
        ],
    ),
    (
        [("board.json:panels/3/targets/0/expr", '{namespace="gateway"} |= "ERROR" | json')],
        [("dashboard traffic / panel Error lines", "now runs | json", "behaviour")],
    ),
    (
        [("board.json:panels/3/targets/0/expr", '{namespace="auth"} |= "ERROR"')],
        [("dashboard traffic / panel Error lines", "namespace gateway -> auth", "behaviour")],
    ),
    # How panels show it
    (
        [("board.json:panels/5/transformations", [{"id": "organize", "options": {}}])],
        [("dashboard traffic / panel Pods", "transformed by organize", "behaviour")],
    ),
    (
        [("board.json:panels/2/options", {"reduceOptions": {"calcs": ["max"]}})],
        [
            (
                "dashboard traffic / panel Slowest",
                "shows the highest value instead of the last value",
                "behaviour",
            )
        ],
    ),
    (
        [
            (
                "board.json:panels/0/options",
                {"legend": {"showLegend": False, "displayMode": "list", "placement": "bottom"}},
            )
        ],
        [
            ("dashboard traffic / panel Requests", "legend.displayMode: default -> list", "cosmetic"),
            ("dashboard traffic / panel Requests", "legend.placement: default -> bottom", "cosmetic"),
            ("dashboard traffic / panel Requests", "the legend is hidden", "cosmetic"),
        ],
    ),
    (
        [("board.json:panels/0/repeat", "namespace")],
        [("dashboard traffic / panel Requests", "repeated for each $namespace", "behaviour")],
    ),
    (
        [("board.json:panels/0/links", [{"title": "Logs", "url": "/d/logs"}])],
        [("dashboard traffic / panel Requests", "links of the panel: 'Logs'", "behaviour")],
    ),
    (
        [("board.json:panels/0/interval", "1m")],
        [("dashboard traffic / panel Requests", "shortest step automatic -> 1m", "behaviour")],
    ),
    (
        [("board.json:panels/0/maxDataPoints", 100)],
        [("dashboard traffic / panel Requests", "most points automatic -> 100", "behaviour")],
    ),
    (
        [("board.json:panels/0/timeFrom", "1h")],
        [("dashboard traffic / panel Requests", "own time range none -> 1h", "behaviour")],
    ),
    (
        [("board.json:panels/0/transparent", True)],
        [("dashboard traffic / panel Requests", "without a frame", "cosmetic")],
    ),
    ([("board.json", GONE)], [("dashboard traffic", "dashboard 'Traffic' removed", "breaking")]),
    # Alerts and records
    (
        [("rules.yaml:groups/0/rules/1/expr", "job:http_errors:rate5m > 9")],
        [("alert HighErrors", "looser: > 5 -> > 9", "behaviour")],
    ),
    (
        [("rules.yaml:groups/0/rules/1/expr", "job:http_errors:rate5m >= 5")],
        [("alert HighErrors", "stricter: > 5 -> >= 5", "behaviour")],
    ),
    (
        [("rules.yaml:groups/0/rules/1/for", "10m")],
        [("alert HighErrors", "fires later: for 5m -> 10m", "behaviour")],
    ),
    (
        [("rules.yaml:groups/0/rules/1/for", "1m")],
        [("alert HighErrors", "fires sooner: for 5m -> 1m", "behaviour")],
    ),
    (
        [("rules.yaml:groups/0/rules/1/for", GONE)],
        [("alert HighErrors", "fires sooner: for 5m -> 0s", "behaviour")],
    ),
    (
        [("rules.yaml:groups/0/rules/1/keep_firing_for", "5m")],
        [("alert HighErrors", "resolves later: keep_firing_for 0s -> 5m", "behaviour")],
    ),
    (
        [("rules.yaml:groups/0/rules/1/labels/severity", "critical")],
        [("alert HighErrors", "severity warning -> critical", "behaviour")],
    ),
    (
        [("rules.yaml:groups/0/rules/1/labels/team", "platform")],
        [
            ("alert HighErrors", "HighErrors no longer reaches gateway-team", "breaking"),
            ("alert HighErrors", "label team gateway -> platform", "behaviour"),
        ],
    ),
    (
        [("rules.yaml:groups/0/rules/1/labels/team", GONE)],
        [
            ("alert HighErrors", "HighErrors no longer reaches gateway-team", "breaking"),
            ("alert HighErrors", "label team 'gateway' removed", "behaviour"),
        ],
    ),
    (
        [("rules.yaml:groups/0/rules/1/labels/area", "web")],
        [("alert HighErrors", "label area 'web' added", "behaviour")],
    ),
    (
        [("rules.yaml:groups/0/rules/1/annotations/summary", "Too many errors")],
        [("alert HighErrors", "summary says something else: 'Too many errors'", "cosmetic")],
    ),
    (
        [("rules.yaml:groups/0/rules/1/annotations/runbook_url", GONE)],
        [("alert HighErrors", "runbook_url removed", "behaviour")],
    ),
    (
        [("rules.yaml:groups/0/rules/1/annotations/runbook_url", "https://example.com/other")],
        [("alert HighErrors", "runbook_url leads elsewhere", "behaviour")],
    ),
    (
        [("rules.yaml:groups/0/rules/1/annotations/description", "Look at the logs.")],
        [("alert HighErrors", "description added: 'Look at the logs.'", "cosmetic")],
    ),
    ([("rules.yaml:groups/0/rules/2", GONE)], [("alert HighNodeCPUUsage", "alert removed", "breaking")]),
    (
        [
            (
                "rules.yaml:groups/0/rules/+",
                {"alert": "Down", "expr": "up == 0", "labels": {"severity": "critical"}},
            )
        ],
        [("alert Down", "new alert of severity critical", "behaviour")],
    ),
    (
        [("rules.yaml:groups/0/rules/2/alert", "NodeCPU")],
        [
            ("alert NodeCPU", "renamed from HighNodeCPUUsage to NodeCPU", "breaking"),
            ("alert NodeCPU", "NodeCPU no longer reaches discord", "breaking"),
        ],
    ),
    (
        [("rules.yaml:groups/0/rules/0", GONE)],
        [("record job:http_errors:rate5m", "recording rule removed", "breaking")],
    ),
    (
        [("rules.yaml:groups/0/rules/3", GONE)],
        [("record job:http_in_flight:sum", "recording rule removed", "behaviour")],
    ),
    (
        [("rules.yaml:groups/0/rules/0/record", "job:errors:rate5m")],
        [
            (
                "record job:errors:rate5m",
                "renamed from job:http_errors:rate5m to job:errors:rate5m",
                "breaking",
            )
        ],
    ),
    (
        [
            (
                "rules.yaml:groups/0/rules/0/expr",
                'sum by (job, pod) (rate(http_requests_total{code=~"5.."}[5m]))',
            )
        ],
        [("record job:http_errors:rate5m", "label `pod` added to by()", "behaviour")],
    ),
    (
        [("rules.yaml:groups/0/rules/+", {"record": "job:up:sum", "expr": "sum by (job) (up)"})],
        [("record job:up:sum", "new recording rule", "behaviour")],
    ),
    (
        [("rules.yaml:groups/0/interval", "2m")],
        [
            ("record job:http_errors:rate5m", "evaluated every 2m instead of every 1m", "behaviour"),
            ("alert HighErrors", "evaluated every 2m instead of every 1m", "behaviour"),
            ("alert HighNodeCPUUsage", "evaluated every 2m instead of every 1m", "behaviour"),
            ("record job:http_in_flight:sum", "evaluated every 2m instead of every 1m", "behaviour"),
        ],
    ),
    (
        [("rules.yaml:groups/0/name", "edge")],
        [
            ("record job:http_errors:rate5m", "moved from group gateway to edge", "cosmetic"),
            ("alert HighErrors", "moved from group gateway to edge", "cosmetic"),
            ("alert HighNodeCPUUsage", "moved from group gateway to edge", "cosmetic"),
            ("record job:http_in_flight:sum", "moved from group gateway to edge", "cosmetic"),
        ],
    ),
    (
        [
            (
                "rules.yaml:groups/0/rules/1/expr",
                "job:http_errors:rate5m > 5 and on (job) job:http_in_flight:sum > 10",
            )
        ],
        [("alert HighErrors", "now also only together with 'job:http_in_flight:sum > 10'", "behaviour")],
    ),
    (
        [("rules.yaml:groups/0/rules/1/expr", "job:http_errors:rate5m")],
        [("alert HighErrors", "no longer compared: the condition > 5 is gone", "breaking")],
    ),
    (
        [("rules.yaml:groups/0/rules/1/expr", "job:http_errors:rate5m < 5")],
        [("alert HighErrors", "condition > 5 -> < 5", "breaking")],
    ),
    # Routes
    (
        [("alertmanager.yml:route/routes/0", GONE)],
        [("alert HighNodeCPUUsage", "HighNodeCPUUsage no longer reaches discord", "breaking")],
    ),
    (
        [("alertmanager.yml:route/routes/1/receiver", "discord")],
        [
            ("alert HighErrors", "HighErrors no longer reaches gateway-team", "breaking"),
            ("alert HighErrors", "HighErrors now reaches discord", "behaviour"),
        ],
    ),
    (
        [("alertmanager.yml:route/receiver", "discord")],
        [("routes", "alerts that no route takes go to discord instead of null", "behaviour")],
    ),
    (
        [("alertmanager.yml:route/group_by", ["alertname", "instance"])],
        [
            ("alert HighErrors", "grouped by alertname and instance instead of alertname", "behaviour"),
            ("alert HighNodeCPUUsage", "grouped by alertname and instance instead of alertname", "behaviour"),
        ],
    ),
    (
        [("alertmanager.yml:route/group_by", ["..."])],
        [
            ("alert HighErrors", "grouped by all labels instead of alertname", "behaviour"),
            ("alert HighNodeCPUUsage", "grouped by all labels instead of alertname", "behaviour"),
        ],
    ),
    (
        [("alertmanager.yml:route/group_wait", "2m")],
        [
            ("alert HighErrors", "first message after 2m instead of 30s", "behaviour"),
            ("alert HighNodeCPUUsage", "first message after 2m instead of 30s", "behaviour"),
        ],
    ),
    (
        [("alertmanager.yml:route/group_interval", "10m")],
        [
            ("alert HighErrors", "news of a group after 10m instead of 5m", "behaviour"),
            ("alert HighNodeCPUUsage", "news of a group after 10m instead of 5m", "behaviour"),
        ],
    ),
    (
        [("alertmanager.yml:route/repeat_interval", "12h")],
        [
            ("alert HighErrors", "repeated after 12h instead of 4h", "behaviour"),
            ("alert HighNodeCPUUsage", "repeated after 12h instead of 4h", "behaviour"),
        ],
    ),
    (
        [("alertmanager.yml:receivers/1/discord_configs/0/send_resolved", False)],
        [("receiver discord", "no longer tells when an alert is over", "behaviour")],
    ),
    (
        [
            (
                "alertmanager.yml:receivers/1/discord_configs/0/webhook_url",
                "https://discord.com/api/webhooks/2/second",
            )
        ],
        [("receiver discord", "messages go to another address", "behaviour")],
    ),
    (
        [("alertmanager.yml:receivers/1/discord_configs/0/title", "{{ .CommonLabels.alertname }}")],
        [("receiver discord", "the message reads differently", "cosmetic")],
    ),
    (
        [("alertmanager.yml:receivers/2/webhook_configs/0/url", "http://bot.other.svc/alert")],
        [("receiver gateway-team", "other settings of webhook", "behaviour")],
    ),
    (
        [("alertmanager.yml:receivers/2/webhook_configs", [])],
        [
            ("alert HighErrors", "HighErrors no longer reaches gateway-team", "breaking"),
            ("receiver gateway-team", "no longer writes to webhook", "breaking"),
        ],
    ),
    (
        [
            ("alertmanager.yml:route/routes/0/mute_time_intervals", ["nights"]),
            (
                "alertmanager.yml:time_intervals",
                [
                    {
                        "name": "nights",
                        "time_intervals": [{"times": [{"start_time": "00:00", "end_time": "06:00"}]}],
                    }
                ],
            ),
        ],
        [("alert HighNodeCPUUsage", "muted during nights", "behaviour")],
    ),
    (
        [
            (
                "alertmanager.yml:inhibit_rules",
                [{"source_matchers": ['severity = "critical"'], "target_matchers": ['severity = "warning"']}],
            )
        ],
        [("alert HighErrors", "HighErrors is muted while HighNodeCPUUsage fires", "behaviour")],
    ),
    ([("alertmanager.yml", GONE)], [("routes", "the routes are gone", "breaking")]),
    # Log pipelines
    (
        [("promtail.yaml:scrape_configs/0/pipeline_stages/+", {"drop": {"expression": "DEBUG"}})],
        [
            (
                "log pipeline",
                "lines like 'DEBUG of form 1', 'DEBUG of form 2', 'DEBUG of form 3', 'DEBUG of form 4' and 'DEBUG' are no longer shipped",
                "breaking",
            )
        ],
    ),
    (
        [("promtail.yaml:scrape_configs/0/pipeline_stages/1", GONE)],
        [
            (
                "log pipeline",
                "lines like 'Boot 2 ERROR', 'Boot 3.0 ERROR', 'Boot 3.2 ERROR', 'Boot 3 with tracing ERROR' and 'ERROR' are no longer counted by promtail_custom_spring_errors_total",
                "breaking",
            )
        ],
    ),
    (
        [
            (
                "promtail.yaml:scrape_configs/0/pipeline_stages/1/match/selector",
                '{namespace=~".+"} |~ " ERROR [0-9]+ --- "',
            )
        ],
        [("log pipeline", "the stages changed; every sample line still ends the same", "behaviour")],
    ),
    (
        [("promtail.yaml:scrape_configs/0/pipeline_stages/+", {"static_labels": {"cluster": "dev"}})],
        [
            (
                "log pipeline",
                "lines like 'Boot 2 ERROR', 'Boot 3.0 ERROR', 'Boot 3.2 ERROR', 'Boot 3 with tracing ERROR', 'Boot 3 in colour ERROR' and 24 more get the label cluster",
                "behaviour",
            )
        ],
    ),
    (
        [("promtail.yaml:scrape_configs/0/pipeline_stages/+", {"regex": {"expression": "("}})],
        [("log pipeline", "Promtail refuses the new pipeline", "breaking")],
    ),
    ([("promtail.yaml", GONE)], [("log pipeline", "log pipeline removed", "breaking")]),
    (
        [
            (
                "promtail.yaml:scrape_configs/0/pipeline_stages/1/match/stages/0/metrics",
                {
                    "errors_total": {
                        "type": "Counter",
                        "description": "Errors.",
                        "prefix": "",
                        "config": {"match_all": True, "action": "inc"},
                    }
                },
            )
        ],
        [
            (
                "log pipeline",
                "lines like 'Boot 2 ERROR', 'Boot 3.0 ERROR', 'Boot 3.2 ERROR' and 'Boot 3 with tracing ERROR' are no longer counted by promtail_custom_spring_errors_total, are now counted by promtail_custom_errors_total",
                "breaking",
            )
        ],
    ),
    # Values and releases
    (
        [("chart/values.yaml:loki/loki/limits_config/retention_period", "336h")],
        [("values chart/values.yaml", "loki.loki.limits_config.retention_period: 168h -> 336h", "behaviour")],
    ),
    (
        [("chart/values.yaml:grafana/enabled", False)],
        [("values chart/values.yaml", "grafana.enabled: true -> false", "behaviour")],
    ),
    (
        [("chart/values.yaml:grafana/adminPassword", "second-secret")],
        [("values chart/values.yaml", "grafana.adminPassword: another secret", "behaviour")],
    ),
    (
        [("chart/values.yaml:grafana/replicas", 2)],
        [("values chart/values.yaml", "grafana.replicas: 2 added", "behaviour")],
    ),
    (
        [("chart/values.yaml:grafana/enabled", GONE)],
        [("values chart/values.yaml", "grafana.enabled: true removed", "behaviour")],
    ),
    ([("chart/Chart.yaml:version", "1.1.0")], [("chart monitoring", "version: 1.0.0 -> 1.1.0", "cosmetic")]),
    (
        [("chart/Chart.yaml:dependencies/0/version", "6.7.0")],
        [("chart monitoring", "dependencies[loki].version: 6.6.0 -> 6.7.0", "behaviour")],
    ),
    (
        [("chart/Chart.yaml:dependencies", [])],
        [("chart monitoring", "dependencies[loki] removed", "behaviour")],
    ),
]
BOARD, RULES, ROUTE = "board.json:panels", "rules.yaml:groups/0/rules", "alertmanager.yml:route/routes/0"
ERRORS = 'sum by (job) (rate(http_requests_total{code=~"5.."}[5m]))'
NOTHING: list[Edits] = [
    [("board.json:version", 77)],
    [("board.json:schemaVersion", 41)],
    [("board.json:id", 12)],
    [("board.json:annotations/list/0/expr", "changes( deploys[60s] )  > 0")],
    [
        (
            f"{BOARD}/0/targets/0/expr",
            'sum(\n  rate(http_requests_total{namespace=~"$namespace"}[300s])\n) by (pod)',
        )
    ],
    [(f"{BOARD}/3/targets/0/expr", '{ namespace = "gateway" }\n|= `ERROR`')],
    [(f"{BOARD}/0/fieldConfig/defaults/thresholds/steps/1/value", 80.0)],
    [(f"{BOARD}/0/targets/0/legendFormat", "{{pod}}")],
    [(f"{RULES}", list(reversed(world()["rules.yaml"]["groups"][0]["rules"])))],
    [(f"{RULES}/0/expr", f"(\n{ERRORS}\n)  # why")],
    [(f"{RULES}/1/expr", "5 < job:http_errors:rate5m")],
    [(f"{RULES}/1/for", "300s")],
    [(f"{ROUTE}/matchers", ['severity = "critical"'])],  # whom it reaches is the same
    [(f"{ROUTE}/matchers", ["alertname=HighNodeCPUUsage"])],
    [("alertmanager.yml:route/group_wait", "30000ms")],
    [("promtail.yaml:scrape_configs/0/kubernetes_sd_configs", [])],
]
WHY: list[tuple[Edits, str]] = [
    (
        [(f"{RULES}/1/for", "10m")],
        "told after about 11m15s instead of 6m15s; shorter disturbances are not told",
    ),
    ([(f"{RULES}/1/for", GONE)], "told after about 1m15s instead of 6m15s; one evaluation is enough"),
    ([("alertmanager.yml:route/group_wait", "2m")], "told after about 7m45s instead of 6m15s"),
    ([(f"{RULES}/0", GONE)], "alert HighErrors still reads it"),
    ([(f"{RULES}/1/labels/team", GONE)], "nobody is told of it any more"),
    ([("alertmanager.yml:route/routes/1/receiver", "discord")], "it now goes to discord only"),
    ([("board.json:templating/list", [])], "'Requests' and 'Errors' still ask for $namespace"),
    (
        [(f"{RULES}/+", {"alert": "Down", "expr": "up == 0", "labels": {"team": "x"}})],
        "no route takes it to anybody",
    ),
    ([("chart/values.yaml:grafana/enabled", False)], "it is switched off"),
]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return subject(world(), tmp_path_factory.mktemp("before"))


@pytest.mark.parametrize(("edits", "told"), EDITS)
def test_an_edit(edits: Edits, told: Told, before: Subject, tmp_path: Path) -> None:
    review = compare(before, subject(edited(world(), edits), tmp_path))
    assert [(change.object, change.sentence, change.risk) for change in review.changes] == told


@pytest.mark.parametrize("edits", NOTHING)
def test_an_edit_that_means_nothing(edits: Edits, before: Subject, tmp_path: Path) -> None:
    assert compare(before, subject(edited(world(), edits), tmp_path)).changes == ()


@pytest.mark.parametrize(("edits", "why"), WHY)
def test_why_it_matters(edits: Edits, why: str, before: Subject, tmp_path: Path) -> None:
    assert compare(before, subject(edited(world(), edits), tmp_path)).changes[0].why == why


@pytest.mark.parametrize(("edits", "told"), EDITS)
def test_the_way_back_is_a_change_too(edits: Edits, told: Told, before: Subject, tmp_path: Path) -> None:
    after = subject(edited(world(), edits), tmp_path)
    there, back = compare(before, after), compare(after, before)
    assert bool(back.changes) == bool(there.changes)
    assert compare(after, after).changes == ()


def test_what_reads_a_record_is_named(before: Subject, tmp_path: Path) -> None:
    edits: Edits = [(f"{RULES}/0/expr", ERRORS.replace("(job)", "(job, pod)"))]
    review = compare(before, subject(edited(world(), edits), tmp_path))
    assert review.changes[0].impact == ("alert HighErrors", "receiver gateway-team")


def test_no_secret_is_told(before: Subject, tmp_path: Path) -> None:
    edits: Edits = [("chart/values.yaml:grafana/adminPassword", "second-secret")]
    review = compare(before, subject(edited(world(), edits), tmp_path))
    assert "second-secret" not in repr(review)
    assert "first-secret" not in repr(review)
