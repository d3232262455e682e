"""Panel types whose settings moved: where grafanalib and old Grafanas put them, and where Grafana 11 reads
them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from obs.formats.grafana_json.notes import Notes
from obs.formats.grafana_json.shape import as_list, as_map, number, objects, text

Object = dict[str, Any]


def lift_panel_type(json: Mapping[str, Any], grafanalib: bool, notes: Notes) -> Object:
    """A shallow copy with the settings of its type in their present places."""
    panel = dict(json)
    lift = _LIFTS.get(text(panel.get("type")))
    if lift is not None:
        lift(panel, notes)
    if grafanalib:
        mend = _GRAFANALIB.get(text(panel.get("type")))
        if mend is not None:
            mend(panel, notes)
    return panel


def _parts(panel: Object) -> tuple[Object, Object, Object]:
    """Copies of options, fieldConfig and its defaults, put back into the panel."""
    options = as_map(panel.get("options"))
    config = as_map(panel.get("fieldConfig"))
    defaults = as_map(config.get("defaults"))
    config["defaults"] = defaults
    panel["options"], panel["fieldConfig"] = options, config
    return options, config, defaults


def _calculation(calcs: object) -> list[str]:
    """Grafana's own names; `last` and `total` had others, and no name means the last value."""
    found = [_CALCULATIONS.get(text(calc), text(calc)) for calc in as_list(calcs)]
    return found or ["lastNotNull"]


_CALCULATIONS = {
    "current": "lastNotNull",
    "avg": "mean",
    "total": "sum",
    "difference": "diff",
    "first": "firstNotNull",
}


def _mappings(defaults: Object, notes: Notes) -> None:
    """Value mappings before Grafana 8 were one object for each value."""
    old = [one for one in objects(defaults.get("mappings")) if not isinstance(one.get("type"), str)]
    if not old:
        return
    found: list[Object] = [one for one in objects(defaults["mappings"]) if isinstance(one.get("type"), str)]
    values: Object = {}
    for one in old:
        shown = text(one.get("text"))
        if one.get("from") not in (None, "") or one.get("to") not in (None, ""):
            limits = {"from": number(one.get("from")), "to": number(one.get("to"))}
            found.append({"type": "range", "options": {**limits, "result": {"text": shown}}})
        elif text(one.get("value")) == "null":
            found.append({"type": "special", "options": {"match": "null", "result": {"text": shown}}})
        else:
            values[text(one.get("value"))] = {"text": shown}
    if values:
        found.insert(0, {"type": "value", "options": values})
    defaults["mappings"] = found
    notes.mended("value mappings take the shape that Grafana 8 gave them")


def _field_options(panel: Object, notes: Notes) -> None:
    """Before 7.0 everything about values stood in `options.fieldOptions`."""
    options, config, defaults = _parts(panel)
    old = as_map(options.pop("fieldOptions", None))
    if not old:
        return
    options["reduceOptions"] = {
        "calcs": _calculation(old.get("calcs")),
        "fields": "",
        "values": old.get("values") is True,
        **({"limit": old["limit"]} if old.get("limit") is not None else {}),
    }
    inner = as_map(old.get("defaults"))
    title = inner.pop("title", None)
    for name, value in inner.items():
        defaults.setdefault(name, value)
    if title:
        defaults["displayName"] = title
    if objects(old.get("mappings")):
        defaults["mappings"] = objects(old["mappings"])
    steps = old.get("thresholds")
    if steps and not as_list(as_map(defaults.get("thresholds")).get("steps")):
        defaults["thresholds"] = {"mode": "absolute", "steps": steps}
    config.setdefault("overrides", [])
    notes.mended("its field options move to where Grafana 7 and later look for them")


def _bargauge(panel: Object, notes: Notes) -> None:
    _field_options(panel, notes)
    options, _, defaults = _parts(panel)
    own = options.pop("showThresholdLabels", None), options.pop("showThresholdMarkers", None)
    if any(value is not None for value in own):
        options.setdefault("valueMode", "color")
    steps = defaults.get("thresholds")
    if not isinstance(steps, Mapping) and steps is not None:
        defaults["thresholds"] = {"mode": "absolute", "steps": steps}
    _mappings(defaults, notes)


_GAUGE_OPTIONS = ("calcs", "values", "limit")


