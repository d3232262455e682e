"""Grafana's words for the model's: one table for the reader and the writer."""

from __future__ import annotations

from typing import Final

HIDE: Final = {"": 0, "label": 1, "variable": 2}
REFRESH: Final = {"never": 0, "load": 1, "time": 2}
TOOLTIP: Final = {"single": 0, "crosshair": 1, "shared": 2}

BUILT_IN_ANNOTATION: Final = {
    "builtIn": 1,
    "datasource": {"type": "grafana", "uid": "-- Grafana --"},
    "enable": True,
    "hide": True,
    "iconColor": "rgba(0, 211, 255, 1)",
    "name": "Annotations & Alerts",
    "type": "dashboard",
}
"""Grafana adds it to every dashboard that lacks it; writing it keeps "unsaved changes" away."""

PROMETHEUS_KINDS: Final = {0: "label_names", 1: "label_values", 2: "metrics", 3: "query_result"}
PROMETHEUS_CLASSIC = 5
"""Source: `PromVariableQueryType`, packages/grafana-prometheus/src/types.ts."""
LOKI_LABEL_NAMES = 0
LOKI_LABEL_VALUES = 1
