"""A whole dashboard: its title and variables, and every panel in Grafana's grid of 24 columns.

Source of the sizes: Grafana 11, a row of the grid is 30 px high, panels stand 8 px apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from obs.draw import measure, svg
from obs.draw.box import Box
from obs.draw.compaction import compacted
from obs.draw.data import Data
from obs.draw.head import GAP, head, values
from obs.draw.panels import painter
from obs.draw.sample.panel import sample
from obs.draw.theme import FONT, Theme
from obs.draw.theme import theme as theme_named
from obs.model.dashboard import Dashboard
from obs.model.layout import placed
from obs.model.panel import COLUMNS, Grid, Panel, Row
from obs.redact import redact

ROW_HEIGHT = 30
WIDTH = 1200
MOST_PANELS = 600
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?::\w+)?\})")
_MARKS = {"added": "#56A64B", "removed": "#E02F44", "changed": "#FF9830", "moved": "#5794F2"}

Source = Callable[[Panel], Data]
"""Where a panel's data comes from."""


def draw(
    dashboard: Dashboard,
    *,
    theme: str = "dark",
    width: int = WIDTH,
    data: Source | None = None,
    marks: Mapping[str, str] | None = None,
) -> str:
    """The dashboard as one SVG. `data` gives each panel's data (default: samples made from its queries);
    `marks` frames panels by key: added, removed, changed or moved."""
    colours = theme_named(theme)
    whole = placed(dashboard)
    source = data or (lambda panel: sample(panel, dashboard))
    above, top = head(dashboard, width, colours)
    drawn: list[str] = []
    lowest = 0
    for item, grid in _laid_out(whole):
        lowest = max(lowest, grid.y + grid.h)
        box = place(grid, top, width)
        if isinstance(item, Row):
            drawn.append(_row_header(item, box, colours, _titled(item.title or "Row", dashboard)))
        else:
            mark = (marks or {}).get(item.key, "")
            drawn.append(draw_panel(item, source(item), box, colours, mark, _titled(item.title, dashboard)))
    height = top + lowest * (ROW_HEIGHT + GAP) + GAP
    return page(width, height, colours, above, *drawn, title=dashboard.title)


def _laid_out(dashboard: Dashboard) -> list[tuple[Row | Panel, Grid]]:
    """Headers and the panels that are seen, where Grafana puts them."""
    seen: list[tuple[Row | Panel, Grid]] = []
    for row in dashboard.rows:
        if row.title is not None and row.grid is not None:
            seen.append((row, Grid(0, row.grid.y, COLUMNS, 1)))
        panels = () if row.collapsed else row.panels()
        seen += [(panel, panel.grid) for panel in panels if panel.grid is not None]
    del seen[MOST_PANELS:]
    grids = compacted(grid for _, grid in seen)
    return [(item, grid) for (item, _), grid in zip(seen, grids, strict=True)]


def _titled(title: str, dashboard: Dashboard) -> str:
    """With the variables' values in their place."""
    if "$" not in title:
        return title
    chosen = {variable.name: ", ".join(values(variable)) for variable in dashboard.variables}

    def value(found: re.Match[str]) -> str:
        return chosen.get(found[1] or found[2]) or found[0]

    return _VARIABLE.sub(value, title)


def page(width: float, height: float, theme: Theme, *content: str, title: str = "") -> str:
    """A picture with its background."""
    return (
        svg.element(
            "svg",
            svg.element("title", svg.escaped(title)) if title else "",
            svg.rect(0, 0, width, height, theme.canvas),
            *content,
            xmlns="http://www.w3.org/2000/svg",
            width=width,
            height=height,
            viewBox=f"0 0 {svg.number(width)} {svg.number(height)}",
            font_family=FONT,
            role="img",
        )
        + "\n"
    )


