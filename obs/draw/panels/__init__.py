"""One file for each kind of panel: `draw(panel, data, box, theme)` gives what stands inside of its frame."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from obs.draw.box import Box
from obs.draw.data import Data
from obs.draw.theme import Theme
from obs.model.panel import Panel

Painter = Callable[[Panel, Data, Box, Theme], str]

_MODULES = {
    "timeseries": "timeseries", "graph": "timeseries", "trend": "timeseries", "xychart": "timeseries",
    "candlestick": "timeseries", "stat": "stat", "singlestat": "stat", "gauge": "gauge", "bargauge": "bargauge",
    "table": "table", "table-old": "table", "barchart": "barchart", "piechart": "piechart", "heatmap": "heatmap",
    "histogram": "histogram", "alertlist": "lists", "dashlist": "lists", "state-timeline": "states",
    "status-history": "states", "logs": "logs", "text": "text",
}  # fmt: skip


def painter(kind: str) -> Painter:
    """How panels of a type are drawn; a type that is not known becomes an honest box."""
    found: Painter = import_module(f"obs.draw.panels.{_MODULES.get(kind, 'plain_box')}").draw
    return found
