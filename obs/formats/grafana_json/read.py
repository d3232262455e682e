"""Grafana's dashboard JSON into the model: lift the dialect, then take each part.

What the model has no word for is kept in `extra` and written back; `Dashboard.notes` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from obs.diagnostic import DefinitionError
from obs.formats.grafana_json.field import read_data_link, read_field_config
from obs.formats.grafana_json.lift import Dialect, dialect_of, lift, lift_panel, lift_variable
from obs.formats.grafana_json.names import BUILT_IN_ANNOTATION, TOOLTIP
from obs.formats.grafana_json.notes import Notes
from obs.formats.grafana_json.shape import (
    as_list,
    as_map,
    objects,
    origin_of,
    place_of,
    rest,
    text,
    whole,
)
from obs.formats.grafana_json.sources import Sources, declared_inputs, declared_variables
from obs.formats.grafana_json.variable import read_variable_entry
from obs.model.dashboard import MIXED, Annotation, Dashboard, Tooltip, uid_of
from obs.model.datasource import Datasource
from obs.model.link import Link
from obs.model.panel import Grid, Panel, Row
from obs.model.query import Format, Query
from obs.model.variable import Variable
from obs.origin import Origin, here

_DASHBOARD = (
    "annotations", "description", "editable", "fiscalYearStartMonth", "graphTooltip", "id", "links", "panels",
    "refresh", "schemaVersion", "tags", "templating", "time", "timepicker", "timezone", "title", "uid",
    "version", "weekStart",
)  # fmt: skip
_PANEL = (
    "fieldConfig", "gridPos", "id", "options", "title", "type", "datasource", "targets", "description",
    "transformations", "links", "transparent", "repeat", "repeatDirection", "maxPerRow", "interval",
    "maxDataPoints", "timeFrom", "timeShift", "hideTimeOverride", "pluginVersion",
)  # fmt: skip


def read(
    json: Mapping[str, Any],
    ids: Mapping[str, int] | None = None,
    *,
    datasources: Iterable[Datasource] = (),
    data: Datasource | None = None,
    dialect: Dialect | None = None,
    origin: Origin | None = None,
    as_written: bool = False,
) -> Dashboard:
    """The dashboard that the JSON means, in whatever dialect it is written.

    `ids` (key -> id, as in the lock) gives panels back the keys they were rendered from; without it an id
    of the document stays with its panel. `datasources` are those that names and `${DS_...}` may mean,
    `data` the one for panels that name none; with `as_written` no `${DS_...}` is given a
    meaning. Raises DefinitionError for what is no classic dashboard.
    """
    origin = origin or here()
    notes = Notes(origin)
    document = lift(_classic(json, origin), notes, dialect)
    sources = Sources(
        notes,
        tuple(datasources),
        declared_variables(as_map(document.get("templating")).get("list")),
        declared_inputs(json.get("__inputs")),
        as_written,
    )
    reader = _Reader(sources, notes, {number: key for key, number in (ids or {}).items()}, origin)
    title = text(document.get("title"))
    for name in rest(document, _DASHBOARD):
        notes.kept(f"the dashboard's {name!r} is passed through as it is")
    variables = [reader.variable(entry) for entry in objects(as_map(document.get("templating")).get("list"))]
    time = as_map(document.get("time"))
    return Dashboard(
        uid=text(document.get("uid")) or _missing_uid(title, notes),
        title=title,
        rows=reader.rows(objects(document.get("panels"))),
        variables=variables,
        data=data,
        description=text(document.get("description")),
        tags=[text(tag) for tag in as_list(document.get("tags"))],
        links=[_link(link) for link in objects(document.get("links"))],
        annotations=reader.annotations(objects(as_map(document.get("annotations")).get("list"))),
        refresh=text(document.get("refresh")),
        time=(text(time.get("from")) or "now-6h", text(time.get("to")) or "now"),
        timezone=text(document.get("timezone")),
        tooltip=_tooltip(document.get("graphTooltip")),
        editable=document.get("editable") is not False,
        week_start=text(document.get("weekStart")),
        extra=rest(document, _DASHBOARD) | _rarely(document),
        notes=notes.all(),
        origin=origin,
    )


def read_panel(
    json: Mapping[str, Any],
    *,
    datasources: Iterable[Datasource] = (),
    dialect: Dialect | None = None,
    origin: Origin | None = None,
) -> Panel:
    """One panel; its datasource stays open where it names none."""
    origin = origin or here()
    notes = Notes(origin)
    reader = _Reader(Sources(notes, tuple(datasources)), notes, {}, origin)
    lifted = lift_panel(json, dialect or dialect_of(json), notes)
    return reader.panel(lifted, with_notes=True)


def read_variable(
    json: Mapping[str, Any], *, dialect: Dialect | None = None, origin: Origin | None = None
) -> Variable:
    """One entry of `templating.list`."""
    origin = origin or here()
    notes = Notes(origin)
    reader = _Reader(Sources(notes), notes, {}, origin)
    return reader.variable(lift_variable(json, dialect or dialect_of(json), notes), with_notes=True)


def _classic(json: Mapping[str, Any], origin: Origin | None) -> Mapping[str, Any]:
    """Takes the classic document out of the envelopes in which Grafana's APIs hand it over."""
    if not isinstance(json, Mapping):
        raise DefinitionError(f"a dashboard is an object, not {type(json).__name__}", at=origin)
    inner = json.get("dashboard") if "panels" not in json else None
    if isinstance(inner, Mapping):
        return inner
    spec = json.get("spec")
    if "apiVersion" in json and isinstance(spec, Mapping):
        json = spec
    if "elements" in json and "layout" in json:
        raise DefinitionError(
            "this dashboard is written in Grafana's schema v2",
            check="dashboard-v2",
            at=origin,
            why="file provisioning loads the classic schema only",
            fix="export it as a classic dashboard",
        )
    return json


