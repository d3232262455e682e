"""An alert without a severity, or with one that no route knows by convention.

Flagged:
    - alert: TargetDown
      expr: up == 0
      labels:
        severity: page

Instead:
    - alert: TargetDown
      expr: up == 0
      labels:
        severity: critical

Source: monitoring mixins, `severity`: critical, warning or info; `none` is kube-prometheus's for its Watchdog.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject

SEVERITIES = ("critical", "warning", "info", "none")


@lint("info", "mixin", alone=True)
def severity_unknown(subject: Subject) -> Iterator[Finding]:
    """Templates are not judged."""
    for alert in subject.alerts:
        severity = alert.labels.get("severity", "")
        if severity not in SEVERITIES and "{{" not in severity:
            problem = f"has the severity {severity}" if severity else "has no severity"
            yield Finding.in_rule(
                alert,
                f"{alert} {problem}",
                (0, len(severity)) if severity else None,
                text="label:severity" if severity else "expr",
                fix="use critical, warning or info",
            )
