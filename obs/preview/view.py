"""How a dashboard is looked at: theme, width, time range, and the values of its variables."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from obs.draw.data import Timeline
from obs.draw.sample.panel import timeline as sampled
from obs.graph.variable_values import Chosen, filled_in
from obs.lang.duration import parse as parse_duration
from obs.lang.error import LanguageError
from obs.lang.grafana_variables import Variable as Use
from obs.lang.grafana_variables import substitute
from obs.model.dashboard import Dashboard
from obs.model.panel import Panel, Row
from obs.model.variable import ALL, Variable
from obs.record import dataclass, field

RANGES = ("now-5m", "now-15m", "now-1h", "now-6h", "now-24h", "now-7d", "now-30d")
_MOMENT = re.compile(r"\d{1,10}(?:\.\d{1,3})?")
_LONGEST = 400 * 86400.0


@dataclass(frozen=True, slots=True)
class View:
    """`start` and `end` are `now-1h`, `now`, or seconds since 1970; empty is the dashboard's own range."""

    theme: str = "dark"
    width: int = 1200
    start: str = ""
    end: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open: frozenset[str] = frozenset()
    """Keys of collapsed rows that are shown."""

    @classmethod
    def asked(cls, query: Mapping[str, Sequence[str]]) -> View:
        """As a browser asks; what makes no sense is the default."""
        width = query.get("width", ["1200"])[0]
        theme = query.get("theme", ["dark"])[0]
        return cls(
            theme if theme in ("dark", "light") else "dark",
            min(max(int(width), 320), 4000)
            if width.isascii() and width.isdigit() and len(width) < 6
            else 1200,
            query.get("from", [""])[0],
            query.get("to", [""])[0],
            {name[4:]: tuple(values) for name, values in query.items() if name.startswith("var-")},
            frozenset(query.get("open", ())),
        )

    def over(self, dashboard: Dashboard) -> Dashboard:
        """The dashboard with this range and these values chosen."""
        start, end = (self.start or dashboard.time[0]), (self.end or dashboard.time[1])
        return dashboard.viewed((start, end), [self._chosen(one) for one in dashboard.variables])

    def _chosen(self, variable: Variable) -> Variable:
        if variable.name not in self.chosen:
            return variable
        values = tuple(value for value in self.chosen[variable.name] if value != ALL or variable.include_all)
        if variable.kind == "textbox":
            return replace(variable, query=values[0] if values else "", current=values[:1])
        return replace(variable, current=values if variable.multi else values[:1])


def unfolded(dashboard: Dashboard, opened: Collection[str]) -> Dashboard:
    """A placed dashboard with some of its collapsed rows opened; what is below them moves down."""
    rows: list[Row] = []
    down = 0
    for row in dashboard.rows:
        if row.grid is None or not row.collapsed or row.key not in opened:
            rows.append(_moved(row, down))
            continue
        inside = [panel.grid for panel in row.panels() if panel.grid is not None]
        first = min((grid.y for grid in inside), default=0)
        high = max((grid.y + grid.h for grid in inside), default=0) - first
        below = row.grid.y + 1 + down
        moved = _moved(row, below - first)
        rows.append(replace(moved, collapsed=False, grid=replace(row.grid, y=row.grid.y + down)))
        down += high
    return dashboard.with_rows(rows)


def _moved(row: Row, down: int) -> Row:
    if not down:
        return row
    lines = tuple(
        tuple(
            panel.at(replace(panel.grid, y=panel.grid.y + down)) if panel.grid is not None else panel
            for panel in line
        )
        for line in row.lines
    )
    grid = replace(row.grid, y=row.grid.y + down) if row.grid is not None else None
    return replace(row, lines=lines, grid=grid)


def timeline(dashboard: Dashboard, *, live: bool) -> Timeline:
    """The moments that are drawn: of samples at the pictures' own clock, of real data until now."""
    if not live and not _MOMENT.fullmatch(dashboard.time[0]):
        return sampled(dashboard)
    now = time.time()
    start, end = moment(dashboard.time[0], now, now - 3600), moment(dashboard.time[1], now, now)
    first = start if start < end else end - 3600
    return Timeline(max(first, end - _LONGEST), end, 241 if live else 61)


def moment(text: str, now: float, otherwise: float) -> float:
    """`now`, `now-6h`, or seconds since 1970."""
    if text == "now":
        return now
    if text.startswith("now-"):
        with suppress(LanguageError):
            return now - parse_duration(text.removeprefix("now-").split("/")[0]) / 1000
    return float(text) if _MOMENT.fullmatch(text) else otherwise


def titled(text: str, variables: Sequence[Variable]) -> str:
    """A title with what is chosen in place of the variables."""
    known = {one.name: one for one in variables}

    def value(use: Use) -> str:
        if use.name not in known:
            return text[use.start : use.end]
        return " + ".join(said(known[use.name])) or "All"

    return substitute(text, value).text


def filled(
    panel: Panel, dashboard: Dashboard, everything: Mapping[str, Sequence[str]] | None = None
) -> Panel:
    """The panel's queries with the chosen values of the variables in them.

    `everything` are the values of each variable, which "All" stands for; without them, "All" is left as it is.
    """
    queries = []
    for query in panel.queries:
        text = filled_text(query.text, query.language, dashboard, everything)
        queries.append(query if text == query.text else replace(query, text=text))
    return replace(panel, queries=tuple(queries), key=panel.key)


def filled_text(
    text: str, language: str, dashboard: Dashboard, everything: Mapping[str, Sequence[str]] | None
) -> str:
    """A text in a query language, in the same way."""
    for variable in dashboard.variables:
        chosen = _meant(variable, (everything or {}).get(variable.name))
        new = filled_in(text, variable.name, chosen, dashboard, language) if chosen else None
        text = text if new is None else new
    return text


def _meant(variable: Variable, everything: Sequence[str] | None) -> Chosen | None:
    """What goes into the queries; None to leave the variable alone."""
    values = variable.values
    if variable.kind in ("textbox", "constant"):
        return Chosen(variable.query, (variable.query,))
    if any(value in (ALL, "All") for value in values):
        if variable.all_value:
            return Chosen("All", (variable.all_value,), raw=True)
        return Chosen("All", tuple(everything)) if everything else None
    return Chosen("", values) if values else Chosen("", tuple(everything[:1])) if everything else None


def said(variable: Variable) -> Iterator[str]:
    """What is chosen, in words."""
    values = variable.values or ((variable.query,) if variable.kind in ("textbox", "constant") else ())
    yield from ("All" if value in (ALL, "All") else value for value in values if value)
