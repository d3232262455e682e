"""A dashboard has no uid.

Grafana makes one up, another in each installation: links to it, and what alerts say of it, break.

Flagged:
    uid: ""
    title: Example
    panels: []

Instead:
    uid: example
    title: Example
    panels: []

Source: Grafana 11, dashboard JSON model: `uid`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, dashboard_check
from obs.checks.reading import of_notes
from obs.model.dashboard import Dashboard


@dashboard_check("warning")
def dashboard_without_uid(dashboard: Dashboard) -> Iterator[Finding]:
    """As the reader of dashboards finds it."""
    return of_notes(dashboard, "dashboard-without-uid")
