"""What grafanalib 0.7.1 writes that a Grafana of today misreads: one test for each defect, mended or reported.

Every test first shows the defect in grafanalib's own output, so that none of them outlives its reason.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Unpack, get_type_hints

import grafanalib.core as g
import pytest
from grafanalib._gen import DashboardEncoder

from obs.checks.base import dashboard_findings as validate
from obs.diagnostic import Diagnostic, ObsError
from obs.formats.grafana_json import read, render
from obs.frontends import grafanalib
from obs.model.dashboard import Dashboard
from obs.model.datasource import Loki, Prometheus
from obs.model.layout import placed
from obs.model.panel import Panel, Row
from obs.model.panels import Settings, alertlist, barchart, timeseries
from obs.model.threshold import thresholds
from obs.passes.panel_ids import assign

PROMETHEUS = Prometheus(uid="prometheus", name="Prometheus")
LOKI = Loki(uid="loki", name="Loki")

Json = dict[str, Any]


def before(item: object) -> Json:
    """What grafanalib itself writes."""
    found: Json = json.loads(json.dumps(item, cls=DashboardEncoder))
    return found


def after(item: object) -> Json:
    """What obs writes for one panel of grafanalib's."""
    dashboard = Dashboard(uid="d", title="D", rows=[[item]], data=PROMETHEUS)
    found: Json = render(dashboard)["panels"][0]
    return found


def after_dashboard(item: object) -> Json:
    return render(grafanalib.dashboard(item, data=PROMETHEUS, datasources=[PROMETHEUS, LOKI]))


def notes_of(item: object) -> list[str]:
    return [note.problem for note in grafanalib.dashboard(item, data=PROMETHEUS).notes]


def checks(found: list[Diagnostic]) -> list[str]:
    return [one.check for one in found]


def one_of(*panels: object, **settings: object) -> Any:
    return g.Dashboard(title="T", uid="t", panels=list(panels), **settings)


def grid(x: int, y: int = 0, w: int = 12, h: int = 8) -> Any:
    return g.GridPos(h=h, w=w, x=x, y=y)


def test_01_schema_version_12_is_lifted_with_its_migrations() -> None:
    dashboard = one_of(g.TimeSeries(title="a", gridPos=grid(0)))
    assert before(dashboard)["schemaVersion"] == 12
    assert after_dashboard(dashboard)["schemaVersion"] == 39
    assert "schema 12 is lifted to 39" in notes_of(dashboard)


def test_02_a_hundred_data_points_are_dropped_but_an_authors_number_stays() -> None:
    assert before(g.TimeSeries(title="a"))["maxDataPoints"] == 100
    assert "maxDataPoints" not in after(g.TimeSeries(title="a"))
    assert after(g.TimeSeries(title="a", maxDataPoints=500))["maxDataPoints"] == 500


def test_03_targets_keep_only_what_their_datasource_knows() -> None:
    target = g.Target(expr="up", legendFormat="{{job}}", refId="A")
    assert {"intervalFactor", "step", "metric", "target", "query"} <= before(target).keys()
    assert after(g.TimeSeries(title="a", targets=[target]))["targets"] == [
        {
            "datasource": {"type": "prometheus", "uid": "prometheus"},
            "editorMode": "code",
            "exemplar": False,
            "expr": "up",
            "format": "time_series",
            "instant": False,
            "legendFormat": "{{job}}",
            "range": True,
            "refId": "A",
        }
    ]
    logs = Dashboard(uid="d", title="D", rows=[[g.Logs(title="a", targets=[target])]], data=LOKI)
    assert render(logs)["panels"][0]["targets"][0] == {
        "datasource": {"type": "loki", "uid": "loki"},
        "editorMode": "code",
        "expr": "up",
        "legendFormat": "{{job}}",
        "queryType": "range",
        "refId": "A",
    }


