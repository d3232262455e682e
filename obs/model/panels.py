"""One function for each type of panel, with the settings that its authors mostly want.

Panels that reduce series to numbers take `each_row`: it shows every row of a table, as instant queries of Loki
give one, instead of the last.

What a function does not know goes into `options`, `custom` or `override`, in Grafana's own names; a type
without a function is `Panel(type=...)`. Every default is Grafana 11's, except where a comment says why not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypedDict, Unpack, cast

from obs.diagnostic import DefinitionError
from obs.model.accepts import LIST, NUMBER, Kinds, check_items, check_names, check_types
from obs.model.datasource import Datasource
from obs.model.field import Field, Override
from obs.model.link import Link
from obs.model.panel import Panel
from obs.model.query import Query
from obs.model.threshold import Steps, Thresholds, as_thresholds
from obs.model.unit import written
from obs.model.variable import Variable
from obs.origin import Origin, here


class Settings(TypedDict, total=False):
    """What every panel function accepts."""

    key: str
    id: int
    description: str
    data: Datasource
    legend: str
    instant: bool
    unit: str
    decimals: int
    min: float
    max: float
    no_value: str
    display_name: str
    color: str | Mapping[str, object]
    thresholds: Steps
    mappings: Sequence[Mapping[str, object]]
    data_links: Sequence[Link]
    custom: Mapping[str, object]
    options: Mapping[str, object]
    overrides: Sequence[Override]
    transformations: Sequence[Mapping[str, object]]
    links: Sequence[Link]
    repeat: Variable | str
    repeat_direction: Literal["h", "v"]
    max_per_row: int
    min_interval: str
    max_data_points: int
    time_from: str
    time_shift: str
    transparent: bool
    w: int
    h: int
    extra: Mapping[str, object]


Calculation = Literal[
    "lastNotNull", "last", "firstNotNull", "first", "min", "max", "mean", "sum", "count", "range", "delta",
    "step", "diff", "diffperc", "logmin", "allIsZero", "allIsNull", "changeCount", "distinctCount",
]  # fmt: skip
LegendPlace = Literal["bottom", "right", "hidden"]

_HIDE = {"legend": False, "tooltip": False, "viz": False}
_LINEAR = {"type": "linear"}
_OFF = {"mode": "off"}
_LINES: dict[str, object] = {
    "axisBorderShow": False,
    "axisCenteredZero": False,
    "axisColorMode": "text",
    "axisLabel": "",
    "axisPlacement": "auto",
    "barAlignment": 0,
    "barWidthFactor": 0.6,
    "drawStyle": "line",
    "fillOpacity": 10,  # a hint of area, as Grafana's own mixins draw; its bare default is 0
    "gradientMode": "none",
    "hideFrom": _HIDE,
    "insertNulls": False,
    "lineInterpolation": "linear",
    "lineWidth": 1,
    "pointSize": 5,
    "scaleDistribution": _LINEAR,
    "showPoints": "never",  # a curve of points is slow to draw and says no more
    "spanNulls": False,
    "stacking": {"group": "A", "mode": "none"},
    "thresholdsStyle": _OFF,
}
_BARS: dict[str, object] = {
    "axisBorderShow": False,
    "axisCenteredZero": False,
    "axisColorMode": "text",
    "axisLabel": "",
    "axisPlacement": "auto",
    "fillOpacity": 80,
    "gradientMode": "none",
    "hideFrom": _HIDE,
    "lineWidth": 1,
    "scaleDistribution": _LINEAR,
    "thresholdsStyle": _OFF,
}
_PALETTE = {"mode": "palette-classic"}
_THRESHOLD_COLOURS = {"mode": "thresholds"}
_ONE_COLOUR = Thresholds(((None, "green"),))
"""Written out, because a panel without thresholds turns red at 80, whatever its unit."""


def timeseries(
    title: str,
    *queries: str | Query,
    stack: bool = False,
    style: Literal["line", "bars", "points"] = "line",
    fill: int = 10,
    soft_max: float | None = None,
    show_thresholds: Literal["off", "line", "area", "line+area", "dashed", "dashed+area"] = "off",
    legend_at: LegendPlace = "bottom",
    legend_calcs: Sequence[Calculation] = (),
    **settings: Unpack[Settings],
) -> Panel:
    """Curves over time."""
    custom = _LINES.copy()
    if style != "line" or fill != 10:
        custom |= {"drawStyle": style, "fillOpacity": fill}
    if stack:
        custom["stacking"] = {"group": "A", "mode": "normal"}
    if soft_max is not None:
        custom["axisSoftMax"] = soft_max
    if show_thresholds != "off":
        custom["thresholdsStyle"] = {"mode": show_thresholds}
    options: dict[str, object] = {
        "legend": _legend(legend_at, legend_calcs),
        "tooltip": {"hideZeros": False, "mode": "multi", "sort": "desc"},
    }
    return _panel("timeseries", title, queries, options, settings, custom=custom, color=_PALETTE)


def stat(
    title: str,
    *queries: str | Query,
    calc: Calculation = "lastNotNull",
    each_row: bool = False,
    graph: bool = False,
    background: bool = False,
    text: Literal["auto", "value", "value_and_name", "name", "none"] = "auto",
    **settings: Unpack[Settings],
) -> Panel:
    """Big numbers. They ask for one value each, unless `graph` draws the curve behind the number."""
    options: dict[str, object] = {
        "colorMode": "background" if background else "value",
        "graphMode": "area" if graph else "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "percentChangeColorMode": "standard",
        "reduceOptions": _reduce(calc, each_row),
        "showPercentChange": False,
        "textMode": text,
        "wideLayout": True,
    }
    return _panel("stat", title, queries, options, settings, color=_THRESHOLD_COLOURS, instant=not graph)


def gauge(
    title: str,
    *queries: str | Query,
    calc: Calculation = "lastNotNull",
    each_row: bool = False,
    **settings: Unpack[Settings],
) -> Panel:
    """Dials. Give `min` and `max`, or Grafana takes those of the data."""
    options: dict[str, object] = {
        "minVizHeight": 75,
        "minVizWidth": 75,
        "orientation": "auto",
        "reduceOptions": _reduce(calc, each_row),
        "showThresholdLabels": False,
        "showThresholdMarkers": True,
        "sizing": "auto",
    }
    return _panel("gauge", title, queries, options, settings, color=_THRESHOLD_COLOURS, instant=True)


def bargauge(
    title: str,
    *queries: str | Query,
    calc: Calculation = "lastNotNull",
    each_row: bool = False,
    display: Literal["gradient", "lcd", "basic"] = "gradient",
    orientation: Literal["horizontal", "vertical", "auto"] = "horizontal",
    **settings: Unpack[Settings],
) -> Panel:
    """A bar for each series, with its name and value: the plainest way to show a ranking."""
    options: dict[str, object] = {
        "displayMode": display,
        "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": False},
        "maxVizHeight": 300,
        "minVizHeight": 16,
        "minVizWidth": 8,
        "namePlacement": "auto",
        "orientation": orientation,
        "reduceOptions": _reduce(calc, each_row),
        "showUnfilled": True,
        "sizing": "auto",
        "valueMode": "color",
    }
    return _panel("bargauge", title, queries, options, settings, color=_THRESHOLD_COLOURS, instant=True)


def barchart(
    title: str,
    *queries: str | Query,
    x_field: str = "",
    orientation: Literal["auto", "horizontal", "vertical"] = "auto",
    stacking: Literal["none", "normal", "percent"] = "none",
    legend_at: LegendPlace = "bottom",
    **settings: Unpack[Settings],
) -> Panel:
    """A bar for each row of a table: the queries are instant and asked for as tables."""
    options: dict[str, object] = {
        "barRadius": 0,
        "barWidth": 0.97,
        "fullHighlight": False,
        "groupWidth": 0.7,
        "legend": _legend(legend_at, ()),
        "orientation": orientation,
        "showValue": "auto",
        "stacking": stacking,
        "tooltip": {"hideZeros": False, "mode": "single", "sort": "none"},
        "xTickLabelMaxLength": 20,
        "xTickLabelRotation": 0,
        "xTickLabelSpacing": 0,
    }
    if x_field:
        options["xField"] = x_field
    return _panel(
        "barchart",
        title,
        queries,
        options,
        settings,
        custom=_BARS,
        color=_PALETTE,
        instant=True,
        format="table",
    )


def table(
    title: str,
    *queries: str | Query,
    columns: Mapping[str, str] | None = None,
    sort_by: str = "",
    descending: bool = True,
    **settings: Unpack[Settings],
) -> Panel:
    """Rows of labels and values at the end of the time range.

    `columns` maps labels and values (`Value`, or `Value #A` by query) to their headings, in order; the rest
    is hidden. Several queries become one table, joined where their labels agree.
    """
    options: dict[str, object] = {
        "cellHeight": "sm",
        "footer": {"countRows": False, "fields": "", "reducer": ["sum"], "show": False},
        "frameIndex": 0,
        "showHeader": True,
        "sortBy": [{"desc": descending, "displayName": sort_by}] if sort_by else [],
    }
    custom: dict[str, object] = {
        "align": "auto",
        "cellOptions": {"type": "auto"},
        "filterable": True,
        "inspect": False,
    }
    made: list[Mapping[str, object]] = [{"id": "merge", "options": {}}] if len(queries) > 1 else []
    if columns is not None:
        made.append(_organized(columns))
    settings["transformations"] = [*made, *settings.get("transformations", ())]
    return _panel(
        "table", title, queries, options, settings,
        custom=custom, color=_THRESHOLD_COLOURS, instant=True, format="table",
    )  # fmt: skip


def _organized(columns: Mapping[str, str]) -> Mapping[str, object]:
    return {
        "id": "organize",
        "options": {
            "excludeByName": {"Time": True} if "Time" not in columns else {},
            "includeByName": dict.fromkeys(columns, True),
            "indexByName": {name: index for index, name in enumerate(columns)},
            "renameByName": {name: heading for name, heading in columns.items() if heading != name},
        },
    }


def logs(
    title: str,
    *queries: str | Query,
    wrap: bool = True,
    labels: bool = False,
    prettify: bool = False,
    newest_first: bool = True,
    max_lines: int | None = None,
    **settings: Unpack[Settings],
) -> Panel:
    """Log lines. Without `max_lines` the datasource's own limit holds (1000 unless it says otherwise)."""
    options: dict[str, object] = {
        "dedupStrategy": "none",
        "enableLogDetails": True,
        "prettifyLogMessage": prettify,
        "showCommonLabels": False,
        "showLabels": labels,
        "showLogContextToggle": True,
        "showTime": True,
        "sortOrder": "Descending" if newest_first else "Ascending",
        "wrapLogMessage": wrap,
    }
    return _panel("logs", title, queries, options, settings, max_lines=max_lines)


