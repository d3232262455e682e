"""A summary that is not a sentence.

Flagged:
    - alert: TargetDown
      expr: up == 0
      annotations:
        summary: target down

Instead:
    - alert: TargetDown
      expr: up == 0
      annotations:
        summary: A target is down.

Source: monitoring mixins; mixtool's `alert-summary-style`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("info", "mixin", alone=True)
def summary_style(subject: Subject) -> Iterator[Finding]:
    """A capital in front, where the script has capitals, and a period at the end."""
    for alert in subject.alerts:
        text = alert.annotations.get("summary", "").strip()
        if text and (text[0].islower() or not text.endswith((".", "。", "!", "?", "}}"))):
            yield Finding.in_rule(
                alert,
                f"{alert}: the summary is not a sentence",
                (0, len(alert.annotations["summary"])),
                text="annotation:summary",
                fix="start with a capital, and end with a period",
            )
