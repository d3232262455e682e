"""A panel without a title.

Neither a reader nor a link can say which one is meant.

Flagged:
    panels:
      - {type: stat, title: "", targets: [{refId: A, expr: up}]}

Instead:
    panels:
      - {type: stat, title: Targets, targets: [{refId: A, expr: up}]}

Source: Grafana 11, panel options. dashboard-linter's panel-title-description-rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("info", alone=True)
def panel_without_title(subject: Subject) -> Iterator[Finding]:
    """Panels with queries; told once for each dashboard."""
    for dashboard in subject.dashboards:
        for panel in dashboard.panels():
            if panel.queries and not panel.title.strip():
                yield Finding.in_panel(
                    dashboard, panel, "has no title", fix='title="..."', cause=f"titles of {dashboard.uid}"
                )
