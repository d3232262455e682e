"""A record whose name does not say what it holds: `level:metric:operations`.

Flagged:
    - record: error_rate
      expr: sum by (job) (rate(errors_total[5m]))

Instead:
    - record: job:errors:rate5m
      expr: sum by (job) (rate(errors_total[5m]))

Source: Prometheus, best practices, recording rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("info", "mixin", alone=True)
def record_name_without_level(subject: Subject) -> Iterator[Finding]:
    """At least one colon."""
    for record in subject.records:
        if ":" not in record.name:
            yield Finding.in_rule(
                record,
                f"{record} looks like a metric of some exporter",
                fix="name it level:metric:operations",
            )
