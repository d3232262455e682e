"""Findings for other programs: a list of flat objects, and the same objects for the other formats to draw from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from obs.diagnostic import Diagnostic, Evidence, Severity
from obs.origin import Origin
from obs.record import dataclass
from obs.redact import redact
from obs.report.place import span_of


@dataclass(frozen=True, slots=True)
class Row:
    """A finding as it is reported: secrets taken out, `file` relative to the root with `/` where it is below it.

    Lines and columns count from 1 and are 0 where no file is to blame.
    """

    name: str
    severity: Severity
    evidence: Evidence
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    object: str
    message: str
    why: str
    fix: str
    also: tuple[tuple[str, int, str], ...]
    """Further places: file, line, words."""
    mark: str = ""
    """What recognises the finding when it has moved."""

    @property
    def text(self) -> str:
        """Message, reason and remedy in one paragraph."""
        parts = [self.message]
        parts += [f"why: {self.why}"] if self.why else []
        parts += [f"fix: {self.fix}"] if self.fix else []
        if self.evidence != "certain":
            parts[0] += f" ({self.evidence})"
        return "; ".join(parts)


def rows(
    findings: Iterable[Diagnostic], root: Path | None, mark: Callable[[Diagnostic], str] | None = None
) -> list[Row]:
    """Findings in order of file, line, column and name."""
    return sorted((_row(found, root, mark(found) if mark else "") for found in findings), key=_order)


def _order(row: Row) -> tuple[object, ...]:
    return (row.file, row.line, row.column, row.name, row.object, row.message)


def _row(found: Diagnostic, root: Path | None, mark: str) -> Row:
    span = span_of(found)
    return Row(
        found.check,
        found.severity,
        found.evidence,
        _relative(span.file, root) if span else "",
        span.line if span else 0,
        span.column if span else 0,
        span.end_line if span else 0,
        span.end_column if span else 0,
        redact(found.object),
        redact(found.problem),
        redact(found.why),
        redact(found.fix),
        tuple((_relative(place.file, root), _line(place), redact(words)) for place, words in found.also),
        mark,
    )


def _line(place: Origin) -> int:
    return max(place.line, 0)


def _relative(file: str, root: Path | None) -> str:
    path = Path(file)
    if root is not None and path.is_absolute() and path.is_relative_to(root):
        path = path.relative_to(root)
    return redact(path.as_posix())


def render(findings: Iterable[Diagnostic], root: Path | None) -> str:
    """A JSON list with one object for each finding."""
    listed = [
        {
            "name": row.name,
            "severity": row.severity,
            "evidence": row.evidence,
            "file": row.file,
            "line": row.line,
            "column": row.column,
            "end_line": row.end_line,
            "end_column": row.end_column,
            "object": row.object,
            "message": row.message,
            "why": row.why,
            "fix": row.fix,
            "also": [{"file": file, "line": line, "message": words} for file, line, words in row.also],
        }
        for row in rows(findings, root)
    ]
    return _encodable(json.dumps(listed, ensure_ascii=False, indent=2)) + "\n"


def _encodable(text: str) -> str:
    """The text with lone surrogates replaced, which no encoding of a file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
