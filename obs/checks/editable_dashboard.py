"""A dashboard that is provisioned from a file can be edited in Grafana.

What somebody saves there is gone at the next deployment, or keeps the new version of the file from being seen.

Flagged:
    editable: true
    panels: []

Instead:
    editable: false
    panels: []

Source: dashboard-linter's uneditable-dashboard; Grafana 11, provisioning: `allowUiUpdates`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject


@lint("info", profile="strict", alone=True)
def editable_dashboard(subject: Subject) -> Iterator[Finding]:
    """All of them are taken for provisioned: they are files."""
    for dashboard in subject.dashboards:
        if dashboard.editable:
            yield Finding(
                f"dashboard {dashboard.uid} can be edited in Grafana, where the change will be lost",
                dashboard.origin,
                fix='editable=False; in JSON "editable": false',
                object=panel_title(dashboard),
                cause="editable",
            )
