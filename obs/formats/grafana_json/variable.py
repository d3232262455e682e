"""One entry of `templating.list`, both ways."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from obs.formats.grafana_json.names import (
    HIDE,
    LOKI_LABEL_VALUES,
    PROMETHEUS_CLASSIC,
    PROMETHEUS_KINDS,
    REFRESH,
)
from obs.formats.grafana_json.shape import as_list, as_map, rest, text, whole
from obs.model.datasource import Datasource
from obs.model.variable import ALL, SORTS, Hide, Kind, Refresh, Sort, Variable, choices
from obs.origin import Origin

Object = dict[str, Any]


def render_variable(variable: Variable) -> Object:
    """The entry as Grafana 11 saves it, "All" chosen where nothing else is."""
    found: Object = {
        "current": _current(variable),
        "hide": HIDE[variable.hide],
        "name": variable.name,
        "options": [],
        "skipUrlSync": variable.kind == "constant",
        "type": variable.kind,
    }
    if variable.label:
        found["label"] = variable.label
    if variable.description:
        found["description"] = variable.description
    found |= _BY_KIND.get(variable.kind, _other)(variable)
    found.update(variable.extra)
    return found


def _current(variable: Variable) -> Object:
    values = list(variable.values)
    if not values and variable.kind in ("textbox", "constant"):
        values = [variable.query]
    if not values:
        return {}
    names = {value: shown for shown, value in choices(variable.query)} if variable.kind == "custom" else {}
    shown = ["All" if value == ALL else names.get(value, value) for value in values]
    if variable.multi:
        return {"selected": True, "text": shown, "value": values}
    return {"selected": True, "text": shown[0], "value": values[0]}


def _choosing(variable: Variable) -> Object:
    found: Object = {"includeAll": variable.include_all, "multi": variable.multi}
    if variable.all_value:
        found["allValue"] = variable.all_value
    return found


def _query(variable: Variable) -> Object:
    data = variable.datasource
    found: Object = {
        "datasource": {"type": data.type, "uid": data.uid} if data else None,
        "definition": definition(variable),
        "query": _query_object(variable, data.type if data else ""),
        "refresh": REFRESH[variable.refresh],
        "regex": variable.regex,
        "sort": SORTS.index(variable.sort),
    }
    return found | _choosing(variable)


def definition(variable: Variable) -> str:
    """The text form of a query variable: `label_values(up, job)`."""
    if not variable.values_of:
        return variable.query
    inside = f"{variable.series}, {variable.values_of}" if variable.series else variable.values_of
    return f"label_values({inside})"


def _query_object(variable: Variable, kind: str) -> object:
    if kind == "loki" and variable.values_of:
        return {
            "label": variable.values_of,
            "refId": "LokiVariableQueryEditor-VariableQuery",
            "stream": variable.series,
            "type": LOKI_LABEL_VALUES,
        }
    if kind == "prometheus":
        written = definition(variable)
        return {
            "qryType": prometheus_kind(written),
            "query": written,
            "refId": "PrometheusVariableQueryEditor-VariableQuery",
        }
    return definition(variable)


def prometheus_kind(written: str) -> int:
    """`PromVariableQueryType` of a query's text."""
    for number, function in PROMETHEUS_KINDS.items():
        if written.startswith(f"{function}("):
            return number
    return PROMETHEUS_CLASSIC


def _custom(variable: Variable) -> Object:
    chosen = variable.values
    options: list[Object] = [
        {"selected": value in chosen, "text": shown, "value": value}
        for shown, value in choices(variable.query)
    ]
    if variable.include_all:
        options.insert(0, {"selected": ALL in chosen, "text": "All", "value": ALL})
    return {"options": options, "query": variable.query, **_choosing(variable)}


def _textbox(variable: Variable) -> Object:
    option = {"selected": True, "text": variable.query, "value": variable.query}
    return {"options": [option], "query": variable.query}


def _interval(variable: Variable) -> Object:
    options = [
        {"selected": value in variable.values, "text": value, "value": value}
        for value in (piece.strip() for piece in variable.query.split(","))
        if value
    ]
    return {
        "auto": False,
        "auto_count": 30,
        "auto_min": "10s",
        "options": options,
        "query": variable.query,
        "refresh": REFRESH["time"],
    }


def _datasource(variable: Variable) -> Object:
    return {
        "query": variable.query,
        "refresh": REFRESH[variable.refresh],
        "regex": variable.regex,
        **_choosing(variable),
    }


def _other(variable: Variable) -> Object:
    found: Object = {"query": variable.query} if variable.query else {}
    if variable.datasource is not None:
        found["datasource"] = {"type": variable.datasource.type, "uid": variable.datasource.uid}
    return found


