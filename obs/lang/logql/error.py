"""The two layers of errors that Loki reports for a query, each with Loki's own sentence and a place."""

from __future__ import annotations

from obs.lang.error import LanguageError


class ParseError(LanguageError):
    """A query that Loki's parser or its validation refuses.

    `text` is what Loki answers, `parse error at line 1, col 5: ...`; `message` the part behind the colon.
    Loki counts columns in characters from 1, says line 0 for a token that it scans character by character
    (ranges, durations, byte sizes), and names no place for a fault of meaning; `start` and `end` are always
    exact.
    """

    def __init__(
        self, message: str, start: int, end: int, *, line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(message, start, end)
        self.line = line
        self.column = column

    @property
    def text(self) -> str:
        """Loki's answer, word for word."""
        if not self.line and not self.column:
            return f"parse error : {self.message}"
        return f"parse error at line {self.line}, col {self.column}: {self.message}"


class StageError(LanguageError):
    """A query that parses but has a stage that Loki cannot build: a bad regex, template, path or address.

    `stage` is the canonical print of the stage, which Loki names in its answer (`text`).
    """

    def __init__(self, message: str, start: int, end: int, *, stage: str) -> None:
        super().__init__(message, start, end)
        self.stage = stage

    @property
    def text(self) -> str:
        """Loki's answer, word for word."""
        return f"parse error : stage '{self.stage}' : {self.message}"
