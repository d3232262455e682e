"""A dashboard: rows of panels over variables, with the links that lead out of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from obs.diagnostic import DefinitionError, Diagnostic
from obs.model import foreign
from obs.model.accepts import LIST, Kinds, check_items, check_types
from obs.model.datasource import Datasource, reference
from obs.model.key import slug
from obs.model.link import Link
from obs.model.panel import Panel, Row, lines_of
from obs.model.query import Query, ref_id
from obs.model.variable import Variable
from obs.origin import Origin, here
from obs.record import dataclass, field

_UID = re.compile(r"[A-Za-z0-9_-]{1,40}")
"""Grafana's limits for a uid (`util.IsValidShortUID`, `MaxUIDLength`)."""

Tooltip = Literal["single", "crosshair", "shared"]
_TYPES: dict[str, Kinds] = {
    "data": Datasource,
    "description": str,
    "refresh": str,
    "timezone": str,
    "tags": LIST,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """Marks over time, from a query: deployments, firing alerts."""

    name: str
    query: str = ""
    datasource: Datasource | None = None
    title: str = ""
    text: str = ""
    tags: str = ""
    color: str = "red"
    enable: bool = True
    hide: bool = False
    extra: Mapping[str, object] = field(default_factory=dict)
    origin: Origin | None = field(default_factory=here, compare=False, repr=False)


@dataclass(frozen=True, slots=True, init=False)
class Dashboard:
    """`rows` holds lists of panels, one line each, and `Row`s with a header; `panels` is one flowing
    list.

    `data` is the datasource of every panel, query and variable that names none. `moved` maps a panel's former
    key to the present one, so that its id and the links to it survive a rename.
    Panels and variables may be grafanalib's, or Grafana's JSON.
    """

    uid: str
    title: str
    rows: tuple[Row, ...]
    variables: tuple[Variable, ...]
    data: Datasource | None = field(compare=False)
    description: str
    tags: tuple[str, ...]
    links: tuple[Link, ...]
    annotations: tuple[Annotation, ...]
    refresh: str
    time: tuple[str, str]
    timezone: str
    tooltip: Tooltip
    editable: bool
    week_start: str
    moved: Mapping[str, str] = field(compare=False)
    extra: Mapping[str, object]
    notes: tuple[Diagnostic, ...] = field(compare=False, repr=False)
    origin: Origin | None = field(compare=False, repr=False)

    def __init__(
        self,
        *,
        uid: str,
        title: str,
        rows: Iterable[object] = (),
        panels: Iterable[object] = (),
        variables: Iterable[object] = (),
        data: Datasource | None = None,
        description: str = "",
        tags: Sequence[str] = (),
        links: Iterable[Link] = (),
        annotations: Iterable[Annotation] = (),
        refresh: str = "1m",
        time: tuple[str, str] = ("now-1h", "now"),
        timezone: str = "browser",
        tooltip: Tooltip = "crosshair",
        editable: bool = False,
        week_start: str = "",
        moved: Mapping[str, str] | None = None,
        extra: Mapping[str, object] | None = None,
        notes: Iterable[Diagnostic] = (),
        origin: Origin | None = None,
    ) -> None:
        origin = origin or here()
        check_identity(uid, title, origin)
        given = {
            "data": data,
            "description": description,
            "refresh": refresh,
            "timezone": timezone,
            "tags": tags,
        }
        check_types(
            f"dashboard {uid}", {name: one for name, one in given.items() if one is not None}, _TYPES, origin
        )
        if not (
            isinstance(time, (tuple, list)) and len(time) == 2 and all(isinstance(one, str) for one in time)
        ):
            raise DefinitionError(
                f"time of dashboard {uid} is two texts, not {time!r}", at=origin, fix='time=("now-1h", "now")'
            )
        links, annotations = list(links), list(annotations)
        check_items(f"links of dashboard {uid}", links, Link, origin)
        check_items(f"annotations of dashboard {uid}", annotations, Annotation, origin)
        chosen = tuple(_variable(item, data, origin) for item in variables)
        bound = _Binding(data, chosen)
        built = [bound.row(row) for row in _rows([*rows, *([list(panels)] if panels else [])], origin)]
        assign = object.__setattr__
        assign(self, "uid", uid)
        assign(self, "title", title)
        assign(self, "rows", tuple(_with_distinct_keys(built, origin)))
        assign(self, "variables", chosen)
        assign(self, "data", data)
        assign(self, "description", description)
        assign(self, "tags", tuple(tags))
        assign(self, "links", tuple(link.resolved(chosen) for link in links))
        assign(self, "annotations", tuple(_annotation(one, data) for one in annotations))
        assign(self, "refresh", refresh)
        assign(self, "time", tuple(time))
        assign(self, "timezone", timezone)
        assign(self, "tooltip", tooltip)
        assign(self, "editable", editable)
        assign(self, "week_start", week_start)
        assign(self, "moved", dict(moved or {}))
        assign(self, "extra", dict(extra or {}))
        assign(self, "notes", _notes(built, chosen, notes))
        assign(self, "origin", origin)

    @classmethod
    def of(
        cls, document: object, *, data: Datasource | None = None, datasources: Iterable[Datasource] = ()
    ) -> Dashboard:
        """The dashboard of Grafana's JSON (of any age), or of a grafanalib object.

        `datasources` are those that the names in it may mean, `data` the one for panels that name none.
        """
        return foreign.read_dashboard(document, here(), data=data, datasources=datasources)

    def __hash__(self) -> int:
        return hash(self.uid)

    def __str__(self) -> str:
        return self.uid

    def panels(self) -> tuple[Panel, ...]:
        """Every panel in the order of the page, those of collapsed rows too; no headers."""
        return tuple(panel for row in self.rows for line in row.lines for panel in line)

    def items(self) -> Iterator[Row | Panel]:
        """Everything that has an id, in the order of the page: headers and panels."""
        for row in self.rows:
            if row.title is not None:
                yield row
            yield from row.panels()

    def queries(self) -> Iterator[tuple[Panel, Query]]:
        """Every query with its panel."""
        return ((panel, query) for panel in self.panels() for query in panel.queries)

    def __getitem__(self, key: str) -> Panel:
        """The panel of that key, or of that title; raises DefinitionError where there is none."""
        by_key = {panel.key: panel for panel in self.panels()}
        found = by_key.get(key) or by_key.get(slug(key))
        if found is None:
            from difflib import get_close_matches

            close = get_close_matches(slug(key), by_key, n=1, cutoff=0.5) or sorted(by_key)[:5]
            raise DefinitionError(
                f"dashboard {self.uid} has no panel {key!r}",
                check="unknown-panel",
                at=here(),
                fix=f"one of its keys: {', '.join(close)}",
            )
        return found

    def with_rows(self, rows: Iterable[Row]) -> Dashboard:
        """The same dashboard with other rows, whose panels are bound and keyed already."""
        return self._with("rows", tuple(rows))

    def viewed(self, time: tuple[str, str], variables: Iterable[Variable]) -> Dashboard:
        """The same dashboard as a reader sets it: another range, other values chosen."""
        return self._with("time", time)._with("variables", tuple(variables))

    def without_notes(self) -> Dashboard:
        """The same dashboard, for those who have reported its notes already."""
        return self._with("notes", ())

    def _with(self, changed: str, value: object) -> Dashboard:
        new = object.__new__(Dashboard)
        for name in Dashboard.__slots__:
            object.__setattr__(new, name, value if name == changed else getattr(self, name))
        return new


def uid_of(text: str) -> str:
    """A legal uid for a text that is none: its ASCII words, with a hash where they do not tell it apart."""
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    if text.isascii() and 0 < len(words) <= 40:
        return words
    import hashlib

    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{words[:31].strip('-')}-{digest}".lstrip("-")


def check_identity(uid: object, title: object, origin: Origin | None) -> None:
    """Raises DefinitionError unless both are what Grafana takes."""
    if not isinstance(title, str) or not title.strip():
        raise DefinitionError(
            "a dashboard needs a title: Grafana refuses to load it without one",
            check="dashboard-without-title",
            at=origin,
        )
    if not isinstance(uid, str) or not uid:
        raise DefinitionError(
            f"dashboard {title!r} has no uid, so its address would change with every import",
            check="dashboard-without-uid",
            at=origin,
            fix=f'uid="{uid_of(title)}"',
        )
    if not _UID.fullmatch(uid):
        raise DefinitionError(
            f"{uid!r} cannot be a dashboard's uid",
            check="invalid-uid",
            at=origin,
            why="Grafana takes at most 40 letters, digits, - and _",
            fix=f'uid="{uid_of(uid)}"',
        )


def _rows(items: Iterable[object], origin: Origin | None) -> list[Row]:
    """Joins bare lines to the row above, as Grafana does with panels that follow a header."""
    rows: list[Row] = []
    for item in items:
        if isinstance(item, Row):
            rows.append(item)
            continue
        lines = lines_of(item if isinstance(item, (list, tuple)) else [item], origin)
        if rows and not rows[-1].collapsed:
            rows[-1] = replace(rows[-1], lines=rows[-1].lines + lines)
        else:
            rows.append(Row(None, lines=lines, origin=origin))
    return rows


def _notes(
    rows: Iterable[Row], variables: Iterable[Variable], own: Iterable[Diagnostic]
) -> tuple[Diagnostic, ...]:
    found = [*own]
    for variable in variables:
        found += variable.notes
    for row in rows:
        for panel in row.panels():
            found += panel.notes
    return tuple(dict.fromkeys(found))


def _variable(item: object, data: Datasource | None, origin: Origin | None) -> Variable:
    variable = item if isinstance(item, Variable) else foreign.read_variable(item, origin)
    if variable.kind == "query" and variable.datasource is None and data is not None:
        return replace(variable, datasource=data)
    return variable


def _annotation(annotation: Annotation, data: Datasource | None) -> Annotation:
    return replace(annotation, datasource=data) if annotation.datasource is None and data else annotation


MIXED = reference("datasource", "-- Mixed --")
"""The panel's datasource when its queries have several."""

_BOUND = tuple(name for name in Panel.__slots__ if name not in ("queries", "datasource", "field", "links"))


@dataclass(frozen=True, slots=True)
class _Binding:
    """Gives every panel and query of a dashboard what it inherits."""

    data: Datasource | None
    variables: tuple[Variable, ...]

    def row(self, row: Row) -> Row:
        lines = tuple(tuple(self.panel(panel) for panel in line) for line in row.lines)
        return replace(row, lines=lines)

    def panel(self, panel: Panel) -> Panel:
        inherited = panel.datasource or self.data
        queries = self.queries(panel, inherited)
        sources = {query.datasource for query in queries}
        own = panel.datasource
        if queries and own is None:
            own = MIXED if len(sources) > 1 else next(iter(sources))
        found, links = panel.field, panel.links
        if found.links:
            found = replace(found, links=tuple(link.resolved(self.variables) for link in found.links))
        if links:
            links = tuple(link.resolved(self.variables) for link in links)
        new = object.__new__(Panel)
        assign = object.__setattr__
        for name in _BOUND:
            assign(new, name, getattr(panel, name))
        assign(new, "queries", queries)
        assign(new, "datasource", own)
        assign(new, "field", found)
        assign(new, "links", links)
        return new

    def queries(self, panel: Panel, inherited: Datasource | None) -> tuple[Query, ...]:
        taken = {query.ref_id for query in panel.queries if query.ref_id}
        free = (name for name in map(ref_id, range(10_000)) if name not in taken)
        if inherited is not None and inherited.uid == MIXED.uid:
            inherited = self.data
        return tuple(
            _bound(one, one.datasource or inherited, one.ref_id or next(free)) for one in panel.queries
        )


def _bound(query: Query, data: Datasource | None, name: str) -> Query:
    """The query with its datasource, without the settings that this datasource does not have."""
    language = data.language if data is not None else ""
    return Query(
        query.text,
        query.legend,
        query.instant,
        "time_series" if language == "logql" else query.format,
        query.min_step,
        None if language == "promql" else query.max_lines,
        data,
        name,
        query.hide,
        query.exemplar and language != "logql",
        query.extra,
        query.origin,
        query.place,
    )


def _with_distinct_keys(rows: list[Row], origin: Origin | None) -> list[Row]:
    """Default keys that collide get a number; keys that somebody chose must not."""
    items: list[Row | Panel] = [item for row in rows for item in _keyed(row)]
    counts = Counter(item.key for item in items)
    if len(counts) == len(items):
        return rows
    chosen = Counter(item.key for item in items if item.named)
    for item in items:
        if item.named and chosen[item.key] > 1:
            raise DefinitionError(
                f"two panels have the key {item.key!r}",
                check="duplicate-panel-key",
                at=item.origin or origin,
                why="a panel's id derives from its key, so both would have one id",
            )
    names = _Numbering(set(counts), set(chosen))
    return [
        replace(
            row,
            key=names.next(row.key, row.named) if row.title is not None else "",
            lines=tuple(tuple(names.panel(panel) for panel in line) for line in row.lines),
        )
        for row in rows
    ]


def _keyed(row: Row) -> list[Row | Panel]:
    return [*([row] if row.title is not None else []), *row.panels()]


@dataclass(slots=True)
class _Numbering:
    keys: set[str]
    taken: set[str]

    def next(self, key: str, named: bool | None) -> str:
        if named:
            return key
        number, candidate = 1, key
        while candidate in self.taken or (number > 1 and candidate in self.keys):
            number += 1
            candidate = f"{key}-{number}"
        self.taken.add(candidate)
        return candidate

    def panel(self, panel: Panel) -> Panel:
        key = self.next(panel.key, panel.named)
        return panel if key == panel.key else replace(panel, key=key)
