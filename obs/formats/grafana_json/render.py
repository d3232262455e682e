"""A dashboard as the classic JSON that Grafana's file provisioning loads, schema version 39.

Grafana 10.4 to 13 load it; the content already satisfies the migrations up to 42, so none of them changes a
thing and nobody sees "unsaved changes". Source: Grafana, `apps/dashboard/pkg/migration/schemaversion`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from obs.formats.grafana_json.field import render_data_link, render_field_config
from obs.formats.grafana_json.names import BUILT_IN_ANNOTATION, TOOLTIP
from obs.formats.grafana_json.variable import render_variable
from obs.model.dashboard import Annotation, Dashboard
from obs.model.datasource import Datasource
from obs.model.layout import placed
from obs.model.link import Link
from obs.model.panel import Grid, Panel, Row
from obs.model.query import Query

SCHEMA_VERSION = 39

Object = dict[str, Any]


def render(dashboard: Dashboard, ids: Mapping[str, int] | None = None) -> Object:
    """The JSON as Python objects, to be read only: parts of it are shared between dashboards.

    `ids` maps the keys of panels and headers to their ids (`passes.panel_ids`); without it they are numbered.
    Panels without a place get one. Raises KeyError when `ids` lacks a key.
    """
    dashboard = placed(dashboard)
    if ids is None:
        ids = {item.key: item.id or number for number, item in enumerate(dashboard.items(), 1)}
    found: Object = {
        "annotations": {"list": [BUILT_IN_ANNOTATION, *map(_annotation, dashboard.annotations)]},
        "editable": dashboard.editable,
        "fiscalYearStartMonth": 0,
        "graphTooltip": TOOLTIP[dashboard.tooltip],
        "links": [_link(link) for link in dashboard.links],
        "panels": _panels(dashboard, ids),
        "refresh": dashboard.refresh,
        "schemaVersion": SCHEMA_VERSION,
        "tags": list(dashboard.tags),
        "templating": {"list": [render_variable(variable) for variable in dashboard.variables]},
        "time": {"from": dashboard.time[0], "to": dashboard.time[1]},
        "timepicker": {},
        "timezone": dashboard.timezone,
        "title": dashboard.title,
        "uid": dashboard.uid,
        "weekStart": dashboard.week_start,
    }
    if dashboard.description:
        found["description"] = dashboard.description
    found.update(dashboard.extra)
    return found


def datasource(data: Datasource | None) -> Object | None:
    """Always the type and the uid: a name, or null, means another datasource in another Grafana."""
    return None if data is None else {"type": data.type, "uid": data.uid}


def _panels(dashboard: Dashboard, ids: Mapping[str, int]) -> list[Object]:
    found: list[Object] = []
    for row in dashboard.rows:
        children = [_panel(panel, ids) for panel in row.panels()]
        if row.title is None:
            found += children
        elif row.collapsed:
            found.append(_row(row, ids, children))
        else:
            found.append(_row(row, ids, []))
            found += children
    return found


def _row(row: Row, ids: Mapping[str, int], children: list[Object]) -> Object:
    found: Object = {
        "collapsed": row.collapsed,
        "gridPos": _grid(row.grid),
        "id": ids[row.key],
        "panels": children,
        "title": row.title,
        "type": "row",
    }
    if row.repeat:
        found["repeat"] = row.repeat
    found.update(row.extra)
    return found


def _grid(grid: Grid | None) -> Object:
    return {"h": grid.h, "w": grid.w, "x": grid.x, "y": grid.y} if grid else {}


def _panel(panel: Panel, ids: Mapping[str, int]) -> Object:
    found: Object = {
        "fieldConfig": render_field_config(panel.field, panel.overrides),
        "gridPos": _grid(panel.grid),
        "id": ids[panel.key],
        "options": panel.options,
        "title": panel.title,
        "type": panel.type,
    }
    if panel.datasource is not None:
        found["datasource"] = datasource(panel.datasource)
    if panel.queries:
        found["targets"] = [_target(query) for query in panel.queries]
    if panel.description:
        found["description"] = panel.description
    if panel.transformations:
        found["transformations"] = list(panel.transformations)
    if panel.links:
        found["links"] = [render_data_link(link) for link in panel.links]
    if panel.transparent:
        found["transparent"] = True
    if panel.repeat:
        found |= {"repeat": panel.repeat, "repeatDirection": panel.repeat_direction}
    if panel.max_per_row is not None:
        found["maxPerRow"] = panel.max_per_row
    _add_timing(panel, found)
    found.update(panel.extra)
    return found


def _add_timing(panel: Panel, found: Object) -> None:
    """What a panel rarely says about time and resolution."""
    if panel.min_interval:
        found["interval"] = panel.min_interval
    if panel.max_data_points is not None:
        found["maxDataPoints"] = panel.max_data_points
    if panel.time_from:
        found["timeFrom"] = panel.time_from
    if panel.time_shift:
        found["timeShift"] = panel.time_shift
    if panel.hide_time_override:
        found["hideTimeOverride"] = True


def _target(query: Query) -> Object:
    found: Object = {"datasource": datasource(query.datasource), "refId": query.ref_id}
    if query.datasource is None:
        del found["datasource"]
    language = query.language
    if language == "promql":
        found |= {
            "editorMode": "code",
            "exemplar": query.exemplar,
            "expr": query.text,
            "format": query.format,
            "instant": bool(query.instant),
            "legendFormat": query.legend or "__auto",
            "range": not query.instant,
        }
        if query.min_step:
            found["interval"] = query.min_step
    elif language == "logql":
        found |= {
            "editorMode": "code",
            "expr": query.text,
            "legendFormat": query.legend,
            "queryType": "instant" if query.instant else "range",
        }
        if query.min_step:
            found["step"] = query.min_step
        if query.max_lines is not None:
            found["maxLines"] = query.max_lines
    else:
        _add_foreign(query, found)
    if query.hide:
        found["hide"] = True
    found.update(query.extra)
    return found


def _add_foreign(query: Query, found: Object) -> None:
    """A query whose datasource is unknown, or speaks a language of its own: no defaults are added."""
    for name, value in (
        ("expr", query.text),
        ("legendFormat", query.legend),
        ("instant", query.instant),
        ("format", "" if query.format == "time_series" else query.format),
        ("interval", query.min_step),
        ("maxLines", query.max_lines),
        ("exemplar", query.exemplar),
    ):
        if value:
            found[name] = value


def _link(link: Link) -> Object:
    return {
        "asDropdown": bool(link.tags),
        "icon": link.icon,
        "includeVars": link.vars,
        "keepTime": link.keep_time,
        "tags": list(link.tags),
        "targetBlank": link.new_tab,
        "title": link.title,
        "tooltip": link.tooltip,
        "type": "dashboards" if link.tags else "link",
        "url": link.url,
        **link.extra,
    }


def _annotation(annotation: Annotation) -> Object:
    found: Object = {
        "datasource": datasource(annotation.datasource),
        "enable": annotation.enable,
        "hide": annotation.hide,
        "iconColor": annotation.color,
        "name": annotation.name,
    }
    for name, value in (
        ("expr", annotation.query),
        ("titleFormat", annotation.title),
        ("textFormat", annotation.text),
        ("tagKeys", annotation.tags),
    ):
        if value:
            found[name] = value
    found.update(annotation.extra)
    return found