def test_04_refresh_every_ten_seconds_becomes_a_minute() -> None:
    assert before(one_of())["refresh"] == "10s"
    assert after_dashboard(one_of())["refresh"] == "1m"
    assert after_dashboard(one_of(refresh="5m"))["refresh"] == "5m"
    assert any("every viewer" in note.why for note in grafanalib.dashboard(one_of()).notes)


def test_05_dead_keys_go_and_a_missing_uid_is_said() -> None:
    bare = g.Dashboard(title="Gateway traffic")
    assert before(bare)["uid"] is None
    found = after_dashboard(bare)
    dead = {"__inputs", "gnetId", "hideControls", "id", "rows", "sharedCrosshair", "style", "version"}
    assert not dead & found.keys()
    assert found["editable"] is False
    assert found["uid"] == "gateway-traffic"
    assert any("has no uid" in note for note in notes_of(bare))


def test_06_positional_ids_give_way_to_ids_of_keys() -> None:
    def numbered(*titles: str) -> Any:
        return one_of(*(g.TimeSeries(title=title, gridPos=grid(0)) for title in titles)).auto_panel_ids()

    def ids(*titles: str) -> Mapping[str, int]:
        return assign([grafanalib.dashboard(numbered(*titles))], {})[0]["t"]

    def positions(*titles: str) -> dict[str, int]:
        return {panel["title"]: panel["id"] for panel in before(numbered(*titles))["panels"]}

    assert positions("a", "b")["a"] != positions("new", "a", "b")["a"]
    first, second = ids("a", "b", "c"), ids("new", "a", "b", "c")
    assert first == {key: second[key] for key in first}
    chosen = one_of(g.TimeSeries(title="a", id=7, gridPos=grid(0)))
    assert assign([grafanalib.dashboard(chosen)], {})[0]["t"] == {"a": 7}


def test_07_thresholds_start_at_null_the_value_and_take_whole_numbers() -> None:
    steps = [g.Threshold("green", 0, 0.0), g.Threshold("red", 1, 80.0)]
    assert before(steps)[0]["value"] == "null"
    with pytest.raises(TypeError):
        g.Threshold("red", 1, 80)
    expected = {
        "mode": "absolute",
        "steps": [{"color": "green", "value": None}, {"color": "red", "value": 80}],
    }
    assert (
        after(g.TimeSeries(title="a", thresholds=steps))["fieldConfig"]["defaults"]["thresholds"] == expected
    )
    ours = render(
        Dashboard(uid="d", title="D", rows=[[timeseries("a", "up", thresholds=("green", 80, "red"))]])
    )
    assert ours["panels"][0]["fieldConfig"]["defaults"]["thresholds"] == expected
    assert thresholds("green", 80, "red").values == (80,)


def test_08_stat_shows_the_last_value_and_no_word_for_none() -> None:
    stat = g.Stat(title="a")
    raw = before(stat)
    assert raw["fieldConfig"]["defaults"]["thresholds"]["steps"] == ""
    assert raw["fieldConfig"]["defaults"]["noValue"] == "none"
    found = after(stat)
    assert "noValue" not in found["fieldConfig"]["defaults"]
    assert "thresholds" not in found["fieldConfig"]["defaults"]
    assert found["options"]["reduceOptions"]["calcs"] == ["lastNotNull"]
    assert after(g.Stat(title="a", reduceCalc="max", noValue="-"))["options"]["reduceOptions"]["calcs"] == [
        "max"
    ]


def test_09_gauge_calculates_what_it_was_told() -> None:
    gauge = g.GaugePanel(title="a", calc="max", thresholdLabels=True, limit=3)
    assert "options" not in before(gauge)
    found = after(gauge)
    assert found["options"] == {
        "orientation": "auto",
        "reduceOptions": {"calcs": ["max"], "fields": "", "limit": 3, "values": False},
        "showThresholdLabels": True,
        "showThresholdMarkers": True,
    }
    assert not {"calcs", "values", "limit", "override", "title"} & found["fieldConfig"]["defaults"].keys()
    assert found["fieldConfig"].keys() == {"defaults", "overrides"}