def piechart(
    title: str,
    *queries: str | Query,
    calc: Calculation = "lastNotNull",
    each_row: bool = False,
    donut: bool = False,
    legend_at: LegendPlace = "right",
    **settings: Unpack[Settings],
) -> Panel:
    """Shares of a whole."""
    legend = _legend(legend_at, ()) | {"values": ["value", "percent"]}
    options: dict[str, object] = {
        "legend": legend,
        "pieType": "donut" if donut else "pie",
        "reduceOptions": _reduce(calc, each_row),
        "tooltip": {"hideZeros": False, "mode": "single", "sort": "none"},
    }
    custom: dict[str, object] = {"hideFrom": _HIDE}
    return _panel("piechart", title, queries, options, settings, custom=custom, color=_PALETTE, instant=True)


def heatmap(
    title: str, *queries: str | Query, scheme: str = "Oranges", **settings: Unpack[Settings]
) -> Panel:
    """Counts by bucket over time: ask `sum by (le) (increase(x_bucket[$__rate_interval]))`."""
    options: dict[str, object] = {
        "calculate": False,
        "cellGap": 1,
        "cellValues": {},
        "color": {
            "exponent": 0.5, "fill": "dark-orange", "mode": "scheme", "reverse": False, "scale":
            "exponential",
            "scheme": scheme, "steps": 64,
        },
        "exemplars": {"color": "rgba(255,0,255,0.7)"},
        "filterValues": {"le": 1e-9},
        "legend": {"show": True},
        "rowsFrame": {"layout": "auto"},
        "tooltip": {"mode": "single", "showColorScale": False, "yHistogram": False},
        "yAxis": {"axisPlacement": "left", "reverse": False, "unit": written(settings.get("unit", ""))},
    }  # fmt: skip
    custom: dict[str, object] = {"hideFrom": _HIDE, "scaleDistribution": _LINEAR}
    return _panel(
        "heatmap", title, queries, options, settings, custom=custom, format="heatmap", legend="{{le}}"
    )


