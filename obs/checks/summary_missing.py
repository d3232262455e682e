"""An alert without a summary.

Flagged:
    - alert: TargetDown
      expr: up == 0
      annotations:
        description: "{{ $labels.instance }} has not answered."

Instead:
    - alert: TargetDown
      expr: up == 0
      annotations:
        summary: A target is down.
        description: "{{ $labels.instance }} has not answered."

Source: monitoring mixins; mixtool's `alert-summary-missing-rule`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("info", "mixin", alone=True)
def summary_missing(subject: Subject) -> Iterator[Finding]:
    """Every alert."""
    for alert in subject.alerts:
        if not alert.annotations.get("summary"):
            yield Finding.in_rule(alert, f"{alert} has no summary", fix="add annotations.summary")
