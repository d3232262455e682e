"""The classic dashboard JSON, both ways."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obs.diagnostic import DefinitionError
from obs.formats.canonical_json import dumps
from obs.formats.grafana_json import SCHEMA_VERSION, read, render
from obs.model import panels as p
from obs.model.dashboard import Annotation, Dashboard
from obs.model.datasource import Loki, Prometheus
from obs.model.field import override
from obs.model.layout import placed
from obs.model.link import Link, explore
from obs.model.panel import Grid, Panel, Row
from obs.model.query import Query
from obs.model.threshold import Thresholds
from obs.model.variable import Variable, constant, custom, datasource_variable, interval, textbox
from obs.passes.panel_ids import assign

PROMETHEUS = Prometheus(uid="prometheus", name="Prometheus")
LOKI = Loki(uid="loki", name="Loki")
Json = dict[str, Any]

WORDS = st.text(alphabet='ab é한{}$"\\\n🔥', max_size=8)
NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True)
NUMBERS = st.integers(-1000, 1000) | st.floats(-1e6, 1e6)
SOURCES = st.sampled_from([PROMETHEUS, LOKI])
OBJECTS = st.dictionaries(NAMES, st.booleans() | WORDS | st.integers(0, 9), max_size=3)

QUERIES = st.builds(
    Query,
    text=WORDS,
    legend=WORDS,
    instant=st.booleans(),
    format=st.sampled_from(["time_series"]),
    min_step=st.sampled_from(["", "1m"]),
    datasource=st.none() | SOURCES,
    hide=st.booleans(),
)
LINKS = st.builds(Link, to=st.sampled_from(["/d/x", "https://x/y"]), title=WORDS, new_tab=st.booleans())
LIMITS = st.lists(NUMBERS, max_size=3).map(
    lambda values: Thresholds(tuple((value, "red") for value in (None, *sorted(values))))
)
FUNCTIONS = st.sampled_from(
    [
        p.timeseries, p.stat, p.gauge, p.bargauge, p.barchart, p.table, p.logs, p.piechart, p.heatmap, p.histogram,
        p.state_timeline, p.status_history,
    ]
)  # fmt: skip


@st.composite
def any_panel(draw: st.DrawFn) -> Panel:
    choices: dict[str, st.SearchStrategy[Any]] = {
        "description": WORDS, "unit": st.sampled_from(["s", "logs/s"]), "decimals": st.integers(0, 3), "min": NUMBERS,
        "max": NUMBERS, "no_value": WORDS, "thresholds": LIMITS, "data": SOURCES, "options": OBJECTS, "custom": OBJECTS,
        "links": st.lists(LINKS, max_size=2), "data_links": st.lists(LINKS, max_size=2), "transparent": st.booleans(),
        "mappings": st.lists(OBJECTS, max_size=0), "min_interval": st.just("1m"), "max_data_points": st.integers(1, 999),
        "time_from": st.just("1h"), "time_shift": st.just("1h"), "repeat": NAMES, "w": st.integers(1, 24),
        "h": st.integers(1, 9), "overrides": st.just([override("x", unit="s", width=3)]),
    }  # fmt: skip
    given_settings = {
        name: draw(choices[name]) for name in draw(st.sets(st.sampled_from(sorted(choices)), max_size=6))
    }
    made: Panel = draw(FUNCTIONS)(draw(WORDS), *draw(st.lists(QUERIES, max_size=3)), **given_settings)
    return made


VARIABLES = st.one_of(
    st.builds(lambda name, multi: LOKI.label("x", name=name, multi=multi), NAMES, st.booleans()),
    st.builds(lambda name, all_value: PROMETHEUS.label("up", "x", name=name, all_value=all_value), NAMES, st.sampled_from([None, ".+", ""])),
    st.builds(lambda name: Variable(name=name, kind="query", query="query_result(up)", datasource=PROMETHEUS), NAMES),
    st.builds(textbox, NAMES, WORDS),
    st.builds(constant, NAMES, WORDS),
    st.builds(interval, NAMES),
    st.builds(lambda name: custom(name, {"a": "1", "b": "2"}, multi=True, all_value=".+"), NAMES),
    st.builds(lambda name: datasource_variable(name, PROMETHEUS), NAMES),
)  # fmt: skip


@st.composite
def any_dashboard(draw: st.DrawFn) -> Dashboard:
    line = st.lists(any_panel(), min_size=1, max_size=3)
    row = st.builds(Row, WORDS, line, collapsed=st.booleans(), repeat=st.sampled_from(["", "x"]))
    return Dashboard(
        uid=draw(st.sampled_from(["a", "b-c"])),
        title=draw(st.text(min_size=1, max_size=9).filter(str.strip)),
        rows=draw(st.lists(line | row, max_size=3)),
        variables=draw(st.lists(VARIABLES, max_size=3)),
        data=draw(SOURCES),
        description=draw(WORDS),
        tags=draw(st.lists(WORDS, max_size=2)),
        links=draw(st.lists(LINKS, max_size=2)),
        annotations=draw(
            st.lists(st.builds(Annotation, name=WORDS, query=WORDS, enable=st.booleans()), max_size=2)
        ),
        refresh=draw(st.sampled_from(["", "1m"])),
        tooltip=draw(st.sampled_from(["single", "crosshair", "shared"])),
        editable=draw(st.booleans()),
    )


@settings(max_examples=60, deadline=None)
@given(any_dashboard())
def test_reading_what_was_rendered_gives_the_same_dashboard(dashboard: Dashboard) -> None:
    dashboard = placed(dashboard)
    ids = assign([dashboard], {})[0][dashboard.uid]
    document = json.loads(dumps(render(dashboard, ids)))
    again = read(document, ids)
    assert again == dashboard
    assert dumps(render(again, ids)) == dumps(render(dashboard, ids))
    assert [panel.key for panel in again.panels()] == [panel.key for panel in dashboard.panels()]
    without = read(document)
    assert render(without) == render(dashboard, ids)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 30) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["panels", "title", "type", "targets", "datasource", "options", "legend", "gridPos", "fieldConfig",
                         "defaults", "thresholds", "steps", "value", "rows", "uid", "list", "templating", "current", "name",
                         "query", "id", "repeat", "links", "collapsed", "span", "height", "w", "h", "x", "y"]) | NAMES, inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["panels", "rows", "templating", "annotations", "links", "time", "tags"]), JSON_VALUES
    )
)
def test_any_json_is_read_or_refused_and_reading_again_changes_nothing(document: Json) -> None:
    try:
        first = read({"title": "T", "uid": "u", **document})
    except DefinitionError:
        return
    once = render(first)
    second = read(once)
    assert render(second) == once


def test_the_top_level_is_what_grafana_saves() -> None:
    found = render(Dashboard(uid="u", title="T"))
    assert found == {
        "annotations": {"list": [found["annotations"]["list"][0]]},
        "editable": False,
        "fiscalYearStartMonth": 0,
        "graphTooltip": 1,
        "links": [],
        "panels": [],
        "refresh": "1m",
        "schemaVersion": SCHEMA_VERSION,
        "tags": [],
        "templating": {"list": []},
        "time": {"from": "now-1h", "to": "now"},
        "timepicker": {},
        "timezone": "browser",
        "title": "T",
        "uid": "u",
        "weekStart": "",
    }
    assert found["annotations"]["list"][0]["builtIn"] == 1


def test_variables_take_the_forms_of_their_datasources() -> None:
    namespace = LOKI.label("namespace")
    pod = LOKI.label("pod", within=namespace, title="Pod")
    job = PROMETHEUS.label("up", "job", within='cluster="$cluster"')
    found = render(Dashboard(uid="u", title="T", variables=[pod, job]))["templating"]["list"]
    everything = {"selected": True, "text": ["All"], "value": ["$__all"]}
    assert found[0] == {
        "allValue": ".+", "current": everything, "datasource": {"type": "loki", "uid": "loki"},
        "definition": 'label_values({namespace=~"$namespace"}, pod)', "hide": 0, "includeAll": True, "label": "Pod",
        "multi": True, "name": "pod", "options": [], "refresh": 2, "regex": "", "skipUrlSync": False, "sort": 1,
        "type": "query",
        "query": {
            "label": "pod", "refId": "LokiVariableQueryEditor-VariableQuery", "stream": '{namespace=~"$namespace"}', "type": 1,
        },
    }  # fmt: skip
    assert found[1]["query"] == {
        "qryType": 1,
        "query": 'label_values(up{cluster="$cluster"}, job)',
        "refId": "PrometheusVariableQueryEditor-VariableQuery",
    }
    assert found[1]["definition"] == found[1]["query"]["query"]


def panel_of(document: Json, **more: Any) -> Json:
    found: Json = render(
        read({"title": "T", "uid": "u", "panels": [document]}, datasources=[PROMETHEUS, LOKI], **more)
    )["panels"][0]
    return found


def test_unknown_keys_are_kept_and_said() -> None:
    document = {
        "title": "T", "uid": "u", "schemaVersion": 39, "preload": True,
        "panels": [{"type": "stat", "title": "a", "libraryPanel": {"uid": "x"}, "targets": [{"refId": "A", "expr": "up", "datasource": {"type": "prometheus", "uid": "p"}, "useBackend": True}]}],
    }  # fmt: skip
    dashboard = read(document)
    found = render(dashboard)
    assert found["preload"] is True
    assert found["panels"][0]["libraryPanel"] == {"uid": "x"}
    assert found["panels"][0]["targets"][0]["useBackend"] is True
    assert [note.problem for note in dashboard.notes] == [
        "the dashboard's 'preload' is passed through as it is"
    ]


def test_queries_of_other_datasources_stay_as_they_are() -> None:
    target = {
        "refId": "A",
        "datasource": {"type": "tempo", "uid": "t"},
        "query": "{}",
        "queryType": "traceql",
        "limit": 20,
    }
    assert panel_of({"type": "table", "title": "a", "targets": [target]})["targets"] == [target]


@pytest.mark.parametrize(
    ("value", "rendered", "check"),
    [
        ("${DS_PROMETHEUS}", {"type": "prometheus", "uid": "prometheus"}, "old-dialect-mended"),
        ("${DS_TEMPO}", {"type": "tempo", "uid": "${DS_TEMPO}"}, "datasource-from-import-dialog"),
        ({"type": "loki", "uid": "${DS_LOKI}"}, {"type": "loki", "uid": "loki"}, "old-dialect-mended"),
        ({"type": "tempo"}, None, "datasource-without-uid"),
        ("Loki", {"type": "loki", "uid": "loki"}, "old-dialect-mended"),
        ({"type": "loki", "uid": "loki"}, {"type": "loki", "uid": "loki"}, None),
        ("-- Mixed --", {"type": "datasource", "uid": "-- Mixed --"}, None),
        ("$ds", {"type": "prometheus", "uid": "${ds}"}, None),
    ],
)
def test_datasources(value: object, rendered: object, check: str | None) -> None:
    document = {
        "title": "T", "uid": "u", "panels": [{"type": "stat", "title": "a", "datasource": value}],
        "templating": {"list": [{"type": "datasource", "name": "ds", "query": "prometheus"}]},
        "__inputs": [{"name": "DS_PROMETHEUS", "type": "datasource", "pluginId": "prometheus"}],
    }  # fmt: skip
    dashboard = read(document, datasources=[PROMETHEUS, LOKI])
    assert render(dashboard)["panels"][0].get("datasource") == rendered
    assert [note.check for note in dashboard.notes] == ([check] if check else [])


def test_a_graph_becomes_a_time_series() -> None:
    found = panel_of(
        {
            "type": "graph", "title": "a", "lines": True, "fill": 2, "linewidth": 3, "stack": True, "nullPointMode": "connected",
            "yaxes": [{"format": "bytes", "min": "0", "max": None}, {"format": "short"}], "steppedLine": True,
            "legend": {"show": True, "values": True, "avg": True, "current": True, "alignAsTable": True, "rightSide": True},
            "tooltip": {"shared": True}, "xaxis": {"show": True}, "aliasColors": {}, "renderer": "flot",
            "targets": [{"expr": "up", "refId": "A", "intervalFactor": 2, "datasource": "Prometheus"}],
        }
    )  # fmt: skip
    assert found["type"] == "timeseries"
    assert found["fieldConfig"]["defaults"]["unit"] == "bytes"
    assert found["fieldConfig"]["defaults"]["min"] == 0
    custom_options = found["fieldConfig"]["defaults"]["custom"]
    assert (custom_options["fillOpacity"], custom_options["lineWidth"], custom_options["spanNulls"]) == (
        20,
        3,
        True,
    )
    assert custom_options["stacking"]["mode"] == "normal"
    assert custom_options["lineInterpolation"] == "stepAfter"
    assert found["options"]["legend"] == {
        "calcs": ["mean", "lastNotNull"], "displayMode": "table", "placement": "right", "showLegend": True,
    }  # fmt: skip
    assert set(found) == {"datasource", "fieldConfig", "gridPos", "id", "options", "targets", "title", "type"}


def test_series_on_the_right_axis_of_a_graph_keep_its_unit() -> None:
    found = panel_of(
        {
            "type": "graph", "title": "a", "yaxes": [{"format": "bytes"}, {"format": "s"}],
            "seriesOverrides": [{"alias": "/ time/", "yaxis": 2}, {"alias": "busy", "yaxis": 2}, {"alias": "x", "fill": 0}],
            "targets": [{"expr": "up", "refId": "A", "datasource": "Prometheus"}],
        }
    )  # fmt: skip
    assert found["fieldConfig"]["overrides"] == [
        {"matcher": {"id": "byRegexp", "options": "/ time/"}, "properties": [{"id": "unit", "value": "s"}]},
        {"matcher": {"id": "byName", "options": "busy"}, "properties": [{"id": "unit", "value": "s"}]},
    ]


@pytest.mark.parametrize(
    ("shown", "calcs"),
    [
        ("current", ["lastNotNull"]),
        ("avg", ["mean"]),
        ("max", ["max"]),
        ("total", ["sum"]),
        ("name", ["lastNotNull"]),
    ],
)
def test_a_single_stat_keeps_its_calculation(shown: str, calcs: list[str]) -> None:
    options = panel_of({"type": "singlestat", "title": "a", "valueName": shown})["options"]
    assert options["reduceOptions"]["calcs"] == calcs
    assert options.get("textMode") == ("name" if shown == "name" else None)


@pytest.mark.parametrize(("show", "kind"), [(False, "stat"), (True, "gauge")])
def test_a_single_stat_becomes_a_stat_or_a_gauge(show: bool, kind: str) -> None:
    found = panel_of(
        {
            "type": "singlestat", "title": "a", "format": "percent", "valueName": "current", "thresholds": "50,80",
            "colors": ["#299c46", "rgba(237, 129, 40, 0.89)", "#d44a3a"], "decimals": 1,
            "gauge": {"show": show, "minValue": 0, "maxValue": 100}, "sparkline": {"show": True},
            "valueMaps": [{"op": "=", "text": "N/A", "value": "null"}],
        }
    )  # fmt: skip
    assert found["type"] == kind
    assert found["options"]["reduceOptions"]["calcs"] == ["lastNotNull"]
    defaults = found["fieldConfig"]["defaults"]
    assert (defaults["unit"], defaults["decimals"]) == ("percent", 1)
    assert [step["value"] for step in defaults["thresholds"]["steps"]] == [None, 50, 80]
    assert defaults["mappings"] == [
        {"type": "special", "options": {"match": "null", "result": {"text": "N/A"}}}
    ]


@pytest.mark.parametrize(
    ("step", "document", "path", "value"),
    [
        ("V36", {"targets": [{"expr": "up"}], "datasource": {"type": "loki", "uid": "loki"}}, ["targets", 0, "datasource"], {"type": "loki", "uid": "loki"}),
        ("V37", {"type": "timeseries", "options": {"legend": {"displayMode": "hidden", "placement": "right"}}}, ["options", "legend"], {"showLegend": False, "displayMode": "list", "placement": "right", "calcs": []}),
        ("V38", {"type": "table", "fieldConfig": {"defaults": {"custom": {"displayMode": "lcd-gauge"}}}}, ["fieldConfig", "defaults", "custom"], {"cellOptions": {"type": "gauge", "mode": "lcd"}}),
        ("V39", {"transformations": [{"id": "timeSeriesTable", "options": {"refIdToStat": {"A": "mean"}}}]}, ["transformations", 0, "options"], {"A": {"stat": "mean"}}),
        ("V42", {"fieldConfig": {"overrides": [{"matcher": {"id": "byName", "options": "a"}, "properties": [{"id": "custom.hideFrom", "value": {"viz": True}}]}]}}, ["fieldConfig", "overrides", 0, "properties", 0, "value"], {"viz": True, "tooltip": True}),
    ],
)  # fmt: skip
def test_migrations_of_panels(step: str, document: Json, path: list[Any], value: object) -> None:
    found: Any = panel_of({"type": "stat", "title": step, **document})
    for name in path:
        found = found[name]
    assert found == value


@pytest.mark.parametrize(
    ("document", "name", "value"),
    [
        ({"refresh": False}, "refresh", ""),
        ({"refresh": "5m"}, "refresh", "5m"),
        (
            {"timepicker": {"time_options": ["5m"], "refresh_intervals": ["1m"]}},
            "timepicker",
            {"refresh_intervals": ["1m"]},
        ),
        ({"sharedCrosshair": True}, "graphTooltip", 1),
        ({"style": "dark"}, "style", None),
        ({"id": 12, "version": 7, "iteration": 3}, "id", None),
    ],
)
def test_migrations_of_dashboards(document: Json, name: str, value: object) -> None:
    assert render(read({"title": "T", "uid": "u", **document})).get(name) == value


def test_rows_of_grafana_4_become_places() -> None:
    rows = [
        {"title": "Open", "showTitle": True, "height": 250, "panels": [{"type": "text", "title": "a", "span": 6}, {"type": "text", "title": "b", "span": 6}]},
        {"title": "Closed", "collapse": True, "height": "300px", "panels": [{"type": "text", "title": "c", "span": 12}]},
    ]  # fmt: skip
    found = render(read({"title": "T", "uid": "u", "rows": rows}))["panels"]
    assert [(one["type"], one["title"]) for one in found] == [
        ("row", "Open"),
        ("text", "a"),
        ("text", "b"),
        ("row", "Closed"),
    ]
    assert [(one["gridPos"]["x"], one["gridPos"]["y"], one["gridPos"]["w"]) for one in found] == [(0, 0, 24), (0, 1, 12), (12, 1, 12), (0, 8, 24)]  # fmt: skip
    assert found[3]["panels"][0]["title"] == "c"


@pytest.mark.parametrize(
    "wrap",
    [
        lambda inner: {"dashboard": inner, "meta": {"slug": "t"}},
        lambda inner: {"apiVersion": "dashboard.grafana.app/v1beta1", "kind": "Dashboard", "metadata": {"name": "u"}, "spec": inner},
    ],
)  # fmt: skip
def test_envelopes_are_opened(wrap: Any) -> None:
    inner = {"title": "T", "uid": "u", "panels": [{"type": "text", "title": "a"}]}
    assert [panel.title for panel in read(wrap(inner)).panels()] == ["a"]


def test_what_is_no_classic_dashboard_is_refused() -> None:
    with pytest.raises(DefinitionError, match="schema v2"):
        read(
            {
                "apiVersion": "dashboard.grafana.app/v2beta1",
                "spec": {"elements": {}, "layout": {}, "title": "T"},
            }
        )
    with pytest.raises(DefinitionError, match="needs a title"):
        read({"uid": "u"})
    with pytest.raises(DefinitionError, match="a dashboard is an object"):
        read([])  # type: ignore[arg-type]


def test_links_annotations_and_extra_survive() -> None:
    dashboard = placed(
        Dashboard(
            uid="u", title="T", data=PROMETHEUS, extra={"preload": True}, timezone="Asia/Seoul", week_start="monday",
            links=[Link(tags=["a"], title="x"), Link("/d/y", "y", vars=False), explore("up", PROMETHEUS)],
            annotations=[Annotation(name="alerts", query="ALERTS", title="{{alertname}}", tags="severity", color="orange")],
            panels=[Panel(type="text", title="t", grid=Grid(3, 4, 5, 6), options={"content": "x"}, extra={"libraryPanel": {"uid": "l"}})],
        )
    )  # fmt: skip
    ids = assign([dashboard], {})[0]["u"]
    assert read(render(dashboard, ids), ids) == dashboard


def test_built_in_annotations_are_written_once_in_whatever_form_they_come() -> None:
    old = {
        "builtIn": 1,
        "datasource": "-- Grafana --",
        "enable": False,
        "hide": True,
        "name": "Annotations & Alerts",
        "type": "dashboard",
    }
    dashboard = read({"title": "T", "uid": "u", "annotations": {"list": [old]}})
    assert render(dashboard)["annotations"] == render(Dashboard(uid="u", title="T"))["annotations"]
    assert [note.problem for note in dashboard.notes] == [
        "the built-in annotations get Grafana's own enable again"
    ]


def test_a_kind_of_variable_that_obs_does_not_know_stays() -> None:
    entry = {"type": "switch", "name": "s", "current": {"text": "on", "value": "on"}, "enabledValue": "on"}
    found = render(read({"title": "T", "uid": "u", "templating": {"list": [entry]}}))["templating"]["list"][0]
    assert (found["type"], found["enabledValue"]) == ("switch", "on")
    assert "definition" not in found
