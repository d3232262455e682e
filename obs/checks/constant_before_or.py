"""A constant stands on the left of `or`, where it is always part of the result.

`or` returns all of its left side. A default belongs on the right: there it is used only when nothing else is.

Flagged:
    - record: errors:sum
      expr: vector(0) or errors_by_host

Instead:
    - record: errors:sum
      expr: sum(errors_by_host) or vector(0)

Source: Prometheus 2.55, `or`: all elements of the left, and those of the right that have no match there.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.lang.promql.flow import flow
from obs.lang.promql.labels import Branch, has_labels

_CONSTANTS = frozenset(
    {"vector", "hour", "minute", "month", "year"}
    | {"day_of_month", "day_of_week", "day_of_year", "days_in_month"}
)
"""Functions that return a vector without reading a series."""


@lint("warning", alone=True)
def constant_before_or(subject: Subject) -> Iterator[Finding]:
    """A right side that is never used at all is a dead-branch."""
    for rule, parts in subject.queried:
        if not any(call.function in _CONSTANTS for call in parts.calls):
            continue
        for node in parts.binaries:
            if node.op != "or" or node.matching is None or (node.matching.on and not node.matching.labels):
                continue
            constant = any(branch.always and _is_bare(branch) for branch in flow(node.left).live)
            if constant and not all(map(_is_bare, flow(node.right).live)):
                yield Finding.in_rule(
                    rule,
                    f"{rule} always contains the constant on the left of `or`, with or without the right side",
                    (node.left.start, node.left.end),
                    fix="put the constant on the right",
                    evidence="likely",
                )


def _is_bare(branch: Branch) -> bool:
    return not branch.open and not has_labels(branch)
