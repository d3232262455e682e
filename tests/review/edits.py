"""A small world as files, and edits of it: `world` is what stands on both sides, an edit changes one of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from obs.graph.subject import Subject
from obs.importer.subject import read

World = dict[str, Any]
GONE = object()
"""As a value: take away what is there."""
PROMETHEUS = {"type": "prometheus", "uid": "prometheus"}
LOKI = {"type": "loki", "uid": "loki"}


def _panel(number: int, kind: str, title: str, expr: str, **more: Any) -> dict[str, Any]:
    source = LOKI if expr.startswith("{") else PROMETHEUS
    return {
        "id": number,
        "type": kind,
        "title": title,
        "description": f"What {title} shows.",
        "datasource": source,
        "gridPos": {"x": 12 * (number % 2), "y": 8 * (number // 2), "w": 12, "h": 8},
        "targets": [{"refId": "A", "expr": expr, "legendFormat": "{{pod}}", "datasource": source}],
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
            "overrides": [{"matcher": {"id": "byName", "options": "errors"}, "properties": [{"id": "unit", "value": "short"}]}],
        },
        **more,
    }  # fmt: skip


def world() -> World:
    """One dashboard, rules, routes, a log pipeline, values and a chart."""
    return {
        "board.json": {
            "uid": "traffic",
            "title": "Traffic",
            "description": "Requests of the gateway.",
            "schemaVersion": 39,
            "tags": ["gateway"],
            "timezone": "browser",
            "refresh": "1m",
            "time": {"from": "now-6h", "to": "now"},
            "graphTooltip": 1,
            "links": [{"type": "link", "title": "Runbook", "url": "https://example.com/runbook"}],
            "annotations": {"list": [{"name": "Deploys", "enable": True, "datasource": PROMETHEUS, "expr": "changes(deploys[1m]) > 0"}]},
            "templating": {
                "list": [
                    {
                        "name": "namespace", "type": "query", "label": "Namespace", "datasource": PROMETHEUS, "refresh": 2,
                        "query": {"query": "label_values(http_requests_total, namespace)", "refId": "A"},
                        "includeAll": True, "multi": True, "allValue": ".+", "current": {"text": ["All"], "value": ["$__all"]},
                    }
                ]
            },
            "panels": [
                _panel(1, "timeseries", "Requests", 'sum by (pod) (rate(http_requests_total{namespace=~"$namespace"}[5m]))'),
                _panel(2, "timeseries", "Errors", 'sum by (pod) (rate(http_requests_total{namespace=~"$namespace", code=~"5.."}[5m]))'),
                _panel(3, "stat", "Slowest", "histogram_quantile(0.95, sum by (le) (rate(http_seconds_bucket[5m])))"),
                _panel(4, "logs", "Error lines", '{namespace="gateway"} |= "ERROR"'),
                {"id": 5, "type": "row", "title": "Details", "collapsed": False, "panels": [], "gridPos": {"x": 0, "y": 24, "w": 24, "h": 1}},
                {**_panel(6, "table", "Pods", "sum by (pod) (http_in_flight)"), "gridPos": {"x": 0, "y": 25, "w": 24, "h": 8}},
            ],
        },
        "rules.yaml": {
            "groups": [
                {
                    "name": "gateway",
                    "interval": "1m",
                    "rules": [
                        {"record": "job:http_errors:rate5m", "expr": 'sum by (job) (rate(http_requests_total{code=~"5.."}[5m]))'},
                        {
                            "alert": "HighErrors",
                            "expr": "job:http_errors:rate5m > 5",
                            "for": "5m",
                            "labels": {"severity": "warning", "team": "gateway"},
                            "annotations": {"summary": "Errors of {{ $labels.job }}", "runbook_url": "https://example.com/errors"},
                        },
                        {
                            "alert": "HighNodeCPUUsage",
                            "expr": '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) > 0.8',
                            "for": "10m",
                            "labels": {"severity": "critical"},
                            "annotations": {"summary": "CPU of {{ $labels.instance }}"},
                        },
                        {"record": "job:http_in_flight:sum", "expr": "sum by (job) (http_in_flight)"},
                    ],
                }
            ]
        },
        "alertmanager.yml": {
            "route": {
                "receiver": "null",
                "group_by": ["alertname"],
                "group_wait": "30s",
                "group_interval": "5m",
                "repeat_interval": "4h",
                "routes": [
                    {"receiver": "discord", "matchers": ['alertname = "HighNodeCPUUsage"']},
                    {"receiver": "gateway-team", "matchers": ['team = "gateway"']},
                ],
            },
            "receivers": [
                {"name": "null"},
                {"name": "discord", "discord_configs": [{"webhook_url": "https://discord.com/api/webhooks/1/first", "send_resolved": True}]},
                {"name": "gateway-team", "webhook_configs": [{"url": "http://bot.gateway.svc/alert"}]},
            ],
        },
        "promtail.yaml": {
            "scrape_configs": [
                {
                    "job_name": "pods",
                    "pipeline_stages": [
                        {"cri": {}},
                        {"match": {"selector": '{namespace=~".+"} |~ " ERROR "', "stages": [
                            {"metrics": {"spring_errors_total": {"type": "Counter", "description": "Errors.", "prefix": "",
                                                                 "config": {"match_all": True, "action": "inc"}}}}]}},
                    ],
                    "kubernetes_sd_configs": [{"role": "pod"}],
                }
            ]
        },
        "chart/Chart.yaml": {
            "apiVersion": "v2", "name": "monitoring", "version": "1.0.0",
            "dependencies": [{"name": "loki", "version": "6.6.0", "repository": "https://grafana.github.io/helm-charts"}],
        },
        "chart/values.yaml": {
            "loki": {"loki": {"limits_config": {"retention_period": "168h"}}},
            "grafana": {"enabled": True, "adminPassword": "first-secret"},
        },
    }  # fmt: skip


def _copied(value: object) -> Any:
    return json.loads(json.dumps(value))


def step_into(place: Any, key: str) -> Any:
    return place[int(key)] if isinstance(place, list) else place[key]


def edited(before: World, edits: Sequence[tuple[str, object]]) -> World:
    """A copy with each `file/key/0/key` set, taken away (GONE), or, with a `+` as the last key, appended to."""
    after: World = {
        name: json.loads(json.dumps(content)) for name, content in before.items()
    }  # nothing is shared
    for path, value in edits:
        file = next(name for name in after if path == name or path.startswith(f"{name}:"))
        keys = [key for key in path[len(file) + 1 :].split("/") if key]
        if not keys:
            if value is GONE:
                del after[file]
            else:
                after[file] = value
            continue
        place = after[file]
        for key in keys[:-1]:
            place = step_into(place, key)
        last = keys[-1]
        if last == "+":
            place.append(_copied(value))
        elif value is GONE:
            del place[int(last) if isinstance(place, list) else last]
        else:
            place[int(last) if isinstance(place, list) else last] = _copied(value)
    return after


def subject(world: World, folder: Path) -> Subject:
    """What is read from the files."""
    for name, content in world.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            target.write_bytes(content)
        elif isinstance(content, str):
            target.write_text(content, encoding="utf-8")
        else:
            text = json.dumps(content) if name.endswith(".json") else yaml.safe_dump(content, sort_keys=False)
            target.write_text(text, encoding="utf-8")
    found, _ = read([folder], root=folder)
    return found
