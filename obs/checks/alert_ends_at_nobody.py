"""An alert that Alertmanager's routes send only to receivers that tell nobody.

It fires, and no one hears of it. An alert whose severity is `none` is meant to, as is a watchdog.

Flagged:
    route:
      receiver: nobody
      routes:
        - matchers: ['severity="critical"']
          receiver: pager
    receivers:
      - name: nobody
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    groups:
      - name: disk
        rules:
          - alert: DiskFull
            expr: disk_free_bytes < 100
            labels: {severity: warning}

Instead:
    route:
      receiver: nobody
      routes:
        - matchers: ['severity=~"critical|warning"']
          receiver: pager
    receivers:
      - name: nobody
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    groups:
      - name: disk
        rules:
          - alert: DiskFull
            expr: disk_free_bytes < 100
            labels: {severity: warning}

Source: Alertmanager 0.27, routing: an alert ends at the deepest node that matches; a receiver may have no integration.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.always_firing import is_watchdog
from obs.checks.base import Finding, lint
from obs.graph.reach import tells_somebody
from obs.graph.subject import Subject


@lint("warning")
def alert_ends_at_nobody(subject: Subject) -> Iterator[Finding]:
    """Silent for a project's own definitions, where the build says it at the route."""
    if subject.alertmanager is None or subject.route is None or subject.program is not None:
        return
    for alert, nodes in subject.delivered:
        if is_watchdog(alert):
            continue
        if any(tells_somebody(subject.alertmanager, found.node) for found in nodes):
            continue
        names = ", ".join(sorted({found.node.receiver for found in nodes}))
        yield Finding(
            f"{alert} fires and nobody is told: it ends at {names}",
            alert.origin,
            why="no integration is configured for that receiver",
            fix="route it to a receiver with an integration, or label it severity: none if silence is meant",
            object=f"alert {alert}",
            cause=f"ends at {names}",
        )
