"""A panel that reaches over the edge of the grid.

The grid has 24 columns. Grafana moves such a panel somewhere else, and the panels around it with it.

Flagged:
    panels:
      - {type: text, title: Notes, gridPos: {x: 20, y: 0, w: 12, h: 4}}

Instead:
    panels:
      - {type: text, title: Notes, gridPos: {x: 12, y: 0, w: 12, h: 4}}

Source: Grafana 11, dashboard JSON model: `gridPos`, 24 columns.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, dashboard_check
from obs.graph.panel_query import panel_title
from obs.model.dashboard import Dashboard
from obs.model.layout import outside_grid, placed
from obs.model.panel import COLUMNS


@dashboard_check("warning")
def panel_outside_grid(dashboard: Dashboard) -> Iterator[Finding]:
    """Every panel with a place that the grid does not have."""
    for panel in outside_grid(placed(dashboard)):
        grid = panel.grid
        assert grid is not None
        yield Finding(
            f"panel {panel.title or panel.key!r} does not fit the grid: columns {grid.x} to {grid.x + grid.w} of "
            f"{COLUMNS}, {grid.h} high",
            panel.origin,
            "Grafana moves it somewhere else, and the panels around it with it",
            f"a line's widths add up to at most {COLUMNS}",
            object=panel_title(dashboard, panel),
        )
