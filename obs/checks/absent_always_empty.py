"""The argument of absent() is never absent.

The result is always empty, so the alert cannot fire.

Flagged:
    - alert: NoBackups
      expr: absent(backups_total or vector(0))
      for: 10m

Instead:
    - alert: NoBackups
      expr: absent(backups_total)
      for: 10m

Source: Prometheus 2.55, `absent()`: empty when its argument has any element.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.label_problems import problems
from obs.graph.subject import Subject


@lint("error", alone=True)
def absent_always_empty(subject: Subject) -> Iterator[Finding]:
    """As the label flow finds it."""
    for rule, why in problems(subject, "absent-always-empty"):
        yield Finding.in_rule(
            rule,
            f"{rule} never returns anything from this absent(): its argument always has a value",
            (why.start, why.end),
            fix="leave the constant out of absent()",
        )
