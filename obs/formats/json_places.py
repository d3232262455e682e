"""JSON as it stands in a file: values, and the line and column of those that are worth pointing at.

The standard library's scanner reads what nobody points into, so that a dashboard costs little more than `json.loads`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from obs.diagnostic import TextPlace
from obs.formats.source import Source
from obs.lang.error import LanguageError

DEPTH = 200
"""Levels of nesting; Grafana's deepest documents need about 20."""

Object = dict[str, Any]
Mark = Callable[[Object, int, dict[str, int]], None]
"""Is told of each object that was entered: the object, its offset, and the offset of each member's value."""

_BLANK = re.compile(r"[ \t\n\r]*")
_KEY = re.compile(r'"([^"\\\x00-\x1f]*)"[ \t\n\r]*:[ \t\n\r]*').match
_NEXT = re.compile(r"[ \t\n\r]*([,}])[ \t\n\r]*").match
_NEXT_ITEM = re.compile(r"[ \t\n\r]*([],])[ \t\n\r]*").match
_LONE = re.compile(r"\\u[dD][89a-fA-F]")


class JsonError(LanguageError):
    """A text that is no JSON; `start` is the offset of the character that cannot stand there."""


@dataclass(slots=True)
class Document:
    """A value; `duplicates` are the offsets of a repeated key and of its first use, with its name."""

    value: Any
    duplicates: list[tuple[str, int, int]] = field(default_factory=list)


def read(text: str, enter: Collection[str] | None = None, mark: Mark | None = None) -> Document:
    """The value of a text without a byte-order mark; raises JsonError.

    `enter` names the members that are walked into (None for all), at any level that was itself walked into.
    """
    reader = _Reader(text, enter, mark)
    try:
        value, end = reader.value(reader.blank(0), 0)
    except RecursionError:
        raise JsonError("nested too deeply") from None
    end = reader.blank(end)
    if end != len(text):
        raise JsonError("more text behind the end of the value", end, end + 1)
    if reader.repeated and enter is not None:
        return Document(value, read(text).duplicates)
    if _LONE.search(text):
        value = _without_lone(value)
    return Document(value, reader.duplicates)


def string_place(source: Source, offset: int, text: str) -> TextPlace:
    """Where a string's text stands; `offset` is that of its opening quote."""
    if source.text.startswith(text, offset + 1) and "\\" not in text:
        return source.runs(text, [(0, offset + 1)])
    found: list[tuple[int, int]] = []
    cursor, last = 0, offset + 1
    for part in _ESCAPE.finditer(source.text, offset + 1):
        if part.start() > last:
            found.append((cursor, last))
            cursor += part.start() - last
        if part[0] == '"':
            break
        found.append((cursor, part.start()))
        cursor += 1
        last = part.end()
    return source.runs(text, found or [(0, offset + 1)])


_ESCAPE = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|\"")


class _Reader:
    def __init__(self, text: str, enter: Collection[str] | None, mark: Mark | None) -> None:
        self.text = text
        self.enter = enter
        self.mark = mark
        self.repeated = False
        self.duplicates: list[tuple[str, int, int]] = []
        decoder: Any = json.JSONDecoder(
            object_pairs_hook=self.pairs, parse_constant=self.constant, parse_int=_integer
        )
        self.scan: Callable[[str, int], tuple[Any, int]] = decoder.scan_once

    def pairs(self, pairs: list[tuple[str, Any]]) -> Object:
        found = dict(pairs)
        if len(found) != len(pairs):
            self.repeated = True
        return found

    def constant(self, name: str) -> None:
        at = max(self.text.find(name), 0)
        raise JsonError(f"{name} is no JSON", at, at + len(name))

    def blank(self, at: int) -> int:
        found = _BLANK.match(self.text, at)
        assert found is not None
        return found.end()

    def value(self, at: int, depth: int) -> tuple[Any, int]:
        """A value that is walked into, and the offset behind it."""
        first = self.text[at : at + 1]
        if depth > DEPTH:
            raise JsonError(f"nested deeper than {DEPTH} levels", at, at + 1)
        if first == "{":
            return self.object(at, depth)
        if first == "[":
            return self.array(at, depth)
        return self.atom(at)

    def atom(self, at: int) -> tuple[Any, int]:
        try:
            return self.scan(self.text, at)
        except StopIteration as stop:
            where = int(stop.value) if stop.value is not None else at
            raise self.expected("a value", where) from None
        except json.JSONDecodeError as error:
            raise JsonError(error.msg, error.pos, error.pos + 1) from None

    def expected(self, what: str, at: int) -> JsonError:
        if at >= len(self.text):
            return JsonError(f"the text ends where {what} should be", len(self.text), len(self.text))
        return JsonError(f"expected {what}, found {self.text[at]!r}", at, at + 1)

    def object(self, start: int, depth: int) -> tuple[Object, int]:
        text, enter = self.text, self.enter
        found: Object = {}
        offsets: dict[str, int] = {}
        keys: dict[str, int] = {}
        at = self.blank(start + 1)
        if text[at : at + 1] == "}":
            return self.done(found, start, offsets, at + 1)
        while True:
            key_at = at
            key = _KEY(text, at)
            if key is not None:
                name, at = key[1], key.end()
            else:
                name, at = self.key(at)
            if name in keys:
                self.duplicates.append((name, key_at, keys[name]))
            else:
                keys[name] = key_at
            offsets[name] = at
            entered = enter is None or name in enter
            found[name], at = self.value(at, depth + 1) if entered else self.atom(at)
            following = _NEXT(text, at)
            if following is None:
                raise self.expected("a comma or `}`", self.blank(at))
            at = following.end()
            if following[1] == "}":
                return self.done(found, start, offsets, following.end(1))

    def key(self, at: int) -> tuple[str, int]:
        """A key that the fast pattern does not know, and the offset of its value."""
        if self.text[at : at + 1] != '"':
            raise self.expected("a key in double quotes", at)
        name, at = self.atom(at)
        at = self.blank(at)
        if self.text[at : at + 1] != ":":
            raise self.expected("a colon", at)
        return name, self.blank(at + 1)

    def done(self, found: Object, start: int, offsets: dict[str, int], end: int) -> tuple[Object, int]:
        if self.mark is not None:
            self.mark(found, start, offsets)
        return found, end

    def array(self, start: int, depth: int) -> tuple[list[Any], int]:
        found: list[Any] = []
        at = self.blank(start + 1)
        if self.text[at : at + 1] == "]":
            return found, at + 1
        while True:
            item, at = self.value(at, depth + 1)
            found.append(item)
            following = _NEXT_ITEM(self.text, at)
            if following is None:
                raise self.expected("a comma or `]`", self.blank(at))
            at = following.end()
            if following[1] == "]":
                return found, following.end(1)


def _integer(digits: str) -> int | float:
    """Numbers beyond 64 bits are floats to every reader of JSON that matters here."""
    return int(digits) if len(digits) < 20 else float(digits)


def _without_lone(value: Any) -> Any:
    """Lone surrogates become U+FFFD, as Go reads them."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        for index, item in enumerate(value):
            value[index] = _without_lone(item)
    if isinstance(value, dict):
        for name in list(value):
            item = value.pop(name)
            value[_without_lone(name)] = _without_lone(item)
    return value
