"""Quantiles of a summary are added up or averaged.

The 99th percentiles of two instances say nothing of the 99th percentile of both. Only a histogram can be aggregated;
`max` at least names the worst instance.

Flagged:
    - alert: PausesLong
      expr: avg by (job) (go_gc_duration_seconds{quantile="1"}) > 0.1
      for: 10m

Instead:
    - alert: PausesLong
      expr: max by (job) (go_gc_duration_seconds{quantile="1"}) > 0.1
      for: 10m

Flagged:
    - record: job:latency:p99
      expr: avg by (job) (request_latency_seconds{quantile="0.99"})

Instead:
    - record: job:latency:p99
      expr: histogram_quantile(0.99, sum by (job, le) (rate(request_latency_seconds_bucket[5m])))

Source: Prometheus, histograms and summaries: quantiles of a summary are not aggregatable.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import metric_of
from obs.graph.subject import Subject
from obs.lang.promql.syntax import Aggregate, Expr, MatrixSelector, Paren, VectorSelector


@lint("warning", alone=True)
def averaged_quantile(subject: Subject) -> Iterator[Finding]:
    """Selectors of `quantile`, which only a summary has."""
    for rule, parts in subject.expressions:
        if "quantile" not in rule.expr:
            continue
        for selector in parts.selectors:
            outer = _aggregation(parts.above(selector))
            if outer is not None and _is_quantile(selector):
                yield Finding.in_rule(
                    rule,
                    f"{rule}: {outer.op}() of quantiles of {metric_of(selector) or 'a summary'} means nothing",
                    (outer.start, outer.end),
                    fix="use max(), or histogram_quantile() over a histogram",
                )


def _is_quantile(selector: VectorSelector) -> bool:
    return any(one.label == "quantile" and one.op in ("=", "=~") and one.value for one in selector.matchers)


def _aggregation(above: Iterator[Expr]) -> Aggregate | None:
    """The average or sum directly around a selector."""
    for node in above:
        if isinstance(node, Aggregate):
            kept = any(label.name == "instance" for label in node.grouping) and not node.without
            return node if node.op in ("avg", "sum") and not kept else None
        if not isinstance(node, Paren | MatrixSelector):
            return None
    return None
