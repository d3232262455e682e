"""States over time: bands that last (state timeline), or a cell for each moment (status history)."""

from __future__ import annotations

from obs.draw import measure, svg
from obs.draw.box import Box
from obs.draw.data import Data
from obs.draw.fields import Styled, styled, value_colour
from obs.draw.panels.timeseries import no_data, plot_area
from obs.draw.theme import Theme, readable_on
from obs.draw.time_axis import time_marks
from obs.model.panel import Panel


def draw(panel: Panel, data: Data, box: Box, theme: Theme) -> str:
    """One line a series."""
    series = styled(panel, data, theme)
    if not series:
        return no_data(box, theme)
    names = min(max(measure.width(one.name, 12) for one in series) + 12, box.w * 0.35)
    plot = box.inside(left=names, bottom=20, right=4)
    tall = plot.h / len(series)
    drawn = []
    for number, one in enumerate(series):
        line = Box(plot.x, plot.y + number * tall + tall * 0.1, plot.w, tall * 0.8)
        name = svg.text(
            plot.x - 8,
            line.y + line.h / 2 + 4,
            measure.fitting(one.name, names - 12, 12),
            theme.text,
            12,
            "end",
        )
        cells = _cells(one, 32) if panel.type == "status-history" else _bands(one)
        drawn_cells = [_cell(one, start, end, value, line, panel, theme) for start, end, value in cells]
        drawn.append(svg.group(name, *drawn_cells, class_="series", data_series=one.name))
    return "".join([plot_area(plot), *drawn, time_marks(data.timeline, plot, theme)])


def _bands(one: Styled) -> list[tuple[float, float, float | None]]:
    """Start and end as shares of the whole time, where the shown state stays the same."""
    count = max(len(one.values), 1)
    bands: list[tuple[float, float, float | None]] = []
    for number, value in enumerate(one.values):
        start, end = number / count, (number + 1) / count
        if bands and str(one.shown(bands[-1][2])) == str(one.shown(value)):
            bands[-1] = (bands[-1][0], end, bands[-1][2])
        else:
            bands.append((start, end, value))
    return bands


def _cells(one: Styled, count: int) -> list[tuple[float, float, float | None]]:
    length = len(one.values)
    return [(number / count, (number + 0.88) / count, one.values[min(number * length // count, length - 1)])
            for number in range(count) if length]  # fmt: skip


def _cell(
    one: Styled, start: float, end: float, value: float | None, line: Box, panel: Panel, theme: Theme
) -> str:
    if value is None:
        return ""
    colour = value_colour(one, value, theme, one.mode or "thresholds")
    x, wide = line.x + line.w * start, line.w * (end - start)
    cell = svg.rect(x, line.y, max(wide - 0.5, 1), line.h, colour, fill_opacity=0.85)
    said = (
        measure.fitting(str(one.shown(value)), wide - 8, 12)
        if panel.type == "state-timeline" and line.h > 14
        else ""
    )
    if len(said) < 2 and said != str(one.shown(value)):
        said = ""
    return cell + svg.text(x + 5, line.y + line.h / 2 + 4, said, readable_on(colour), 12)
