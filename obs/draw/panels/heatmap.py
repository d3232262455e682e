"""Buckets over time, darker or brighter where more falls into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from obs.draw import measure, svg
from obs.draw.box import Box
from obs.draw.data import Data, Series
from obs.draw.panels.timeseries import no_data, plot_area
from obs.draw.theme import Theme, blend
from obs.draw.time_axis import time_marks
from obs.draw.value import shown
from obs.model.panel import Panel

_SCHEMES = {
    "Oranges": ("#FFF5EB", "#7F2704"), "Spectral": ("#5E4FA2", "#9E0142"), "Blues": ("#F7FBFF", "#08306B"),
    "Greens": ("#F7FCF5", "#00441B"), "Reds": ("#FFF5F0", "#67000D"), "Turbo": ("#30123B", "#E8690B"),
    "Purples": ("#FCFBFD", "#3F007D"), "RdYlGn": ("#006837", "#A50026"), "Viridis": ("#440154", "#FDE725"),
}  # fmt: skip


def draw(panel: Panel, data: Data, box: Box, theme: Theme) -> str:
    """Cells of every second moment; a cumulative histogram is taken apart first."""
    rows = buckets(data.series)
    if not rows:
        return no_data(box, theme)
    unit = panel.field.unit or _axis_unit(panel)
    labels = [_label(name, unit) for name, _ in rows]
    wide = max(measure.width(label, 12) for label in labels) + 10
    plot = box.inside(left=wide, bottom=20, top=4)
    count = max(min(len(rows[0][1]), int(plot.w / 8), 60), 1)
    cells = [_resampled(values, count) for _, values in rows]
    most = max((value for row in cells for value in row), default=0) or 1
    low, high = _scheme(panel, theme)
    tall, broad = plot.h / len(cells), plot.w / count
    drawn = []
    for number, row in enumerate(cells):
        y = plot.bottom - (number + 1) * tall
        for place, value in enumerate(row):
            if value > most * 0.002:
                colour = blend(low, high, (value / most) ** 0.5)
                drawn.append(svg.rect(plot.x + place * broad, y, max(broad - 1, 1), max(tall - 1, 1), colour))
    step = max(1, -(-len(labels) * 16 // max(int(plot.h), 1)))
    for number in range(0, len(labels), step):
        y = plot.bottom - number * tall - tall / 2 + 4
        drawn.append(svg.text(plot.x - 6, y, labels[number], theme.secondary, 12, "end"))
    return "".join([plot_area(plot), *drawn, time_marks(data.timeline, plot, theme)])


def buckets(series: Sequence[Series]) -> list[tuple[str, tuple[float, ...]]]:
    """The rows from below: what lies between two bounds `le`; series of other kinds are rows as they are."""
    plain = [(one.labels.get("le", ""), tuple(value or 0.0 for value in one.values), one) for one in series]
    if not any(name for name, _, _ in plain):
        return [(", ".join(one.labels.values()) or one.metric or "value", values) for _, values, one in plain]
    ordered = sorted(((name, values) for name, values, _ in plain if name), key=lambda row: _bound(row[0]))
    found: list[tuple[str, tuple[float, ...]]] = []
    below: tuple[float, ...] = (0.0,) * len(ordered[0][1])
    for name, values in ordered:
        found.append((name, tuple(max(value - less, 0.0) for value, less in zip(values, below, strict=True))))
        below = values
    return found


def _bound(le: str) -> float:
    try:
        return float(le)
    except ValueError:
        return float("inf")


def _resampled(values: Sequence[float], count: int) -> list[float]:
    return [values[min(number * len(values) // count, len(values) - 1)] for number in range(count)]


def _axis_unit(panel: Panel) -> str:
    axis = panel.options.get("yAxis")
    return str(axis.get("unit") or "") if isinstance(axis, Mapping) else ""


def _label(name: str, unit: str) -> str:
    bound = _bound(name)
    return measure.fitting(name, 90, 12) if bound == float("inf") else str(shown(bound, unit))


def _scheme(panel: Panel, theme: Theme) -> tuple[str, str]:
    colour = panel.options.get("color")
    name = str(colour.get("scheme")) if isinstance(colour, Mapping) else ""
    low, high = _SCHEMES.get(name, _SCHEMES["Oranges"])
    return (
        (high, low)
        if theme.name == "dark" and name not in ("Turbo", "Viridis", "Spectral", "RdYlGn")
        else (low, high)
    )
