"""An alert whose condition compares nothing: it fires for as long as the series exist.

Flagged:
    - alert: QueueLength
      expr: queue_length

Instead:
    - alert: QueueLength
      expr: queue_length > 100

Source: Prometheus, alerting rules: every series that the expression returns is an alert, whatever its value.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject

WATCHDOGS = frozenset({"Watchdog", "DeadMansSwitch", "Heartbeat"})
"""Alerts that are meant to fire always, so that their silence shows a broken chain."""


@lint("warning")
def always_firing(subject: Subject) -> Iterator[Finding]:
    """Every live branch of the condition must be able to be empty for some reason of its own."""
    for alert in subject.alerts:
        if alert.flow is None or alert.name in WATCHDOGS:
            continue
        for branch in alert.flow.live:
            if not branch.filtered or branch.always:
                yield Finding(
                    f"{alert} fires for every series of {branch.metric or 'its expression'}, whatever its value",
                    alert.origin,
                    fix="compare it, e.g. `> 0`",
                    excerpt=alert.excerpt(branch.start, branch.end),
                    object=f"alert {alert}",
                )
                break
