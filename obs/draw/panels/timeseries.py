"""Curves, areas, bars and points over time, with axes, thresholds and a legend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from obs.draw import measure, svg
from obs.draw.box import Box
from obs.draw.data import Data
from obs.draw.fields import Styled, styled
from obs.draw.legend import with_legend
from obs.draw.scale import Scale, extent, ticks
from obs.draw.theme import Theme
from obs.draw.time_axis import event_marks, time_marks
from obs.draw.value import shown
from obs.model.panel import Panel
from obs.record import dataclass

_DASHES = {"dash": "6 5", "dot": "1 4"}
_BINARY = ("bytes", "bits", "binBps", "binbps", "kbytes", "mbytes", "gbytes")


def draw(panel: Panel, data: Data, box: Box, theme: Theme) -> str:
    """The whole chart."""
    series = [one for one in styled(panel, data, theme) if not _invisible(one)]
    if not series:
        return no_data(box, theme)
    legend, rest = with_legend(panel.options, series, box, theme)
    return chart(stacked(series), data, rest, theme) + legend


def _invisible(one: Styled) -> bool:
    hide = one.custom.get("hideFrom")
    return isinstance(hide, Mapping) and hide.get("viz") is True


def no_data(box: Box, theme: Theme, says: str = "No data") -> str:
    """What Grafana says when a query returns nothing."""
    return svg.text(box.x + box.w / 2, box.y + box.h / 2 + 4, says, theme.secondary, 14, "middle")


def plot_area(box: Box) -> str:
    """Where the curves are, for whoever looks for a moment in the picture."""
    return svg.element("rect", class_="plot", x=box.x, y=box.y, width=box.w, height=box.h, fill="none")


def stacked(series: Sequence[Styled]) -> list[Styled]:
    """Values on top of each other where the panel stacks them; `percent` makes shares of them.

    Series of another axis or another unit, and those that are not stacked, stand beside the stack.
    """
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, one in enumerate(series):
        if _stacking(one) in ("normal", "percent"):
            groups.setdefault(_group(one), []).append(number)
    found = list(series)
    for numbers in groups.values():
        for number, one in zip(numbers, _stack([series[at] for at in numbers]), strict=True):
            found[number] = one
    return found


def _group(one: Styled) -> tuple[object, ...]:
    stacking = one.custom.get("stacking")
    named = stacking.get("group") if isinstance(stacking, Mapping) else None
    return (
        str(named),
        one.custom.get("axisPlacement") == "right",
        one.unit,
        one.custom.get("drawStyle") == "bars",
    )


def _stack(series: Sequence[Styled]) -> Iterator[Styled]:
    count = max(len(one.values) for one in series)
    values = [
        [(one.values[at] if at < len(one.values) else None) or 0.0 for at in range(count)] for one in series
    ]
    shares = any(_stacking(one) == "percent" for one in series)
    whole = [sum(column) or 1.0 if shares else 1.0 for column in zip(*values, strict=True)]
    below = [0.0] * count
    for one, own in zip(series, values, strict=True):
        above = [low + value / total for low, value, total in zip(below, own, whole, strict=True)]
        yield replace(one, values=tuple(above), base=tuple(below), unit="percentunit" if shares else one.unit)
        below = above


def _stacking(one: Styled) -> str:
    stacking = one.custom.get("stacking")
    return str(stacking.get("mode")) if isinstance(stacking, Mapping) else ""


@dataclass(frozen=True, slots=True)
class Plot:
    """Where the curves are, and the two axes."""

    box: Box
    x: Scale
    y: Scale


def chart(series: Sequence[Styled], data: Data, box: Box, theme: Theme) -> str:
    """Axes, grid, thresholds, the curves (those that are stacked from the top one down), then what annotations mark."""
    timeline = data.timeline
    right = [one for one in series if one.custom.get("axisPlacement") == "right"]
    left = [one for one in series if one not in right] or list(series)
    values, labels, wide = _axis(left, box, theme)
    values2, labels2, wide2 = _axis(right, box, theme) if right and right != left else (values, [], 0.0)
    plot_box = box.inside(left=wide + 8, right=wide2 + 8 if wide2 else 6, top=8, bottom=20)
    if plot_box.w < 20 or plot_box.h < 12:
        return no_data(box, theme, "")
    times = Scale(timeline.start, timeline.end, plot_box.x, plot_box.right)
    plot = Plot(plot_box, times, replace(values, start=plot_box.bottom, end=plot_box.y))
    second = Plot(plot_box, times, replace(values2, start=plot_box.bottom, end=plot_box.y))
    drawn = [
        plot_area(plot_box),
        _grid(plot, labels, theme),
        time_marks(timeline, plot.box, theme, grid=True),
    ]
    drawn += [
        svg.text(plot_box.right + 6, second.y(at) + 4, label, theme.secondary, 12) for at, label in labels2
    ]
    drawn.append(_thresholds(left[0], plot, theme))
    clip = "p" + "-".join(str(int(side * 10)) for side in (plot_box.x, plot_box.y, plot_box.w, plot_box.h))
    edge = svg.rect(plot_box.x, plot_box.y - 1, plot_box.w, plot_box.h + 2, "#000")
    drawn.append(svg.element("clipPath", edge, id=clip))
    for one in series:
        where = second if one in right and right != left else plot
        curve = _curve(one, timeline.moments, where)
        drawn.append(svg.group(curve, class_="series", data_series=one.name, clip_path=f"url(#{clip})"))
    drawn.append(event_marks(data.events, timeline, plot_box, theme))
    label = str(left[0].custom.get("axisLabel") or "")
    if label:
        middle = plot_box.y + plot_box.h / 2
        drawn.append(svg.text(box.x + 9, middle, measure.fitting(label, plot_box.h, 12), theme.secondary, 12, "middle",
                              transform=f"rotate(-90 {svg.number(box.x + 9)} {svg.number(middle)})"))  # fmt: skip
    return "".join(drawn)


def _axis(series: Sequence[Styled], box: Box, theme: Theme) -> tuple[Scale, list[tuple[float, str]], float]:
    """The scale of values, its marks with their text, and how wide these are."""
    first = series[0]
    soft = tuple(
        float(value) for key in ("axisSoftMin", "axisSoftMax")
        if isinstance(value := first.custom.get(key), (int, float)) and not isinstance(value, bool)
    )  # fmt: skip
    values = [value for one in series for value in one.values]
    low, high = extent(values, first.low, first.high, soft=soft)
    base = 1024 if first.unit in _BINARY else 10
    most = max(2, min(int(box.h / 38), 8))
    marks = ticks(low, high, most, base)
    distribution = first.custom.get("scaleDistribution")
    log = 10.0 if isinstance(distribution, Mapping) and distribution.get("type") == "log" else 0.0
    if log:
        low = max(low, min((value for value in values if value and value > 0), default=0.1) / 2)
        marks = [10.0**power for power in range(-9, 15) if low <= 10.0**power <= high]
    labels = [(mark, _mark(mark, first, marks)) for mark in marks]
    if first.custom.get("axisPlacement") == "hidden":
        labels = []
    wide = max((measure.width(label, 12) for _, label in labels), default=0) + (
        14 if first.custom.get("axisLabel") else 0
    )
    return Scale(low, high, 0, 1, log), labels, wide


def _mark(value: float, one: Styled, marks: Sequence[float]) -> str:
    step = abs(marks[1] - marks[0]) if len(marks) > 1 else abs(value)
    if one.unit in ("", "none", "percentunit", "percent") and one.decimals is None:
        scale = 100 if one.unit == "percentunit" else 1
        places = 0
        while places < 6 and abs(step * scale * 10**places - round(step * scale * 10**places)) > 1e-6:
            places += 1
        return str(shown(value, one.unit, places))
    return str(shown(value, one.unit, one.decimals))


def _grid(plot: Plot, labels: Sequence[tuple[float, str]], theme: Theme) -> str:
    drawn = []
    for at, label in labels:
        y = plot.y(at)
        drawn.append(svg.line(plot.box.x, y, plot.box.right, y, theme.weak))
        drawn.append(svg.text(plot.box.x - 6, y + 4, label, theme.secondary, 12, "end"))
    return "".join(drawn)


def _thresholds(one: Styled, plot: Plot, theme: Theme) -> str:
    style = one.custom.get("thresholdsStyle")
    mode = str(style.get("mode")) if isinstance(style, Mapping) else "off"
    if mode == "off" or one.thresholds is None:
        return ""
    drawn = []
    steps = one.thresholds.steps
    for number, (limit, name) in enumerate(steps):
        colour = theme.colour(name)
        if "area" in mode:
            low = plot.y(limit) if limit is not None else plot.box.bottom
            above = steps[number + 1][0] if number + 1 < len(steps) else None
            high = plot.y(above) if above is not None else plot.box.y
            low, high = min(low, plot.box.bottom), max(high, plot.box.y)
            drawn.append(svg.rect(plot.box.x, high, plot.box.w, low - high, colour, fill_opacity=0.12))
        if ("line" in mode or "dashed" in mode) and limit is not None and plot.y.low <= limit <= plot.y.high:
            dash = "8 6" if "dashed" in mode else None
            drawn.append(svg.line(plot.box.x, plot.y(limit), plot.box.right, plot.y(limit), colour,
                                  stroke_width=1.5, stroke_dasharray=dash, opacity=0.8))  # fmt: skip
    return "".join(drawn)


def _curve(one: Styled, moments: Sequence[float], plot: Plot) -> str:
    custom = one.custom
    style = custom.get("drawStyle", "line")
    points = [(plot.x(at), plot.y(value)) if value is not None else None
              for at, value in zip(moments, one.values, strict=False)]  # fmt: skip
    zero = max(plot.box.y, min(plot.y(max(plot.y.low, 0)), plot.box.bottom))
    floor = [max(plot.box.y, min(plot.y(value), plot.box.bottom)) for value in one.base] or [zero] * len(
        points
    )
    fill = _number(custom.get("fillOpacity"), 0) / 100
    width = _number(custom.get("lineWidth"), 1)
    if style == "bars":
        wide = max(plot.box.w / max(len(points), 1) * 0.7, 1)
        return "".join(
            svg.rect(point[0] - wide / 2, min(point[1], low), wide, abs(low - point[1]), one.colour,
                     fill_opacity=max(fill, 0.3))
            for point, low in zip(points, floor, strict=False) if point is not None
        )  # fmt: skip
    drawn = []
    for run in svg.runs(points):
        if style == "points":
            drawn += [svg.circle(x, y, 2, one.colour) for x, y in run]
            continue
        shape = _stepped(run, str(custom.get("lineInterpolation") or "linear"))
        if fill:
            area = [*shape, *_below(run, points, floor)]
            drawn.append(svg.element("path", d=svg.path(area, True), fill=one.colour, fill_opacity=fill))
        dash = custom.get("lineStyle")
        dashed = _DASHES.get(str(dash.get("fill"))) if isinstance(dash, Mapping) else None
        drawn.append(svg.element("path", d=svg.path(shape), fill="none", stroke=one.colour,
                                 stroke_width=width, stroke_linejoin="round", stroke_dasharray=dashed))  # fmt: skip
        if custom.get("showPoints") == "always":
            drawn += [svg.circle(x, y, _number(custom.get("pointSize"), 5) / 2, one.colour) for x, y in run]
    return "".join(drawn)


def _below(
    run: Sequence[svg.Point], points: Sequence[svg.Point | None], floor: Sequence[float]
) -> list[svg.Point]:
    """The lower edge of an area, from right to left; two points where it is flat."""
    if len(set(floor)) <= 1:
        return [(run[-1][0], floor[0]), (run[0][0], floor[0])]
    first = points.index(run[0])
    return [(x, floor[first + number]) for number, (x, _) in reversed([*enumerate(run)])]


def _stepped(run: Sequence[svg.Point], kind: str) -> list[svg.Point]:
    if kind not in ("stepAfter", "stepBefore"):
        return list(run)
    found = [run[0]]
    for (x1, y1), (x2, y2) in pairwise(run):
        found += [(x2, y1) if kind == "stepAfter" else (x1, y2), (x2, y2)]
    return found


def _number(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else otherwise
