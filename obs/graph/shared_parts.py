"""What several rules of one group calculate alike: as records that the group stores first.

The rules of a group are evaluated from the top at one moment, so that reading such a record gives the very value that
was calculated before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from obs.graph.parts import metric_of, parts
from obs.graph.rule_order import AnyRule
from obs.lang import promql
from obs.lang.error import LanguageError
from obs.lang.promql.syntax import Aggregate, Call, Expr, MatrixSelector
from obs.model.rule import RecordingRule
from obs.record import dataclass


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a rule calculates something."""

    rule: AnyRule
    node: Aggregate
    name: str


def with_shared_records(
    rules: Sequence[AnyRule], taken: Collection[str], version: tuple[int, int], features: frozenset[str]
) -> list[AnyRule]:
    """The group with a record for each aggregated rate that two or more of its rules calculate, and those reading it.

    The largest parts win. `taken` are the names that metrics have already.
    """
    places = [place for rule in rules for place in _places(rule, version, features)]
    found: dict[Expr, list[_Place]] = {}
    for place in places:
        found.setdefault(place.node, []).append(place)
    shared = [listed for listed in found.values() if len({id(one.rule) for one in listed}) > 1]
    shared.sort(key=lambda listed: -_length(listed[0].node))
    used, records = set(taken), list[AnyRule]()
    edits: dict[int, list[tuple[int, int, str]]] = {}
    for listed in shared:
        free = [one for one in listed if not _overlaps(one.node, edits.get(id(one.rule), ()))]
        if len({id(one.rule) for one in free}) < 2:
            continue
        name = _free(listed[0].name, used)
        used.add(name)
        first = free[0]
        text = first.rule.expr[first.node.start : first.node.end]
        records.append(RecordingRule(name, expr=text, group=first.rule.group, origin=first.rule.origin))
        for one in free:
            edits.setdefault(id(one.rule), []).append((one.node.start, one.node.end, name))
    return [*records, *(_edited(rule, edits) for rule in rules)]


def _places(rule: AnyRule, version: tuple[int, int], features: frozenset[str]) -> Iterator[_Place]:
    if "__name__" in rule.expr:
        return
    try:
        tree = promql.check(rule.expr, version=version, features=features).tree
    except LanguageError:
        return  # said by invalid-promql
    for node in parts(tree).nodes:
        if isinstance(node, Aggregate) and not (isinstance(rule, RecordingRule) and node == tree):
            rate = next((one for one in parts(node).calls if _is_rate(one)), None)
            if rate is not None and not node.without:
                yield _Place(rule, node, _name(node, rate))


def _is_rate(call: Call) -> bool:
    return call.function in ("rate", "increase") and isinstance(call.args[0], MatrixSelector)


def _name(node: Aggregate, rate: Call) -> str:
    """`level:metric:operations`, as Prometheus's own guide to recording rules has it."""
    selector = rate.args[0]
    assert isinstance(selector, MatrixSelector)
    metric = (metric_of(selector.selector) or "series").removesuffix("_total")
    level = "_".join(sorted(label.name for label in node.grouping)) if node.grouping else "all"
    return f"{level}:{metric}:{node.op}_{rate.function}{selector.range.text}"


def _length(node: Aggregate) -> int:
    return node.end - node.start


def _overlaps(node: Aggregate, edits: Sequence[tuple[int, int, str]]) -> bool:
    return any(node.start < end and start < node.end for start, end, _ in edits)


def _free(name: str, used: Collection[str]) -> str:
    number, found = 2, name
    while found in used:
        found, number = f"{name}_{number}", number + 1
    return found


def _edited(rule: AnyRule, edits: Mapping[int, Sequence[tuple[int, int, str]]]) -> AnyRule:
    text = rule.expr
    for start, end, name in sorted(edits.get(id(rule), ()), reverse=True):
        text = text[:start] + name + text[end:]
    return rule if text == rule.expr else replace(rule, expr=text)
