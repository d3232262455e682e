"""How a pipeline refuses to start, and how it dies."""

from __future__ import annotations

from obs.lang.error import LanguageError


class ConfigError(LanguageError):
    """A pipeline that Promtail 3.0 does not start with; the message is Promtail's own.

    `place` is the stage at fault, as in a trace (`2.1`); `start` and `end` are offsets into the option's text
    where the fault is inside one (a regex, a selector, a path).
    """

    def __init__(self, message: str, start: int = 0, end: int | None = None, place: str = "") -> None:
        super().__init__(message, start, end)
        self.place = place


class Panic(LanguageError):
    """What kills the Promtail process: at start (a bad regex in a selector's label matcher) or at a line."""


class GatherError(LanguageError):
    """What makes `/metrics` answer with status 500: the same series twice, or one name with two types."""
