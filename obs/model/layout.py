"""Where panels stand: lines of panels become places in the grid, and places that cannot be are found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from obs.model.dashboard import Dashboard
from obs.model.panel import COLUMNS, Grid, Panel, Row

_HEIGHTS = {"stat": 4, "gauge": 6, "logs": 12, "text": 4, "news": 8}
_HEIGHT = 8
"""Rows of the grid; 8 is what Grafana gives a new panel."""


def height(panel: Panel) -> int:
    """The height that the panel asks for, else the usual one of its type."""
    return panel.h or _HEIGHTS.get(panel.type, _HEIGHT)


def widths(line: Sequence[Panel]) -> list[int]:
    """Each panel's columns: what it asks for, and an equal share of the rest; never below one column."""
    fixed = sum(panel.w or 0 for panel in line)
    open_panels = [panel for panel in line if not panel.w]
    share, more = divmod(max(COLUMNS - fixed, 0), len(open_panels)) if open_panels else (0, 0)
    found = []
    for panel in line:
        if panel.w:
            found.append(panel.w)
        else:
            found.append(max(share + (1 if more > 0 else 0), 1))
            more -= 1
    return found


def placed(dashboard: Dashboard) -> Dashboard:
    """The dashboard with a place for every header and panel; a place that the author fixed stays."""
    if all(_is_placed(row) for row in dashboard.rows):
        return dashboard
    rows = []
    y = 0
    for row in dashboard.rows:
        done, y = _place(row, y)
        rows.append(done)
    return dashboard.with_rows(rows)


def _is_placed(row: Row) -> bool:
    if row.title is not None and row.grid is None:
        return False
    return len(row.lines) <= 1 and all(panel.grid is not None for panel in row.panels())


def _place(row: Row, y: int) -> tuple[Row, int]:
    """The row with its places, and the first free grid row below it."""
    header = None
    if row.title is not None:
        header = row.grid or Grid(0, y, COLUMNS, 1)
        y = max(y, header.y) + 1
    top = y
    panels: list[Panel] = []
    for line in row.lines:
        found = list(_place_line(line, y))
        panels += found
        y = max([y, *(panel.grid.y + panel.grid.h for panel in found if panel.grid)])
    after = top if row.collapsed else y
    return replace(row, lines=(tuple(panels),) if panels else (), grid=header), after


def _place_line(line: Sequence[Panel], y: int) -> Iterator[Panel]:
    """Side by side; panels that ask for no height are as high as the highest. Breaks the line when it is
    full."""
    tallest = max((height(panel) for panel in line), default=0)
    x = bottom = 0
    for panel, width in zip(line, _line_widths(line), strict=True):
        if panel.grid is not None:
            yield panel
            continue
        if x + width > COLUMNS and x > 0:
            x, y, bottom = 0, y + bottom, 0
        high = panel.h or tallest
        yield panel.at(Grid(x, y, width, high))
        x += width
        bottom = max(bottom, high)


def _line_widths(line: Sequence[Panel]) -> list[int]:
    """Four in a line are readable; more than that flow on, unless every one asks for its width."""
    if len(line) <= COLUMNS:
        return widths(line)
    return [panel.w or COLUMNS // 4 for panel in line]


def outside_grid(dashboard: Dashboard) -> Iterator[Panel]:
    """Panels whose place the grid does not have."""
    for panel in dashboard.panels():
        if panel.grid is not None and _outside(panel.grid):
            yield panel


def _outside(grid: Grid) -> bool:
    return grid.x < 0 or grid.y < 0 or grid.w < 1 or grid.h < 1 or grid.x + grid.w > COLUMNS


def overlaps(dashboard: Dashboard) -> Iterator[tuple[Panel, Panel]]:
    """Panels on top of one another: the first that has the place, and the one that wants it too."""
    yield from _overlaps([row for row in dashboard.rows if not row.collapsed])
    for row in dashboard.rows:
        if row.collapsed:
            yield from _overlaps([row])


def _overlaps(rows: Sequence[Row]) -> Iterator[tuple[Panel, Panel]]:
    # of each row of the grid: columns as bits, and who has them
    taken: dict[int, list[tuple[int, Panel]]] = {}
    for panel in (panel for row in rows for panel in row.panels()):
        grid = panel.grid
        if grid is None or _outside(grid) or grid.h > 1000:
            continue
        columns = ((1 << grid.w) - 1) << grid.x
        other = None
        for y in range(grid.y, grid.y + grid.h):
            line = taken.setdefault(y, [])
            other = other or next((one for bits, one in line if bits & columns), None)
            line.append((columns, panel))
        if other is not None:
            yield other, panel
