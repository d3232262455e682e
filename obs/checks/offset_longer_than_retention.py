"""An offset to a time of which no samples are left.

The selector is always empty there.

Flagged:
    from obs import Alert

    alert = Alert(
        "Fewer", expr="orders < 0.5 * (orders offset 20d)", summary="Fewer", description="Fewer orders."
    )

Instead:
    from obs import Alert

    alert = Alert(
        "Fewer", expr="orders < 0.5 * (orders offset 7d)", summary="Fewer", description="Fewer orders."
    )

Source: Prometheus 2.55, `--storage.tsdb.retention.time`; pint's promql/offset asks a server for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.document import DEFAULT_RETENTION
from obs.graph.subject import Subject
from obs.lang.duration import render
from obs.lang.promql.syntax import Subquery, VectorSelector


@lint("error")
def offset_longer_than_retention(subject: Subject) -> Iterator[Finding]:
    """Offsets of selectors and subqueries; where no retention is declared, Prometheus keeps fifteen days."""
    declared = subject.retention
    kept = declared if declared is not None else DEFAULT_RETENTION
    for rule, parts in subject.expressions:
        shifted: list[VectorSelector | Subquery] = [
            *parts.selectors,
            *(node for node in parts.ranges if isinstance(node, Subquery)),
        ]
        for node in shifted:
            if node.offset is not None and (node.offset.milliseconds or 0) > kept:
                yield Finding.in_rule(
                    rule,
                    f"{rule} reads what was {render(node.offset.milliseconds or 0)} ago, and samples are kept for "
                    f"{render(kept)}",
                    (node.offset.start, node.offset.end),
                    fix="keep samples longer, or use a smaller offset",
                    evidence="certain" if declared is not None else "likely",
                    severity=None if declared is not None else "info",
                )
