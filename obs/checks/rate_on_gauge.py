"""rate(), irate(), increase() or resets() over a gauge.

Each time the gauge goes down, they take it for a counter that started again at zero, and add what is not there.

Flagged:
    groups:
      - name: shop
        rules:
          - record: job:requests:rate5m
            expr: sum by (job) (rate(requests_total[5m]))
          - alert: Busy
            expr: rate(job:requests:rate5m[10m]) > 1

Instead:
    groups:
      - name: shop
        rules:
          - record: job:requests:rate5m
            expr: sum by (job) (rate(requests_total[5m]))
          - alert: Busy
            expr: deriv(job:requests:rate5m[10m]) > 1

Source: Prometheus 2.55, `rate()`; pint's promql/rate asks a server for the type.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("warning", alone=True)
def rate_on_gauge(subject: Subject) -> Iterator[Finding]:
    """By declared types and by what records calculate."""
    for found in subject.type_misuses:
        if found.misuse.kind == "rate-on-gauge":
            yield Finding.in_rule(
                found.rule,
                f"{found.rule}: {found.misuse.problem}",
                (found.misuse.start, found.misuse.end),
                fix=found.misuse.fix,
                evidence=found.evidence,
            )
