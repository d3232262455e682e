"""histogram_quantile() over buckets that have lost their boundaries.

Without the label `le` there is no distribution left, and the result is empty.

Flagged:
    - alert: Slow
      expr: histogram_quantile(0.9, sum by (job) (rate(latency_seconds_bucket[5m]))) > 1
      for: 5m

Instead:
    - alert: Slow
      expr: histogram_quantile(0.9, sum by (job, le) (rate(latency_seconds_bucket[5m]))) > 1
      for: 5m

Source: Prometheus 2.55, `histogram_quantile()`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.label_problems import problems
from obs.graph.subject import Subject


@lint("error", alone=True)
def histogram_quantile_without_le(subject: Subject) -> Iterator[Finding]:
    """As the label flow finds it, for the buckets of classic histograms."""
    for rule, why in problems(subject, "quantile-without-le"):
        yield Finding.in_rule(
            rule,
            f"{rule} never returns anything: {why.text}",
            (why.start, why.end),
            fix="add le to by (...)",
            evidence="certain" if why.certain else "likely",
        )
