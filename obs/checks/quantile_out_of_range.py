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

Flagged:
    panels:
      - type: timeseries
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, expr: 'quantile_over_time(95, {app="a"} | json | unwrap ms | __error__="" [5m])'}]

Instead:
    panels:
      - type: timeseries
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, expr: 'quantile_over_time(0.95, {app="a"} | json | unwrap ms | __error__="" [5m])'}]

Source: Prometheus 2.55, `histogram_quantile()`: -Inf below 0, +Inf above 1.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.log_queries import log_queries
from obs.graph.log_ranges import log_ranges
from obs.graph.panel_query import PanelQuery
from obs.graph.parts import number
from obs.graph.subject import Rule, Subject
from obs.lang.promql.syntax import Expr


@lint("error", alone=True)
def quantile_out_of_range(subject: Subject) -> Iterator[Finding]:
    """Functions and the aggregation of PromQL, and the function of LogQL."""
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
            if value is not None:
                yield from _outside(rule, name, value, wanted.start, wanted.end)
    for owner, query in log_queries(subject):
        for found in log_ranges(query):
            node = found.node
            if node.op == "quantile_over_time" and node.parameter is not None:
                yield from _outside(owner, node.op, node.parameter, node.start, node.range.start)


def _outside(owner: Rule | PanelQuery, name: str, value: float, start: int, end: int) -> Iterator[Finding]:
    if not 0 <= value <= 1:
        yield Finding.in_rule(
            owner,
            f"{owner}: {name}() of {value:g} is infinite: a quantile is from 0 to 1",
            (start, end),
            fix=f"write {value / 100:g}" if 1 < value <= 100 else "use a value from 0 to 1",
        )
