"""The one exception of every language room."""

from __future__ import annotations


class LanguageError(ValueError):
    """A text that its language refuses.

    `start` and `end` are character offsets into the text as the user wrote it; `end` is exclusive.
    """

    def __init__(self, message: str, start: int = 0, end: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = start + 1 if end is None else end


class Unsupported(LanguageError):
    """Legal text that this implementation does not handle; the message starts with `not supported: `."""

    def __init__(self, what: str, start: int = 0, end: int | None = None) -> None:
        super().__init__(f"not supported: {what}", start, end)