def place(grid: Grid, top: float, width: float) -> Box:
    """The pixels of a place in the grid; what is outside of the grid is drawn where it says, cut by the picture."""
    column = (width - GAP) / COLUMNS
    return Box(
        GAP + grid.x * column,
        top + grid.y * (ROW_HEIGHT + GAP),
        max(grid.w * column - GAP, 4),
        max(grid.h * (ROW_HEIGHT + GAP) - GAP, 4),
    )


def _row_header(row: Row, box: Box, theme: Theme, said: str) -> str:
    y = box.y + 20
    tip = [(2, -9), (8, -4), (2, 1)] if row.collapsed else [(0, -7), (10, -7), (5, 0)]
    mark = svg.element("path", d=svg.path([(box.x + x, y + dy) for x, dy in tip], True), fill=theme.secondary)
    title = measure.fitting(said, box.w - 260, 16, True)
    name = svg.text(box.x + 18, y, title, theme.text, 16, weight=500)
    count = len(row.panels())
    hidden = f"({count} panel{'' if count == 1 else 's'})" if row.collapsed else ""
    more = svg.text(box.x + 26 + measure.width(title, 16, True), y, hidden, theme.secondary, 12)
    return svg.group(mark, name, more, _repeated(row.repeat, box, y, theme))


def _repeated(variable: str, box: Box, y: float, theme: Theme) -> str:
    """That there is one for each value: which values there are, only the datasource knows."""
    said = measure.fitting(f"repeats for each ${variable}", box.w * 0.5, 11) if variable else ""
    return svg.text(box.right - 10, y, said, theme.secondary, 11, "end")


def draw_panel(
    panel: Panel, data: Data, box: Box, theme: Theme, mark: str = "", titled: str | None = None
) -> str:
    """A panel in its frame, with its title (`titled`: what it says) and the mark that it has a description."""
    said = panel.title if titled is None else titled
    frame = "" if panel.transparent else svg.element(
        "rect", x=box.x + 0.5, y=box.y + 0.5, width=max(box.w - 1, 1), height=max(box.h - 1, 1), rx=2,
        fill=theme.panel, stroke=theme.border)  # fmt: skip
    parts = [frame]
    top = 8.0
    parts.append(_repeated(panel.repeat, box, box.y + 20, theme))
    if said:
        title = measure.fitting(said, box.w - (36 if panel.description else 20), 14, True)
        parts.append(svg.text(box.x + 10, box.y + 21, title, theme.text, 14, weight=500))
        if panel.description and box.w > 60:
            at = box.x + 22 + measure.width(title, 14, True)
            parts.append(
                svg.element("circle", cx=at, cy=box.y + 16, r=6, fill="none", stroke=theme.secondary)
            )
            parts.append(svg.text(at, box.y + 20, "i", theme.secondary, 10, "middle"))
        top = 32.0
    inner = box.inside(10, top, 10, 8)
    if inner.w > 8 and inner.h > 8:
        clip = "c" + "-".join(str(int(side * 10)) for side in (box.x, box.y, box.w, box.h))
        edge = svg.element("clipPath", svg.rect(box.x, box.y, box.w, box.h, "#000"), id=clip)
        parts += [edge, svg.group(painter(panel.type)(panel, data, inner, theme), clip_path=f"url(#{clip})")]
    if mark in _MARKS:
        parts.append(_marked(box, mark))
    key = panel.key if redact(panel.title) == panel.title else "[redacted]"  # it is made of the title's words
    return svg.group(*parts, class_="panel", data_key=key, data_type=panel.type)


def _marked(box: Box, mark: str) -> str:
    colour = _MARKS[mark]
    wide = measure.width(mark, 11, True) + 12
    return (
        svg.element("rect", x=box.x + 1, y=box.y + 1, width=max(box.w - 2, 1), height=max(box.h - 2, 1), rx=3,
                    fill="none", stroke=colour, stroke_width=3)
        + svg.rect(box.right - wide, box.y, wide, 18, colour, rx=3)
        + svg.text(box.right - wide / 2, box.y + 13, mark, "#FFFFFF", 11, "middle", 600)
    )  # fmt: skip
