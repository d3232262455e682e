"""Large numbers, with a small curve behind them."""

from __future__ import annotations

import math

from obs.draw import measure, svg
from obs.draw.box import Box
from obs.draw.data import Data
from obs.draw.panels.reduce import Value, reduced
from obs.draw.panels.timeseries import no_data
from obs.draw.theme import Theme, readable_on
from obs.model.panel import Panel

_CURVE = 0.3
"""The curve's share of the height; the words stand above it."""


def draw(panel: Panel, data: Data, box: Box, theme: Theme) -> str:
    """One tile a value, side by side or below each other."""
    values = reduced(panel, data, theme)
    if not values:
        return no_data(box, theme)
    orientation = panel.options.get("orientation")
    down = orientation == "horizontal" or (orientation in (None, "auto") and box.h > box.w * 1.1)
    columns, rows = (1, len(values)) if down else _layout(len(values), box)
    wide, high = box.w / columns, box.h / rows
    gap = 4 if len(values) > 1 else 0
    drawn = []
    for number, one in enumerate(values[: columns * rows]):
        x, y = box.x + number % columns * wide, box.y + number // columns * high
        drawn.append(_tile(panel, one, Box(x, y, wide - gap, high - gap), len(values) > 1, data, theme))
    return "".join(drawn)


def _layout(count: int, box: Box) -> tuple[int, int]:
    best = min(range(1, count + 1), key=lambda columns: abs(
        math.log(max(box.w / columns, 1) / max(box.h / math.ceil(count / columns), 1) / 2)))  # fmt: skip
    return best, math.ceil(count / best)


def _tile(panel: Panel, one: Value, box: Box, many: bool, data: Data, theme: Theme) -> str:
    coloured = panel.options.get("colorMode", "value")
    filled = coloured in ("background", "background_solid")
    fill, ink = theme.panel, one.colour
    parts = []
    if filled:
        fill = one.colour
        ink = readable_on(fill)
        parts.append(svg.rect(box.x, box.y, box.w, box.h, fill, rx=2))
    elif coloured == "none":
        ink = theme.text
    mode = panel.options.get("textMode", "auto")
    named = mode in ("value_and_name", "name") or (mode == "auto" and many)
    curve = panel.options.get("graphMode", "area") == "area" and one.series.ref_id not in data.instant
    tall = box.h * _CURVE if curve and box.h > 50 else 0.0
    if tall:
        parts.append(_spark(one, box, ink if filled else one.colour, tall))
    centred = panel.options.get("justifyMode") == "center" or not many
    parts.append(
        _words(
            one, mode, named, centred, box.inside(10, 2, 10, tall + 2), (ink, ink if filled else theme.text)
        )
    )
    return svg.group(*parts, class_="value", data_series=one.series.name)


def _words(one: Value, mode: object, named: bool, centred: bool, room: Box, inks: tuple[str, str]) -> str:
    """The name above the value, both in the middle of the room and as large as it lets them."""
    said = "" if mode == "name" else one.shown.prefix + one.shown.text
    suffix = "" if mode == "name" else one.shown.suffix
    heading = min(14.0, max(room.h * 0.36, 9.0)) if named else 0.0
    size = _size(said, suffix, room, heading * 1.35) if said or suffix else 0.0
    top = room.y + max((room.h - heading * 1.35 - size * 1.05) / 2, 0)
    wide = measure.width(said, size, True) + measure.width(suffix, size * 0.6)
    start = room.x + (room.w - wide) / 2 if centred else room.x
    name = measure.fitting(one.series.name, room.w, heading) if named else ""
    at, anchor = (room.x + room.w / 2, "middle") if centred else (room.x, "start")
    base = top + heading * 1.35 + size * 0.86
    return (
        svg.text(at, top + heading, name, inks[1], heading, anchor, 500)
        + svg.text(start, base, said, inks[0], size, weight=500)
        + svg.text(
            start + measure.width(said, size, True), base, suffix, inks[0], size * 0.6, xml_space="preserve"
        )
    )


def _size(said: str, suffix: str, room: Box, above: float) -> float:
    unit = measure.width(said, 1, True) + measure.width(suffix, 0.6)
    return max(9.0, min((room.h - above) * 0.75, room.w / max(unit, 0.1), 72.0))


def _spark(one: Value, box: Box, colour: str, tall: float) -> str:
    known = [value for value in one.series.values if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    points = [
        (
            box.x + box.w * number / (len(known) - 1),
            box.bottom - 2 - (tall - 4) * ((value - low) / (high - low or 1)),
        )
        for number, value in enumerate(known)
    ]
    area = [*points, (box.right, box.bottom), (box.x, box.bottom)]
    return svg.element("path", d=svg.path(area, True), fill=colour, fill_opacity=0.18) + svg.element(
        "path", d=svg.path(points), fill="none", stroke=colour, stroke_width=1, opacity=0.7
    )
