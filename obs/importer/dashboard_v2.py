"""Grafana's dashboard schema v2 as the classic JSON that every other part of obs reads.

Source: Grafana 12, `dashboard.grafana.app/v2alpha1`, `v2beta1`: elements by name, a layout that places them, queries
that name their kind in `kind` (alpha) or `group` (beta).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from obs.formats.grafana_json.shape import MARK, as_list, as_map, number, objects, text

Object = dict[str, Any]

_VARIABLES = {
    "QueryVariable": "query",
    "CustomVariable": "custom",
    "DatasourceVariable": "datasource",
    "IntervalVariable": "interval",
    "ConstantVariable": "constant",
    "TextVariable": "textbox",
    "AdhocVariable": "adhoc",
    "GroupByVariable": "groupby",
}
_TOOLTIP = {"Off": 0, "Crosshair": 1, "Tooltip": 2}
_HIDE = {"dontHide": 0, "hideLabel": 1, "hideVariable": 2}
_REFRESH = {"never": 0, "onDashboardLoad": 1, "onTimeRangeChanged": 2}


def to_classic(json: Mapping[str, Any]) -> tuple[Object, tuple[str, ...]]:
    """A classic document, and the names of what has no counterpart there."""
    return _Conversion(json).document()


class _Conversion:
    def __init__(self, json: Mapping[str, Any]) -> None:
        self.json = json
        spec = as_map(json.get("spec")) if isinstance(json.get("spec"), Mapping) else as_map(json)
        self.spec = spec
        self.elements = as_map(spec.get("elements"))
        self.unread: list[str] = []

    def document(self) -> tuple[Object, tuple[str, ...]]:
        spec, times = self.spec, as_map(self.spec.get("timeSettings"))
        panels = list(self.placed(as_map(spec.get("layout")), 0, 0))
        found: Object = {
            "uid": text(as_map(self.json.get("metadata")).get("name")) or text(spec.get("uid")),
            "title": text(spec.get("title")),
            "description": text(spec.get("description")),
            "tags": as_list(spec.get("tags")),
            "editable": spec.get("editable", True),
            "links": objects(spec.get("links")),
            "graphTooltip": _TOOLTIP.get(text(spec.get("cursorSync")), 0),
            "refresh": text(times.get("autoRefresh")),
            "time": {"from": text(times.get("from")), "to": text(times.get("to"))},
            "timezone": text(times.get("timezone")),
            "weekStart": text(times.get("weekStart")),
            "schemaVersion": 39,
            "panels": panels,
            "templating": {"list": [self.variable(one) for one in objects(spec.get("variables"))]},
            "annotations": {"list": [_annotation(one) for one in objects(spec.get("annotations"))]},
        }
        return found, tuple(dict.fromkeys(self.unread))

    def placed(self, layout: Object, top: int, depth: int) -> Iterator[Object]:
        """The panels of a layout from a line of the grid on, rows as classic rows."""
        if depth > 20:
            self.unread.append("a layout in more than 20 layouts")
            return
        kind, spec = text(layout.get("kind")), as_map(layout.get("spec"))
        if kind == "GridLayout":
            yield from self.grid(objects(spec.get("items")), top)
        elif kind in ("RowsLayout", "TabsLayout"):
            for row in objects(spec.get("rows") or spec.get("tabs")):
                inner = as_map(row.get("spec"))
                header: Object = {
                    "type": "row",
                    "title": text(inner.get("title")),
                    "gridPos": {"h": 1, "w": 24, "x": 0, "y": top},
                    "panels": [],
                }
                below = list(self.placed(as_map(inner.get("layout")), top + 1, depth + 1))
                top = max((_bottom(panel) for panel in below), default=top + 1)
                if inner.get("collapse") is True:
                    yield {**header, "collapsed": True, "panels": below}
                else:
                    yield {**header, "collapsed": False}
                    yield from below
        elif kind == "AutoGridLayout":
            for index, item in enumerate(objects(spec.get("items"))):
                place = {"x": index % 3 * 8, "y": top + index // 3 * 8, "w": 8, "h": 8}
                yield from self.element(as_map(item.get("spec")), place)
        elif kind:
            self.unread.append(f"a layout of kind {kind}")

    def grid(self, items: list[Object], top: int) -> Iterator[Object]:
        for item in items:
            spec = as_map(item.get("spec"))
            if item.get("kind") == "GridLayoutRow":
                inner = objects(spec.get("elements"))
                below = list(self.grid(inner, top + int(number(spec.get("y")) or 0) + 1))
                header: Object = {
                    "type": "row",
                    "title": text(spec.get("title")),
                    "gridPos": {"h": 1, "w": 24, "x": 0, "y": top + int(number(spec.get("y")) or 0)},
                    "collapsed": spec.get("collapsed") is True,
                }
                if header["collapsed"]:
                    yield {**header, "panels": below}
                else:
                    yield {**header, "panels": []}
                    yield from below
                continue
            place = {
                "x": int(number(spec.get("x")) or 0),
                "y": top + int(number(spec.get("y")) or 0),
                "w": int(number(spec.get("width")) or 12),
                "h": int(number(spec.get("height")) or 8),
            }
            yield from self.element(spec, place)

    def element(self, spec: Object, place: Mapping[str, int]) -> Iterator[Object]:
        name = text(as_map(spec.get("element")).get("name"))
        element = as_map(self.elements.get(name))
        if element.get("kind") != "Panel":
            if element:
                self.unread.append(f"element {name} of kind {text(element.get('kind'))}")
            return
        repeat = as_map(spec.get("repeat"))
        found = {**self.panel(element), "gridPos": dict(place)}
        if repeat:
            found["repeat"] = text(repeat.get("value"))
        yield found

    def panel(self, element: Object) -> Object:
        spec = as_map(element.get("spec"))
        shown = as_map(spec.get("vizConfig"))
        viz, data = as_map(shown.get("spec")), as_map(as_map(spec.get("data")).get("spec"))
        options = as_map(data.get("queryOptions"))
        kind = text(shown.get("group")) or text(shown.get("kind"))
        targets = [_target(one) for one in objects(data.get("queries"))]
        found: Object = {
            "type": kind,
            "title": text(spec.get("title")),
            "description": text(spec.get("description")),
            "id": spec.get("id"),
            "transparent": spec.get("transparent") is True,
            "links": objects(spec.get("links")),
            "options": as_map(viz.get("options")),
            "fieldConfig": as_map(viz.get("fieldConfig")),
            "targets": targets,
            "transformations": [_transformation(one) for one in objects(data.get("transformations"))],
            "maxDataPoints": options.get("maxDataPoints"),
            "interval": options.get("interval"),
            "timeFrom": options.get("timeFrom"),
            "timeShift": options.get("timeShift"),
        }
        sources = [one["datasource"] for one in targets if "datasource" in one]
        if sources and all(one == sources[0] for one in sources):
            found["datasource"] = sources[0]
        elif sources:
            found["datasource"] = {"type": "datasource", "uid": "-- Mixed --"}
        return _marked(found, element)

    def variable(self, entry: Object) -> Object:
        spec = as_map(entry.get("spec"))
        kind = _VARIABLES.get(text(entry.get("kind")), "")
        if not kind:
            self.unread.append(f"a variable of kind {text(entry.get('kind'))}")
        found: Object = {
            "type": kind or "custom",
            "name": text(spec.get("name")),
            "label": text(spec.get("label")),
            "description": text(spec.get("description")),
            "hide": _HIDE.get(text(spec.get("hide")), 0),
            "current": as_map(spec.get("current")),
            "multi": spec.get("multi") is True,
            "includeAll": spec.get("includeAll") is True,
            "allValue": spec.get("allValue"),
            "regex": text(spec.get("regex")),
            "refresh": _REFRESH.get(text(spec.get("refresh")), 0),
        }
        if kind == "query":
            query = as_map(spec.get("query"))
            found["datasource"] = _source(query, spec)
            inner = as_map(query.get("spec"))
            legacy = inner.get("__legacyStringValue")
            found["query"] = legacy if isinstance(legacy, str) else inner or spec.get("definition")
            found["definition"] = text(spec.get("definition"))
        elif kind == "datasource":
            found["query"] = text(spec.get("pluginId"))
        else:
            found["query"] = text(spec.get("query"))
        return _marked(found, entry)


def _bottom(panel: Object) -> int:
    place = as_map(panel.get("gridPos"))
    return int(place.get("y") or 0) + int(place.get("h") or 0)


def _marked(found: Object, of: Mapping[str, Any]) -> Object:
    if MARK in of:
        found[MARK] = of[MARK]
    return found


def _source(query: Object, spec: Object) -> Object | None:
    """Type and uid: `datasource.name` is a uid in beta, `datasource.uid` in alpha."""
    given = as_map(query.get("datasource")) or as_map(spec.get("datasource"))
    kind = text(query.get("group")) or text(given.get("type"))
    if not kind and query.get("kind") not in ("DataQuery", None):
        kind = text(query.get("kind"))
    uid = text(given.get("name")) or text(given.get("uid"))
    return {"type": kind, "uid": uid} if kind or uid else None


def _target(entry: Object) -> Object:
    spec = as_map(entry.get("spec"))
    query = as_map(spec.get("query"))
    inner = as_map(query.get("spec"))
    found: Object = {**inner, "refId": text(spec.get("refId")), "hide": spec.get("hidden") is True}
    source = _source(query, spec)
    if source is not None:
        found["datasource"] = source
    return found


def _transformation(entry: Object) -> Object:
    spec = as_map(entry.get("spec"))
    return {**spec, "id": text(spec.get("id")) or text(entry.get("kind"))}


def _annotation(entry: Object) -> Object:
    spec = as_map(entry.get("spec"))
    query = as_map(spec.get("query"))
    found: Object = {
        "name": text(spec.get("name")),
        "enable": spec.get("enable", True),
        "hide": spec.get("hide") is True,
        "iconColor": text(spec.get("iconColor")),
        "builtIn": 1 if spec.get("builtIn") is True else None,
        "expr": text(as_map(query.get("spec")).get("expr")),
        "datasource": _source(query, spec),
    }
    return _marked(found, entry)
