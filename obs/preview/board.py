"""A dashboard for the page: each panel as a picture of its own, in its place, with what its moments say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol

from obs.draw import measure, svg
from obs.draw.box import Box
from obs.draw.dashboard import MOST_PANELS, ROW_HEIGHT, draw_panel, place
from obs.draw.data import Data, Timeline
from obs.draw.head import GAP
from obs.draw.readings import readings
from obs.draw.theme import FONT, Theme
from obs.draw.theme import theme as theme_named
from obs.draw.time_axis import pattern
from obs.draw.value import moment
from obs.model.dashboard import Dashboard
from obs.model.layout import placed
from obs.model.panel import Panel, Row
from obs.model.variable import Variable, choices
from obs.preview.view import RANGES, View, timeline, titled, unfolded
from obs.redact import redact

Json = Mapping[str, object]


class Source(Protocol):
    """Where data comes from: samples, or real servers."""

    live: bool

    def data(self, panel: Panel, dashboard: Dashboard, times: Timeline) -> Data:
        """What a panel's queries return."""

    def values(self, variable: Variable, dashboard: Dashboard) -> Sequence[str]:
        """What there is to choose from for a variable over a label."""

    def problems(self) -> Sequence[str]:
        """What could not be asked, since this was asked last."""


def board(dashboard: Dashboard, view: View, source: Source) -> Json:
    """Everything that the page needs to show it."""
    asked = view.over(dashboard)
    whole = unfolded(placed(asked), view.open)
    theme = theme_named(view.theme)
    times = timeline(asked, live=source.live)
    panels = [
        panel
        for row in whole.rows
        for panel in (() if row.collapsed else row.panels())
        if panel.grid is not None
    ][:MOST_PANELS]
    grids = [*(panel.grid for panel in panels), *(row.grid for row in whole.rows)]
    lowest = max((place(grid, 0, view.width).bottom for grid in grids if grid is not None), default=0.0)

    def drawn(panel: Panel) -> Json:
        return _panel(panel, asked, view, source, times, theme)

    folded = {row.key: len(row.panels()) for row in dashboard.rows if row.collapsed}
    heads = [head for row in whole.rows for head in _header(row, view, folded)]
    items = [*heads, *(_at_once(drawn, panels) if source.live else map(drawn, panels))]
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "description": dashboard.description,
        "range": list(asked.time),
        "ranges": list(dict.fromkeys([dashboard.time[0], *RANGES])),
        "live": source.live,
        "height": min(lowest, 200_000.0) + GAP,
        "variables": [
            variable_choice(one, asked, source) for one in asked.variables if one.hide != "variable"
        ],
        "items": items,
        "moments": [moment(at, _written(times)) for at in times.moments],
        "problems": [redact(one) for one in source.problems()],
    }


def _at_once(drawn: Callable[[Panel], Json], panels: Sequence[Panel]) -> list[Json]:
    """Real servers are asked for several panels at a time."""
    with ThreadPoolExecutor(6) as pool:
        return list(pool.map(drawn, panels))


def _written(times: Timeline) -> str:
    return "%H:%M:%S" if pattern(times) == "%H:%M:%S" else "%Y-%m-%d %H:%M"


def _header(row: Row, view: View, folded: Mapping[str, int]) -> list[Json]:
    """`folded` is how many panels each row has that the dashboard keeps closed."""
    if row.title is None or row.grid is None:
        return []
    box = place(row.grid, 0, view.width)
    return [
        {
            "kind": "row", "title": row.title or "Row", "x": box.x, "y": box.y, "w": box.w, "h": ROW_HEIGHT,
            "key": row.key, "folded": folded.get(row.key, 0), "open": not row.collapsed,
        }
    ]  # fmt: skip


def _panel(
    panel: Panel, dashboard: Dashboard, view: View, source: Source, times: Timeline, theme: Theme
) -> Json:
    assert panel.grid is not None
    box = place(panel.grid, 0, view.width)
    shown = replace(panel, title=titled(panel.title, dashboard.variables), key=panel.key)
    try:
        data = source.data(panel, dashboard, times)
        drawn, read = draw_panel(shown, data, box, theme), readings(panel, data, theme)
    except Exception as error:  # one panel that cannot be drawn must not take the others with it
        words = f"This panel could not be drawn: {type(error).__name__}: {error}"
        drawn, read = _undrawn(redact(words), box, theme), []
    picture = svg.element(
        "svg",
        drawn,
        xmlns="http://www.w3.org/2000/svg",
        width=box.w,
        height=box.h,
        viewBox=" ".join(map(svg.number, (box.x, box.y, box.w, box.h))),
        font_family=FONT,
    )
    return {
        "kind": "panel", "key": panel.key, "title": shown.title, "type": panel.type,
        "x": box.x, "y": box.y, "w": box.w, "h": box.h, "svg": picture,
        "readings": [
            {"name": one.name, "colour": one.colour, "texts": one.texts, "colours": one.colours}
            for one in read
        ],
    }  # fmt: skip


def _undrawn(words: str, box: Box, theme: Theme) -> str:
    said = measure.fitting(words, box.w - 20, 12)
    frame = svg.rect(box.x, box.y, box.w, box.h, theme.panel, stroke=theme.border)
    return frame + svg.text(box.x + 10, box.y + 24, said, theme.text, 12)


def variable_choice(variable: Variable, dashboard: Dashboard, source: Source) -> Json:
    """A variable with everything that can be chosen."""
    found = {
        "custom": lambda: choices(variable.query),
        "interval": lambda: [(one.strip(), one.strip()) for one in variable.query.split(",") if one.strip()],
        "query": lambda: [(value, value) for value in source.values(variable, dashboard)],
        "groupby": lambda: [(value, value) for value in source.values(variable, dashboard)],
    }
    options = found[variable.kind]() if variable.kind in found else []
    chosen = variable.values or tuple(value for _, value in options[:1])
    if variable.kind == "textbox":
        chosen = (variable.query,)
    return {
        "name": variable.name, "kind": variable.kind, "label": variable.label or variable.name,
        "shown": variable.hide != "label", "multi": variable.multi, "all": variable.include_all,
        "options": options, "current": list(chosen),
    }  # fmt: skip
