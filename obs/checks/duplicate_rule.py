"""The same rule twice.

A record is calculated twice, and the second sample of each series is refused; an alert is counted twice.

Flagged:
    - alert: Busy
      expr: load > 1
    - alert: Busy
      expr: load > 1

Instead:
    - alert: Busy
      expr: load > 1

Source: promtool's `duplicate-rules` and pint's rule/duplicate.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.rule_twins import twins
from obs.graph.subject import Subject


@lint("warning")
def duplicate_rule(subject: Subject) -> Iterator[Finding]:
    """The same name, labels and expression, however it is written; told once for two files that hold the same."""
    told: set[int] = set()
    for first, second in twins(subject):
        if id(second) in told:
            continue
        if first.query and second.query and first.query.tree == second.query.tree:
            told.add(id(second))
            one_file = first.origin.file == second.origin.file
            yield Finding(
                f"{second} is there twice, with the same labels and the same expression",
                second.origin,
                fix="leave one of them out",
                also=((first.origin, "the first"),),
                object=second.title,
                cause="" if one_file else f"copies {first.origin.file} {second.origin.file}",
            )