def test_10_bar_gauge_leaves_the_field_options_of_grafana_6() -> None:
    bars = g.BarGauge(title="a", calc="max", format="bytes", max=5, decimals=1, label="name")
    assert "fieldOptions" in before(bars)["options"]
    found = after(bars)
    assert "fieldOptions" not in found["options"]
    assert found["options"]["reduceOptions"] == {"calcs": ["max"], "fields": "", "values": False}
    assert found["options"]["displayMode"] == "lcd"
    defaults = found["fieldConfig"]["defaults"]
    assert (defaults["unit"], defaults["min"], defaults["max"], defaults["decimals"]) == ("bytes", 0, 5, 1)
    assert defaults["displayName"] == "name"
    assert [step["value"] for step in defaults["thresholds"]["steps"]] == [None, 80]


@pytest.mark.parametrize(
    ("mode", "cell"),
    [
        ("auto", {"type": "auto"}),
        ("color-background", {"type": "color-background", "mode": "gradient"}),
        ("color-background-solid", {"type": "color-background", "mode": "basic"}),
        ("lcd-gauge", {"type": "gauge", "mode": "lcd"}),
        ("gradient-gauge", {"type": "gauge", "mode": "gradient"}),
        ("basic", {"type": "gauge", "mode": "basic"}),
        ("json-view", {"type": "json-view"}),
    ],
)
def test_11_table_cells_have_options(mode: str, cell: Json) -> None:
    override = {
        "matcher": {"id": "byName", "options": "x"},
        "properties": [{"id": "custom.displayMode", "value": mode}],
    }
    mapping = {"type": "value", "options": {"0": {"text": "down"}}}
    table = g.Table(title="a", displayMode=mode, overrides=[override], mappings=[mapping])
    assert before(table)["fieldConfig"]["defaults"]["custom"]["displayMode"] == mode
    found = after(table)
    assert found["fieldConfig"]["defaults"]["custom"]["cellOptions"] == cell
    assert found["fieldConfig"]["overrides"][0]["properties"] == [{"id": "custom.cellOptions", "value": cell}]
    assert not {"color", "columns", "fontSize", "span", "mappings"} & found.keys()
    assert found["fieldConfig"]["defaults"]["color"] == {"mode": "thresholds"}
    assert found["fieldConfig"]["defaults"]["mappings"] == [mapping]


@pytest.mark.parametrize("panel", [g.TimeSeries, g.PieChartv2, g.StateTimeline, g.Histogram])
@pytest.mark.parametrize(("mode", "shown"), [("list", True), ("table", True), ("hidden", False)])
def test_12_legends_say_whether_they_are_shown(panel: Any, mode: str, shown: bool) -> None:
    made = panel(title="a", legendDisplayMode=mode)
    assert "showLegend" not in before(made)["options"]["legend"]
    legend = after(made)["options"]["legend"]
    assert (legend["showLegend"], legend["displayMode"]) == (shown, mode if shown else "list")


def test_13_bar_chart_has_a_unit_a_field_for_x_and_no_colour_called_none() -> None:
    bars = g.BarChart(title="a", extraJson={"options": {"xField": "pod"}})
    assert before(bars)["fieldConfig"]["defaults"]["color"]["fixedColor"] == "none"
    found = after(bars)
    assert found["fieldConfig"]["defaults"]["color"] == {"mode": "palette-classic"}
    assert found["options"]["xField"] == "pod"
    ours = render(Dashboard(uid="d", title="D", rows=[[barchart("a", "up", unit="bytes", x_field="pod")]]))
    assert ours["panels"][0]["options"]["xTickLabelMaxLength"] == 20
    assert ours["panels"][0]["fieldConfig"]["defaults"]["unit"] == "bytes"


def test_14_limits_may_be_fractions() -> None:
    with pytest.raises(TypeError):
        g.TimeSeries(title="a", valueMax=0.5)
    ours = render(Dashboard(uid="d", title="D", rows=[[timeseries("a", "up", max=0.5, soft_max=0.2)]]))[
        "panels"
    ][0]
    assert ours["fieldConfig"]["defaults"]["max"] == 0.5
    assert ours["fieldConfig"]["defaults"]["custom"]["axisSoftMax"] == 0.2