def _gauge(panel: Object, notes: Notes) -> None:
    """grafanalib puts the options of a gauge into `fieldConfig`, where nobody reads them."""
    _field_options(panel, notes)
    options, config, defaults = _parts(panel)
    moved = {name: defaults.pop(name) for name in _GAUGE_OPTIONS if name in defaults}
    defaults.pop("override", None)
    if title := defaults.pop("title", None):
        defaults["displayName"] = title
    if moved:
        reduce: Object = {
            "calcs": _calculation(moved.get("calcs")),
            "fields": "",
            "values": moved.get("values") is True,
        }
        if moved.get("limit") is not None:
            reduce["limit"] = moved["limit"]
        options.setdefault("reduceOptions", reduce)
        notes.mended("its calculation moves from fieldConfig to options, where Grafana reads it")
    for name, default in (("showThresholdLabels", False), ("showThresholdMarkers", True)):
        given = config.pop(name, None)
        options.setdefault(name, default if given is None else given)
    options.setdefault("orientation", "auto")
    _mappings(defaults, notes)


def _stat(panel: Object, notes: Notes) -> None:
    _field_options(panel, notes)
    _, _, defaults = _parts(panel)
    _mappings(defaults, notes)


def _grafanalib_stat(panel: Object, notes: Notes) -> None:
    """grafanalib's defaults show the word none where there is no value, and the mean instead of the last
    value."""
    options, _, defaults = _parts(panel)
    if defaults.get("noValue") == "none":
        del defaults["noValue"]
    reduce = as_map(options.get("reduceOptions"))
    if reduce.get("calcs") == ["mean"]:
        options["reduceOptions"] = {**reduce, "calcs": ["lastNotNull"]}
        notes.mended("the mean over the range, grafanalib's default, becomes the last value")
    if not as_list(as_map(defaults.get("thresholds")).get("steps")):
        defaults.pop("thresholds", None)


def _table(panel: Object, notes: Notes) -> None:
    if "styles" in panel:
        panel.pop("styles")
        notes.lost("column styles have no counterpart", fix="use overrides")
    mappings = panel.pop("mappings", None)
    _, _, defaults = _parts(panel)
    if as_list(mappings):
        defaults.setdefault("mappings", mappings)
        notes.mended("its value mappings move to fieldConfig, where Grafana reads them")
    color = as_map(panel.pop("color", None))
    if color:
        defaults.setdefault("color", color)
    for name in ("columns", "fontSize", "pageSize", "scroll", "showHeader", "sort", "transform"):
        panel.pop(name, None)
    _mappings(defaults, notes)


_ALERT_STATES = {
    "alerting": "firing",
    "ok": "normal",
    "no_data": "noData",
    "execution_error": "error",
    "pending": "pending",
}


def _alertlist(panel: Object, notes: Notes) -> None:
    """The alert list of Grafana 7 kept its settings beside the title; that of Grafana 8 and later in
    options."""
    options = as_map(panel.get("options"))
    old = {
        name: panel.pop(name)
        for name in (
            "limit",
            "nameFilter",
            "dashboardTags",
            "onlyAlertsOnDashboard",
            "show",
            "sortOrder",
            "stateFilter",
        )
        if name in panel
    }
    if not old:
        return
    wanted = [
        _ALERT_STATES[state] for state in map(text, as_list(old.get("stateFilter"))) if state in _ALERT_STATES
    ]
    states = ("error", "firing", "noData", "normal", "pending")
    name = text(options.get("alertName")) or text(old.get("nameFilter"))
    panel["options"] = {
        "viewMode": "list",
        "groupMode": "default",
        "groupBy": [],
        "maxItems": old.get("limit") or 20,
        "sortOrder": old.get("sortOrder") or 1,
        "dashboardAlerts": old.get("onlyAlertsOnDashboard") is True,
        "stateFilter": {
            state: state in wanted if wanted else state in ("firing", "pending") for state in states
        },
        "alertInstanceLabelFilter": "",
        "showInactiveAlerts": False,
        **options,
        "alertName": name,
    }
    if as_list(old.get("dashboardTags")):
        notes.lost(
            "an alert list is no longer filtered by dashboard tags", fix="filter by alertInstanceLabelFilter"
        )
    notes.mended("its settings move into options, where Grafana 8 and later look for them")


_DASHLIST = {
    "headings": "showHeadings",
    "search": "showSearch",
    "recent": "showRecentlyViewed",
    "starred": "showStarred",
    "limit": "maxItems",
    "query": "query",
    "tags": "tags",
}


