"""An alert that does not say what to do.

Flagged:
    - alert: TargetDown
      expr: up == 0
      labels:
        severity: critical

Instead:
    - alert: TargetDown
      expr: up == 0
      labels:
        severity: critical
      annotations:
        runbook_url: https://runbooks.example/target-down

Source: monitoring mixins and OpenShift's alerting guidelines: critical alerts need a runbook.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("info", "mixin", alone=True)
def missing_runbook(subject: Subject) -> Iterator[Finding]:
    """Any annotation that is called like a runbook will do; information needs none."""
    for alert in subject.alerts:
        if alert.labels.get("severity") in {"info", "none"}:
            continue
        if not any("runbook" in name.lower() and text for name, text in alert.annotations.items()):
            yield Finding.in_rule(
                alert, f"{alert} does not say what to do", fix="add annotations.runbook_url"
            )
