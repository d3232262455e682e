"""Two panels stand on the same place of the page.

Grafana pushes one of them down when it loads the dashboard, so the page is not the one that was laid out.

Flagged:
    panels:
      - {type: text, title: Notes, gridPos: {x: 0, y: 0, w: 12, h: 4}}
      - {type: text, title: More, gridPos: {x: 6, y: 2, w: 12, h: 4}}

Instead:
    panels:
      - {type: text, title: Notes, gridPos: {x: 0, y: 0, w: 12, h: 4}}
      - {type: text, title: More, gridPos: {x: 12, y: 0, w: 12, h: 4}}

Source: Grafana 11, dashboard JSON model: `gridPos`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, dashboard_check
from obs.graph.panel_query import panel_title
from obs.model.dashboard import Dashboard
from obs.model.layout import overlaps, placed


@dashboard_check("warning")
def panels_overlap(dashboard: Dashboard) -> Iterator[Finding]:
    """Among the open rows, and within each collapsed one; each panel once."""
    for other, panel in overlaps(placed(dashboard)):
        yield Finding(
            f"panels {other.title or other.key!r} and {panel.title or panel.key!r} share a place",
            panel.origin,
            "Grafana pushes one of them down, so the page is not the one that was laid out",
            also=((other.origin, "the other panel"),) if other.origin else (),
            object=panel_title(dashboard, panel),
        )
