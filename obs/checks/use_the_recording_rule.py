"""An expression calculates what a record already holds.

Flagged:
    groups:
      - name: shop
        rules:
          - record: job:errors:rate5m
            expr: sum by (job) (rate(errors_total[5m]))
          - alert: Errors
            expr: sum by (job) (rate(errors_total[5m])) > 1

Instead:
    groups:
      - name: shop
        rules:
          - record: job:errors:rate5m
            expr: sum by (job) (rate(errors_total[5m]))
          - alert: Errors
            expr: job:errors:rate5m > 1

Where the record stands above the rule in its group, `--fix` puts it in: both are evaluated at the same moment, so that the
value is the same. A record of another group can be one interval old, and a panel's points lie between evaluations: there
it is for you to decide.

Source: pint's query/cost, which asks a server how much it saves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obs.checks.base import Finding, lint
from obs.diagnostic import Edit
from obs.graph.panel_query import PanelQuery
from obs.graph.parts import Parts, metric_of
from obs.graph.subject import Rule, Subject
from obs.lang.promql.syntax import Aggregate, Binary, Call, Expr, VectorSelector, children, strip_parens

_Shape = tuple[str, str | None]


@lint("info")
def use_the_recording_rule(subject: Subject) -> Iterator[Finding]:
    """The largest part of each expression that equals the whole of a record without labels of its own."""
    records = _by_shape(subject)
    place = {id(rule): number for number, rule in enumerate(subject.rules)}
    for rule, parts in subject.expressions if records else ():
        for node in parts.nodes:
            shape = _shape(node)
            found = [
                one
                for one in records.get(shape, ())
                if shape and _equals(one, node) and not (isinstance(rule, Rule) and one.name == rule.name)
            ]
            if found and not _is_record(rule, node, parts):
                excerpt = rule.excerpt(node.start, node.end)
                same = isinstance(rule, Rule) and _just_before(found[0], rule, place)
                yield Finding(
                    f"{rule} calculates what {found[0]} holds",
                    rule.origin,
                    fix=f"read {found[0]}",
                    also=((found[0].origin, "the record"),),
                    object=rule.title,
                    excerpt=excerpt,
                    edits=tuple(_edits(rule, found[0], node, parts)) if same else (),
                )
                break


def _edits(rule: Rule | PanelQuery, record: Rule, node: Expr, parts: Parts) -> Iterator[Edit]:
    """At every place where the rule calculates it."""
    for one in parts.nodes:
        if one == node:
            yield Edit(rule.excerpt(one.start, one.end), record.name)


def _just_before(record: Rule, rule: Rule, place: Mapping[int, int]) -> bool:
    """Whether the record is stored in the same evaluation, so that the rule reads the very value it would calculate."""
    group = (record.group, record.origin.file) == (rule.group, rule.origin.file)
    return group and place[id(record)] < place[id(rule)] and "__name__" not in rule.expr


def _by_shape(subject: Subject) -> dict[_Shape | None, list[Rule]]:
    found: dict[_Shape | None, list[Rule]] = {}
    for record in subject.records:
        shape = _shape(strip_parens(record.query.tree)) if record.query is not None else None
        if shape is not None and not record.labels:
            found.setdefault(shape, []).append(record)
    return found


def _shape(node: Expr) -> _Shape | None:
    """What equal expressions share and can be seen at once; None for what is not worth a record."""
    if isinstance(node, Call):
        root = node.function
    elif isinstance(node, Aggregate):
        root = node.op
    elif isinstance(node, Binary):
        root = f"binary {node.op}"
    else:
        return None
    inner: Expr = node
    while not isinstance(inner, VectorSelector):
        below = children(inner)
        if not below:
            return (root, None)
        inner = below[-1]
    return (root, metric_of(inner))


def _equals(record: Rule, node: Expr) -> bool:
    return record.query is not None and strip_parens(record.query.tree) == node


def _is_record(rule: Rule | PanelQuery, node: Expr, parts: Parts) -> bool:
    """Two records of the same expression are another matter."""
    return rule.kind == "record" and strip_parens(parts.nodes[0]) == node
