"""Values of different units are added, subtracted or compared.

Seconds and milliseconds, bytes and seconds, a duration and a point in time: the number that results means nothing.

Flagged:
    - alert: ClockJump
      expr: node_time_seconds > process_cpu_seconds_total + 60
      for: 5m

Instead:
    - alert: ClockJump
      expr: node_time_seconds > node_boot_time_seconds + 60
      for: 5m

Flagged:
    - alert: UpForLong
      expr: node_boot_time_seconds > node_filesystem_size_bytes
      for: 5m

Instead:
    - alert: UpForLong
      expr: time() - node_boot_time_seconds > 86400
      for: 5m

Source: none of the other linters; the units are those that the exporters document.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.graph.units import Unit, unit_of
from obs.lang.promql.functions import COMPARISONS


@lint("warning", alone=True)
def mixed_units(subject: Subject) -> Iterator[Finding]:
    """Where the unit of both sides is known."""
    metrics = subject.metrics
    for rule, parts in subject.expressions:
        for node in parts.binaries:
            if node.op not in ("+", "-") and node.op not in COMPARISONS:
                continue
            left = unit_of(node.left, metrics)
            right = unit_of(node.right, metrics) if left is not None else None
            if left is None or right is None or _go_together(node.op, left, right):
                continue
            yield Finding.in_rule(
                rule,
                f"{rule}: `{node.op}` between {left} and {right}",
                (node.start, node.end),
                why=f"the left side is in {left}, the right side in {right}",
                fix="bring both sides to one unit",
                evidence="likely",
            )


def _go_together(op: str, left: Unit, right: Unit) -> bool:
    """Equal units; a point in time and a duration may be added."""
    if left == right:
        return True
    if left.rate or right.rate:
        return {left.name, right.name} <= {"seconds", "ratio"} or left.name == right.name
    return op in ("+", "-") and {left.name, right.name} == {"timestamp_seconds", "seconds"}
