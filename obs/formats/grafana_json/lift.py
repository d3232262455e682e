"""Old dialects of the dashboard JSON as schema 39: what Grafana's migrations do on every load, done once.

grafanalib's output is one such dialect: schema 12 by its number, several later shapes by its content. Each
step is harmless on a document that is past it, so lifting twice changes nothing. Source: Grafana,
`apps/dashboard/pkg/migration/schemaversion` (V13 to V42), and grafanalib 0.7.1 as measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from obs.formats.grafana_json.lift_panel import lift_panel_type
from obs.formats.grafana_json.lift_rows import lift_rows
from obs.formats.grafana_json.notes import Notes
from obs.formats.grafana_json.shape import as_list, as_map, number, objects, origin_of, text

Dialect = Literal["grafana", "grafanalib"]
Object = dict[str, Any]

_DEAD_DASHBOARD_KEYS = (
    "__inputs", "__requires", "__elements", "gnetId", "hideControls", "id", "iteration", "originalTitle",
    "rows", "schemaVersion", "sharedCrosshair", "style", "version", "nav", "liveNow",
)  # fmt: skip
_DEAD_PANEL_KEYS = (
    "alert", "cacheTimeout", "editable", "error", "height", "isNew", "minSpan", "pluginVersion", "span",
    "renderer", "seriesOverrides", "thresholds",
)  # fmt: skip
_DEAD_VARIABLE_KEYS = (
    "tagValuesQuery",
    "tagsQuery",
    "useTags",
    "tags",
    "allFormat",
    "multiFormat",
    "datasourceError",
)
_GRAFANALIB_TARGET_KEYS = ("intervalFactor", "metric", "query", "step", "target")


def dialect_of(json: Mapping[str, Any]) -> Dialect:
    """grafanalib's dashboards and panels carry keys that no Grafana of schema 13 or later wrote together."""
    if {"hideControls", "sharedCrosshair", "style"} <= json.keys() and json.get("schemaVersion") == 12:
        return "grafanalib"
    if {"cacheTimeout", "minSpan", "span", "error"} <= json.keys() and "type" in json:
        return "grafanalib"
    if {"useTags", "tagsQuery", "auto_count"} <= json.keys():
        return "grafanalib"
    return "grafana"


def lift(json: Mapping[str, Any], notes: Notes, dialect: Dialect | None = None) -> Object:
    """A new document of schema 39; `json` is left alone."""
    dialect = dialect or dialect_of(json)
    found = {name: value for name, value in json.items() if name not in _DEAD_DASHBOARD_KEYS}
    if "apiVersion" in found:
        found.pop("apiVersion")
    panels = [*lift_rows(objects(json.get("rows")), notes), *objects(json.get("panels"))]
    if json.get("rows") and json.get("panels"):
        notes.mended("it has both rows and panels; grafanalib would drop the panels, here both stay")
    lifted = [lift_panel(panel, dialect, notes) for panel in panels]
    found["panels"] = _without_positional_ids(lifted, notes) if dialect == "grafanalib" else lifted
    _lift_behaviour(json, found, dialect, notes)
    templating = as_map(json.get("templating"))
    entries = objects(templating.get("list"))
    found["templating"] = {"list": [lift_variable(entry, dialect, notes) for entry in entries]}
    found["annotations"] = {"list": objects(as_map(json.get("annotations")).get("list"))}
    version = json.get("schemaVersion")
    if isinstance(version, int) and version < 36:
        notes.mended(
            f"schema {version} is lifted to 39",
            "Grafana would run its migrations on every load; newer ones refuse documents that old",
        )
    return found


def _lift_behaviour(json: Mapping[str, Any], found: Object, dialect: Dialect, notes: Notes) -> None:
    """Refresh, tooltip, time picker, editing."""
    refresh = json.get("refresh")
    found["refresh"] = refresh if isinstance(refresh, str) else ""  # V40
    if json.get("sharedCrosshair") is True and not json.get("graphTooltip"):  # V14
        found["graphTooltip"] = 1
    timepicker = as_map(json.get("timepicker"))
    timepicker.pop("time_options", None)  # V41
    if dialect == "grafanalib":
        if refresh == "10s":
            found["refresh"] = "1m"
            notes.mended(
                "refresh 10s, grafanalib's default, becomes 1m", "every viewer would ask six times a minute"
            )
        timepicker.pop("refresh_intervals", None)
        timepicker.pop("nowDelay", None)
        found["editable"] = False
    found["timepicker"] = timepicker


