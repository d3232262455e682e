"""Dashboards for the tests of pictures: every panel type, as Grafana's JSON."""

from __future__ import annotations

from typing import Any

from obs.formats.grafana_json.read import read
from obs.model.dashboard import Dashboard

Json = dict[str, Any]

TYPES = (
    "timeseries", "stat", "gauge", "bargauge", "table", "barchart", "piechart", "heatmap", "histogram",
    "state-timeline", "status-history", "logs", "text", "row", "alertlist", "dashlist", "nodegraph", "acme-panel",
)  # fmt: skip
QUERY = "sum by (pod) (rate(http_server_requests_seconds_count[5m]))"
HOSTILE = "</text><script>alert('x')</script> &amp; \u202e\u0000 한글 🙂 " + "long " * 200


def panel(kind: str, title: str = "A panel", expr: str = QUERY, **more: Any) -> Json:
    """A panel with one query."""
    source = "loki" if kind == "logs" else "prometheus"
    if kind == "logs" and expr == QUERY:
        expr = '{namespace="gateway"} |= "AccessLog"'
    fields = {"defaults": {"custom": more.pop("custom", {}), "mappings": [], **more.pop("defaults", {})}}
    target = {
        "refId": "A",
        "expr": expr,
        "legendFormat": more.pop("legend", "__auto"),
        "instant": more.pop("instant", False),
        "format": "heatmap" if kind == "heatmap" else "time_series",
        "datasource": {"type": source, "uid": source},
    }
    found: Json = {
        "type": kind,
        "title": title,
        "gridPos": more.pop("at", {"x": 0, "y": 0, "w": 12, "h": 8}),
        "options": more.pop("options", {}),
        "fieldConfig": {**fields, "overrides": more.pop("overrides", [])},
        "datasource": {"type": source, "uid": source},
        "targets": [target],
    }
    return {**found, **more}


def board(*panels: Json, title: str = "Board", **more: Any) -> Dashboard:
    """A dashboard of them."""
    numbered = [{"id": number + 1, **one} for number, one in enumerate(panels)]
    return read({"uid": "board", "title": title, "schemaVersion": 39, "panels": numbered,
                 "time": {"from": "now-6h", "to": "now"}, "templating": {"list": []}, **more})  # fmt: skip
