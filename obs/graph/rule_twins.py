"""Rules that have the same name and labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.graph.subject import Rule, Subject


def twins(subject: Subject) -> Iterator[tuple[Rule, Rule]]:
    """Each later rule with the first that has its kind, name and labels; only those whose expressions are valid."""
    families: dict[tuple[str, str, tuple[tuple[str, str], ...]], list[Rule]] = {}
    for rule in subject.rules:
        if rule.query is not None:
            key = (rule.kind, rule.name, tuple(sorted(rule.labels.items())))
            families.setdefault(key, []).append(rule)
    for family in families.values():
        for second in family[1:]:
            yield family[0], second