def _without_positional_ids(panels: list[Object], notes: Notes) -> list[Object]:
    """`auto_panel_ids()` numbers by place, so an inserted panel changes every id after it: such ids are no
    ids."""
    flat = [item for panel in panels for item in (panel, *objects(panel.get("panels")))]
    ids = [panel.get("id") for panel in flat]
    if sorted(number for number in ids if isinstance(number, int)) != list(range(1, len(ids) + 1)) or not ids:
        return panels
    notes.mended("its panel ids count places, so they are replaced by ids from the panels' keys")
    return [_without_id(panel) for panel in panels]


def _without_id(panel: Object) -> Object:
    found = {name: value for name, value in panel.items() if name != "id"}
    if "panels" in found:
        found["panels"] = [_without_id(child) for child in objects(found["panels"])]
    return found


def lift_panel(json: Mapping[str, Any], dialect: Dialect, notes: Notes) -> Object:
    """A new panel of schema 39."""
    notes.where, notes.at = f"panel {text(json.get('title'))!r}", origin_of(json, None)
    if json.get("type") == "row":
        found = {name: value for name, value in json.items() if name not in _DEAD_PANEL_KEYS}
        if dialect == "grafanalib":
            found = {name: found[name] for name in _ROW_KEYS if name in found}
        found["panels"] = [lift_panel(panel, dialect, notes) for panel in objects(json.get("panels"))]
        notes.where, notes.at = "", None
        return found
    found = lift_panel_type(json, dialect == "grafanalib", notes)
    if dialect == "grafanalib" and found.get("maxDataPoints") == 100:
        del found["maxDataPoints"]
        notes.mended("100 data points, grafanalib's default, become one for each pixel")
    if found.get("interval") is None:
        found.pop("interval", None)
    if not found.get("repeat"):
        for name in ("repeat", "repeatDirection", "maxPerRow"):
            found.pop(name, None)
    if "targets" in json:
        found["targets"] = [_lift_target(target, dialect) for target in objects(json.get("targets"))]
    found = {
        name: value for name, value in found.items() if name not in _DEAD_PANEL_KEYS and value is not None
    }
    for name in ("links", "transformations"):
        if found.get(name) == []:
            del found[name]
    _lift_legend(found)
    _lift_cells(found)
    found["fieldConfig"] = _lift_field_config(as_map(found.get("fieldConfig")), notes)
    _lift_transformations(found)
    notes.where, notes.at = "", None
    return found


_ROW_KEYS = ("type", "title", "id", "collapsed", "panels", "gridPos", "repeat")


def _lift_target(target: Mapping[str, Any], dialect: Dialect) -> Object:
    found = dict(target)
    if dialect == "grafanalib" or "intervalFactor" in target:
        for name in _GRAFANALIB_TARGET_KEYS:
            found.pop(name, None)
    if found.get("hide") is False:
        del found["hide"]
    if not found.get("refId"):
        found.pop("refId", None)
    if not found.get("interval"):
        found.pop("interval", None)
    return {name: value for name, value in found.items() if value is not None}


def _lift_legend(panel: Object) -> None:
    """V37: `showLegend` says whether there is one, no longer the display mode."""
    options = as_map(panel.get("options"))
    legend = options.get("legend")
    if legend is None or panel.get("type") == "heatmap":
        return
    found: Object = as_map(legend)
    hidden = found.get("displayMode") == "hidden" or legend is False
    if hidden:
        found["displayMode"] = "list"
    if hidden or "showLegend" not in found:
        found["showLegend"] = not hidden and found.get("show") is not False
    found.setdefault("displayMode", "list")
    found.setdefault("placement", "bottom")
    found.setdefault("calcs", [])
    panel["options"] = {**options, "legend": found}


_CELLS = {
    "basic": {"type": "gauge", "mode": "basic"},
    "gradient-gauge": {"type": "gauge", "mode": "gradient"},
    "lcd-gauge": {"type": "gauge", "mode": "lcd"},
    "color-background": {"type": "color-background", "mode": "gradient"},
    "color-background-solid": {"type": "color-background", "mode": "basic"},
}


def cell_options(mode: str) -> Object:
    """V38: the table's display modes as cell options."""
    return dict(_CELLS.get(mode, {"type": mode}))


