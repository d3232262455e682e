"""A range that reaches further back than samples are kept.

The result is that of the shorter time, with no sign of it: a thirty-day average is one of fifteen days.

Flagged:
    from obs import Alert

    alert = Alert(
        "Slow", expr="avg_over_time(latency[40d]) > 1", summary="Slow", description="Slower than usual."
    )

Instead:
    from obs import Alert

    alert = Alert(
        "Slow", expr="avg_over_time(latency[7d]) > 1", summary="Slow", description="Slower than usual."
    )

Source: Prometheus 2.55, `--storage.tsdb.retention.time`; pint's promql/range_query asks a server for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.document import DEFAULT_RETENTION
from obs.graph.subject import Subject
from obs.lang.duration import render


@lint("warning")
def range_longer_than_retention(subject: Subject) -> Iterator[Finding]:
    """Ranges of selectors and subqueries; where no retention is declared, Prometheus keeps fifteen days."""
    declared = subject.retention
    kept = declared if declared is not None else DEFAULT_RETENTION
    for rule, parts in subject.expressions:
        for node in parts.ranges:
            length = node.range.milliseconds
            if length is not None and length > kept:
                yield Finding.in_rule(
                    rule,
                    f"{rule} looks back {render(length)}, and samples are kept for {render(kept)}",
                    (node.range.start, node.range.end),
                    fix=f"keep samples longer, or look back at most {render(kept)}",
                    evidence="certain" if declared is not None else "likely",
                    severity=None if declared is not None else "info",
                )
