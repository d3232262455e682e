"""A text as it stands in a file: from an offset to a line and a column."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from obs.diagnostic import TextPlace
from obs.origin import Origin
from obs.record import dataclass


@dataclass(frozen=True)
class Source:
    """A text and what it is called; `outer` is its place when it is itself a text inside a file."""

    file: str
    text: str
    outer: TextPlace | None = None

    @cached_property
    def starts(self) -> list[int]:
        """The offset of each line's first character."""
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column in the file, from 1."""
        if self.outer is not None:
            return self.outer.at(self.text, offset)
        row = bisect_right(self.starts, offset) - 1
        return row + 1, offset - self.starts[row] + 1

    def line(self, number: int) -> str:
        """A line of the text, from 1, without its end; empty behind the last."""
        if not 0 < number <= len(self.starts):
            return ""
        start = self.starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else None].rstrip("\r")

    def origin(self, offset: int) -> Origin:
        """The line of a character."""
        return Origin(self.file, self.at(offset)[0])

    def place(self, offset: int) -> TextPlace:
        """The place of a character, for a text that stands there as it is, on one line."""
        return TextPlace(self.file, (self.at(offset),))

    def runs(self, text: str, found: list[tuple[int, int]]) -> TextPlace:
        """The place of a text that stands here in parts: pairs of an offset in it and one in this source."""
        if len(found) == 1 and found[0][0] == 0 and "\n" not in text:
            return self.place(found[0][1])
        pieces = tuple((offset, *self.at(at)) for offset, at in found)
        whole = TextPlace(self.file, ((pieces[0][1], pieces[0][2]),), pieces)
        starts = [0, *(end.end() for end in re.finditer("\n", text))]
        return TextPlace(self.file, tuple(whole.at(text, start) for start in starts), pieces)
