"""The rules that can have a result in a run; all others are empty whatever happens.

A platform has many rules and a scenario is about few of them. What is left out is left out by proof: a selector is
empty that no stored series fits, and so is what Prometheus makes of empty operands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import cast

from obs.lang import promql
from obs.lang.error import LanguageError
from obs.lang.matchers import Matcher, Operator
from obs.lang.promql.syntax import Aggregate, Binary, Call, Expr, VectorSelector, children
from obs.sim.notation import labels, split
from obs.sim.scrape import NAME, Key

FROM_NOTHING = frozenset({"absent", "absent_over_time", "vector"})
WRITTEN = ("ALERTS", "ALERTS_FOR_STATE")
Group = Mapping[str, object]
Labels = Mapping[str, str]
Stored = Mapping[str, Sequence[Labels] | None]
"""The label sets that are stored under each metric's name; None where they may be any."""
Can = Callable[[Stored], bool]
"""Whether something can have a result."""


def stored_series(samples: Iterable[Key], notations: Iterable[str]) -> Stored | None:
    """Label sets by metric, of what was scraped and what is given in promtool notation; None if that is unreadable."""
    found: dict[str, list[Labels]] = {}
    try:
        given = [labels(split(notation)[0]) for notation in notations]
    except LanguageError:
        return None
    for one in (*map(dict, samples), *given):
        found.setdefault(one.get(NAME, ""), []).append(one)
    return found


def relevant(groups: Sequence[Group], stored: Stored) -> tuple[Group, ...]:
    """The groups with those of their rules that can have a result when these series are stored, in their order."""
    there: dict[str, Sequence[Labels] | None] = {**stored, **dict.fromkeys(WRITTEN)}
    while True:
        kept = [
            (group, [rule for rule in _rules(group) if _can(str(rule["expr"]))(there)]) for group in groups
        ]
        written = {str(rule["record"]) for _, rules in kept for rule in rules if "record" in rule}
        new = {name for name in written if there.get(name, ()) is not None}
        if not new:
            return tuple({**group, "rules": rules} for group, rules in kept if rules)
        there |= dict.fromkeys(new)


def _rules(group: Group) -> Sequence[Mapping[str, object]]:
    return cast("Sequence[Mapping[str, object]]", group.get("rules") or ())


@lru_cache(maxsize=4096)
def read(expr: str) -> frozenset[str]:
    """The metrics that an expression names."""
    try:
        return frozenset(one.metric for one in promql.check(expr).selectors if one.metric)
    except LanguageError:
        return frozenset()


def _always(_: Stored) -> bool:
    return True


@lru_cache(maxsize=4096)
def _can(expr: str) -> Can:
    try:
        return _of(promql.check(expr).tree)
    except LanguageError:
        return _always


def _of(node: Expr) -> Can:
    """Whether an expression can have a result; a scalar always has one."""
    if isinstance(node, VectorSelector):
        return _selector(node)
    if isinstance(node, Aggregate):
        return _of(node.expr)
    if isinstance(node, Binary):
        return _binary(node)
    vectors = [child for child in children(node) if child.type in ("vector", "matrix")]
    if not vectors or node.type == "scalar" or (isinstance(node, Call) and node.function in FROM_NOTHING):
        return _always
    return _all([_of(child) for child in vectors])


def _binary(node: Binary) -> Can:
    if node.op == "unless":
        return _of(node.left)
    sides = [_of(side) for side in (node.left, node.right) if side.type != "scalar"]
    filled = node.matching is not None and node.matching.fill != (None, None)
    return _any(sides) if node.op == "or" or filled else _all(sides)


def _all(parts: Sequence[Can]) -> Can:
    return parts[0] if len(parts) == 1 else lambda stored: all(part(stored) for part in parts)


def _any(parts: Sequence[Can]) -> Can:
    return lambda stored: any(part(stored) for part in parts)


def _selector(node: VectorSelector) -> Can:
    name = node.name or next((one.value for one in node.matchers if (one.label, one.op) == (NAME, "=")), None)
    if name is None:
        return _always
    asked = [Matcher(one.label, cast("Operator", one.op), one.value) for one in node.matchers]

    def can(stored: Stored) -> bool:
        series = stored.get(name, ())
        return series is None or any(all(one.matches(own) for one in asked) for own in series)

    return can
