"""A dashboard asks more than 25 panels at once when it is opened.

It is slow, and nobody sees what matters. Panels of a collapsed row ask nothing until it is opened.

Flagged:
    dashboard = Dashboard(
        uid="all", title="All", data=prometheus, panels=[stat(f"Job {n}", f"up{{job='{n}'}}", unit="short") for n in range(26)]
    )

Instead:
    dashboard = Dashboard(
        uid="all", title="All", data=prometheus, panels=[stat(f"Job {n}", f"up{{job='{n}'}}", unit="short") for n in range(25)]
    )

Source: Grafana 11, best practices: a dashboard answers one question.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject

_MOST = 25
"""Panels that a dashboard of Grafana's own mixins has at the most, by and large."""


@lint("info", profile="strict")
def crowded_dashboard(subject: Subject) -> Iterator[Finding]:
    """Panels with queries that no collapsed row hides."""
    for dashboard in subject.dashboards:
        shown = [
            panel for row in dashboard.rows if not row.collapsed for panel in row.panels() if panel.queries
        ]
        if len(shown) > _MOST:
            yield Finding(
                f"dashboard {dashboard.uid} asks for {len(shown)} panels when it is opened",
                dashboard.origin,
                fix="collapse the rows that are for details, or split it",
                object=panel_title(dashboard),
            )
