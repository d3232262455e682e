"""A datasource that only the import dialog of Grafana fills in: `${DS_PROMETHEUS}` of `__inputs`.

Provisioning never does, so the panels ask a datasource that does not exist.

Flagged:
    panels:
      - type: stat
        datasource: {type: prometheus, uid: "${DS_PROMETHEUS}"}
        targets: [{refId: A, expr: up}]

Instead:
    panels:
      - type: stat
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: up}]

Source: Grafana issue 10786: inputs are not filled in by provisioning.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, dashboard_check
from obs.checks.reading import of_notes
from obs.model.dashboard import Dashboard


@dashboard_check("error")
def datasource_from_import_dialog(dashboard: Dashboard) -> Iterator[Finding]:
    """As the reader of dashboards finds it; where only one datasource of the type exists, that one is taken."""
    return of_notes(dashboard, "datasource-from-import-dialog")
