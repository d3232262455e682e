"""A join matches on a label that neither side has.

All series of a side look the same to it. With more than one on a side the evaluation fails, "many-to-many matching
not allowed"; with one each the label has no effect.

Flagged:
    - alert: ErrorRatio
      expr: sum by (job) (rate(errors_total[5m])) / on (pod) sum by (job) (rate(requests_total[5m])) > 0.1
      for: 5m

Instead:
    - alert: ErrorRatio
      expr: sum by (job) (rate(errors_total[5m])) / on (job) sum by (job) (rate(requests_total[5m])) > 0.1
      for: 5m

Source: Prometheus 2.55, vector matching: a missing label is an empty one, and equal to another missing one.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.lang.promql.flow import flow


@lint("warning", alone=True)
def join_on_missing_label(subject: Subject) -> Iterator[Finding]:
    """Labels that no live branch of either side can have."""
    for rule, parts in subject.expressions:
        for node in parts.binaries:
            if node.matching is None or not node.matching.on or not node.matching.labels:
                continue
            sides = [*flow(node.left, rule.known).live, *flow(node.right, rule.known).live]
            for label in node.matching.labels:
                gone = [branch for branch in sides if branch.state(label.name) == "excluded"]
                if sides and len(gone) == len(sides) and not label.templated:
                    why = gone[0].why(label.name)
                    yield Finding.in_rule(
                        rule,
                        f"{rule} matches on {label.name}, which neither side has",
                        (label.start, label.end),
                        why=why.text if why is not None else "",
                        fix=f"keep {label.name} on both sides, or match on a label that they have",
                    )
