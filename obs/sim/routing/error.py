"""The errors of a configuration that Alertmanager or the operator refuses."""

from __future__ import annotations

PathPart = str | int


class ConfigError(ValueError):
    """A configuration that is refused; `message` is in the tool's words.

    `path` leads to the place: keys and list indexes from the top, as far as known.
    """

    def __init__(self, message: str, path: tuple[PathPart, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