def _missing_uid(title: str, notes: Notes) -> str:
    uid = uid_of(title)
    notes.risky(
        "dashboard-without-uid",
        f"the dashboard has no uid; {uid!r} is taken from its title",
        "its address would change with its title",
        f'uid="{uid}"',
    )
    return uid


def _tooltip(value: object) -> Tooltip:
    names = {number: name for name, number in TOOLTIP.items()}
    return cast("Tooltip", names.get(whole(value) or 0, "single"))


def _rarely(document: Mapping[str, Any]) -> dict[str, Any]:
    """Keys that the writer always writes, where they say something else."""
    found: dict[str, Any] = {}
    if as_map(document.get("timepicker")):
        found["timepicker"] = as_map(document["timepicker"])
    if whole(document.get("fiscalYearStartMonth")):
        found["fiscalYearStartMonth"] = document["fiscalYearStartMonth"]
    return found


def _link(link: Mapping[str, Any]) -> Link:
    tags = tuple(text(tag) for tag in as_list(link.get("tags")))
    known = ("url", "title", "keepTime", "includeVars", "targetBlank", "tags", "tooltip", "icon")
    plain = {"asDropdown": bool(tags), "type": "dashboards" if tags else "link"}
    extra = {name: value for name, value in rest(link, known).items() if plain.get(name) != value}
    return Link(
        url=text(link.get("url")),
        title=text(link.get("title")),
        keep_time=link.get("keepTime") is True,
        vars=link.get("includeVars") is True,
        new_tab=link.get("targetBlank") is True,
        tags=tags,
        tooltip=text(link.get("tooltip")),
        icon=text(link.get("icon")),
        extra=extra,
    )


def _grid(value: object) -> Grid | None:
    place = as_map(value)
    x, y, w, h = (whole(place.get(name)) for name in ("x", "y", "w", "h"))
    if w is None or h is None:
        return None
    return Grid(x or 0, y or 0, w, h)