def test_15_alert_list_filters() -> None:
    alerts = g.AlertList(
        title="a",
        limit=5,
        nameFilter="High",
        stateFilter=[g.ALERTLIST_STATE_ALERTING],
        gridPos=grid(0),
        dashboardTags=["x"],
    )
    assert before(alerts)["options"] == {"alertName": ""}
    found = after(alerts)
    assert not {"limit", "nameFilter", "show", "sortOrder", "stateFilter", "dashboardTags"} & found.keys()
    assert found["options"]["alertName"] == "High"
    assert found["options"]["maxItems"] == 5
    assert [state for state, wanted in found["options"]["stateFilter"].items() if wanted] == ["firing"]
    ours = render(Dashboard(uid="d", title="D", rows=[[alertlist("a", name="High")]]))["panels"][0]
    assert ours["options"].keys() == found["options"].keys()
    lost = Dashboard(uid="d", title="D", rows=[[alerts]]).notes
    assert any(note.check == "old-dialect-lost" and "dashboard tags" in note.problem for note in lost)


def test_16_variables_open_on_all_and_follow_the_time_range() -> None:
    template = g.Template(
        name="ns",
        query="label_values(up, namespace)",
        dataSource="Prometheus",
        includeAll=True,
        multi=True,
        allValue=".+",
    )
    assert before(template)["current"] == {"selected": False, "tags": [], "text": None, "value": None}
    choice = g.Template(name="mode", query="a, b", type="custom", default=" b")
    dashboard = one_of(templating=g.Templating(list=[template, choice]))
    first, second = after_dashboard(dashboard)["templating"]["list"]
    assert first["current"] == {"selected": True, "text": ["All"], "value": ["$__all"]}
    assert first["definition"] == "label_values(up, namespace)"
    assert first["query"] == {
        "qryType": 1,
        "query": "label_values(up, namespace)",
        "refId": "PrometheusVariableQueryEditor-VariableQuery",
    }
    assert first["refresh"] == 2
    assert first["datasource"] == {"type": "prometheus", "uid": "prometheus"}
    assert not {"useTags", "tagsQuery", "tagValuesQuery", "auto", "auto_count", "auto_min"} & first.keys()
    assert [option["value"] for option in second["options"]] == ["a", "b"]
    assert second["current"]["value"] == "b"


def test_17_what_grafanalib_never_checks_is_reported() -> None:
    same = [g.TimeSeries(title="a", id=1, gridPos=grid(0)), g.TimeSeries(title="b", id=1, gridPos=grid(12))]
    with pytest.raises(ObsError, match="have the same id 1"):
        assign([grafanalib.dashboard(one_of(*same))], {})
    outside = grafanalib.dashboard(
        one_of(g.TimeSeries(title="a", gridPos=grid(20, w=30), targets=[g.Target("up")]))
    )
    assert checks(validate(outside)).count("panel-outside-grid") == 1
    two = g.TimeSeries(title="a", targets=[g.Target(expr="up"), g.Target(expr="down")])
    assert [target["refId"] for target in after(two)["targets"]] == ["A", "B"]
    clash = g.TimeSeries(
        title="a", targets=[g.Target(expr="up", refId="A"), g.Target(expr="down", refId="A")]
    )
    assert "duplicate-ref-id" in checks(validate(Dashboard(uid="d", title="D", rows=[[clash]])))
    unit = validate(
        Dashboard(uid="d", title="D", rows=[[g.TimeSeries(title="a", unit="millsec")]], data=PROMETHEUS)
    )
    assert [(one.check, one.fix) for one in unit if one.check == "unknown-unit"] == [
        ("unknown-unit", 'unit="ms"')
    ]


