"""An alert names a panel and no dashboard, or a dashboard and no panel, to Grafana.

Grafana wants both annotations or neither.

Flagged:
    - alert: Down
      expr: up == 0
      annotations:
        __panelId__: "1"

Instead:
    - alert: Down
      expr: up == 0
      annotations:
        __dashboardUid__: shop
        __panelId__: "1"

Source: Grafana 11, `ngalert/models`: `__dashboardUid__` and `__panelId__`; Terraform provider, issue 1885.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.dashboard_links import PANEL, UID
from obs.graph.subject import Subject


@lint("warning", alone=True)
def half_dashboard_link(subject: Subject) -> Iterator[Finding]:
    """One of the two annotations without the other."""
    for alert in subject.alerts:
        for has, lacks in ((UID, PANEL), (PANEL, UID)):
            if alert.annotations.get(has) and not alert.annotations.get(lacks):
                yield Finding(
                    f"{alert} has the annotation {has} without {lacks}",
                    alert.origin,
                    fix=f"add {lacks}",
                    object=alert.title,
                )
