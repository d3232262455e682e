"""Which object of one side is which of the other: by identity where there is one, else by likeness."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
_ALIKE = 0.62
_MOST = 400
"""Leftovers on each side that are compared with each other; beyond them only identities count."""


@dataclass(frozen=True, slots=True)
class Pairs(Generic[Thing]):
    """What is on both sides, and what is on one only, in the order of the sides."""

    both: tuple[tuple[Thing, Thing], ...]
    gone: tuple[Thing, ...]
    come: tuple[Thing, ...]


def pair(
    old: Sequence[Thing],
    new: Sequence[Thing],
    identities: Sequence[Callable[[Thing], Hashable | None]],
    likeness: Callable[[Thing, Thing], float] | None = None,
) -> Pairs[Thing]:
    """Identities are tried one after the other; one that several objects of a side share pairs them in order."""
    left, right = list(old), list(new)
    found: list[tuple[Thing, Thing]] = []
    for identity in identities:
        by_key: dict[Hashable, list[Thing]] = {}
        for thing in right:
            key = identity(thing)
            if key is not None:
                by_key.setdefault(key, []).append(thing)
        rest: list[Thing] = []
        for thing in left:
            key = identity(thing)
            twins = by_key.get(key) if key is not None else None
            if twins:
                twin = twins.pop(0)
                right = [one for one in right if one is not twin]
                found.append((thing, twin))
            else:
                rest.append(thing)
        left = rest
    if likeness is not None and left and right and len(left) <= _MOST and len(right) <= _MOST:
        left, right, more = _by_likeness(left, right, likeness)
        found += more
    place = {id(thing): number for number, thing in enumerate(new)}
    found.sort(key=lambda one: place[id(one[1])])
    return Pairs(tuple(found), tuple(left), tuple(right))


def _by_likeness(
    left: list[Thing], right: list[Thing], likeness: Callable[[Thing, Thing], float]
) -> tuple[list[Thing], list[Thing], list[tuple[Thing, Thing]]]:
    scored = [
        (likeness(one, other), number, place)
        for number, one in enumerate(left)
        for place, other in enumerate(right)
    ]
    taken: tuple[set[int], set[int]] = (set(), set())
    found = []
    for score, number, place in sorted(scored, key=lambda row: (-row[0], row[1], row[2])):
        if score < _ALIKE:
            break
        if number not in taken[0] and place not in taken[1]:
            taken[0].add(number)
            taken[1].add(place)
            found.append((left[number], right[place]))
    return (
        [one for number, one in enumerate(left) if number not in taken[0]],
        [one for place, one in enumerate(right) if place not in taken[1]],
        found,
    )


def alike(one: str, other: str) -> float:
    """How much two texts have in common, 0 to 1."""
    if one == other:
        return 1.0
    return SequenceMatcher(None, one[:400], other[:400], autojunk=False).ratio()
