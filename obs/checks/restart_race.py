"""Two sums of different targets are compared, and the first moment counts.

After a restart of Prometheus the targets are scraped one after the other: while one side is complete and the other is
not, the ratio is wrong, and an alert without `for` believes it.

Flagged:
    - alert: ErrorRatio
      expr: sum(errors{job="proxy"}) / sum(requests{job="shop"}) > 0.1

Instead:
    - alert: ErrorRatio
      expr: sum(errors{job="proxy"}) / sum(requests{job="shop"}) > 0.1
      for: 2m

Source: pint's promql/fragile.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import Parts, comparison, is_arithmetic, metric_of
from obs.graph.subject import Subject
from obs.lang.promql.syntax import Aggregate, Binary, Call, Expr, VectorSelector, strip_parens


@lint("warning", alone=True)
def restart_race(subject: Subject) -> Iterator[Finding]:
    """Both sides aggregate series that come from different scrapes, as far as their selectors tell."""
    for alert in subject.alerts:
        found = comparison(alert.query.tree) if alert.query is not None and not alert.for_ else None
        node = found.measured if found is not None else None
        if (
            alert.parts is None
            or not isinstance(node, Binary)
            or not is_arithmetic(node)
            or not node.matching
        ):
            continue
        if _is_aggregate(node.left) and _is_aggregate(node.right) and not _same_scrape(alert.parts, node):
            yield Finding.in_rule(
                alert,
                f"{alert} can fire after each restart of Prometheus: one side is complete before the other",
                (node.start, node.end),
                fix="add for: 2m",
                evidence="likely",
            )


def _is_aggregate(side: Expr) -> bool:
    side = strip_parens(side)
    while isinstance(side, Call) and side.args:
        side = strip_parens(side.args[-1])
    return isinstance(side, Aggregate)


def _same_scrape(parts: Parts, node: Binary) -> bool:
    """Whether both sides come from the same targets: one metric, or one job."""
    left, right = ([_target(one) for one in parts.within(side)] for side in (node.left, node.right))
    return bool(left) and set(left) == set(right)


def _target(selector: VectorSelector) -> tuple[str, str | None]:
    job = next((one.value for one in selector.matchers if one.label == "job" and one.op == "="), None)
    return ("job", job) if job is not None else ("metric", metric_of(selector))
