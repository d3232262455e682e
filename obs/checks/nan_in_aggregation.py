"""An aggregation over a division by what can be zero.

One NaN (0 / 0) among its inputs makes the whole sum or average NaN, and NaN is greater than nothing: while one of many series
is idle, the alert on all of them is silent. One infinity (1 / 0) is the whole sum, too.

Flagged:
    - alert: ErrorRatio
      expr: avg by (job) (rate(errors_total[5m]) / rate(requests_total[5m])) > 0.1
      for: 5m

Instead:
    - alert: ErrorRatio
      expr: avg by (job) (rate(errors_total[5m]) / (rate(requests_total[5m]) > 0)) > 0.1
      for: 5m

Source: Prometheus 2.55, float arithmetic of IEEE 754; pint's promql/nan finds the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Rule, Subject
from obs.graph.zero_division import Division, unguarded_division


@lint("warning", alone=True)
def nan_in_aggregation(subject: Subject) -> Iterator[Finding]:
    """Through records that divide, too. Of less weight where the divisor is the sum of all that a cluster does."""
    known: dict[str, Division | None] = {}
    for rule, parts in subject.queried:
        for node in parts.aggregates:
            if node.op in {"sum", "avg", "stddev", "stdvar"}:
                found = unguarded_division(subject, node.expr, known)
                if found is not None:
                    yield _finding(rule, node.op, found, (node.start, node.end))


def _finding(rule: Rule, op: str, found: Division, span: tuple[int, int]) -> Finding:
    through = f" in {found.record}" if found.record else ""
    return Finding.in_rule(
        rule,
        f"{rule}: one series that divides by zero{through} makes the whole {op}() NaN",
        span if found.record else (found.divisor.start, found.divisor.end),
        why="comparisons with NaN are false, so the alert does not fire" if rule.kind == "alert" else "",
        fix="divide only by what is greater than zero: x / (y > 0)",
        evidence="likely",
        severity="info" if found.of_everything else None,
    )