@dataclass(slots=True)
class _Reader:
    sources: Sources
    notes: Notes
    keys: Mapping[int, str]
    origin: Origin | None

    def rows(self, panels: Iterable[Mapping[str, Any]]) -> list[Row]:
        rows: list[Row] = []
        loose: list[Panel] = []
        for panel in panels:
            if panel.get("type") == "row":
                self._close(rows, loose)
                rows.append(self.row(panel))
                loose = []
            else:
                loose.append(self.panel(panel))
        self._close(rows, loose)
        return rows

    def _close(self, rows: list[Row], loose: list[Panel]) -> None:
        """Panels after an open header belong to it."""
        if not loose:
            return
        if rows and not rows[-1].collapsed and not rows[-1].lines and rows[-1].title is not None:
            rows[-1] = replace(rows[-1], lines=(tuple(loose),))
        else:
            rows.append(Row(None, lines=(tuple(loose),), origin=self.origin))

    def row(self, panel: Mapping[str, Any]) -> Row:
        children = tuple(self.panel(child) for child in objects(panel.get("panels")))
        key, number = self._identity(panel)
        known = ("collapsed", "gridPos", "id", "panels", "title", "type", "repeat", "datasource", "targets")
        return Row(
            title=text(panel.get("title")),
            lines=(children,) if children else (),
            collapsed=panel.get("collapsed") is True,
            key=key,
            id=number,
            repeat=text(panel.get("repeat")),
            grid=_grid(panel.get("gridPos")),
            extra=rest(panel, known),
            origin=origin_of(panel, self.origin),
        )

    def panel(self, panel: Mapping[str, Any], with_notes: bool = False) -> Panel:
        self.notes.at = origin_of(panel, None)
        key, number = self._identity(panel)
        found, overrides = read_field_config(as_map(panel.get("fieldConfig")))
        data = self.sources.resolve(panel.get("datasource"))
        extra = rest(panel, _PANEL)
        queries = tuple(self.query(target, data) for target in objects(panel.get("targets")))
        return Panel(
            type=text(panel.get("type")) or "text",
            title=text(panel.get("title")),
            key=key,
            id=number,
            description=text(panel.get("description")),
            queries=queries,
            datasource=data,
            field=found,
            overrides=overrides,
            options=as_map(panel.get("options")),
            transformations=tuple(objects(panel.get("transformations"))),
            links=tuple(read_data_link(link) for link in objects(panel.get("links"))),
            repeat=text(panel.get("repeat")),
            repeat_direction="v" if panel.get("repeatDirection") == "v" else "h",
            max_per_row=whole(panel.get("maxPerRow")),
            min_interval=text(panel.get("interval")),
            max_data_points=whole(panel.get("maxDataPoints")),
            time_from=text(panel.get("timeFrom")),
            time_shift=text(panel.get("timeShift")),
            hide_time_override=panel.get("hideTimeOverride") is True,
            transparent=panel.get("transparent") is True,
            grid=_grid(panel.get("gridPos")),
            extra=extra,
            notes=self.notes.all() if with_notes else (),
            origin=origin_of(panel, self.origin),
        )

    def _identity(self, panel: Mapping[str, Any]) -> tuple[str, int | None]:
        """(key, id): the key of the lock where the id is known there, else the document's id stays."""
        number = whole(panel.get("id"))
        if number is not None and number in self.keys:
            return self.keys[number], None
        return "", number if number and number > 0 else None

    def query(self, target: Mapping[str, Any], panel_data: Datasource | None) -> Query:
        if panel_data is not None and panel_data.uid == MIXED.uid:
            panel_data = None
        data = self.sources.resolve(target.get("datasource")) or panel_data
        if data is not None and not data.language:
            return self._foreign_query(target, data)
        loki = data is not None and data.language == "logql"
        kind = text(target.get("queryType"))
        instant = kind == "instant" if kind in ("instant", "range") else target.get("instant") is True
        legend = text(target.get("legendFormat"))
        extra = rest(target, _QUERY)
        if instant and target.get("range") is True and not loki:
            extra["range"] = True
        return Query(
            text=text(target.get("expr")),
            legend="" if legend == "__auto" else legend,
            instant=instant,
            format="time_series" if loki else _format(target.get("format")),
            min_step=text(target.get("step") if loki else target.get("interval")),
            max_lines=whole(target.get("maxLines")),
            datasource=data,
            ref_id=text(target.get("refId")),
            hide=target.get("hide") is True,
            exemplar=target.get("exemplar") is True,
            extra=extra,
            origin=origin_of(target, self.origin),
            place=place_of(target, "expr"),
        )

    def _foreign_query(self, target: Mapping[str, Any], data: Datasource) -> Query:
        """A query in a language that obs does not read: all of it is kept as it is."""
        return Query(
            text=text(target.get("expr")),
            instant=False,
            datasource=data,
            ref_id=text(target.get("refId")),
            hide=target.get("hide") is True,
            extra=rest(target, ("datasource", "refId", "expr", "hide")),
            origin=origin_of(target, self.origin),
            place=place_of(target, "expr"),
        )

    def variable(self, entry: Mapping[str, Any], with_notes: bool = False) -> Variable:
        self.notes.at = origin_of(entry, None)
        data = self.sources.resolve(entry.get("datasource"))
        found = read_variable_entry(entry, data, origin_of(entry, self.origin))
        if not with_notes:
            return found
        return replace(found, notes=self.notes.all())

    def annotations(self, entries: Iterable[Mapping[str, Any]]) -> list[Annotation]:
        return [self.annotation(entry) for entry in entries if not self._is_built_in(entry)]

    def _is_built_in(self, entry: Mapping[str, Any]) -> bool:
        """Grafana's own annotations, which the writer always writes; a document may hold them in an older form."""
        if whole(entry.get("builtIn")) != 1:
            return False
        changed = [name for name in ("enable", "hide") if entry.get(name, True) != BUILT_IN_ANNOTATION[name]]
        if changed:
            self.notes.lost(f"the built-in annotations get Grafana's own {' and '.join(changed)} again")
        return True

    def annotation(self, entry: Mapping[str, Any]) -> Annotation:
        self.notes.at = origin_of(entry, None)
        known = (
            "name", "expr", "datasource", "titleFormat", "textFormat", "tagKeys", "iconColor", "enable",
            "hide",
        )  # fmt: skip
        return Annotation(
            name=text(entry.get("name")),
            query=text(entry.get("expr")),
            datasource=self.sources.resolve(entry.get("datasource")),
            title=text(entry.get("titleFormat")),
            text=text(entry.get("textFormat")),
            tags=text(entry.get("tagKeys")),
            color=text(entry.get("iconColor")),
            enable=entry.get("enable") is not False,
            hide=entry.get("hide") is True,
            extra=rest(entry, known),
            origin=origin_of(entry, self.origin),
        )


_QUERY = (
    "datasource", "refId", "expr", "hide", "editorMode", "exemplar", "format", "instant", "legendFormat",
    "range", "interval", "queryType", "step", "maxLines",
)  # fmt: skip


def _format(value: object) -> Format:
    if value == "table":
        return "table"
    return "heatmap" if value == "heatmap" else "time_series"