def _dashlist(panel: Object, notes: Notes) -> None:
    options = as_map(panel.get("options"))
    old = {new: panel.pop(name) for name, new in _DASHLIST.items() if name in panel}
    if old:
        panel["options"] = {**old, **options}
        notes.mended("its settings move into options, where Grafana looks for them")


_HEATMAP_KEYS = (
    "cards", "color", "dataFormat", "heatmap", "hideZeroBuckets", "highlightCards", "legend",
    "reverseYBuckets", "tooltip", "xAxis", "xBucketNumber", "xBucketSize", "yAxis", "yBucketBound",
    "yBucketNumber", "yBucketSize",
)  # fmt: skip


def _heatmap(panel: Object, notes: Notes) -> None:
    """The heatmap of Grafana 8 and before."""
    old = {name: panel.pop(name) for name in _HEATMAP_KEYS if name in panel}
    if "dataFormat" not in old:
        panel.update(old)
        return
    axis, color = as_map(old.get("yAxis")), as_map(old.get("color"))
    buckets = old.get("dataFormat") == "tsbuckets"
    panel["options"] = {
        "calculate": not buckets,
        "cellGap": 1,
        "cellValues": {},
        "color": {
            "mode": "opacity" if color.get("mode") == "opacity" else "scheme",
            "scheme": text(color.get("colorScheme")).removeprefix("interpolate") or "Oranges",
            "exponent": color.get("exponent") or 0.5,
            "fill": text(color.get("cardColor")) or "dark-orange",
            "reverse": False,
            "scale": "exponential",
            "steps": 64,
        },
        "filterValues": {"le": 1e-9},
        "legend": {"show": as_map(old.get("legend")).get("show") is True},
        "rowsFrame": {"layout": {"upper": "le", "lower": "ge"}.get(text(old.get("yBucketBound")), "auto")},
        "tooltip": {"mode": "single", "yHistogram": False, "showColorScale": False},
        "yAxis": {
            "axisPlacement": "left",
            "reverse": old.get("reverseYBuckets") is True,
            "unit": text(axis.get("format")) or "short",
        },
    }
    notes.mended("the old heatmap's settings become options of the present one")


_LINES = {"connected": True, "null as zero": False, "null": False}


def _graph(panel: Object, notes: Notes) -> None:
    """The graph panel, whose plugin Grafana 11 no longer has, as a time series."""
    axes = [*objects(panel.pop("yaxes", None)), {}, {}]
    axis = axes[0]
    legend = as_map(panel.pop("legend", None))
    lines, bars = panel.pop("lines", True) is not False, panel.pop("bars", False) is True
    fill, width = panel.pop("fill", 1), panel.pop("linewidth", 1)
    points = panel.pop("points", False) is True
    stacked, percent = panel.pop("stack", False) is True, panel.pop("percentage", False) is True
    gaps = panel.pop("nullPointMode", "null")
    tooltip = as_map(panel.pop("tooltip", None))
    options, config, defaults = _parts(panel)
    calcs = {"avg": "mean", "min": "min", "max": "max", "current": "lastNotNull", "total": "sum"}
    defaults |= {
        name: axis[name] for name in ("min", "max", "decimals") if number(axis.get(name)) is not None
    }
    if axis.get("format"):
        defaults["unit"] = text(axis["format"])
    stepped = panel.pop("steppedLine", False) is True
    defaults["custom"] = {
        "drawStyle": "bars" if bars else "line" if lines else "points",
        "fillOpacity": min(int(number(fill) or 0) * 10, 100),
        "lineInterpolation": "stepAfter" if stepped else "linear",
        "lineWidth": int(number(width) or 0),
        "showPoints": "always" if points else "never",
        "spanNulls": _LINES.get(text(gaps), False),
        "stacking": {"group": "A", "mode": "percent" if percent else "normal" if stacked else "none"},
        **as_map(defaults.get("custom")),
    }
    config["overrides"] = [
        *as_list(config.get("overrides")),
        *_on_second_axis(panel, text(axes[1].get("format"))),
    ]
    options["legend"] = {
        "showLegend": legend.get("show") is not False,
        "displayMode": "table" if legend.get("alignAsTable") else "list",
        "placement": "right" if legend.get("rightSide") else "bottom",
        "calcs": [calc for name, calc in calcs.items() if legend.get(name) is True]
        if legend.get("values")
        else [],
    }
    options["tooltip"] = {"mode": "multi" if tooltip.get("shared") is not False else "single", "sort": "none"}
    panel["type"] = "timeseries"
    for name in _GRAPH_KEYS:
        panel.pop(name, None)
    if objects(panel.get("seriesOverrides")):
        notes.lost("its series overrides are dropped", fix="say them as overrides of fields")
    notes.mended("a graph panel becomes a time series: Grafana 11 has no graph panel")


