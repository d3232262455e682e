"""Where exactly a finding's span stands in its file, for editors, annotations and fixes.

A text that was read from a file as it is knows its place. Any other is looked for near the object's line: a string of
Python with that very value, or the text as YAML or JSON write it. When it is not found, the whole line stands for it.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from functools import lru_cache

from obs.diagnostic import Diagnostic, Excerpt
from obs.origin import Origin
from obs.record import dataclass
from obs.regular_file import bytes_of
from obs.report.python_text import Piece, pieces, span


@dataclass(frozen=True, slots=True)
class Span:
    """Lines and columns count from 1, columns in characters; the end column is the first one after the span.

    `exact` tells that the file holds the excerpt's own characters there, one for one.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    exact: bool = False


def span_of(found: Diagnostic) -> Span | None:
    """The part of a file that a finding is about; None when it is about none."""
    if found.excerpt is not None:
        exact = span_of_excerpt(found.excerpt, found.at)
        if exact is not None:
            return exact
    return _whole_line(found.at) if found.at is not None else None


def span_of_excerpt(excerpt: Excerpt, near: Origin | None) -> Span | None:
    """The excerpt's span in its file; None when the file does not hold it as it is."""
    if excerpt.place is not None:
        line, column = excerpt.place.at(excerpt.text, excerpt.start)
        end_line, end_column = excerpt.place.at(excerpt.text, max(excerpt.end, excerpt.start + 1))
        span = _checked(Span(excerpt.place.file, line, column, end_line, end_column), excerpt)
        if span.exact or not span.file.endswith(".json"):
            return span
        return _in_text(excerpt, Origin(span.file, line)) or span  # escapes move what stands behind them
    if near is None or near.line < 1:
        return None
    for origin in (near, *near.via):
        found = _in_python(excerpt, origin) if origin.file.endswith(".py") else _in_text(excerpt, origin)
        if found is not None:
            return found
    return None


def _checked(span: Span, excerpt: Excerpt) -> Span:
    lines = lines_of(span.file)
    wanted = excerpt.text[excerpt.start : excerpt.end]
    exact = span.line == span.end_line and span.line <= len(lines)
    if exact and lines[span.line - 1][span.column - 1 : span.end_column - 1] == wanted:
        return Span(span.file, span.line, span.column, span.end_line, span.end_column, exact=True)
    return span


def _whole_line(at: Origin) -> Span:
    lines = lines_of(at.file)
    line = max(at.line, 1)
    text = lines[line - 1] if line <= len(lines) else ""
    first = len(text) - len(text.lstrip())
    return Span(at.file, line, first + 1, line, max(len(text.rstrip()), first) + 1)


@lru_cache(maxsize=256)
def lines_of(file: str) -> tuple[str, ...]:
    """The lines of a file as read first in this process; none when it cannot be read."""
    return tuple(text_of(file).replace("\r\n", "\n").replace("\r", "\n").split("\n"))


@lru_cache(maxsize=256)
def text_of(file: str) -> str:
    """The text of a file as read first in this process, without its byte order mark."""
    try:
        data = bytes_of(file)
    except (OSError, ValueError):
        return ""
    return data.decode("utf-8-sig", "replace")


def _in_python(excerpt: Excerpt, near: Origin) -> Span | None:
    """The one string in the object's statement that has the value; its escapes must not move any character."""
    places = [
        place
        for place in _strings(near.file)
        if place.value == excerpt.text and place.first <= near.line <= place.last
    ]
    if len({(place.line, place.column) for place in places}) != 1:
        return _in_pieces(excerpt, near)
    place = places[0]
    column = place.column + place.quotes + excerpt.start
    lines = lines_of(near.file)
    length = max(excerpt.end - excerpt.start, 1)
    whole = lines[place.line - 1][
        place.column + place.quotes : place.column + place.quotes + len(excerpt.text)
    ]
    if whole != excerpt.text:
        return _in_pieces(excerpt, near)
    return Span(near.file, place.line, column + 1, place.line, column + length + 1, exact=True)


def _in_pieces(excerpt: Excerpt, near: Origin) -> Span | None:
    """The part of the one f-string, joined literal or text of many lines that can only be the excerpt's text."""
    lines = lines_of(near.file)
    found: set[tuple[int, int, int]] = set()
    for literal in _expressions(near.file):
        if literal.first <= near.line <= literal.last:
            place = span(literal.pieces, excerpt.text, excerpt.start, max(excerpt.end, excerpt.start + 1))
            if place is not None:
                found.add((place[0].line, place[0].column, place[1].column + 1))
    if len(found) != 1:
        return None
    line, column, end = found.pop()
    exact = lines[line - 1][column:end] == excerpt.text[excerpt.start : excerpt.end]
    return Span(near.file, line, column + 1, line, end + 1, exact=exact)


