"""Arithmetic between the buckets of two histograms.

Buckets are cumulative and their boundaries may differ: the result is no distribution, and no quantile of it is right.

Flagged:
    - record: latency:ratio
      expr: rate(slow_seconds_bucket[5m]) / rate(all_seconds_bucket[5m])

Instead:
    - record: latency:ratio
      expr: rate(slow_seconds_count[5m]) / rate(all_seconds_count[5m])

Buckets with a chosen boundary are counts, and may be calculated with.

Instead:
    - record: latency:apdex
      expr: |
        (sum(rate(all_seconds_bucket{le="0.3"}[5m])) + sum(rate(all_seconds_bucket{le="1.2"}[5m])))
        / 2 / sum(rate(all_seconds_count[5m]))

Source: Prometheus, histograms and summaries; promruval's check of the same kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import is_arithmetic, metric_of
from obs.graph.subject import Subject
from obs.lang.promql.flow import flow
from obs.lang.promql.syntax import Expr


@lint("warning", alone=True)
def bucket_arithmetic(subject: Subject) -> Iterator[Finding]:
    """Both sides hold buckets of every boundary, of different histograms."""
    for rule, parts in subject.expressions:
        for node in parts.binaries:
            if not is_arithmetic(node) or node.matching is None or "_bucket" not in rule.expr:
                continue
            if _has_buckets(node.left) and _has_buckets(node.right):
                left, right = (
                    {metric_of(one) for one in parts.within(side)} for side in (node.left, node.right)
                )
                if left != right:
                    yield Finding.in_rule(
                        rule,
                        f"{rule} calculates bucket by bucket with two histograms",
                        (node.start, node.end),
                        fix="calculate with _count or _sum, or choose one boundary with le",
                        evidence="likely",
                    )


def _has_buckets(side: Expr) -> bool:
    """Whether the label le is still there, and open."""
    live = flow(side).live
    return bool(live) and all(
        (branch.metric or "").endswith("_bucket") and branch.state("le") == "possible" for branch in live
    )
