"""The rate of a sum of counters, where the sum of rates is meant.

When one of the summed processes restarts, the sum falls; rate() takes that for a restart of everything and counts all
of it again. One deployment looks like a burst of traffic.

Flagged:
    groups:
      - name: shop
        rules:
          - record: job:requests:sum
            expr: sum by (job) (requests_total)
          - record: job:requests:rate5m
            expr: rate(job:requests:sum[5m])

Instead:
    groups:
      - name: shop
        rules:
          - record: job:requests:rate5m
            expr: sum by (job) (rate(requests_total[5m]))

Source: Prometheus 2.55, `rate()`: "always take a rate() first, then aggregate".
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("warning", alone=True)
def rate_of_aggregate(subject: Subject) -> Iterator[Finding]:
    """In subqueries, and over what other rules record."""
    for found in subject.type_misuses:
        if found.misuse.kind == "rate-of-aggregate":
            yield Finding.in_rule(
                found.rule,
                f"{found.rule}: {found.misuse.problem}",
                (found.misuse.start, found.misuse.end),
                fix=found.misuse.fix,
                evidence=found.evidence,
            )
