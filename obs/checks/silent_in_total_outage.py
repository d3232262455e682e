"""A ratio of successes that has no value when nothing succeeds.

The numerator selects only the good series. When there are none of those, it is empty and not zero, the ratio is empty
too, and the alert is silent in the worst case of all.

Flagged:
    - alert: Availability
      expr: sum(rate(requests_total{code=~"2.."}[5m])) / sum(rate(requests_total[5m])) < 0.99
      for: 5m

Instead:
    - alert: Availability
      expr: |
        1 - (sum(rate(requests_total{code=~"5.."}[5m])) or 0 * sum(rate(requests_total[5m])))
        / sum(rate(requests_total[5m])) < 0.99
      for: 5m

Source: Prometheus 2.55, vector matching: an operation with an empty side is empty.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import Parts, comparison, matchers_of, metric_of
from obs.graph.subject import Subject
from obs.lang.promql.syntax import Aggregate, Binary, Expr, strip_parens


@lint("info")
def silent_in_total_outage(subject: Subject) -> Iterator[Finding]:
    """The same metric on both sides, with more matchers above the line, and a lower limit."""
    for alert in subject.alerts:
        if alert.query is None or alert.parts is None:
            continue
        found = comparison(alert.query.tree)
        if found is None or found.op not in {"<", "<="} or not isinstance(found.measured, Binary):
            continue
        ratio = found.measured
        if ratio.op == "*":
            ratio = next(
                (s for s in map(strip_parens, (ratio.left, ratio.right)) if isinstance(s, Binary)), ratio
            )
        if ratio.op == "/" and _is_sum(ratio.left) and _selects_less(alert.parts, ratio):
            yield Finding.in_rule(
                alert,
                f"{alert} is silent when nothing succeeds at all: the numerator is empty then, not zero",
                (ratio.left.start, ratio.left.end),
                fix="add `or 0 * (...)` with the denominator to the numerator, or count failures",
                evidence="likely",
            )


def _is_sum(side: Expr) -> bool:
    return isinstance(strip_parens(side), Aggregate)


def _selects_less(parts: Parts, ratio: Binary) -> bool:
    left, right = parts.within(ratio.left), parts.within(ratio.right)
    if len(left) != 1 or len(right) != 1 or metric_of(left[0]) != metric_of(right[0]):
        return False
    mine = {(one.label, one.op, one.value) for one in matchers_of(left[0])}
    theirs = {(one.label, one.op, one.value) for one in matchers_of(right[0])}
    return theirs < mine
