"""A description that is the same for every series.

Flagged:
    - alert: TargetDown
      expr: up == 0
      annotations:
        description: A target has not answered.

Instead:
    - alert: TargetDown
      expr: up == 0
      annotations:
        description: "{{ $labels.instance }} has not answered."

Source: monitoring mixins; mixtool's `alert-description-templating`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("info", "mixin", alone=True)
def description_untemplated(subject: Subject) -> Iterator[Finding]:
    """It should say which one, or how much."""
    for alert in subject.alerts:
        text = alert.annotations.get("description", "")
        if text and "{{" not in text:
            yield Finding.in_rule(
                alert,
                f"{alert} describes every series with the same words",
                (0, len(text)),
                text="annotation:description",
                fix="name the series with {{ $labels... }}, or the value with {{ $value }}",
            )
