"""Rules that have the same name and labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.graph.subject import Rule, Subject

_MOST = 20
"""Rules of one name that are compared with each other: names that hundreds share are made by a machine."""


def twins(subject: Subject) -> Iterator[tuple[Rule, Rule]]:
    """Each two rules that have their kind, name and labels in common; only those whose expressions are valid.

    Of a family of many, each later one comes with each of the `_MOST` before it at most.
    """
    families: dict[tuple[str, str, tuple[tuple[str, str], ...]], list[Rule]] = {}
    for rule in subject.rules:
        if rule.query is not None:
            key = (rule.kind, rule.name, tuple(sorted(rule.labels.items())))
            families.setdefault(key, []).append(rule)
    for family in families.values():
        for number, second in enumerate(family):
            for first in family[max(0, number - _MOST) : number]:
                yield first, second
