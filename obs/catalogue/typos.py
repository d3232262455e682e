"""Names that are one slip of the keyboard away from a known one: a letter too much, too few, wrong or swapped.

An index of every name with one letter left out finds them without comparing with each name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class Typos:
    """The known names, ready to be asked; below `shortest` letters a slip makes another word too easily."""

    def __init__(self, names: Iterable[str], *, shortest: int = 8) -> None:
        self._shortest = shortest
        self._names = frozenset(names)
        self._without: dict[str, list[str]] = {}
        for name in sorted(self._names):
            for shorter in _shorter(name):
                self._without.setdefault(shorter, []).append(name)

    def meant(self, name: str) -> str:
        """The known name that was meant; empty for a known name, and for one that resembles none."""
        if name in self._names or not self._shortest <= len(name) <= 200:
            return ""
        return next((known for known in self._near(name) if _is_slip(name, known)), "")

    def _near(self, name: str) -> Iterator[str]:
        for shorter in [name, *_shorter(name)]:
            if shorter in self._names:
                yield shorter
            yield from self._without.get(shorter, ())


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
