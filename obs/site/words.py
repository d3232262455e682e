"""An alert in words, as `obs explain` tells it; how it is told is the command line's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from obs.record import dataclass

if TYPE_CHECKING:
    from obs.graph.subject import Rule, Subject
    from obs.graph.whole import Graph


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines: `  - ` begins an item, four spaces go on with it; `table` keeps their columns."""

    title: str
    lines: tuple[str, ...]
    table: bool = False


Words = Callable[["Subject", "Graph", str, "Rule"], Sequence[Section]]
"""The story of an alert, given with its node of the graph."""
