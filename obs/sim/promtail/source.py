"""Where a stage takes its text from: the line, or one extracted value."""

from __future__ import annotations

from obs.record import dataclass
from obs.sim.promtail.entry import Entry
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.go_values import as_text


@dataclass(frozen=True, slots=True)
class Source:
    """`key` None is the line itself."""

    key: str | None

    def read(self, entry: Entry) -> str | None:
        """The text; None when the key is missing or has no text (nil)."""
        if self.key is None:
            return entry.line
        return as_text(entry.extracted.get(self.key))

    @property
    def keys(self) -> tuple[str, ...]:
        return () if self.key is None else (self.key,)

    @property
    def missing(self) -> str:
        return f"no source {self.key!r}"


def checked_source(key: object, when_empty: str) -> Source:
    """The source an option names. Raises ConfigError for an empty name."""
    if key == "":
        raise ConfigError(when_empty)
    return Source(None if key is None else str(key))
