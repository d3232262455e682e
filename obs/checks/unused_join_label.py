"""group_left copies a label that what is around it removes again.

Flagged:
    - record: cluster:requests:sum
      expr: sum by (cluster) (requests * on (instance) group_left (team, cluster) machines)

Instead:
    - record: cluster:requests:sum
      expr: sum by (cluster) (requests * on (instance) group_left (cluster) machines)

Flagged:
    - alert: Down
      expr: up == 0 and on (instance) machines * on (rack) group_left (team) racks

Instead:
    - alert: Down
      expr: up == 0 and on (instance) machines * on (rack) group_left () racks

Source: Prometheus 2.55, `group_left`; pint's promql/impossible finds the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import RANKED, Parts
from obs.graph.subject import Subject
from obs.lang.promql.functions import SET_OPERATORS
from obs.lang.promql.syntax import Aggregate, Binary, Call, Label, Matching

_READS_LABELS = frozenset(
    {"label_replace", "label_join", "sort_by_label", "sort_by_label_desc", "absent", "info"}
)


@lint("warning", alone=True)
def unused_join_label(subject: Subject) -> Iterator[Finding]:
    """Upwards from each copied label to what drops it, past nothing that could read it."""
    for rule, parts in subject.expressions:
        for node in parts.binaries:
            if node.matching is None:
                continue
            for label in node.matching.include:
                dropping = _dropped_by(parts, node, label)
                if dropping is not None:
                    yield Finding.in_rule(
                        rule,
                        f"{rule} copies {label.name}, and {_named(dropping)} around it removes it again",
                        (label.start, label.end),
                        fix=f"leave {label.name} out of group_left, or keep it in {_named(dropping)}",
                    )


def _named(dropping: Aggregate | Binary) -> str:
    if isinstance(dropping, Aggregate):
        return dropping.op
    labels = ", ".join(one.name for one in dropping.matching.labels) if dropping.matching is not None else ""
    return f"{dropping.op} on ({labels})"


def _dropped_by(parts: Parts, node: Binary, label: Label) -> Aggregate | Binary | None:
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
            if not matching.on or any(one.name == label.name or one.templated for one in matching.labels):
                return None
            if _drops(outer, matching, node, label):
                return outer
    return None


def _drops(outer: Binary, matching: Matching, node: Binary, label: Label) -> bool:
    """Whether only the other side of an operation gives the result its labels, or neither side does."""
    is_right = node.start >= outer.op_start
    if outer.op == "or":
        return False
    if outer.op in SET_OPERATORS:
        return is_right
    if matching.card in {"many-to-one", "one-to-many"}:
        is_one = is_right == (matching.card == "many-to-one")
        return is_one and not any(one.name == label.name or one.templated for one in matching.include)
    return True