_BY_KIND: Mapping[str, Callable[[Variable], Object]] = {
    "query": _query,
    "custom": _custom,
    "textbox": _textbox,
    "constant": _textbox,
    "interval": _interval,
    "datasource": _datasource,
}

_KNOWN = (
    "name", "type", "label", "description", "datasource", "query", "definition", "regex", "multi",
    "includeAll", "allValue", "current", "sort", "refresh", "hide", "options",
)  # fmt: skip
_LABEL_VALUES = re.compile(r"label_values\(\s*(?:(.+?)\s*,\s*)?([A-Za-z_][0-9A-Za-z_]*)\s*\)", re.DOTALL)
_KINDS = ("query", "custom", "textbox", "constant", "interval", "datasource", "adhoc", "groupby", "system")
_HIDE = {number: name for name, number in HIDE.items()}
_REFRESH = {number: name for name, number in REFRESH.items()}


def read_variable_entry(entry: Mapping[str, Any], data: Datasource | None, origin: Origin | None) -> Variable:
    """The variable of a lifted entry; `data` is its datasource."""
    written = entry.get("type")
    kind = written if written in _KINDS else "system" if isinstance(written, str) and written else "query"
    sort, refresh, hide = (whole(entry.get(name)) for name in ("sort", "refresh", "hide"))
    if kind == "system":
        return _unknown_kind(entry, cast("Hide", _HIDE.get(hide or 0, "")), origin)
    query, values_of, series, extra = _read_query(entry, kind)
    made = Variable(
        name=text(entry.get("name")),
        kind=cast("Kind", kind),
        label=text(entry.get("label")),
        description=text(entry.get("description")),
        datasource=data,
        values_of=values_of,
        series=series,
        query=query,
        regex=text(entry.get("regex")),
        multi=entry.get("multi") is True,
        include_all=entry.get("includeAll") is True,
        all_value=text(entry.get("allValue")),
        current=_read_current(entry, kind, query),
        sort=cast("Sort", SORTS[sort]) if sort is not None and 0 <= sort < len(SORTS) else "none",
        refresh=cast("Refresh", _REFRESH.get(refresh or 0, "never")),
        hide=cast("Hide", _HIDE.get(hide or 0, "")),
        extra=rest(entry, _KNOWN) | extra,
        origin=origin,
    )
    return _without_what_is_written_anyway(made)


def _unknown_kind(entry: Mapping[str, Any], hide: Hide, origin: Origin | None) -> Variable:
    """Only what every kind has is understood; the rest is kept as it is."""
    made = Variable(
        name=text(entry.get("name")),
        kind="system",
        label=text(entry.get("label")),
        description=text(entry.get("description")),
        hide=hide,
        extra=rest(entry, ("name", "label", "description", "hide")),
        origin=origin,
    )
    return _without_what_is_written_anyway(made)


def _without_what_is_written_anyway(variable: Variable) -> Variable:
    """Keys that the writer makes by itself are no extra."""
    if not variable.extra:
        return variable
    plain = render_variable(replace(variable, extra={}))
    left = {
        name: value for name, value in variable.extra.items() if name not in plain or plain[name] != value
    }
    return variable if left == variable.extra else replace(variable, extra=left)


def _read_query(entry: Mapping[str, Any], kind: str) -> tuple[str, str, str, Object]:
    """(query, label, series, extra)"""
    raw = entry.get("query")
    if kind != "query":
        return (raw, "", "", {}) if isinstance(raw, str) else ("", "", "", {"query": raw} if raw else {})
    if isinstance(raw, Mapping):
        if "label" in raw and whole(raw.get("type")) == LOKI_LABEL_VALUES:
            return "", text(raw.get("label")), text(raw.get("stream")), {}
        if not isinstance(raw.get("query"), str):
            return "", "", "", {"query": dict(raw)}
        written = raw["query"]
    else:
        written = text(raw) or text(entry.get("definition"))
    found = _LABEL_VALUES.fullmatch(written.strip())
    if found:
        return "", found[2], found[1] or "", {}
    return written, "", "", {}


def _read_current(entry: Mapping[str, Any], kind: str, query: str) -> tuple[str, ...]:
    """The chosen values; none when they say no more than the default does."""
    value = as_map(entry.get("current")).get("value")
    values = tuple(text(one) for one in (as_list(value) if isinstance(value, (list, tuple)) else [value]))
    values = tuple(one for one in values if one)
    if values == (ALL,) and entry.get("includeAll") is True:
        return ()
    if kind in ("textbox", "constant") and values == (query,):
        return ()
    return values
