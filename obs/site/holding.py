"""What the pages are made from."""

from __future__ import annotations

from pathlib import Path

from obs.graph.subject import Subject
from obs.graph.whole import Graph
from obs.origin import Origin
from obs.record import dataclass
from obs.report.text import where
from obs.site.html import Address, tag, text
from obs.site.words import Words


@dataclass(frozen=True, slots=True)
class Holding:
    """A project with its graph, the way to tell an alert's story, and where each thing has its page."""

    subject: Subject
    graph: Graph
    words: Words
    address: Address
    root: Path

    def place(self, origin: Origin | None) -> str:
        """The line of a definition, as HTML; nothing for what has none."""
        if origin is None or not Path(origin.file).is_absolute():
            return ""
        return tag("span", tag("code", text(where(origin, self.root))), class_="weak")