@dataclass(frozen=True, slots=True)
class _Expression:
    """A string of any kind: the lines of its statement, and its characters as far as they are spelt out."""

    first: int
    last: int
    pieces: tuple[Piece, ...]


@lru_cache(maxsize=64)
def _expressions(file: str) -> tuple[_Expression, ...]:
    try:
        tree = ast.parse(text_of(file))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    lines = lines_of(file)
    found: list[_Expression] = []
    for statement in tree.body:
        for node in ast.walk(statement):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if not is_text and not isinstance(node, ast.JoinedStr):
                continue
            assert isinstance(node, ast.expr)
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            read = pieces(
                lines,
                node.lineno,
                _characters(lines, node.lineno, node.col_offset),
                node.end_lineno,
                _characters(lines, node.end_lineno, node.end_col_offset),
            )
            if read is not None:
                last = statement.end_lineno or statement.lineno
                found.append(_Expression(statement.lineno, last, tuple(read)))
    return tuple(found)


def _characters(lines: tuple[str, ...], line: int, offset: int) -> int:
    """The column in characters of one in bytes."""
    return len(lines[line - 1].encode()[:offset].decode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class _String:
    """A literal: the lines of its statement, where it starts, and how long its prefix and opening quotes are."""

    value: str
    first: int
    last: int
    line: int
    column: int
    quotes: int


@lru_cache(maxsize=64)
def _strings(file: str) -> tuple[_String, ...]:
    try:
        tree = ast.parse(text_of(file))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return tuple(_literals(tree, lines_of(file)))


def _literals(tree: ast.Module, lines: tuple[str, ...]) -> Iterator[_String]:
    for statement in tree.body:
        inside = {
            id(part)
            for node in ast.walk(statement)
            if isinstance(node, ast.JoinedStr)
            for part in ast.walk(node)
        }
        for node in ast.walk(statement):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
                text = lines[node.lineno - 1].encode()[node.col_offset :].decode("utf-8", "replace")
                column = len(lines[node.lineno - 1].encode()[: node.col_offset].decode("utf-8", "replace"))
                yield _String(
                    node.value,
                    statement.lineno,
                    statement.end_lineno or statement.lineno,
                    node.lineno,
                    column,
                    _opening(text),
                )


def _opening(literal: str) -> int:
    prefix = len(literal) - len(literal.lstrip("rRuUbB"))
    rest = literal[prefix:]
    return prefix + (3 if rest[:3] in ('"""', "'''") else 1)


REACH = 400
"""Lines below an object's first in which a text of its own is looked for."""


def _in_text(excerpt: Excerpt, near: Origin) -> Span | None:
    """The first place at or below the object's line that holds the text as JSON or as plain YAML writes it."""
    lines = lines_of(near.file)
    for written in dict.fromkeys(
        (excerpt.text, json.dumps(excerpt.text, ensure_ascii=False)[1:-1], json.dumps(excerpt.text)[1:-1])
    ):
        if "\n" in written or not written:
            continue
        for number in range(near.line, min(near.line + REACH, len(lines)) + 1):
            column = lines[number - 1].find(written)
            if column >= 0:
                start, end = _written(excerpt, written)
                return Span(
                    near.file,
                    number,
                    column + start + 1,
                    number,
                    column + end + 1,
                    exact=written[start:end] == excerpt.text[excerpt.start : excerpt.end],
                )
    return None


def _written(excerpt: Excerpt, written: str) -> tuple[int, int]:
    """The span's offsets in the text as it is written."""
    end = max(excerpt.end, excerpt.start + 1)
    if written == excerpt.text:
        return excerpt.start, end
    plain = len(json.dumps(excerpt.text, ensure_ascii=False)) - 2 == len(written)

    def length(part: str) -> int:
        return len(json.dumps(part, ensure_ascii=not plain)) - 2

    return length(excerpt.text[: excerpt.start]), length(excerpt.text[:end])


def forget() -> None:
    """Read files anew from here on."""
    for cached in (lines_of, text_of, _strings, _expressions):
        cached.cache_clear()
