"""Texts to and from a person's terminal: wrapped, painted, in any encoding; and what arrives on standard input."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from obs.cli.output import colour, plain, print_findings
from obs.diagnostic import Diagnostic, Excerpt, ObsError
from obs.lang.error import LanguageError
from obs.report.text import Painter, safe, width

_BYTES = re.compile("[\udc80-\udcff]")
LONGEST_TEXT = 1 << 20
LONGEST_LINE = 1 << 24
"""Bytes of a query, and of one log line, that are read from standard input."""


_ELSEWHERE: ContextVar[bool] = ContextVar("elsewhere", default=False)


@contextmanager
def unwrapped() -> Iterator[None]:
    """Inside, texts are for somewhere else than the terminal: each paragraph is one line, and nothing is painted."""
    token = _ELSEWHERE.set(True)
    try:
        yield
    finally:
        _ELSEWHERE.reset(token)


def painter() -> Painter:
    """Colours for standard output, if it is a terminal that wants them."""
    if _ELSEWHERE.get():
        return Painter(False)
    return Painter(colour(sys.stdout))


def columns() -> int:
    """How wide a paragraph may be."""
    if _ELSEWHERE.get():
        return 1_000_000
    if not sys.stdout.isatty():
        return 100
    return max(40, min(120, shutil.get_terminal_size((100, 24)).columns))


def say(text: str = "") -> None:
    """A line on standard output; what its encoding lacks is escaped."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)


def say_json(document: object) -> None:
    """A JSON document; what is no Unicode shows as the replacement character."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    say(text.encode("utf-8", "replace").decode())


def wrapped(text: str, first: str = "", rest: str | None = None, room: int = 0) -> Iterator[str]:
    """A paragraph in lines: `first` stands before the first one, `rest` before the others (default: as wide a gap).

    `room` is how many columns a line may have (default: those of the terminal).
    """
    gap = " " * width(first) if rest is None else rest
    room = room or columns()
    line, used, empty = first, width(first), True
    for word in safe(text).split(" "):
        size = width(word)
        if not empty and used + 1 + size > room:
            yield line.rstrip()
            line, used, empty = gap, width(gap), True
        line += word if empty else f" {word}"
        used += size if empty else size + 1
        empty = False
    yield line.rstrip()


def cut(text: str, most: int = 160) -> str:
    """The text without control characters, in at most so many columns; bytes that are no UTF-8 as `\\xff`."""
    shown = safe(_BYTES.sub(lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", text[: 4 * most]))
    if width(shown) <= most and len(text) <= 4 * most:
        return shown
    used = 0
    for at, char in enumerate(shown):
        used += width(char)
        if used > most - 3:
            return f"{shown[:at]}..."
    return f"{shown}..."


def padded(text: str, size: int) -> str:
    """The text in so many columns."""
    return text + " " * max(0, size - width(text))


def table(rows: Sequence[tuple[str, str, str]], title: str) -> Iterator[str]:
    """Name, state and reason of each row, in columns under a title."""
    names = max((width(safe(name)) for name, _, _ in rows), default=0)
    states = max((width(state) for _, state, _ in rows), default=0)
    for at, (name, state, why) in enumerate(rows):
        lead = padded("" if at else title, 9)
        yield from wrapped(why, f"{lead}{padded(safe(name), names)}  {padded(state, states)}  ")


def refuse(check: str, problem: str, *, why: str = "", fix: str = "", as_json: bool = False) -> int:
    """One error without a place, and the exit code for it."""
    if as_json:
        say_json({"error": {"name": check, "message": problem, "start": None, "end": None}})
    else:
        print_findings([Diagnostic(check, problem, why=why, fix=fix)], None)
    return 2


def refuse_findings(error: ObsError, root: Path | None, *, as_json: bool = False) -> int:
    """The errors of a project that cannot be read, and the exit code for them."""
    if as_json:
        say_json({"error": {"findings": [plain(found, root) for found in error.diagnostics]}})
    else:
        print_findings(error.diagnostics, root)
    return 2


def refuse_text(check: str, text: str, error: LanguageError, *, fix: str = "", as_json: bool = False) -> int:
    """An error in a text, with a caret under its place, and the exit code for it."""
    if as_json:
        line = text.count("\n", 0, error.start) + 1
        column = error.start - (text.rfind("\n", 0, error.start) + 1) + 1
        place = {"start": error.start, "end": error.end, "line": line, "column": column}
        say_json({"error": {"name": check, "message": error.message, **place}})
    else:
        excerpt = Excerpt(text, error.start, error.end)
        print_findings([Diagnostic(check, error.message, fix=fix, excerpt=excerpt)], None)
    return 2


class InputError(Exception):
    """Standard input that cannot be read; the argument says why, `fix` what to type."""

    def __init__(self, problem: str, fix: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix


def given_text(text: str, usage: str) -> str:
    """The text itself, or all of standard input for `-`; raises InputError."""
    if text != "-":
        return text
    if sys.stdin is None or sys.stdin.isatty():
        raise InputError("standard input is a terminal, so there is nothing to read", usage)
    data = sys.stdin.buffer.read(LONGEST_TEXT + 1)
    if len(data) > LONGEST_TEXT:
        raise InputError(f"standard input is longer than {LONGEST_TEXT >> 20} MiB")
    try:
        return data.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InputError(f"standard input is not UTF-8 text (byte {error.start})", usage) from None


def require_lines(usage: str) -> None:
    """Raises InputError when nothing is piped in."""
    if sys.stdin is None or sys.stdin.isatty():
        raise InputError("standard input is a terminal, so there are no lines to read", usage)


def given_lines() -> Iterator[str]:
    """The lines of standard input as they arrive; bytes that are not UTF-8 as lone surrogates. Raises InputError."""
    number = 0
    while data := sys.stdin.buffer.readline(LONGEST_LINE + 1):
        number += 1
        if len(data) > LONGEST_LINE:
            raise InputError(f"line {number} is longer than {LONGEST_LINE >> 20} MiB")
        yield data.removesuffix(b"\n").decode("utf-8", "surrogateescape")


def file_text(path: Path) -> str:
    """A text file; raises InputError."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text (byte {error.start})") from None
    except (OSError, ValueError) as error:
        words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"{path} cannot be read: {words}") from None


def read_version(text: str) -> tuple[int, int]:
    """`2.55`, `v2.55.0`; raises InputError."""
    parts = text.removeprefix("v").split(".")
    if len(parts) < 2 or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts[:2]):
        raise InputError(f"{text!r} is not a version", "--version 2.55")
    return int(parts[0]), int(parts[1])
