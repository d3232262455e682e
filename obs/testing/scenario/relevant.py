"""The rules that can have a result in a run: those of which no series is stored are empty whatever happens.

A platform has many rules and a scenario is about few of them. What is left out is left out by proof: without samples
every selector is empty, and of functions and operators only a few make something of nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import cast

from obs.lang import promql
from obs.lang.error import LanguageError
from obs.lang.promql.syntax import Call, walk

FROM_NOTHING = frozenset({"absent", "absent_over_time", "scalar", "time", "vector"})
WRITTEN = ("ALERTS", "ALERTS_FOR_STATE")
Group = Mapping[str, object]


def relevant(groups: Sequence[Group], stored: Collection[str]) -> tuple[Group, ...]:
    """Every group with those of its rules that can have a result when these metrics are stored, in their order."""
    names = {*stored, *WRITTEN}
    while True:
        kept = [(group, [rule for rule in _rules(group) if _can(rule, names)]) for group in groups]
        written = {str(rule["record"]) for _, rules in kept for rule in rules if "record" in rule}
        if written <= names:
            return tuple({**group, "rules": rules} for group, rules in kept)
        names |= written


def _rules(group: Group) -> Sequence[Mapping[str, object]]:
    return cast("Sequence[Mapping[str, object]]", group.get("rules") or ())


def _can(rule: Mapping[str, object], names: Collection[str]) -> bool:
    read = _read(str(rule.get("expr", "")))
    return read is None or not read.isdisjoint(names)


@lru_cache(maxsize=1024)
def read(expr: str) -> frozenset[str]:
    """The metrics that an expression names."""
    try:
        return frozenset(one.metric for one in promql.check(expr).selectors if one.metric)
    except LanguageError:
        return frozenset()


@lru_cache(maxsize=1024)
def _read(expr: str) -> frozenset[str] | None:
    """The metrics of an expression; None where it can have a result without any of them, or cannot be told."""
    try:
        query = promql.check(expr)
    except LanguageError:
        return None
    if any(isinstance(node, Call) and node.function in FROM_NOTHING for node in walk(query.tree)):
        return None
    found = [one.metric for one in query.selectors]
    if not found or None in found:
        return None
    return frozenset(name for name in found if name)
