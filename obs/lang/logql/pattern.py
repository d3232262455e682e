"""Loki's pattern expressions: literal text with captures, as `<ip> - - <_> "<method> <uri> <_>"`.

`<name>` captures, `<_>` skips; anything else in angle brackets is text. Two captures need text between them.
Source: Loki, Log queries, Pattern; the sentences are those of Loki 3.4.
"""

from __future__ import annotations

import re

from obs.lang.error import LanguageError

_CAPTURE = re.compile(r"<([A-Za-z_][A-Za-z0-9_]*)>")


def captures(pattern: str) -> tuple[str, ...]:
    """The names that the pattern captures, in order, without `<_>`."""
    return tuple(found[1] for found in _CAPTURE.finditer(pattern) if found[1] != "_")


def check_pattern(pattern: str) -> None:
    """As the `pattern` stage does; raises LanguageError."""
    if not pattern:
        message = (
            "parse error at line 1, col 1: syntax error: unexpected $end, expecting IDENTIFIER or LITERAL"
        )
        raise LanguageError(message, 0, 0)
    if not captures(pattern):
        raise LanguageError("at least one capture is required", 0, len(pattern))
    _check_consecutive(pattern)
    seen: set[str] = set()
    for found in _CAPTURE.finditer(pattern):
        if found[1] in seen:
            message = f"duplicate capture name ({found[1]}): invalid expression"
            raise LanguageError(message, found.start(), found.end())
        if found[1] != "_":
            seen.add(found[1])


def check_line_pattern(pattern: str) -> None:
    """As the line filters `|>` and `!>` do: names are not allowed there; raises LanguageError."""
    if not pattern:
        return
    _check_consecutive(pattern)
    for found in _CAPTURE.finditer(pattern):
        if found[1] != "_":
            message = f"named captures are not allowed: found '{found.group()}'"
            raise LanguageError(message, found.start(), found.end())


def _check_consecutive(pattern: str) -> None:
    last = None
    for found in _CAPTURE.finditer(pattern):
        if last is not None and last.end() == found.start():
            message = f"found consecutive capture '{last.group()}{found.group()}': invalid expression"
            raise LanguageError(message, last.start(), found.end())
        last = found
