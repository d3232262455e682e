"""group_left copies a label that the aggregation around it removes again.

Flagged:
    - record: cluster:requests:sum
      expr: sum by (cluster) (requests * on (instance) group_left (team, cluster) machines)

Instead:
    - record: cluster:requests:sum
      expr: sum by (cluster) (requests * on (instance) group_left (cluster) machines)

Source: Prometheus 2.55, `group_left`; pint's promql/impossible finds the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import RANKED, Parts
from obs.graph.subject import Subject
from obs.lang.promql.syntax import Aggregate, Binary, Call, Label

_READS_LABELS = frozenset(
    {"label_replace", "label_join", "sort_by_label", "sort_by_label_desc", "absent", "info"}
)


@lint("warning", alone=True)
def unused_join_label(subject: Subject) -> Iterator[Finding]:
    """Upwards from each copied label to the aggregation that drops it, past nothing that could read it."""
    for rule, parts in subject.expressions:
        for node in parts.binaries:
            if node.matching is None:
                continue
            for label in node.matching.include:
                dropping = _dropped_by(parts, node, label)
                if dropping is not None:
                    yield Finding.in_rule(
                        rule,
                        f"{rule} copies {label.name}, and {dropping.op} around it removes it again",
                        (label.start, label.end),
                        fix=f"leave {label.name} out of group_left, or keep it in {dropping.op}",
                    )


def _dropped_by(parts: Parts, node: Binary, label: Label) -> Aggregate | None:
    for outer in parts.above(node):
        if isinstance(outer, Aggregate):
            if outer.op in RANKED or label.templated or any(one.templated for one in outer.grouping):
                return None
            named = any(one.name == label.name for one in outer.grouping)
            if named == outer.without:
                return outer
            return None
        if isinstance(outer, Call) and outer.function in _READS_LABELS:
            return None
        if isinstance(outer, Binary) and outer.matching is not None:
            matching = outer.matching
            if not matching.on or any(one.name == label.name for one in matching.labels):
                return None
    return None
