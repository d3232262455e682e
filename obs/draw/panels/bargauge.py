"""Bars with their value, one for each series."""

from __future__ import annotations

from obs.draw import measure, svg
from obs.draw.box import Box
from obs.draw.data import Data
from obs.draw.fields import value_colour
from obs.draw.panels.reduce import Value, reduced
from obs.draw.panels.timeseries import no_data
from obs.draw.theme import Theme
from obs.model.panel import Panel


def draw(panel: Panel, data: Data, box: Box, theme: Theme) -> str:
    """Lying or standing, as the panel says; one scale for all."""
    values = reduced(panel, data, theme)
    if not values:
        return no_data(box, theme)
    known = [one.value for one in values if one.value is not None]
    first = values[0].series
    natural = {"percent": 100.0, "percentunit": 1.0}.get(first.unit)
    low = first.low if first.low is not None else 0.0
    high = first.high if first.high is not None else natural or max(known, default=1.0)
    span = (low, high if high > low else low + 1)
    orientation = panel.options.get("orientation")
    lying = orientation == "horizontal" or (orientation in (None, "auto") and box.w > box.h)
    return _lying(panel, values, span, box, theme) if lying else _standing(panel, values, span, box, theme)


def _lying(panel: Panel, values: list[Value], span: tuple[float, float], box: Box, theme: Theme) -> str:
    high = min(box.h / len(values), 44.0)
    if high < 14:
        values = values[: int(box.h // 14)]
        high = 14.0
    names = min(max(measure.width(one.series.name, 13) for one in values) + 10, box.w * 0.35)
    said = min(max(measure.width(str(one.shown), 14, True) for one in values) + 14, box.w * 0.3)
    room = box.w - names - said
    drawn = []
    for number, one in enumerate(values):
        y = box.y + number * high
        bar = Box(box.x + names, y + 2, room, high - 6)
        name = measure.fitting(one.series.name, names - 10, 13)
        part = _part(one, span)
        entry = [
            svg.text(box.x + names - 10, y + high / 2 + 3, name, theme.text, 13, "end"),
            svg.rect(bar.x, bar.y, bar.w, bar.h, theme.track, rx=2),
            _fill(panel, one, Box(bar.x, bar.y, bar.w * part, bar.h), bar, theme, span),
            svg.text(
                box.right, y + high / 2 + 4, str(one.shown), one.colour, min(14, high * 0.6), "end", 500
            ),
        ]
        drawn.append(svg.group(*entry, class_="value", data_series=one.series.name))
    return "".join(drawn)


def _standing(panel: Panel, values: list[Value], span: tuple[float, float], box: Box, theme: Theme) -> str:
    values = values[: max(1, int(box.w // 34))]
    wide = box.w / len(values)
    drawn = []
    for number, one in enumerate(values):
        x = box.x + number * wide
        bar = Box(x + 3, box.y + 22, wide - 6, box.h - 44)
        part = _part(one, span)
        filled = Box(bar.x, bar.bottom - bar.h * part, bar.w, bar.h * part)
        entry = [
            svg.text(x + wide / 2, box.y + 14, str(one.shown), one.colour, min(14, wide / 4), "middle", 500),
            svg.rect(bar.x, bar.y, bar.w, bar.h, theme.track, rx=2),
            _fill(panel, one, filled, bar, theme, span),
            svg.text(
                x + wide / 2,
                box.bottom - 6,
                measure.fitting(one.series.name, wide - 4, 12),
                theme.text,
                12,
                "middle",
            ),
        ]
        drawn.append(svg.group(*entry, class_="value", data_series=one.series.name))
    return "".join(drawn)


def _part(one: Value, span: tuple[float, float]) -> float:
    return 0.0 if one.value is None else max(0.0, min(1.0, (one.value - span[0]) / (span[1] - span[0])))


def _fill(panel: Panel, one: Value, filled: Box, whole: Box, theme: Theme, span: tuple[float, float]) -> str:
    if panel.options.get("displayMode") != "lcd":
        return svg.rect(filled.x, filled.y, filled.w, filled.h, one.colour, rx=2, fill_opacity=0.75) + svg.rect(
            filled.right - 2 if filled.w < whole.w or filled.h == whole.h else filled.x,
            filled.y, 2 if filled.h == whole.h else filled.w, filled.h if filled.h == whole.h else 2, one.colour,
        )  # fmt: skip
    lying = filled.h == whole.h
    count = max(int((whole.w if lying else whole.h) // 10), 4)
    cells = []
    for number in range(count):
        part = (number + 0.5) / count
        lit = part <= _part(one, span)
        colour = (
            value_colour(one.series, span[0] + part * (span[1] - span[0]), theme, one.series.mode)
            if lit
            else theme.track
        )
        size = (whole.w if lying else whole.h) / count
        if lying:
            cells.append(svg.rect(whole.x + number * size, whole.y, size - 2, whole.h, colour, rx=1))
        else:
            cells.append(
                svg.rect(whole.x, whole.bottom - (number + 1) * size, whole.w, size - 2, colour, rx=1)
            )
    return "".join(cells)