def histogram(
    title: str,
    *queries: str | Query,
    bucket_size: float | None = None,
    combine: bool = False,
    legend_at: LegendPlace = "bottom",
    **settings: Unpack[Settings],
) -> Panel:
    """How often which value occurs."""
    options: dict[str, object] = {
        "bucketOffset": 0,
        "combine": combine,
        "legend": _legend(legend_at, ()),
        "tooltip": {"hideZeros": False, "mode": "single", "sort": "none"},
    }
    if bucket_size is not None:
        options["bucketSize"] = bucket_size
    custom: dict[str, object] = {
        "fillOpacity": 80,
        "gradientMode": "none",
        "hideFrom": _HIDE,
        "lineWidth": 1,
        "stacking": {"group": "A", "mode": "none"},
    }
    return _panel("histogram", title, queries, options, settings, custom=custom, color=_PALETTE)


def state_timeline(
    title: str,
    *queries: str | Query,
    merge: bool = True,
    legend_at: LegendPlace = "bottom",
    **settings: Unpack[Settings],
) -> Panel:
    """Bands of one state after the other."""
    options: dict[str, object] = {
        "alignValue": "left",
        "legend": _legend(legend_at, ()),
        "mergeValues": merge,
        "rowHeight": 0.9,
        "showValue": "auto",
        "tooltip": {"hideZeros": False, "mode": "single", "sort": "none"},
    }
    custom: dict[str, object] = {
        "fillOpacity": 70,
        "hideFrom": _HIDE,
        "insertNulls": False,
        "lineWidth": 0,
        "spanNulls": False,
    }
    return _panel(
        "state-timeline", title, queries, options, settings, custom=custom, color=_THRESHOLD_COLOURS
    )