def _lift_cells(panel: Object) -> None:
    if panel.get("type") != "table":
        return
    config = as_map(panel.get("fieldConfig"))
    defaults = as_map(config.get("defaults"))
    custom = as_map(defaults.get("custom"))
    if "displayMode" in custom:
        custom["cellOptions"] = cell_options(text(custom.pop("displayMode")) or "auto")
        config["defaults"] = {**defaults, "custom": custom}
    overrides = objects(config.get("overrides"))
    for override in overrides:
        override["properties"] = [
            {"id": "custom.cellOptions", "value": cell_options(text(one.get("value")))}
            if one.get("id") == "custom.displayMode"
            else one
            for one in objects(override.get("properties"))
        ]
    panel["fieldConfig"] = {**config, "overrides": overrides}


def _lift_field_config(config: Object, notes: Notes) -> Object:
    defaults = {name: value for name, value in as_map(config.get("defaults")).items() if value is not None}
    custom = as_map(defaults.get("custom"))
    defaults["custom"] = {name: value for name, value in custom.items() if value is not None}
    if "thresholds" in defaults:
        given = as_map(defaults.pop("thresholds"))
        lifted = lift_thresholds(given, notes)
        if lifted:
            defaults["thresholds"] = {**lifted, "base": objects(given.get("steps"))[0].get("value")}
    color = as_map(defaults.get("color"))
    if color.get("fixedColor") == "none":
        color.pop("fixedColor")
    if color:
        defaults["color"] = color
    else:
        defaults.pop("color", None)
    overrides = [_lift_override(override, notes) for override in objects(config.get("overrides"))]
    return {**config, "defaults": defaults, "overrides": overrides}


def _lift_override(override: Object, notes: Notes) -> Object:
    """V42: what is hidden from the picture is hidden from the tooltip too; thresholds as everywhere."""
    properties = objects(override.get("properties"))
    for one in properties:
        value = one.get("value")
        if one.get("id") == "custom.hideFrom" and isinstance(value, Mapping) and value.get("viz") is True:
            one["value"] = {**value, "tooltip": True}
        if one.get("id") == "thresholds":
            one["value"] = lift_thresholds(value, notes) or {"mode": "absolute", "steps": []}
    return {**override, "properties": properties}


def lift_thresholds(value: object, notes: Notes) -> Object:
    """Steps in rising order, the first from minus infinity; empty when there are none."""
    given = as_map(value)
    steps = objects(given.get("steps"))
    if not steps:
        return {}
    if any(step.get("value") == "null" for step in steps):
        notes.mended('a threshold from the text "null" becomes one from minus infinity')
    found = [{"color": text(step.get("color")), "value": number(step.get("value"))} for step in steps]
    found[0]["value"] = None
    mode = "percentage" if given.get("mode") == "percentage" else "absolute"
    return {"mode": mode, "steps": found}


def _lift_transformations(panel: Object) -> None:
    """V39: `timeSeriesTable` names the statistic of each query in an object."""
    for transformation in objects(panel.get("transformations")):
        options = as_map(transformation.get("options"))
        stats = as_map(options.get("refIdToStat"))
        if transformation.get("id") == "timeSeriesTable" and stats:
            lifted = {ref: {"stat": stat} for ref, stat in stats.items()}
            panel["transformations"] = [
                {**one, "options": lifted} if one.get("id") == "timeSeriesTable" else one
                for one in objects(panel.get("transformations"))
            ]


def lift_variable(json: Mapping[str, Any], dialect: Dialect, notes: Notes) -> Object:
    """A new entry of `templating.list`."""
    found = {
        name: value for name, value in json.items() if name not in _DEAD_VARIABLE_KEYS and value is not None
    }
    kind = text(found.get("type")) or "query"
    found["type"] = kind
    if kind != "interval":
        for name in ("auto", "auto_min", "auto_count"):
            found.pop(name, None)
    current = {name: value for name, value in as_map(found.get("current")).items() if name != "tags"}
    found["current"] = current if current.get("value") not in (None, "", []) else {}
    if dialect == "grafanalib":
        if kind == "query" and found.get("refresh") == 1:
            found["refresh"] = 2
            notes.mended(f"variable {text(found.get('name'))!r} is refreshed when the time range changes")
        if found.get("current", {}).get("value") in ("All", "all") and found.get("includeAll"):
            found["current"] = {}
        if kind == "custom":
            found["query"] = ", ".join(piece.strip() for piece in text(found.get("query")).split(","))
            found["current"] = _stripped(current)
    if found.get("includeAll") is True and not found.get("allValue") and found.get("regex") == "":
        found.pop("allValue", None)
    if as_list(found.get("options")) and kind == "query":
        found["options"] = []
    return found


def _stripped(current: Object) -> Object:
    value = current.get("value")
    if not isinstance(value, str) or not value:
        return {}
    return {"selected": True, "text": value.strip(), "value": value.strip()}
