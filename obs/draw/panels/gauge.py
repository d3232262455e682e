"""Half-round gauges with the value inside and the steps outside."""

from __future__ import annotations

import math

from obs.draw import measure, svg
from obs.draw.box import Box
from obs.draw.data import Data
from obs.draw.fields import limits_of
from obs.draw.panels.reduce import Value, reduced
from obs.draw.panels.timeseries import no_data
from obs.draw.theme import Theme
from obs.model.panel import Panel

_FROM, _TO = math.pi * 1.15, -math.pi * 0.15


def draw(panel: Panel, data: Data, box: Box, theme: Theme) -> str:
    """One gauge a value, side by side."""
    values = reduced(panel, data, theme)
    if not values:
        return no_data(box, theme)
    shown = values[: max(1, int(box.w // 70))]
    wide = box.w / len(shown)
    return "".join(
        _gauge(panel, one, Box(box.x + number * wide, box.y, wide, box.h), len(values) > 1, theme)
        for number, one in enumerate(shown)
    )


def _gauge(panel: Panel, one: Value, box: Box, named: bool, theme: Theme) -> str:
    below = 20.0 if named else 0.0
    room = box.inside(8, 6, 8, 6)
    radius = max(min(room.w / 2, (room.h - below) / 1.46), 12)
    top = room.y + max(0.0, (room.h - radius * 1.46 - below) / 2)
    x, y = room.x + room.w / 2, top + radius
    low, high = limits_of(one.series)
    part = 0.0 if one.value is None else max(0.0, min(1.0, (one.value - low) / (high - low)))
    thick = radius * 0.22
    parts = [
        _arc(x, y, radius - 8, thick, 0, 1, theme.track),
        _arc(x, y, radius - 8, thick, 0, part, one.colour),
    ]
    steps = one.series.thresholds.steps if one.series.thresholds else ((None, "green"), (80.0, "red"))
    for number, (limit, colour) in enumerate(steps):
        start = 0.0 if limit is None else (limit - low) / (high - low)
        above = steps[number + 1][0] if number + 1 < len(steps) else None
        end = 1.0 if above is None else (above - low) / (high - low)
        parts.append(_arc(x, y, radius, 4, max(start, 0.0), min(end, 1.0), theme.colour(colour)))
    inner = (radius - 8 - thick) * 1.8
    size = max(8.0, min(radius * 0.42, inner / max(measure.width(str(one.shown), 1, True), 0.1)))
    parts.append(svg.text(x, y + size * 0.2, str(one.shown), one.colour, size, "middle", 500))
    if named:
        name = measure.fitting(one.series.name, box.w - 12, 13)
        parts.append(
            svg.text(x, min(top + radius * 1.46 + 14, box.bottom - 6), name, theme.text, 13, "middle")
        )
    return svg.group(*parts, class_="value", data_series=one.series.name)


def _arc(x: float, y: float, radius: float, thick: float, start: float, end: float, colour: str) -> str:
    if end <= start or radius <= thick:
        return ""
    count = max(int((end - start) * 48), 2)
    angles = [_FROM + (_TO - _FROM) * (start + (end - start) * number / count) for number in range(count + 1)]
    outer = [(x + radius * math.cos(angle), y - radius * math.sin(angle)) for angle in angles]
    inner = [
        (x + (radius - thick) * math.cos(angle), y - (radius - thick) * math.sin(angle)) for angle in angles
    ]
    return svg.element("path", d=svg.path([*outer, *reversed(inner)], True), fill=colour)
