"""A part of the expression that can never return anything.

Flagged:
    - alert: Backlog
      expr: queue_length > 100 or (vector(0) > 1)

Instead:
    - alert: Backlog
      expr: queue_length > 100

Flagged:
    - record: requests:sum
      expr: sum(requests) or vector(0) or vector(1)

Instead:
    - record: requests:sum
      expr: sum(requests) or vector(0)

Source: Prometheus 2.55, binary operators; pint's promql/impossible finds the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.label_problems import problems
from obs.graph.subject import Subject


@lint("warning", alone=True)
def dead_branch(subject: Subject) -> Iterator[Finding]:
    """As the label flow finds it."""
    for rule, why in problems(subject, "dead-branch"):
        yield Finding.in_rule(
            rule,
            f"{rule}: this part never returns anything: {why.text}",
            (why.start, why.end),
            fix="leave it out",
            evidence="certain" if why.certain else "likely",
        )
