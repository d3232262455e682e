"""A label is grouped by, or copied, after it was removed.

It stays empty: what looks like one result per label is one result for all.

Flagged:
    - record: cluster:errors:rate5m
      expr: sum by (cluster) (sum by (job) (rate(errors_total[5m])))

Instead:
    - record: cluster:errors:rate5m
      expr: sum by (cluster) (sum by (cluster, job) (rate(errors_total[5m])))

Source: Prometheus 2.55, aggregation; pint's promql/impossible finds the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.label_problems import problems
from obs.graph.subject import Subject


@lint("warning", alone=True)
def impossible_label(subject: Subject) -> Iterator[Finding]:
    """As the label flow finds it."""
    for rule, why in problems(subject, "impossible-label"):
        yield Finding.in_rule(
            rule,
            f"{rule}: {why.text}",
            (why.start, why.end),
            fix="keep the label further inside, or leave it out here",
            evidence="certain" if why.certain else "likely",
        )