def test_17_rows_and_panels_together_lose_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    both = g.Dashboard(
        title="T",
        uid="t",
        rows=[g.Row(panels=[g.TimeSeries(title="a")])],
        panels=[g.TimeSeries(title="b", gridPos=grid(0, 9))],
    )
    assert before(both)["panels"] == []
    capsys.readouterr()
    assert [panel["title"] for panel in after_dashboard(both)["panels"]] == ["a", "b"]
    assert capsys.readouterr().out == ""
    assert any("both rows and panels" in note for note in notes_of(both))


def test_18_extra_json_adds_to_overrides_instead_of_replacing_them() -> None:
    def override(name: str, prop: str, value: object) -> Json:
        return {"matcher": {"id": "byName", "options": name}, "properties": [{"id": prop, "value": value}]}

    extra = {"fieldConfig": {"overrides": [override("a", "decimals", 2), override("b", "unit", "ms")]}}
    panel = g.TimeSeries(title="a", overrides=[override("a", "unit", "s")], extraJson=extra)
    assert len(before(panel)["fieldConfig"]["overrides"]) == 2
    assert after(panel)["fieldConfig"]["overrides"] == [
        {
            "matcher": {"id": "byName", "options": "a"},
            "properties": [{"id": "unit", "value": "s"}, {"id": "decimals", "value": 2}],
        },
        override("b", "unit", "ms"),
    ]


def test_19_obs_own_panels_are_typed() -> None:
    hints = get_type_hints(timeseries)
    assert hints["return"] is Panel
    assert hints["title"] is str
    assert hints["settings"] == Unpack[Settings]


def test_20_rows_lay_themselves_out() -> None:
    panels = [g.TimeSeries(title=title) for title in "abc"]
    assert before(panels[0])["gridPos"] is None
    ours = render(Dashboard(uid="d", title="D", rows=[panels, [g.Logs(title="d")]]))["panels"]
    places = [tuple(panel["gridPos"][name] for name in "xywh") for panel in ours]
    assert places == [(0, 0, 8, 8), (8, 0, 8, 8), (16, 0, 8, 8), (0, 8, 24, 12)]
    legacy = g.Dashboard(
        title="T", uid="t", rows=[g.Row(panels=panels), g.Row(panels=[g.TimeSeries(title="d")])]
    )
    places = [tuple(panel["gridPos"][name] for name in "xywh") for panel in after_dashboard(legacy)["panels"]]
    assert places == [(0, 0, 8, 7), (8, 0, 8, 7), (16, 0, 8, 7), (0, 7, 24, 7)]


def test_21_panel_types_without_a_class_are_panels_all_the_same() -> None:
    assert not hasattr(g, "StatusHistory")
    panel = Panel(
        type="xychart",
        title="x",
        options={"mapping": "auto"},
        field_config={"defaults": {"unit": "s", "custom": {"show": "points"}}, "overrides": []},
    )
    assert panel.unit == "s"
    found = render(Dashboard(uid="d", title="D", rows=[[panel]]))["panels"][0]
    assert (found["type"], found["options"]) == ("xychart", {"mapping": "auto"})
    assert found["fieldConfig"]["defaults"]["custom"] == {"show": "points"}


def test_22_dashboards_share_no_time_range() -> None:
    first, second = one_of(), one_of()
    assert first.time is second.time
    earlier = grafanalib.dashboard(first)
    before_change = second.time.start
    try:
        second.time.start = "now-7d"
        assert earlier.time == ("now-1h", "now")
        assert after_dashboard(one_of(time=g.Time("now-2h", "now")))["time"]["from"] == "now-2h"
    finally:
        second.time.start = before_change


def test_23_a_dashboard_of_any_name_in_any_module_is_recognised() -> None:
    class Mine(g.Dashboard):  # type: ignore[misc]
        pass

    assert grafanalib.is_dashboard(one_of())
    assert grafanalib.is_dashboard(Mine(title="T", uid="t"))
    assert not grafanalib.is_dashboard(g.TimeSeries(title="a"))
    assert not grafanalib.is_dashboard(Dashboard(uid="d", title="D"))


