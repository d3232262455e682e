"""An annotation of an alert is written out and empty.

Whoever gets the message reads nothing there; templates that show another text where it is missing take an empty one
for a text.

Flagged:
    - alert: Down
      expr: up == 0
      annotations: {summary: "", description: A target is down.}

Instead:
    - alert: Down
      expr: up == 0
      annotations: {summary: "{{ $labels.instance }} is down", description: A target is down.}

Source: Prometheus 2.55, alerting rules, `annotations`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("warning", alone=True)
def empty_annotation(subject: Subject) -> Iterator[Finding]:
    """Every annotation that is there; for a definition, its summary and its description."""
    for alert in subject.alerts:
        for name, text in alert.annotations.items():
            if not text.strip():
                yield Finding(
                    f"{alert}: {name} is empty",
                    alert.origin,
                    fix=f"say what happened, and to whom; or leave {name} out",
                    object=alert.title,
                )
