"""The characters of strings in Python source, each at its place: through f-strings, joined literals and many lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Char:
    """One character of a value that stands in the source as itself; line from 1, column from 0."""

    text: str
    line: int
    column: int


Gap = None
"""Stands for what the source does not spell out: the field of an f-string, an escape."""
Piece = Char | None
_PREFIX = re.compile(r"(?i)(?P<kind>[rbuf]{0,2})(?P<quote>\"\"\"|'''|\"|')")


def pieces(
    lines: Sequence[str], line: int, column: int, end_line: int, end_column: int
) -> list[Piece] | None:
    """The value of a string expression, read off its source; None where it is more than literals side by side."""
    source = _Source(lines, line, column, end_line, end_column)
    found: list[Piece] = []
    while source.skip_between():
        opening = source.opening()
        if opening is None:
            return None
        found += source.body(opening["kind"].lower(), opening["quote"])
    return found


def span(found: Sequence[Piece], text: str, start: int, end: int) -> tuple[Char, Char] | None:
    """First and last character of a part of `text`, if the pieces can only be that text, read in one way.

    Spaces around the value may have been stripped.
    """
    trimmed = _trimmed(found)
    inner, shift = text.strip(), len(text) - len(text.lstrip())
    if not 0 <= start - shift < end - shift <= len(inner):
        return None
    places = {_aligned(trimmed, inner, start - shift, end - shift, lazy) for lazy in (True, False)}
    if len(places) != 1:
        return None
    first_last = places.pop()
    if first_last is None:
        return None
    part = trimmed[first_last[0] : first_last[1]]
    chars = [one for one in part if one is not None]
    straight = all(
        one.line == chars[0].line and one.column == chars[0].column + index for index, one in enumerate(chars)
    )
    return (chars[0], chars[-1]) if chars and straight and len(chars) == len(part) else None


def _trimmed(found: Sequence[Piece]) -> list[Piece]:
    first, last = 0, len(found)
    while first < last and (one := found[first]) is not None and one.text.isspace():
        first += 1
    while first < last and (one := found[last - 1]) is not None and one.text.isspace():
        last -= 1
    return list(found[first:last])


def _aligned(found: Sequence[Piece], text: str, start: int, end: int, lazy: bool) -> tuple[int, int] | None:
    """The indexes of the pieces that a part of the text is; None where it is not spelt out, or the texts differ."""
    runs: list[list[int]] = [[]]
    gaps = "(.*?)" if lazy else "(.*)"
    pattern = ""
    for index, one in enumerate(found):
        if one is None:
            if index == 0 or found[index - 1] is not None:
                pattern += gaps
                runs.append([])
        else:
            pattern += re.escape(one.text)
            runs[-1].append(index)
    if len(runs) > 12:
        return None
    matched = re.fullmatch(pattern, text, re.DOTALL)
    if matched is None:
        return None
    offset = 0
    for number, run in enumerate(runs):
        if number:
            offset = matched.end(number)
        if run and offset <= start and end <= offset + len(run):
            return run[start - offset], run[end - offset - 1] + 1
        offset += len(run)
    return None


class _Source:
    """Reads forwards from one place to another."""

    def __init__(self, lines: Sequence[str], line: int, column: int, end_line: int, end_column: int) -> None:
        self.lines = lines
        self.line, self.column = line, column
        self.end = (end_line, end_column)

    def skip_between(self) -> bool:
        """Passes over what stands between literals; whether another one follows."""
        while (self.line, self.column) < self.end:
            rest = self.lines[self.line - 1][self.column :]
            text = rest.lstrip(" \t()\\")
            if text and not text.startswith("#"):
                self.column += len(rest) - len(text)
                return (self.line, self.column) < self.end
            self.line, self.column = self.line + 1, 0
        return False

    def opening(self) -> re.Match[str] | None:
        found = _PREFIX.match(self.lines[self.line - 1], self.column)
        if found is not None:
            self.column = found.end()
        return found

    def body(self, kind: str, quote: str) -> Iterator[Piece]:
        """Up to and over the closing quotes."""
        while self.line <= len(self.lines):
            line = self.lines[self.line - 1]
            if self.column >= len(line):
                yield Char("\n", self.line, self.column)
                self.line, self.column = self.line + 1, 0
            elif line.startswith(quote, self.column):
                self.column += len(quote)
                return
            elif line[self.column] == "\\" and "r" not in kind:
                self.column += 2
                yield Gap
            elif line[self.column] in "{}" and "f" in kind:
                yield self._brace(line)
            else:
                yield Char(line[self.column], self.line, self.column)
                self.column += (
                    2 if line[self.column] == "\\" and line[self.column + 1 :][:1] == quote[0] else 1
                )

    def _brace(self, line: str) -> Piece:
        """A doubled brace, which is one, or a field."""
        if line.startswith(line[self.column] * 2, self.column):
            found = Char(line[self.column], self.line, self.column)
            self.column += 2
            return found
        depth = 0
        while self.line <= len(self.lines):
            line = self.lines[self.line - 1]
            while self.column < len(line):
                depth += {"{": 1, "}": -1}.get(line[self.column], 0)
                self.column += 1
                if depth == 0:
                    return Gap
            self.line, self.column = self.line + 1, 0
        return Gap
