"""A datasource is given by its type alone.

It means whichever of that type is the default in that Grafana, and changes when somebody changes the default.

Flagged:
    panels:
      - {type: stat, datasource: {type: prometheus}, targets: [{refId: A, expr: up}]}

Instead:
    panels:
      - {type: stat, datasource: {type: prometheus, uid: prometheus}, targets: [{refId: A, expr: up}]}

Source: Grafana 11, migration V36 of dashboards.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, dashboard_check
from obs.checks.reading import of_notes
from obs.model.dashboard import Dashboard


@dashboard_check("warning")
def datasource_without_uid(dashboard: Dashboard) -> Iterator[Finding]:
    """As the reader of dashboards finds it; where only one datasource of the type exists, that one is taken."""
    return of_notes(dashboard, "datasource-without-uid")