def status_history(
    title: str, *queries: str | Query, legend_at: LegendPlace = "bottom", **settings: Unpack[Settings]
) -> Panel:
    """A square for each interval."""
    options: dict[str, object] = {
        "colWidth": 0.9,
        "legend": _legend(legend_at, ()),
        "rowHeight": 0.9,
        "showValue": "auto",
        "tooltip": {"hideZeros": False, "mode": "single", "sort": "none"},
    }
    custom: dict[str, object] = {"fillOpacity": 70, "hideFrom": _HIDE, "lineWidth": 1}
    return _panel(
        "status-history", title, queries, options, settings, custom=custom, color=_THRESHOLD_COLOURS
    )


def text(
    title: str,
    content: str,
    *,
    mode: Literal["markdown", "html"] = "markdown",
    **settings: Unpack[Settings],
) -> Panel:
    """Words."""
    options: dict[str, object] = {
        "code": {"language": "plaintext", "showLineNumbers": False, "showMiniMap": False},
        "content": content,
        "mode": mode,
    }
    return _panel("text", title, (), options, settings)


def alertlist(
    title: str,
    *,
    name: str = "",
    matchers: str = "",
    states: Iterable[Literal["firing", "pending", "noData", "normal", "error"]] = ("firing", "pending"),
    max_items: int = 20,
    group_by: Sequence[str] = (),
    **settings: Unpack[Settings],
) -> Panel:
    """Alerts as they stand; `matchers` is an instance label filter such as `{namespace="gateway"}`."""
    wanted = set(states)
    options: dict[str, object] = {
        "alertInstanceLabelFilter": matchers,
        "alertName": name,
        "dashboardAlerts": False,
        "groupBy": list(group_by),
        "groupMode": "custom" if group_by else "default",
        "maxItems": max_items,
        "showInactiveAlerts": False,
        "sortOrder": 1,
        "stateFilter": {
            state: state in wanted for state in ("error", "firing", "noData", "normal", "pending")
        },
        "viewMode": "list",
    }
    return _panel("alertlist", title, (), options, settings)


def _legend(place: LegendPlace, calcs: Sequence[str]) -> dict[str, object]:
    return {
        "calcs": list(calcs),
        "displayMode": "table" if calcs else "list",
        "placement": "bottom" if place == "hidden" else place,
        "showLegend": place != "hidden",
    }


def _reduce(calc: str, each_row: bool) -> dict[str, object]:
    """Grafana makes one table of an instant result of Loki's, so its rows are shown only when all values are."""
    return {"calcs": [calc], "fields": "", "values": each_row}


