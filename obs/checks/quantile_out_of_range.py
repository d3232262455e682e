"""A quantile outside of 0 to 1.

The result is infinite: a comparison with it is always true, or never.

Flagged:
    - alert: Slow
      expr: histogram_quantile(95, sum by (le) (rate(latency_seconds_bucket[5m]))) > 1
      for: 5m

Instead:
    - alert: Slow
      expr: histogram_quantile(0.95, sum by (le) (rate(latency_seconds_bucket[5m]))) > 1
      for: 5m

Source: Prometheus 2.55, `histogram_quantile()`: -Inf below 0, +Inf above 1.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import number
from obs.graph.subject import Subject
from obs.lang.promql.syntax import Expr


@lint("error", alone=True)
def quantile_out_of_range(subject: Subject) -> Iterator[Finding]:
    """Functions and the aggregation."""
    for rule, parts in subject.expressions:
        asked: list[tuple[str, Expr]] = [
            (node.function, node.args[0])
            for node in parts.calls
            if node.function in {"histogram_quantile", "quantile_over_time"} and node.args
        ]
        asked += [
            (node.op, node.parameter) for node in parts.aggregates if node.op == "quantile" and node.parameter
        ]
        for name, wanted in asked:
            value = number(wanted)
            if value is not None and not 0 <= value <= 1:
                yield Finding.in_rule(
                    rule,
                    f"{rule}: {name}() of {value:g} is infinite: a quantile is from 0 to 1",
                    (wanted.start, wanted.end),
                    fix=f"write {value / 100:g}" if 1 < value <= 100 else "use a value from 0 to 1",
                )
