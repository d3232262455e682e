"""Where Grafana really puts panels: it moves each up until it meets another, and down where two would overlap.

Source: Grafana 11, react-grid-layout with `compactType: vertical`, in the order of rows and columns.
"""

from __future__ import annotations

from collections.abc import Iterable

from obs.model.panel import COLUMNS, Grid

_HIGHEST = 200
"""Rows of the grid for one panel; what asks for more is cut."""


def compacted(grids: Iterable[Grid]) -> list[Grid]:
    """The place of each, in the order in which they are given."""
    given = list(grids)
    found = list(given)
    skyline = [0] * COLUMNS
    for number in sorted(range(len(given)), key=lambda one: (given[one].y, given[one].x)):
        grid = _fitted(given[number])
        columns = range(grid.x, grid.x + grid.w)
        y = max(skyline[column] for column in columns)
        for column in columns:
            skyline[column] = y + grid.h
        found[number] = Grid(grid.x, y, grid.w, grid.h)
    return found


def _fitted(grid: Grid) -> Grid:
    """Inside of the 24 columns: too wide is narrowed, too far right is pushed back."""
    wide = min(max(grid.w, 1), COLUMNS)
    return Grid(min(max(grid.x, 0), COLUMNS - wide), grid.y, wide, min(max(grid.h, 1), _HIGHEST))