def _panel(
    kind: str,
    title: str,
    queries: Sequence[str | Query],
    options: dict[str, object],
    settings: Settings,
    *,
    custom: Mapping[str, object] | None = None,
    color: Mapping[str, object] | None = None,
    instant: bool = False,
    format: Literal["time_series", "table", "heatmap"] = "time_series",
    legend: str = "",
    max_lines: int | None = None,
) -> Panel:
    origin = here()
    if settings:
        _check(title, settings, origin)
    given = cast("dict[str, object]", settings).get
    made = tuple(
        _query(
            one,
            cast("str", given("legend", legend)),
            cast("bool", given("instant", instant)),
            format,
            max_lines,
            origin,
        )
        for one in queries
    )
    if "options" in settings:
        options |= settings["options"]
    repeat = given("repeat", "")
    return Panel(
        type=kind,
        title=title,
        key=settings.get("key", ""),
        id=settings.get("id"),
        description=settings.get("description", ""),
        queries=made,
        datasource=settings.get("data"),
        field=_field(settings, custom or {}, color or {}),
        overrides=tuple(settings.get("overrides", ())),
        options=options,
        transformations=tuple(settings.get("transformations", ())),
        links=tuple(one.inline() for one in settings.get("links", ())),
        repeat=repeat.name if isinstance(repeat, Variable) else cast("str", repeat),
        repeat_direction=settings.get("repeat_direction", "h"),
        max_per_row=settings.get("max_per_row"),
        min_interval=settings.get("min_interval", ""),
        max_data_points=settings.get("max_data_points"),
        time_from=settings.get("time_from", ""),
        time_shift=settings.get("time_shift", ""),
        hide_time_override=False,
        transparent=settings.get("transparent", False),
        w=settings.get("w"),
        h=settings.get("h"),
        extra=settings.get("extra", {}),
        origin=origin,
    )


_TYPES: dict[str, Kinds] = {
    "key": str,
    "id": int,
    "description": str,
    "data": Datasource,
    "legend": str,
    "instant": bool,
    "unit": str,
    "decimals": int,
    "min": NUMBER,
    "max": NUMBER,
    "no_value": str,
    "display_name": str,
    "color": (str, Mapping),
    "thresholds": (Thresholds, *LIST),
    "mappings": LIST,
    "data_links": LIST,
    "custom": Mapping,
    "options": Mapping,
    "overrides": LIST,
    "transformations": LIST,
    "links": LIST,
    "repeat": (Variable, str),
    "repeat_direction": str,
    "max_per_row": int,
    "min_interval": str,
    "max_data_points": int,
    "time_from": str,
    "time_shift": str,
    "transparent": bool,
    "w": int,
    "h": int,
    "extra": Mapping,
}


def _check(title: str, settings: Settings, origin: Origin) -> None:
    given = cast("dict[str, object]", settings)
    what = f"panel {title!r}"
    if not given.keys() <= _TYPES.keys():
        check_names(what, given, _TYPES, origin)
    check_types(what, given, _TYPES, origin)
    for name, kind in (("links", Link), ("data_links", Link), ("overrides", Override)):
        if name in given:
            check_items(f"{name} of {what}", cast("Sequence[object]", given[name]), kind, origin)


def _query(
    query: str | Query,
    legend: str,
    instant: bool,
    format: Literal["time_series", "table", "heatmap"],
    max_lines: int | None,
    origin: Origin,
) -> Query:
    """A bare text gets the panel's settings; a Query keeps its own and gets what it leaves open."""
    if isinstance(query, str):
        return Query(query, legend, instant, format, max_lines=max_lines, origin=origin)
    if not isinstance(query, Query):
        raise DefinitionError(f"a query is a text or a Query, not {type(query).__name__}", at=origin)
    return Query(
        query.text,
        query.legend or legend,
        instant if query.instant is None else query.instant,
        format if query.format == "time_series" else query.format,
        query.min_step,
        query.max_lines or max_lines,
        query.datasource,
        query.ref_id,
        query.hide,
        query.exemplar,
        query.extra,
        query.origin,
    )


def _field(settings: Settings, custom: Mapping[str, object], color: Mapping[str, object]) -> Field:
    chosen = settings.get("color", color)
    steps = settings.get("thresholds")
    return Field(
        written(settings.get("unit", "")),
        settings.get("decimals"),
        settings.get("min"),
        settings.get("max"),
        settings.get("no_value", ""),
        settings.get("display_name", ""),
        {"mode": "fixed", "fixedColor": chosen} if isinstance(chosen, str) else chosen,
        as_thresholds(steps) if steps is not None else _ONE_COLOUR,
        tuple(settings.get("mappings", ())),
        tuple(one.inline() for one in settings.get("data_links", ())),
        {**custom, **settings["custom"]} if "custom" in settings else custom,
    )
