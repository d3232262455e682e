"""Make the edits that findings offer, where the file provably says the same afterwards but for them.

A file is written only when it parses as before and no value in it has changed except the texts that were edited.
"""

from __future__ import annotations

import ast
import difflib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from obs.diagnostic import Diagnostic, Edit, ObsError
from obs.origin import Origin
from obs.record import dataclass
from obs.report.place import Span, span_of_excerpt

_LINE_ENDS = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")


@dataclass(frozen=True, slots=True)
class Mended:
    """A file before and after, and the findings that this mends."""

    file: str
    before: str
    after: str
    findings: tuple[Diagnostic, ...]

    def diff(self, root: Path | None) -> str:
        """A unified diff that `patch -p1` and `git apply` take."""
        path = Path(self.file)
        if root is not None and path.is_relative_to(root):
            path = path.relative_to(root)
        name = path.as_posix().lstrip("/")
        lines = difflib.unified_diff(
            self.before.splitlines(keepends=True),
            self.after.splitlines(keepends=True),
            f"a/{name}",
            f"b/{name}",
        )
        return "".join(
            line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines
        )

    def write(self) -> None:
        """Replace the file at once, with the bytes that were not edited as they were; raises ObsError."""
        path = Path(self.file)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            temporary.write_bytes(self.after.encode("utf-8"))
            temporary.chmod(path.stat().st_mode & 0o7777)
            os.replace(temporary, path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            problem = f"cannot be written: {error.strerror}"
            raise ObsError([Diagnostic("unwritable", problem, Origin(self.file, 0))]) from None


Offer = tuple[Diagnostic, list[tuple[Span, Edit]]]
"""A finding, and where its edits go."""


def mend(findings: Iterable[Diagnostic]) -> list[Mended]:
    """Every file that can be mended safely, by path. Nothing is written."""
    by_file: dict[str, list[Offer]] = {}
    for found in findings:
        places = _places(found)
        if places:
            by_file.setdefault(places[0][0].file, []).append((found, places))
    mended = (_mended(file, offered) for file, offered in sorted(by_file.items()))
    return [one for one in mended if one is not None]


def _places(found: Diagnostic) -> list[tuple[Span, Edit]]:
    """Where all edits of a finding go; empty when one of them is not where it can be made, or in another file."""
    places: list[tuple[Span, Edit]] = []
    for edit in found.edits:
        span = span_of_excerpt(edit.excerpt, found.at)
        if span is None or not span.exact or "\n" in edit.text:
            return []
        places.append((span, edit))
    return places if len({span.file for span, _ in places}) == 1 else []


def _mended(file: str, offered: Sequence[Offer]) -> Mended | None:
    try:
        before = Path(file).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    made = _made(file, before, offered)
    if made is None:  # one of them does not fit its quotes, say: leave that one out
        fitting: list[Offer] = []
        for offer in offered:
            alone = _made(file, before, [*fitting, offer])
            made, fitting = (alone, [*fitting, offer]) if alone is not None else (made, fitting)
    return made


def _made(file: str, before: str, offered: Sequence[Offer]) -> Mended | None:
    """The file with all that is offered and does not overlap; None where it would not say the same but for that."""
    taken: list[tuple[Span, Edit]] = []
    findings: list[Diagnostic] = []
    for found, places in offered:
        new = [place for place in places if place not in taken]
        if not any(_overlap(one, other) for one, _ in new for other, _ in taken):
            taken += new
            findings.append(found)
    after = _edited(before, taken)
    if after == before or not _same_but(before, after, [edit for _, edit in taken], file):
        return None
    return Mended(file, before, after, tuple(findings))


def _overlap(one: Span, other: Span) -> bool:
    return one.line == other.line and one.column < other.end_column and other.column < one.end_column


def _edited(text: str, places: Sequence[tuple[Span, Edit]]) -> str:
    lines = _LINE_ENDS.split(text)
    mark = 1 if text.startswith("\ufeff") else 0
    for span, edit in sorted(places, key=lambda place: (place[0].line, place[0].column), reverse=True):
        line = lines[span.line - 1]
        shift = mark if span.line == 1 else 0
        start, end = span.column - 1 + shift, span.end_column - 1 + shift
        if line[start:end] != edit.excerpt.text[edit.excerpt.start : edit.excerpt.end]:
            return text
        lines[span.line - 1] = line[:start] + edit.text + line[end:]
    return "".join(lines)


def _same_but(before: str, after: str, edits: Sequence[Edit], file: str) -> bool:
    """Whether the two files hold the same values, but for texts that are exactly what the edits make of them."""
    read = _python_values if file.endswith(".py") else _yaml_values
    try:
        old, new = list(read(before)), list(read(after))
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return False
    made: dict[str, list[Edit]] = {}
    for edit in edits:
        made.setdefault(edit.excerpt.text, []).append(edit)
    wanted = {text: _text_after(text, listed) for text, listed in made.items()}
    changed = [(was, now) for was, now in zip(old, new, strict=False) if was != now]
    return len(old) == len(new) and all(
        isinstance(was, str) and (wanted.get(was) == now or _explained(was, now, edits))
        for was, now in changed
    )


def _explained(was: str, now: object, edits: Sequence[Edit]) -> bool:
    """Whether a part of a text, as an f-string holds it, differs by such edits alone."""
    for edit in dict.fromkeys(edits):
        if was != now:
            was = was.replace(edit.excerpt.text[edit.excerpt.start : edit.excerpt.end], edit.text, 1)
    return was == now


def _text_after(text: str, edits: Iterable[Edit]) -> str:
    spans = {(edit.excerpt.start, edit.excerpt.end, edit.text) for edit in edits}
    for start, end, new in sorted(spans, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _python_values(text: str) -> Iterator[object]:
    """The shape of every node and the value of every constant, in order."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant):
            yield node.value
        else:
            yield (type(node).__name__, *(value for value in vars(node).values() if isinstance(value, str)))


def _yaml_values(text: str) -> Iterator[object]:
    from obs.formats.yaml import loads_all

    for document in loads_all(text):
        yield from _leaves(document)


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield ("key", key)
            yield from _leaves(item)
        yield ("end",)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
        yield ("end",)
    else:
        yield value
