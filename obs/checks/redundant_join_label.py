"""group_left copies a label that the many side already has.

The copy replaces the value that was there, or changes nothing.

Flagged:
    - record: requests:by_team
      expr: sum by (job, instance) (requests) * on (instance) group_left (job) machines

Instead:
    - record: requests:by_team
      expr: sum by (instance) (requests) * on (instance) group_left (job) machines

Source: Prometheus 2.55, `group_left`; pint's promql/impossible finds the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.lang.promql.flow import flow


@lint("warning", alone=True)
def redundant_join_label(subject: Subject) -> Iterator[Finding]:
    """Labels that every branch of the many side names and keeps; of less weight where the metric may lack them."""
    for rule, parts in subject.expressions:
        for node in parts.binaries:
            if node.matching is None or not node.matching.include:
                continue
            many = node.left if node.matching.card == "many-to-one" else node.right
            live = flow(many).live
            for label in node.matching.include:
                kept = [b for b in live if b.state(label.name) == "guaranteed" or _is_listed(b, label.name)]
                if live and len(kept) == len(live) and not label.templated:
                    sure = all(branch.state(label.name) == "guaranteed" for branch in live)
                    yield Finding.in_rule(
                        rule,
                        f"{rule} copies {label.name} over the {label.name} that the other side already has",
                        (label.start, label.end),
                        fix=f"leave {label.name} out of one of the two",
                        evidence="likely",
                        severity=None if sure else "info",
                    )


def _is_listed(branch: object, label: str) -> bool:
    """Whether a `by (...)` keeps the label."""
    from obs.lang.promql.labels import Branch

    assert isinstance(branch, Branch)
    return not branch.open and branch.state(label) != "excluded"
