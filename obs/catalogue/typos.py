"""Names that are one slip of the keyboard away from a known one: a letter too much, too few, wrong or swapped.

A slip leaves the first or the second half of a name as it was: an index of the halves of all names finds the few that
are worth comparing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class Typos:
    """The known names, ready to be asked; below `shortest` letters a slip makes another word too easily."""

    def __init__(self, names: Iterable[str], *, shortest: int = 8) -> None:
        self._shortest = shortest
        self._names = frozenset(names)
        self._by_half: dict[tuple[int, str], list[str]] = {}
        for name in sorted(self._names):
            for length in range(len(name) - 1, len(name) + 2):
                for half in _halves(name, length):
                    self._by_half.setdefault(half, []).append(name)

    def meant(self, name: str) -> str:
        """The known name that was meant; empty for a known name, and for one that resembles none."""
        if name in self._names or not self._shortest <= len(name) <= 200:
            return ""
        halves = _halves(name, len(name))
        near = {known for half in halves for known in self._by_half.get(half, ()) if _is_slip(name, known)}
        return min(near, key=lambda known: _rank(name, known), default="")


def _halves(name: str, length: int) -> tuple[tuple[int, str], tuple[int, str]]:
    """What is left of a name by a slip behind its middle, and by one before it, in a name of that length."""
    middle = length // 2
    return (length, name[:middle]), (-length, name[len(name) - (length - middle - 1) :])


def _rank(name: str, known: str) -> tuple[int, bool, str]:
    """Names come first that differ early; of those, one that lacks a letter, then by alphabet."""
    shorter = set(_shorter(known))
    for place, one in enumerate([name, *_shorter(name)]):
        if one == known or one in shorter:
            return place, one != known, known
    return len(name) + 1, True, known


def _shorter(name: str) -> Iterator[str]:
    for index in range(len(name)):
        yield name[:index] + name[index + 1 :]


def _is_slip(name: str, known: str) -> bool:
    """One edit apart, which no digit takes part in: `load1` and `load5` are two things."""
    mine, theirs = name, known
    while mine and theirs and mine[0] == theirs[0]:
        mine, theirs = mine[1:], theirs[1:]
    while mine and theirs and mine[-1] == theirs[-1]:
        mine, theirs = mine[:-1], theirs[:-1]
    if any(letter.isdigit() for letter in mine + theirs):
        return False
    swapped = len(mine) == 2 and mine == theirs[::-1]
    return swapped or (len(mine) <= 1 and len(theirs) <= 1)
