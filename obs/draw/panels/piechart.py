"""Shares of a whole, as a pie or a ring."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from obs.draw import measure, svg
from obs.draw.box import Box
from obs.draw.data import Data
from obs.draw.legend import with_legend
from obs.draw.panels.reduce import Value, reduced
from obs.draw.panels.timeseries import no_data
from obs.draw.theme import Theme
from obs.model.panel import Panel


def draw(panel: Panel, data: Data, box: Box, theme: Theme) -> str:
    """Largest share first, clockwise from the top, as Grafana sorts them."""
    values = [one for one in reduced(panel, data, theme) if one.value is not None and one.value > 0]
    total = sum(one.value or 0 for one in values)
    if not values or not total:
        return no_data(box, theme)
    values.sort(key=lambda one: -(one.value or 0))
    series = [replace(one.series, name=_entry(panel, one, total)) for one in values]
    legend, rest = with_legend(panel.options, series, box, theme)
    radius = max(min(rest.w, rest.h) / 2 - 6, 10)
    x, y = rest.x + rest.w / 2, rest.y + rest.h / 2
    hole = radius * 0.58 if panel.options.get("pieType") == "donut" else 0.0
    shown = panel.options.get("displayLabels")
    labels = [one for one in shown if isinstance(one, str)] if isinstance(shown, list) else []
    drawn, angle = [], math.pi / 2
    for one in values:
        share = (one.value or 0) / total
        drawn.append(svg.group(_slice(x, y, radius, hole, angle, share, one.series.colour, theme),
                               class_="value", data_series=one.series.name))  # fmt: skip
        if labels and share > 0.06:
            middle = angle - share * math.pi
            away = (radius + hole) / 2 if hole else radius * 0.66
            said = " ".join({"name": one.series.name, "value": str(one.shown), "percent": f"{share:.0%}"}.get(label, "")
                            for label in labels)  # fmt: skip
            drawn.append(svg.text(x + away * math.cos(middle), y - away * math.sin(middle) + 4,
                                  measure.fitting(said, radius, 12), "#FFFFFF", 12, "middle"))  # fmt: skip
        angle -= share * 2 * math.pi
    return "".join(drawn) + legend


def _entry(panel: Panel, one: Value, total: float) -> str:
    """The legend's words: the name with the value or the share, as the panel wants."""
    legend = panel.options.get("legend")
    wanted = legend.get("values") if isinstance(legend, Mapping) else None
    said = {"value": str(one.shown), "percent": f"{(one.value or 0) / total:.0%}"}
    more = [said[name] for name in wanted if name in said] if isinstance(wanted, list) else []
    return "  ".join([one.series.name, *more])


def _slice(
    x: float, y: float, radius: float, hole: float, angle: float, share: float, colour: str, theme: Theme
) -> str:
    count = max(int(share * 72), 2)
    angles = [angle - share * 2 * math.pi * number / count for number in range(count + 1)]
    outer = [(x + radius * math.cos(one), y - radius * math.sin(one)) for one in angles]
    inner = (
        [(x + hole * math.cos(one), y - hole * math.sin(one)) for one in reversed(angles)]
        if hole
        else [(x, y)]
    )
    return svg.element(
        "path", d=svg.path([*outer, *inner], True), fill=colour, stroke=theme.panel, stroke_width=1
    )
