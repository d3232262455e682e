"""Bars along a category, several beside or on top of each other where there are several values."""

from __future__ import annotations

from collections.abc import Mapping

from obs.draw import measure, svg
from obs.draw.box import Box
from obs.draw.data import Data
from obs.draw.legend import with_legend
from obs.draw.panels.reduce import Value, reduced
from obs.draw.panels.timeseries import no_data
from obs.draw.scale import Scale, extent, ticks
from obs.draw.theme import Theme
from obs.model.panel import Panel


def draw(panel: Panel, data: Data, box: Box, theme: Theme) -> str:
    """One bar a series; its name is the category, as Grafana shows one instant value for each."""
    values = reduced(panel, data, theme)
    if not values:
        return no_data(box, theme)
    lying = panel.options.get("orientation") == "horizontal"
    legend, rest = with_legend(_settings(panel), [one.series for one in values], box, theme)
    drawn = _lying(values, rest, theme) if lying else _standing(values, rest, theme)
    return drawn + legend


def _settings(panel: Panel) -> Mapping[str, object]:
    legend = panel.options.get("legend")
    return panel.options if isinstance(legend, Mapping) else {"legend": {"showLegend": False}}


def _range(values: list[Value]) -> tuple[float, float]:
    first = values[0].series
    low, high = extent([one.value for one in values], first.low, first.high)
    return min(low, 0.0), high


def _lying(values: list[Value], box: Box, theme: Theme) -> str:
    low, high = _range(values)
    names = min(max(measure.width(one.series.name, 12) for one in values) + 8, box.w * 0.4)
    plot = box.inside(left=names, bottom=20, right=44)
    scale = Scale(low, high, plot.x, plot.right)
    drawn = []
    for mark in ticks(low, high, max(2, int(plot.w / 90))):
        x = scale(mark)
        drawn.append(svg.line(x, plot.y, x, plot.bottom, theme.weak))
        drawn.append(
            svg.text(x, plot.bottom + 15, str(values[0].series.shown(mark)), theme.secondary, 12, "middle")
        )
    tall = plot.h / len(values)
    for number, one in enumerate(values):
        y = plot.y + number * tall
        end = scale(one.value or 0)
        bar = svg.rect(
            plot.x, y + tall * 0.14, end - plot.x, tall * 0.72, one.series.colour, fill_opacity=0.8
        )
        name = svg.text(
            plot.x - 8,
            y + tall / 2 + 4,
            measure.fitting(one.series.name, names - 8, 12),
            theme.secondary,
            12,
            "end",
        )
        said = svg.text(end + 5, y + tall / 2 + 4, str(one.shown), theme.text, 12)
        drawn.append(svg.group(bar, name, said, class_="value", data_series=one.series.name))
    return "".join(drawn)


def _standing(values: list[Value], box: Box, theme: Theme) -> str:
    low, high = _range(values)
    marks = [(mark, str(values[0].series.shown(mark))) for mark in ticks(low, high, max(2, int(box.h / 40)))]
    wide = max((measure.width(label, 12) for _, label in marks), default=0) + 8
    plot = box.inside(left=wide, bottom=22, top=14)
    scale = Scale(low, high, plot.bottom, plot.y)
    drawn = []
    for mark, label in marks:
        drawn.append(svg.line(plot.x, scale(mark), plot.right, scale(mark), theme.weak))
        drawn.append(svg.text(plot.x - 6, scale(mark) + 4, label, theme.secondary, 12, "end"))
    each = plot.w / len(values)
    for number, one in enumerate(values):
        x = plot.x + number * each
        top = scale(one.value or 0)
        bar = svg.rect(
            x + each * 0.12, top, each * 0.76, scale(max(low, 0)) - top, one.series.colour, fill_opacity=0.8
        )
        name = svg.text(
            x + each / 2,
            plot.bottom + 15,
            measure.fitting(one.series.name, each - 6, 12),
            theme.secondary,
            12,
            "middle",
        )
        said = svg.text(x + each / 2, top - 5, str(one.shown), theme.text, 12, "middle") if each > 34 else ""
        drawn.append(svg.group(bar, name, said, class_="value", data_series=one.series.name))
    return "".join(drawn)
