"""An alert that does not describe what is wrong.

Flagged:
    - alert: TargetDown
      expr: up == 0
      annotations:
        summary: A target is down.

Instead:
    - alert: TargetDown
      expr: up == 0
      annotations:
        summary: A target is down.
        description: "{{ $labels.instance }} has not answered."

Source: monitoring mixins; mixtool's `alert-description-missing-rule`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("info", "mixin", alone=True)
def description_missing(subject: Subject) -> Iterator[Finding]:
    """`message` was the name of old."""
    for alert in subject.alerts:
        if not alert.annotations.get("description") and not alert.annotations.get("message"):
            yield Finding.in_rule(alert, f"{alert} has no description", fix="add annotations.description")
