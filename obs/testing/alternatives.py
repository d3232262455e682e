"""The alternatives of a regular expression, with their places in its text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alternation:
    """`a|b|c`: from where to where it reaches (without its parentheses), and each alternative."""

    start: int
    end: int
    parts: tuple[tuple[int, int], ...]

    def only(self, pattern: str, index: int) -> str:
        """The pattern with this alternative alone."""
        start, end = self.parts[index]
        return self._put(pattern, pattern[start:end])

    def without(self, pattern: str, index: int) -> str:
        """The pattern with all the other alternatives."""
        kept = [pattern[start:end] for place, (start, end) in enumerate(self.parts) if place != index]
        return self._put(pattern, "|".join(kept))

    def _put(self, pattern: str, text: str) -> str:
        return pattern[: self.start] + text + pattern[self.end :]


def alternations(pattern: str) -> list[Alternation]:
    """Every alternation of a pattern that Go accepts, outer ones first."""
    return sorted(_found(pattern), key=lambda one: (one.start, -one.end))


def _found(pattern: str) -> Iterator[Alternation]:
    open_groups: list[list[int]] = [[0]]
    place, length = 0, len(pattern)
    while place < length:
        char = pattern[place]
        if char == "\\":
            place = _after_escape(pattern, place)
            continue
        if char == "[":
            place = _after_class(pattern, place)
            continue
        if char == "(":
            place = _after_head(pattern, place)
            open_groups.append([place])
            continue
        if char == "|":
            open_groups[-1].append(place + 1)
        elif char == ")" and len(open_groups) > 1:
            yield from _closed(open_groups.pop(), place)
        place += 1
    yield from _closed(open_groups[0], length)


def _closed(starts: list[int], end: int) -> Iterator[Alternation]:
    if len(starts) > 1:
        ends = [start - 1 for start in starts[1:]] + [end]
        yield Alternation(starts[0], end, tuple(zip(starts, ends, strict=True)))


def _after_escape(pattern: str, place: int) -> int:
    if pattern.startswith("\\Q", place):
        end = pattern.find("\\E", place)
        return len(pattern) if end < 0 else end + 2
    return place + 2


def _after_class(pattern: str, place: int) -> int:
    place += 1
    if pattern.startswith("^", place):
        place += 1
    if pattern.startswith("]", place):
        place += 1
    while place < len(pattern) and pattern[place] != "]":
        if pattern.startswith("[:", place):
            end = pattern.find(":]", place)
            place = end + 2 if end >= 0 else place + 1
        else:
            place += 2 if pattern[place] == "\\" else 1
    return place + 1


def _after_head(pattern: str, place: int) -> int:
    """Behind `(`, `(?:`, `(?i:` or `(?P<name>`; behind the whole of `(?i)`, which holds nothing."""
    if not pattern.startswith("(?", place):
        return place + 1
    if pattern.startswith(("(?P<", "(?<"), place):
        return pattern.find(">", place) + 1
    end = place + 2
    while end < len(pattern) and pattern[end] not in ":)":
        end += 1
    return end + 1 if pattern[end : end + 1] == ":" else end