@pytest.mark.parametrize(
    ("named", "uid"),
    [
        (None, "prometheus"),
        ("default", "prometheus"),
        ("Prometheus", "prometheus"),
        ("Loki", "loki"),
        ({"type": "loki", "uid": "loki"}, "loki"),
        ({"type": "loki", "uid": None}, "loki"),
        ("-- Mixed --", "-- Mixed --"),
    ],
)
def test_24_datasources_are_type_and_uid_everywhere(named: object, uid: str) -> None:
    panel = g.TimeSeries(title="a", dataSource=named, targets=[g.Target(expr="up")], gridPos=grid(0))
    assert before(panel)["datasource"] == named
    found = after_dashboard(one_of(panel))["panels"][0]
    assert found["datasource"]["uid"] == uid
    assert found["targets"][0]["datasource"]["uid"] == ("prometheus" if uid == "-- Mixed --" else uid)


EVERYTHING = one_of(
    *(
        kind(title=kind.__name__, gridPos=grid(0, 8 * place), **({} if kind is g.AlertList else {"targets": [g.Target("up")]}))
        for place, kind in enumerate(
            [
                g.TimeSeries, g.Stat, g.GaugePanel, g.BarGauge, g.Table, g.BarChart, g.PieChartv2, g.Heatmap, g.Histogram,
                g.StateTimeline, g.Logs, g.Text, g.News, g.DashboardList, g.AlertList, g.Graph, g.SingleStat,
            ]
        )
    ),
    templating=g.Templating(list=[g.Template(name="a", query="label_values(up, a)", includeAll=True)]),
    links=[g.DashboardLink(title="x", tags=["y"])],
)  # fmt: skip


def test_reading_again_changes_nothing() -> None:
    dashboard = placed(grafanalib.dashboard(EVERYTHING, data=PROMETHEUS, datasources=[PROMETHEUS]))
    ids = assign([dashboard], {})[0]["t"]
    once = render(dashboard, ids)
    assert render(read(once, ids), ids) == once
    assert read(once, ids) == dashboard
    assert not [note for note in read(once, ids).notes if note.check != "unknown-key-kept"]


def test_no_type_of_panel_keeps_a_key_of_the_old_model() -> None:
    allowed = {
        "datasource", "description", "fieldConfig", "gridPos", "id", "options", "targets", "title", "type", "transparent",
    }  # fmt: skip
    for panel in after_dashboard(EVERYTHING)["panels"]:
        assert set(panel) <= allowed, (panel["type"], set(panel) - allowed)
        assert panel["type"] not in ("graph", "singlestat")


def test_row_panels_and_collapsed_rows() -> None:
    inner = g.TimeSeries(title="inner", gridPos=grid(0, 1))
    dashboard = grafanalib.dashboard(
        one_of(
            g.RowPanel(title="Open", gridPos=grid(0, 0, 24, 1)),
            g.TimeSeries(title="below", gridPos=grid(0, 1)),
            g.RowPanel(title="Closed", collapsed=True, panels=[inner], gridPos=grid(0, 9, 24, 1)),
        )
    )
    assert [
        (row.title, row.collapsed, [panel.title for panel in row.panels()]) for row in dashboard.rows
    ] == [
        ("Open", False, ["below"]),
        ("Closed", True, ["inner"]),
    ]
    assert isinstance(dashboard.rows[0], Row)


def test_objects_that_cannot_become_json_are_the_definitions_fault() -> None:
    class Broken:
        def to_json_data(self) -> object:
            raise RuntimeError("no")

    class Endless:
        def to_json_data(self) -> object:
            return {"type": "text", "panels": [self]}

    for item, words in (
        (Broken(), "cannot be turned into JSON: no"),
        (Endless(), "nested deeper"),
        (3, "is no panel"),
    ):
        with pytest.raises(ObsError, match=words):
            Dashboard(uid="d", title="D", rows=[[item]])
