"""One log line on its way through a pipeline."""

from __future__ import annotations

from dataclasses import dataclass, field

from obs.sim.promtail.go_values import Value

Stream = frozenset[tuple[str, str]]
"""The identity of a label set: what Promtail keeps partial lines, blocks and timestamps by."""


@dataclass(slots=True)
class Entry:
    """A line with its labels and its time (nanoseconds since 1970), and what stages have extracted so far.

    Stages change an entry in place; `Pipeline.push` works on a copy.
    """

    labels: dict[str, str]
    line: str
    timestamp: int
    extracted: dict[str, Value] = field(default_factory=dict)
    structured_metadata: list[tuple[str, str]] = field(default_factory=list)

    def copy(self) -> Entry:
        return Entry(
            dict(self.labels), self.line, self.timestamp, dict(self.extracted), list(self.structured_metadata)
        )

    @property
    def stream(self) -> Stream:
        return frozenset(self.labels.items())


def is_label_name(name: str) -> bool:
    """`[a-zA-Z_][a-zA-Z0-9_]*`, as Prometheus names labels."""
    return bool(name) and name.isascii() and name.replace("_", "a").isalnum() and not name[0].isdigit()
