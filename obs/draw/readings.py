"""What a picture says at each moment, for whoever points at it."""

from __future__ import annotations

from obs.draw.data import Data
from obs.draw.fields import styled, value_colour
from obs.draw.theme import Theme
from obs.model.panel import Panel
from obs.record import dataclass

OVER_TIME = frozenset({"timeseries", "graph", "trend", "state-timeline", "status-history", "heatmap"})
"""Panels whose picture has a place for each moment."""
MOST = 60
"""Series of one panel that are read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A series as its legend calls it, and its value at each moment of the timeline, as its axis writes it."""

    name: str
    colour: str
    texts: tuple[str, ...]
    colours: tuple[str, ...] = ()
    """Of each moment, where the value decides the colour."""


def readings(panel: Panel, data: Data, theme: Theme) -> list[Reading]:
    """One for each series, in the order of the queries; none for a panel that is not drawn over time."""
    if panel.type not in OVER_TIME:
        return []
    found = []
    for one in styled(panel, data, theme)[:MOST]:
        texts = tuple(str(one.shown(value)) if value is not None else "" for value in one.values)
        states = panel.type in ("state-timeline", "status-history")
        mode = one.mode or "thresholds"
        colours = tuple(value_colour(one, value, theme, mode) for value in one.values) if states else ()
        found.append(Reading(one.name, one.colour, texts, colours))
    return found
