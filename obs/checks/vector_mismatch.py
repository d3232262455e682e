"""Two sides of an operation select different values of a label on which they must be equal.

No series of the left finds one on the right, so the operation returns nothing.

Flagged:
    - alert: ReplicasDiffer
      expr: replicas{role="wanted"} != replicas{role="ready"}

Instead:
    - alert: ReplicasDiffer
      expr: replicas{role="wanted"} != ignoring (role) replicas{role="ready"}

Source: Prometheus 2.55, vector matching; pint's promql/vector_matching asks a server for the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.label_problems import DIFFERENT_VALUES, problems
from obs.graph.subject import Subject


@lint("warning", alone=True)
def vector_mismatch(subject: Subject) -> Iterator[Finding]:
    """As the label flow finds it."""
    for rule, why in problems(subject, "impossible-join"):
        if DIFFERENT_VALUES in why.text:
            label = why.text.removeprefix("`unless` removes nothing: ").split(" ", 1)[0]
            yield Finding.in_rule(
                rule,
                f"{rule}: the two sides never match: {why.text}",
                (why.start, why.end),
                fix=f"add ignoring ({label}), or on (...) with the labels that are equal",
            )
