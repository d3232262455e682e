"""A dashboard that leads nowhere: no link to another, none from its panels.

Whoever finds something in it starts to search for the next one.

Flagged:
    panels:
      - {type: stat, targets: [{refId: A, expr: up}]}

Instead:
    links: [{title: Related, type: dashboards, tags: [shop], asDropdown: true, includeVars: true, keepTime: true}]
    panels:
      - {type: stat, targets: [{refId: A, expr: up}]}

Source: kubernetes-mixin: one dropdown of related dashboards by tag; Grafana 11, best practices: drill-down.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject
from obs.model.panel import Panel


@lint("info", "mixin")
def dashboard_without_links(subject: Subject) -> Iterator[Finding]:
    """Links of the dashboard, of its panels, of their numbers, and those that overrides give to a column."""
    for dashboard in subject.dashboards:
        panels = dashboard.panels()
        if not dashboard.links and not any(map(_leads_on, panels)) and any(panel.queries for panel in panels):
            yield Finding(
                f"dashboard {dashboard.uid} leads to no other",
                dashboard.origin,
                fix="a link to the dashboards of the same tag, or data links in its tables",
                object=panel_title(dashboard),
                cause="links",
            )


def _leads_on(panel: Panel) -> bool:
    columns = any(name == "links" and value for one in panel.overrides for name, value in one.properties)
    return bool(panel.links or panel.field.links) or columns or panel.type == "dashlist"
