"""The legend of a chart: a list below it, or a table below or beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from obs.draw import measure, svg
from obs.draw.box import Box
from obs.draw.data import REDUCER_NAMES
from obs.draw.fields import Styled
from obs.draw.theme import Theme

_LINE = 22.0


def with_legend(
    options: Mapping[str, object], series: Sequence[Styled], box: Box, theme: Theme
) -> tuple[str, Box]:
    """The legend, drawn, and what it leaves of the box."""
    legend = options.get("legend")
    settings = legend if isinstance(legend, Mapping) else {}
    if (
        settings.get("showLegend") is False
        or settings.get("displayMode") == "hidden"
        or not series
        or box.h < 90
    ):
        return "", box
    shown = [one for one in series if not _hidden(one)]
    calcs = [calc for calc in settings.get("calcs") or () if isinstance(calc, str)]
    if settings.get("placement") == "right" and box.w > 260:
        wide = min(box.w * 0.5, max(_natural(shown, calcs), 80.0))
        place = Box(box.right - wide, box.y + 4, wide, box.h - 4)
        drawn = _table(shown, calcs, place, theme) if calcs else _column(shown, place, theme)
        return drawn, box.inside(right=wide + 10)
    if settings.get("displayMode") == "table" and calcs:
        high = min(_LINE * (len(shown) + 1), box.h * 0.4)
        return _table(shown, calcs, Box(box.x, box.bottom - high, box.w, high), theme), box.inside(
            bottom=high + 2
        )
    lines = _wrapped(shown, calcs, box.w)[: 3 if box.h > 200 else 2]
    high = _LINE * len(lines)
    drawn = "".join(_row(line, calcs, box, box.bottom - high + _LINE * (number + 0.7), theme)
                    for number, line in enumerate(lines))  # fmt: skip
    return drawn, box.inside(bottom=high + 2)


def _hidden(one: Styled) -> bool:
    hide = one.custom.get("hideFrom")
    return isinstance(hide, Mapping) and hide.get("legend") is True


def _said(one: Styled, calcs: Sequence[str]) -> str:
    said = [f"{REDUCER_NAMES.get(calc, calc)}: {one.shown(one.reduced(calc))}" for calc in calcs]
    return "  ".join([one.name, *said])


def _natural(series: Sequence[Styled], calcs: Sequence[str]) -> float:
    names = max((measure.width(one.name, 12) for one in series), default=60)
    return min(names, 260) + 34 + sum(_columns(series, calcs))


def _columns(series: Sequence[Styled], calcs: Sequence[str]) -> list[float]:
    """How wide each calculation's column is."""
    return [
        max(
            measure.width(REDUCER_NAMES.get(calc, calc), 12),
            *(measure.width(str(one.shown(one.reduced(calc))), 12) for one in series[:40]),
        )
        + 14
        for calc in calcs
    ]


def _wrapped(series: Sequence[Styled], calcs: Sequence[str], room: float) -> list[list[Styled]]:
    found: list[list[Styled]] = [[]]
    used = 0.0
    for one in series:
        wide = measure.width(measure.fitting(_said(one, calcs), room - 30, 12), 12) + 34
        if used + wide > room and found[-1]:
            found.append([])
            used = 0.0
        found[-1].append(one)
        used += wide
    return found


def _row(line: Sequence[Styled], calcs: Sequence[str], place: Box, y: float, theme: Theme) -> str:
    drawn = []
    x = place.x
    for one in line:
        said = measure.fitting(_said(one, calcs), place.w - 30, 12)
        entry = svg.rect(x, y - 5, 14, 4, one.colour, rx=2) + svg.text(x + 20, y, said, theme.text, 12)
        drawn.append(svg.group(entry, class_="legend", data_series=one.name))
        x += measure.width(said, 12) + 34
    return "".join(drawn)


def _column(series: Sequence[Styled], box: Box, theme: Theme) -> str:
    most = max(int(box.h // _LINE), 1)
    return "".join(
        _row([one], (), box, box.y + _LINE * (number + 0.6), theme)
        for number, one in enumerate(series[:most])
    )


def _table(series: Sequence[Styled], calcs: Sequence[str], box: Box, theme: Theme) -> str:
    widths = _columns(series, calcs)
    while len(widths) > 1 and sum(widths) > box.w - 74:
        widths.pop()  # no room for it beside the names
    calcs = calcs[: len(widths)]
    ends = [box.right - sum(widths[number + 1 :]) for number in range(len(widths))]
    names = box.w - sum(widths) - 24
    y = box.y + 14
    drawn = [
        svg.text(end, y, REDUCER_NAMES.get(calc, calc), theme.link, 12, "end")
        for end, calc in zip(ends, calcs, strict=True)
    ]
    drawn.append(svg.text(box.x + 20, y, "Name", theme.link, 12))
    for one in series[: max(int(box.h // _LINE) - 1, 1)]:
        y += _LINE
        cells = [svg.rect(box.x, y - 5, 14, 4, one.colour, rx=2)]
        cells.append(svg.text(box.x + 20, y, measure.fitting(one.name, names, 12), theme.text, 12))
        for end, calc in zip(ends, calcs, strict=True):
            cells.append(svg.text(end, y, str(one.shown(one.reduced(calc))), theme.text, 12, "end"))
        cells.append(svg.line(box.x, y + 7, box.right, y + 7, theme.weak))
        drawn.append(svg.group(*cells, class_="legend", data_series=one.name))
    return "".join(drawn)
