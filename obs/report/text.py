"""Diagnostics for a person: what is wrong, the user's line, the exact span, why, and what to type."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from obs.diagnostic import Diagnostic, Excerpt
from obs.origin import Origin
from obs.redact import redact
from obs.regular_file import bytes_of
from obs.report.place import span_of_excerpt

PLACES = 8
"""How many further places of one cause are named before the rest is counted."""
_COLOURS = {"error": "31", "warning": "33", "info": "36"}


class Painter:
    """Adds terminal colours, or nothing."""

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled

    def __call__(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.enabled else text


def render(findings: Iterable[Diagnostic], root: Path | None, *, colour: bool = False) -> str:
    """All findings, errors first, each a block of lines; ends with a newline when there is any."""
    order = {"error": 0, "warning": 1, "info": 2}
    paint = Painter(colour)
    blocks = [
        "\n".join(_block(found, root, paint))
        for found in sorted(findings, key=lambda one: order[one.severity])
    ]
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _block(found: Diagnostic, root: Path | None, paint: Painter) -> Iterator[str]:
    doubt = "" if found.evidence == "certain" else f" ({found.evidence})"
    head = paint("1;" + _COLOURS[found.severity], f"{found.severity}[{found.check}]")
    yield f"{head} {safe(found.problem)}{doubt}"
    span = span_of_excerpt(found.excerpt, found.at) if found.excerpt is not None else None
    if span is not None and span.exact:
        yield f"  {paint('36', f'{where(Origin(span.file, span.line), root)}:{span.column}')}"
        if found.at is not None:
            yield from _callers(found.at, root, paint)
    elif found.at is not None:
        yield from _place(found.at, root, paint)
    if found.excerpt is not None:
        yield from _excerpt(found.excerpt, paint)
    for place, words in found.also[:PLACES]:
        yield f"  {paint('36', where(place, root))}  {safe(words)}"
    if len(found.also) > PLACES:
        yield f"  ... and {len(found.also) - PLACES} more places"
    if found.why:
        yield f"  why: {safe(found.why)}"
    if found.fix:
        yield f"  fix: {safe(found.fix)}"


def where(place: Origin, root: Path | None) -> str:
    """`file:line`, relative to the project; without the line when only the file is known."""
    path = Path(place.file)
    if root is not None and path.is_absolute() and path.is_relative_to(root):
        path = path.relative_to(root)
    return safe(f"{path.as_posix()}:{place.line}" if place.line else path.as_posix())


def _place(place: Origin, root: Path | None, paint: Painter) -> Iterator[str]:
    line = _source(place)
    yield f"  {paint('36', where(place, root))}" + (f"  {safe(line)}" if line else "")
    yield from _callers(place, root, paint)


def _callers(place: Origin, root: Path | None, paint: Painter) -> Iterator[str]:
    for caller in place.via:
        if (caller.file, caller.line) != (place.file, place.line):
            line = _source(caller)
            yield f"    via {paint('36', where(caller, root))}" + (f"  {safe(line)}" if line else "")


def _source(place: Origin) -> str:
    if place.line < 1:
        return ""
    try:
        lines = bytes_of(place.file).decode("utf-8", "replace").split("\n", place.line)
    except (OSError, ValueError):
        return ""
    text = lines[place.line - 1].strip() if place.line <= len(lines) else ""
    return text if len(text) <= 100 else text[:97] + "..."


def _excerpt(excerpt: Excerpt, paint: Painter) -> Iterator[str]:
    """The line of the text that holds the span, and a row of carets below it."""
    start = min(max(excerpt.start, 0), len(excerpt.text))
    first = excerpt.text.rfind("\n", 0, start) + 1
    last = excerpt.text.find("\n", start)
    line = excerpt.text[first : last if last >= 0 else len(excerpt.text)]
    column = start - first
    length = max(1, min(excerpt.end - start, len(line) - column))
    line, column = _window(line, column, length)
    yield f"    | {safe(line)}"
    yield f"    | {' ' * width(line[:column])}{paint('1;31', '^' * max(1, width(line[column : column + length])))}"


def _window(line: str, column: int, length: int, most: int = 110) -> tuple[str, int]:
    """A long line cut to the part around the span."""
    if len(line) <= most:
        return line, column
    begin = max(0, min(column - most // 3, len(line) - most))
    cut = line[begin : begin + most]
    head = "..." if begin else ""
    tail = "..." if begin + most < len(line) else ""
    return f"{head}{cut}{tail}", column - begin + len(head)


def width(text: str) -> int:
    """Columns that a text takes in a terminal; Korean and emoji take two."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def safe(text: str) -> str:
    """The text without secrets, and without control characters, which could rewrite a terminal."""
    text = redact(text)
    return "".join(
        char
        if char == "\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs")
        else f"\\x{ord(char):02x}"
        for char in text
    )
