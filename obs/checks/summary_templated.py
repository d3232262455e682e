"""A summary that differs from series to series.

The summary is the title of a group of alerts; what differs belongs into the description.

Flagged:
    - alert: TargetDown
      expr: up == 0
      annotations:
        summary: "{{ $labels.instance }} is down."

Instead:
    - alert: TargetDown
      expr: up == 0
      annotations:
        summary: A target is down.
        description: "{{ $labels.instance }} is down."

Source: monitoring mixins; mixtool's `alert-summary-templating`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("info", "mixin", alone=True)
def summary_templated(subject: Subject) -> Iterator[Finding]:
    """Any action in it."""
    for alert in subject.alerts:
        text = alert.annotations.get("summary", "")
        if "{{" in text:
            yield Finding.in_rule(
                alert,
                f"{alert}: the summary differs from series to series",
                (text.index("{{"), text.rindex("}}") + 2 if "}}" in text else len(text)),
                text="annotation:summary",
                fix="say it in the description",
            )