def _on_second_axis(panel: Object, unit: str) -> Iterator[Object]:
    """The unit of the right axis, for the series that a graph shows there."""
    for override in objects(panel.get("seriesOverrides")):
        alias = text(override.get("alias"))
        if alias and unit and override.get("yaxis") == 2:
            matcher = {"id": "byRegexp" if alias.startswith("/") else "byName", "options": alias}
            yield {"matcher": matcher, "properties": [{"id": "unit", "value": unit}]}


_GRAPH_KEYS = (
    "aliasColors", "dashLength", "dashes", "fillGradient", "grid", "hiddenSeries", "pointradius",
    "spaceLength", "timeRegions", "xaxis", "yaxis", "decimals", "format", "x-axis", "y-axis", "y_formats",
    "zerofill", "points",
)  # fmt: skip


def _singlestat(panel: Object, notes: Notes) -> None:
    """The single stat of Grafana 6, which 7 made a stat or a gauge."""
    gauge, sparkline = as_map(panel.pop("gauge", None)), as_map(panel.pop("sparkline", None))
    is_gauge = gauge.get("show") is True
    options, config, defaults = _parts(panel)
    shown = text(panel.pop("valueName", "avg"))
    if shown == "name":
        options["textMode"] = "name"
    calcs = _calculation([shown] if shown not in ("", "name") else [])
    options["reduceOptions"] = {"calcs": calcs, "fields": "", "values": False}
    if panel.get("format"):
        defaults["unit"] = text(panel["format"])
    if number(panel.get("decimals")) is not None:
        defaults["decimals"] = panel["decimals"]
    limits = [
        number(piece) for piece in text(panel.get("thresholds")).split(",") if number(piece) is not None
    ]
    colors = [text(color) for color in as_list(panel.get("colors"))] or ["green", "orange", "red"]
    if limits:
        pairs = zip(colors, [None, *limits], strict=False)
        defaults["thresholds"] = {
            "mode": "absolute",
            "steps": [{"color": color, "value": limit} for color, limit in pairs],
        }
    if is_gauge:
        defaults |= {"min": gauge.get("minValue"), "max": gauge.get("maxValue")}
    else:
        options["graphMode"] = "area" if sparkline.get("show") is True else "none"
        options["colorMode"] = "background" if panel.get("colorBackground") else "value"
    names = objects(panel.get("valueMaps"))
    if names:
        defaults["mappings"] = [{"value": one.get("value"), "text": one.get("text")} for one in names]
        _mappings(defaults, notes)
    config.setdefault("overrides", [])
    panel["type"] = "gauge" if is_gauge else "stat"
    for name in _SINGLESTAT_KEYS:
        panel.pop(name, None)
    notes.mended("a single stat becomes a stat or a gauge: Grafana 11 has no single stat")


_SINGLESTAT_KEYS = (
    "colorBackground", "colorValue", "colors", "colorPostfix", "colorPrefix", "format", "mappingType",
    "mappingTypes", "nullPointMode", "nullText", "postfix", "postfixFontSize", "prefix", "prefixFontSize",
    "rangeMaps", "tableColumn", "thresholds", "valueFontSize", "valueMaps", "decimals", "valueName",
)  # fmt: skip


def _text_panel(panel: Object, notes: Notes) -> None:
    """Before Grafana 7 the words stood beside the title."""
    options = as_map(panel.get("options"))
    for name in ("content", "mode"):
        if name in panel:
            options.setdefault(name, panel.pop(name))
    if options.get("mode") == "text":  # gone since Grafana 8
        options["mode"] = "markdown"
    panel["options"] = options


_LIFTS: dict[str, Callable[[Object, Notes], None]] = {
    "alertlist": _alertlist,
    "bargauge": _bargauge,
    "dashlist": _dashlist,
    "gauge": _gauge,
    "graph": _graph,
    "heatmap": _heatmap,
    "singlestat": _singlestat,
    "stat": _stat,
    "table": _table,
    "text": _text_panel,
}
_GRAFANALIB: dict[str, Callable[[Object, Notes], None]] = {"stat": _grafanalib_stat}
