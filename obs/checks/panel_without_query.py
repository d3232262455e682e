"""A panel that asks nothing, so it stays empty.

Flagged:
    panels:
      - {type: timeseries, title: Requests, targets: []}

Instead:
    panels:
      - {type: timeseries, title: Requests, targets: [{refId: A, expr: up}]}

Source: Grafana 11, panels: all but a few types draw the result of queries.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, dashboard_check
from obs.graph.panel_query import panel_title
from obs.model.dashboard import Dashboard
from obs.model.panel import Panel

_QUERYLESS = frozenset(
    {
        "text",
        "row",
        "alertlist",
        "dashlist",
        "news",
        "welcome",
        "gettingstarted",
        "annolist",
        "canvas",
        "debug",
    }
    | {"pluginlist", "live", "volkovlabs-form-panel"}
)


@dashboard_check("warning")
def panel_without_query(dashboard: Dashboard) -> Iterator[Finding]:
    """Types that draw something of their own, and panels of a library, need none."""
    for panel in dashboard.panels():
        if _unasked(panel):
            yield Finding(
                f"panel {panel.title or panel.key!r} asks nothing, so it stays empty",
                panel.origin,
                fix="give it a query",
                object=panel_title(dashboard, panel),
            )


def _unasked(panel: Panel) -> bool:
    return not panel.queries and panel.type not in _QUERYLESS and "libraryPanel" not in panel.extra
