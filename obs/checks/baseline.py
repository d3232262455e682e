"""What is known and put up with for now: a file of findings that are not told again.

A finding is recognised by its check, its object and the text at fault, never by a line, so moving code changes nothing.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from obs.diagnostic import Diagnostic, ObsError
from obs.origin import Origin
from obs.record import dataclass
from obs.redact import redact

FORMAT = 1
LARGEST = 64 * 1024 * 1024
"""Bytes of a baseline that is read."""


def fingerprint(found: Diagnostic) -> str:
    """The same for the same mistake in the same object, wherever it has moved to; 16 hexadecimal digits."""
    from hashlib import sha256

    parts = [found.check, found.object]
    if found.excerpt is not None:
        excerpt = found.excerpt
        parts += [_words(excerpt.text[excerpt.start : excerpt.end]), _words(excerpt.text)]
    if found.excerpt is None or not found.object:
        parts.append(found.problem)
    if not found.object and found.at is not None:
        parts.append(os.path.basename(found.at.file))
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _words(text: str) -> str:
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding that is put up with, `count` times; `line` is that of the entry in the baseline."""

    check: str
    object: str
    file: str
    problem: str
    fingerprint: str
    count: int
    line: int


def render(findings: Iterable[Diagnostic], root: Path) -> str:
    """The findings as a baseline: one line each, sorted, so that its changes read well in a review."""
    counts: Counter[str] = Counter()
    first: dict[str, Diagnostic] = {}
    for found in findings:
        mark = fingerprint(found)
        counts[mark] += 1
        first.setdefault(mark, found)
    rows = sorted(
        (found.check, found.object, _file(found, root), redact(found.problem), mark, counts[mark])
        for mark, found in first.items()
    )
    names = ("check", "object", "file", "problem", "fingerprint", "count")
    body = ",\n".join(
        "  " + json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in rows
    )
    return (
        f'{{"format": {FORMAT}, "findings": [\n{body}\n]}}\n'
        if rows
        else f'{{"format": {FORMAT}, "findings": []}}\n'
    )


def _file(found: Diagnostic, root: Path) -> str:
    if found.at is None:
        return ""
    path = Path(found.at.file)
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def read(file: Path) -> list[Entry]:
    """The entries of a baseline; raises ObsError when it is none."""
    try:
        if file.stat().st_size > LARGEST:
            raise ValueError("it is too large")
        text = file.read_text(encoding="utf-8")
        document = json.loads(text)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise ValueError(f"its format is not {FORMAT}")
        return [_entry(row, text) for row in document["findings"]]
    except FileNotFoundError:
        raise _invalid(file, "there is no such file", "`obs lint --write-baseline FILE` makes one") from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _invalid(file, f"cannot be read as a baseline: {error}", "write it again") from None


def _entry(row: dict[str, object], text: str) -> Entry:
    mark = str(row["fingerprint"])
    place = text.find(f'"{mark}"')
    count = row["count"]
    if not isinstance(count, int) or isinstance(count, bool):
        raise ValueError("a count is not a number")
    return Entry(
        str(row["check"]),
        str(row["object"]),
        str(row["file"]),
        str(row["problem"]),
        mark,
        count,
        text.count("\n", 0, max(place, 0)) + 1,
    )


def _invalid(file: Path, problem: str, fix: str) -> ObsError:
    return ObsError([Diagnostic("invalid-baseline", problem, Origin(str(file), 0), fix=fix)])


def without(findings: Sequence[Diagnostic], marks: Counter[str]) -> list[Diagnostic]:
    """The findings beyond those that are counted in `marks`."""
    left = Counter(marks)
    kept = []
    for found in findings:
        mark = fingerprint(found)
        if left[mark] > 0:
            left[mark] -= 1
        else:
            kept.append(found)
    return kept


def known(entries: Iterable[Entry]) -> Counter[str]:
    """How often each finding is put up with."""
    counts: Counter[str] = Counter()
    for entry in entries:
        counts[entry.fingerprint] += entry.count
    return counts


@dataclass(frozen=True, slots=True)
class Looked:
    """What a run could have found: the checks that ran, the files that were read (absolute), and their root."""

    checks: frozenset[str]
    files: frozenset[str]
    root: Path

    def at(self, entry: Entry) -> bool:
        """Whether this run would have found it, were it still there; a file that is gone holds nothing."""
        if entry.check not in self.checks:
            return False
        file = self.root / entry.file
        return not entry.file or str(file) in self.files or not file.exists()


def obsolete(
    entries: Iterable[Entry], findings: Iterable[Diagnostic], file: Path, looked: Looked
) -> list[Diagnostic]:
    """Entries that nothing answers to any more."""
    there = Counter(fingerprint(found) for found in findings)
    return [
        Diagnostic(
            "obsolete-baseline",
            f"the baseline puts up with {entry.check} in {entry.object or entry.file or 'the project'}"
            f"{_times(entry.count, there[entry.fingerprint])}",
            Origin(str(file), entry.line),
            "warning",
            why="left in place, the entry would hide the next mistake of that kind",
            fix=f"`obs lint --write-baseline {file.name}` writes it anew",
            object="baseline",
        )
        for entry in entries
        if there[entry.fingerprint] < entry.count and looked.at(entry)
    ]


def _times(allowed: int, found: int) -> str:
    return ", which is mended" if found == 0 else f" {allowed} times, of which {found} are left"
