"""A panel that does not say what it shows.

Whoever is on duty at night asks what a high number means; the description is where the answer belongs.

Flagged:
    panels:
      - {type: stat, title: Targets, targets: [{refId: A, expr: up}]}

Instead:
    panels:
      - {type: stat, title: Targets, description: How many answer., targets: [{refId: A, expr: up}]}

Source: Grafana 11, panel options. dashboard-linter's panel-title-description-rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("info", profile="strict", alone=True)
def panel_without_description(subject: Subject) -> Iterator[Finding]:
    """Panels with queries; told once for each dashboard."""
    for dashboard in subject.dashboards:
        for panel in dashboard.panels():
            if panel.queries and not panel.description.strip():
                yield Finding.in_panel(
                    dashboard,
                    panel,
                    "has no description",
                    fix='description="..."',
                    cause=f"descriptions of {dashboard.uid}",
                )
