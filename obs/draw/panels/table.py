"""Tables: the queries' results side by side, reshaped by the panel's transformations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from obs.draw import measure, svg
from obs.draw.box import Box
from obs.draw.data import Data
from obs.draw.fields import Styled, limits_of, styled, threshold_colour, value_colour
from obs.draw.panels.timeseries import no_data
from obs.draw.theme import Theme, readable_on
from obs.draw.value import moment
from obs.model.panel import Panel
from obs.record import dataclass

_ROW = {"sm": 26.0, "md": 34.0, "lg": 42.0}


@dataclass(frozen=True, slots=True)
class Column:
    """A heading over cells: texts, or numbers that `style` knows how to show."""

    name: str
    cells: tuple[str | float | None, ...]
    style: Styled | None = None


def draw(panel: Panel, data: Data, box: Box, theme: Theme) -> str:
    """As many rows as there is room for, the most important first where the panel sorts them."""
    columns = sorted_by(panel, styled_columns(panel, transformed(panel, columns_of(panel, data)), theme))
    if not columns or not any(column.cells for column in columns):
        return no_data(box, theme)
    high = _ROW.get(str(panel.options.get("cellHeight")), 30.0)
    widths = _widths(panel, columns, box.w)
    drawn = []
    x = box.x
    for column, wide in zip(columns, widths, strict=True):
        name = measure.fitting(column.name, wide - 12, 12, True)
        right = _is_right(column)
        drawn.append(
            svg.text(
                x + wide - 8 if right else x + 6,
                box.y + 16,
                name,
                theme.link,
                12,
                "end" if right else "start",
                500,
            )
        )
        y = box.y + 26
        for cell in column.cells[: max(int((box.h - 26) // high), 0)]:
            drawn.append(_cell(column, cell, Box(x, y, wide, high), theme))
            y += high
        x += wide
    rows = min(max(len(column.cells) for column in columns), int((box.h - 26) // high))
    lines = [svg.line(box.x, box.y + 26 + high * number, box.right, box.y + 26 + high * number, theme.weak)
             for number in range(rows + 1)]  # fmt: skip
    return "".join([*lines, *drawn])


def columns_of(panel: Panel, data: Data) -> list[Column]:
    """Labels first, then a column of values for each query; queries with the same labels share rows."""
    refs = list(dict.fromkeys(one.ref_id for one in data.series))
    names = list(dict.fromkeys(name for one in data.series for name in one.labels))
    rows: dict[tuple[str, ...], dict[str, float | None]] = {}
    for one in data.series:
        key = tuple(one.labels.get(name, "") for name in names)
        values = [value for value in one.values if value is not None]
        rows.setdefault(key, {})[one.ref_id] = values[-1] if values else None
    many = len(refs) > 1
    time = Column("Time", (moment(data.timeline.end),) * len(rows))
    labels = [Column(name, tuple(key[number] for key in rows)) for number, name in enumerate(names)]
    numbers = [
        Column(
            f"Value #{ref}" if many else "Value",
            tuple(row.get(ref) for row in rows.values()),
            Styled("Value", (), ref_id=ref),
        )
        for ref in refs
    ]
    return [time, *labels, *numbers]


def transformed(panel: Panel, columns: list[Column]) -> list[Column]:
    """What `organize`, `filterFieldsByName` and their like make of the columns; others change nothing here."""
    for step in panel.transformations:
        options = step.get("options")
        if step.get("id") == "organize" and isinstance(options, Mapping):
            columns = _organized(columns, options)
        elif step.get("id") == "filterFieldsByName" and isinstance(options, Mapping):
            include = options.get("include")
            names = include.get("names") if isinstance(include, Mapping) else None
            if isinstance(names, list):
                columns = [column for column in columns if column.name in names]
    return columns


def _organized(columns: list[Column], options: Mapping[str, object]) -> list[Column]:
    excluded, order, renamed = (
        found if isinstance(found := options.get(key), Mapping) else {}
        for key in ("excludeByName", "indexByName", "renameByName")
    )
    included = options.get("includeByName")
    kept = [
        column
        for column in columns
        if not excluded.get(column.name) and (not isinstance(included, Mapping) or included.get(column.name))
    ]
    places = {name: place for name, place in order.items() if isinstance(place, (int, float))}
    kept.sort(key=lambda column: places.get(column.name, 1000))
    return [replace(column, name=str(renamed.get(column.name) or column.name)) for column in kept]


def styled_columns(panel: Panel, columns: Sequence[Column], theme: Theme) -> list[Column]:
    """The columns of numbers with the settings that hold for their name."""
    found = []
    for column in columns:
        if column.style is None:
            found.append(column)
            continue
        from obs.draw.data import Series

        numbers = tuple(cell for cell in column.cells if isinstance(cell, (int, float)))
        titled = replace(panel, queries=(), field=replace(panel.field, display_name=""))
        named = Series({}, numbers, column.style.ref_id, column.name)
        one = styled(titled, Data(series=(named,)), theme)[0]
        found.append(Column(one.name, column.cells, one))
    return found


def sorted_by(panel: Panel, columns: list[Column]) -> list[Column]:
    """The rows in the order that the panel asks for."""
    wanted = panel.options.get("sortBy")
    first = wanted[0] if isinstance(wanted, list) and wanted and isinstance(wanted[0], Mapping) else {}
    by = next((column for column in columns if column.name == first.get("displayName")), None)
    if by is None:
        return columns
    order = sorted(
        range(len(by.cells)),
        key=lambda at: (isinstance(by.cells[at], str), by.cells[at] if by.cells[at] is not None else 0),
        reverse=first.get("desc") is True,
    )
    return [replace(column, cells=tuple(column.cells[at] for at in order)) for column in columns]


def _is_right(column: Column) -> bool:
    return column.style is not None and column.style.custom.get("align") in (None, "auto", "right")


def _widths(panel: Panel, columns: Sequence[Column], room: float) -> list[float]:
    """Those that are set, and an equal share of the rest."""
    asked = {
        str(override.matches): float(value)
        for override in panel.overrides
        for name, value in override.properties
        if override.matcher == "byName" and name == "custom.width" and isinstance(value, (int, float))
    }
    everywhere = panel.field.custom.get("width")
    usual = float(everywhere) if isinstance(everywhere, (int, float)) else 0.0
    fixed = [asked.get(column.name, usual if column.style else 0.0) for column in columns]
    free = sum(1 for wide in fixed if not wide)
    share = max((room - sum(fixed)) / free, 40.0) if free else 0.0
    return [wide or share for wide in fixed]


def _cell(column: Column, cell: str | float | None, box: Box, theme: Theme) -> str:
    base = box.y + box.h / 2 + 4.5
    if column.style is None or isinstance(cell, str):
        return svg.text(box.x + 6, base, measure.fitting(str(cell or ""), box.w - 12, 13), theme.text, 13)
    if cell is None:
        return ""
    options = column.style.custom.get("cellOptions")
    kind = str(options.get("type")) if isinstance(options, Mapping) else "auto"
    said = measure.fitting(str(column.style.shown(cell)), box.w - 12, 13)
    colour = value_colour(column.style, cell, theme) if column.style.mode else threshold_colour(
        column.style.thresholds, cell, column.style, theme)  # fmt: skip
    at, anchor = (box.right - 8, "end") if _is_right(column) else (box.x + 6, "start")
    if kind == "color-text":
        return svg.text(at, base, said, colour, 13, anchor)
    if kind == "color-background":
        back = svg.rect(box.x + 1, box.y + 1, box.w - 2, box.h - 2, colour)
        return back + svg.text(at, base, said, readable_on(colour), 13, anchor)
    if kind == "gauge":
        low, high = limits_of(column.style)
        wide = (box.w - 90) * max(0.0, min(1.0, (cell - low) / (high - low)))
        bar = svg.rect(box.x + 6, box.y + 5, box.w - 90, box.h - 10, theme.track) + svg.rect(
            box.x + 6, box.y + 5, wide, box.h - 10, colour, fill_opacity=0.8
        )
        return bar + svg.text(box.right - 8, base, said, colour, 13, "end")
    return svg.text(at, base, said, theme.text, 13, anchor)
