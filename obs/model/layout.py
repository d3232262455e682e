"""Where panels stand: lines of panels become places in the grid, and places that cannot be are found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from obs.diagnostic import Diagnostic
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


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    grid: Grid
    item: Panel | Row


def grid_faults(dashboard: Dashboard) -> Iterator[Diagnostic]:
    """Panels that stand outside the grid, or on top of one another."""
    for row in dashboard.rows:
        for panel in row.panels():
            if panel.grid is not None and _outside(panel.grid):
                yield _outside_fault(panel, panel.grid)
    yield from _overlaps([row for row in dashboard.rows if not row.collapsed])
    for row in dashboard.rows:
        if row.collapsed:
            yield from _overlaps([row])


def _outside(grid: Grid) -> bool:
    return grid.x < 0 or grid.y < 0 or grid.w < 1 or grid.h < 1 or grid.x + grid.w > COLUMNS


def _outside_fault(panel: Panel, grid: Grid) -> Diagnostic:
    return Diagnostic(
        "panel-outside-grid",
        f"panel {panel.title or panel.key!r} does not fit the grid: columns {grid.x} to {grid.x + grid.w} of "
        f"{COLUMNS}, {grid.h} high",
        at=panel.origin,
        why="Grafana moves it somewhere else, and the panels around it with it",
        fix=f"a line's widths add up to at most {COLUMNS}",
    )


def _overlaps(rows: Sequence[Row]) -> Iterator[Diagnostic]:
    taken: dict[
        int, list[tuple[int, Panel]]
    ] = {}  # of each row of the grid: columns as bits, and who has them
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
            yield Diagnostic(
                "panels-overlap",
                f"panels {other.title or other.key!r} and {panel.title or panel.key!r} share a place",
                at=panel.origin,
                why="Grafana pushes one of them down, so the page is not the one that was laid out",
                also=((other.origin, "the other panel"),) if other.origin else (),
            )
