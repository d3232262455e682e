"""An alert that leads to no dashboard.

Flagged:
    - alert: Down
      expr: up == 0
      annotations:
        summary: A target is down.

Instead:
    - alert: Down
      expr: up == 0
      annotations:
        summary: A target is down.
        dashboard_url: https://grafana.example/d/shop

Source: GitLab's runbooks and Grafana's own mixins: alerts carry links to what a person opens next.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.dashboard_links import alert_destination
from obs.graph.subject import Subject


@lint("info", "mixin")
def alert_without_dashboard(subject: Subject) -> Iterator[Finding]:
    """Neither Grafana's annotations nor an annotation that is called like a dashboard."""
    for alert in subject.alerts:
        named = any("dashboard" in name.lower() and text for name, text in alert.annotations.items())
        if not named and alert_destination(alert) is None:
            yield Finding.in_rule(
                alert, f"{alert} leads to no dashboard", fix="add annotations.dashboard_url"
            )
