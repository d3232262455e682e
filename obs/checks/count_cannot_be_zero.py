"""A count is compared with zero, which it never is: of nothing, count() returns nothing.

The alert cannot fire.

Flagged:
    - alert: NoReplicas
      expr: count(up{job="shop"} == 1) == 0

Instead:
    - alert: NoReplicas
      expr: (count(up{job="shop"} == 1) or vector(0)) == 0

Flagged:
    - alert: NoWorkers
      expr: count by (namespace) (worker_info) < 1

Instead:
    - alert: NoWorkers
      expr: absent(worker_info)
      for: 5m

Source: Prometheus 2.55, aggregation operators: an aggregation over an empty vector is empty.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import comparison
from obs.graph.subject import Rule, Subject
from obs.lang.promql.syntax import Aggregate, Binary


@lint("error", alone=True)
def count_cannot_be_zero(subject: Subject) -> Iterator[Finding]:
    """Comparisons that hold only for zero or less."""
    for rule, parts in subject.queried:
        for node in parts.binaries:
            found = _never(rule, node)
            if found is not None:
                yield found


def _never(rule: Rule, node: Binary) -> Finding | None:
    found = comparison(node)
    if (
        found is None
        or not isinstance(found.measured, Aggregate)
        or found.measured.op not in ("count", "group")
    ):
        return None
    limit, op = found.threshold, found.op
    dead = (op == "==" and limit <= 0) or (op == "<" and limit <= 1) or (op == "<=" and limit < 1)
    if not dead:
        return None
    return Finding.in_rule(
        rule,
        f"{rule}: {found.measured.op}() is never {op} {limit:g}: of nothing it returns nothing",
        (node.start, node.end),
        fix=f"({rule.expr[found.measured.start : found.measured.end]} or vector(0)) {op} {limit:g}, or absent(...)",
    )
