"""One value for each series: what stat, gauge, bargauge, barchart and piechart show."""

from __future__ import annotations

from collections.abc import Mapping

from obs.draw.data import Data
from obs.draw.fields import Styled, styled, value_colour
from obs.draw.theme import Theme
from obs.draw.value import Shown
from obs.model.panel import Panel
from obs.record import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """A series' value, what it says and its colour."""

    series: Styled
    value: float | None
    shown: Shown
    colour: str


def reduced(panel: Panel, data: Data, theme: Theme) -> list[Value]:
    """By the panel's calculation, the last value where it names none."""
    options = panel.options.get("reduceOptions")
    calcs = options.get("calcs") if isinstance(options, Mapping) else None
    calc = str(calcs[0]) if isinstance(calcs, list) and calcs else "lastNotNull"
    found = []
    for one in styled(panel, data, theme):
        value = one.reduced("lastNotNull" if one.ref_id in data.instant else calc)
        mode = one.mode or "thresholds"
        colour = value_colour(one, value, theme, "thresholds" if mode == "thresholds" else mode)
        found.append(Value(one, value, one.shown(value), colour))
    return found
