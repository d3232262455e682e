"""What obs says about a definition: one problem, its place, its evidence and its remedy."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from operator import itemgetter
from typing import Literal

from obs.origin import Origin
from obs.record import dataclass

Severity = Literal["error", "warning", "info"]
Evidence = Literal["certain", "likely", "assumed"]


@dataclass(frozen=True, slots=True)
class TextPlace:
    """Where a text stands in a file: line and column, both from 1, of the first character of each of its lines.

    `pieces` are for a text that is written otherwise than it reads (folded, escaped): offset in the text, line and
    column of each part that stands in the file as it is, in order, the first at offset 0.
    """

    file: str
    lines: tuple[tuple[int, int], ...]
    pieces: tuple[tuple[int, int, int], ...] = ()

    def at(self, text: str, offset: int) -> tuple[int, int]:
        """Line and column of a character of the text."""
        if self.pieces:
            start, line, column = self.pieces[bisect_right(self.pieces, offset, key=itemgetter(0)) - 1]
            return line, column + offset - start
        number = text.count("\n", 0, offset)
        line, column = self.lines[min(number, len(self.lines) - 1)]
        return line, column + offset - (text.rfind("\n", 0, offset) + 1)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A text in another language (a query, a template, a regex) and the part of it that is at fault.

    `start` and `end` count characters of `text`; `end` is exclusive and at least `start + 1` when drawn.
    `place` is where the text stands in a file, for texts that were read from one as they are.
    """

    text: str
    start: int
    end: int
    place: TextPlace | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """A safe mend: the excerpt's span becomes `text`. Safe means that no result of a query or a template changes."""

    excerpt: Excerpt
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `check` is its readable name; `also` lists further lines that share the blame.

    `cause` is the same for findings that one edit would mend; `edits` mend this one, all of them or none.
    """

    check: str
    problem: str
    at: Origin | None = None
    severity: Severity = "error"
    evidence: Evidence = "certain"
    why: str = ""
    fix: str = ""
    also: tuple[tuple[Origin, str], ...] = ()
    excerpt: Excerpt | None = None
    object: str = ""
    cause: str = ""
    edits: tuple[Edit, ...] = ()


class ObsError(Exception):
    """The user's mistakes that stop a command; carries every diagnostic found so far."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(found.problem for found in self.diagnostics))


class FindingsError(ObsError):
    """The definitions could be read, and something that they say is wrong; a command ends with 1, not 2."""


class DefinitionError(ObsError):
    """One definition says something that cannot be; raised where the object is built."""

    def __init__(
        self,
        problem: str,
        *,
        check: str = "invalid-definition",
        at: Origin | None = None,
        why: str = "",
        fix: str = "",
        excerpt: Excerpt | None = None,
    ) -> None:
        super().__init__([Diagnostic(check, problem, at, why=why, fix=fix, excerpt=excerpt)])
