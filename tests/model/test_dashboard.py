"""What a dashboard's author says, and what is refused at once."""

from __future__ import annotations

from typing import Any

import pytest

from obs.checks.base import dashboard_findings
from obs.diagnostic import DefinitionError
from obs.formats.grafana_json import render
from obs.model.dashboard import Dashboard, uid_of
from obs.model.datasource import Datasource, Loki, Prometheus, reference
from obs.model.field import override
from obs.model.key import slug
from obs.model.layout import placed
from obs.model.link import Link, explore
from obs.model.panel import Grid, Panel, Row
from obs.model.panels import barchart, logs, stat, table, text, timeseries
from obs.model.pattern import Pattern
from obs.model.query import Query, ref_id
from obs.model.threshold import thresholds
from obs.model.variable import Variable, choices, custom, datasource_variable, textbox

PROMETHEUS = Prometheus(uid="prometheus")
LOKI = Loki(uid="loki")


def dashboard(*rows: object, **settings: Any) -> Dashboard:
    given: dict[str, Any] = {"uid": "d", "title": "D", "data": PROMETHEUS, **settings}
    return Dashboard(rows=rows, **given)


def test_selectors_and_variables_read_as_text() -> None:
    namespace = LOKI.label("namespace")
    pod = LOKI.label("pod", within=namespace)
    assert LOKI.lines(namespace, pod, Pattern(" ERROR [0-9]+ --- ")) == (
        '{namespace=~"$namespace", pod=~"$pod"} |~ " ERROR [0-9]+ --- "'
    )
    assert LOKI.lines("a", app="x", stream=["out", "err"]) == '{app="x", stream=~"out|err"} |= "a"'
    assert LOKI.lines(Pattern(r"\d", contains="GET"), app="x") == r'{app="x"} |= "GET" |~ `\d`'
    assert f"{namespace} {namespace:regex}" == "$namespace ${namespace:regex}"
    route = PROMETHEUS.label("requests_total", "routeId", name="route")
    assert (
        PROMETHEUS.series("requests_total", route, code="200")
        == 'requests_total{routeId=~"$route", code="200"}'
    )
    assert PROMETHEUS.series("up") == "up"
    assert PROMETHEUS.series("up", job=textbox("job")) == 'up{job="$job"}'
    with pytest.raises(DefinitionError, match="selects no stream"):
        LOKI.lines("only a filter")


@pytest.mark.parametrize(
    ("settings", "problem", "fix"),
    [
        ({"uid": ""}, "dashboard 'D' has no uid, so its address would change with every import", 'uid="d"'),
        ({"uid": None}, "dashboard 'D' has no uid, so its address would change with every import", 'uid="d"'),
        ({"uid": "a b"}, "'a b' cannot be a dashboard's uid", 'uid="a-b"'),
        ({"uid": "x" * 41}, f"{'x' * 41!r} cannot be a dashboard's uid", None),
        ({"title": " "}, "a dashboard needs a title: Grafana refuses to load it without one", ""),
        ({"title": 3}, "a dashboard needs a title: Grafana refuses to load it without one", ""),
    ],
)
def test_identity(settings: dict[str, Any], problem: str, fix: str | None) -> None:
    with pytest.raises(DefinitionError) as caught:
        dashboard(**settings)
    found = caught.value.diagnostics[0]
    assert found.problem == problem
    assert found.at is not None
    assert found.at.file == __file__
    if fix is not None:
        assert found.fix == fix


@pytest.mark.parametrize("title", ["게이트웨이", "x" * 80, "Gateway API", "!!!", "a/b: c"])
def test_a_proposed_uid_is_legal(title: str) -> None:
    assert dashboard(uid=uid_of(title)).uid == uid_of(title)


def test_panels_know_their_line_and_inherit_their_datasource() -> None:
    made = timeseries("Requests", "rate(x_total[$__rate_interval])", Query("up", datasource=LOKI))
    assert made.origin is not None
    assert made.origin.file == __file__
    bound = dashboard([made])["requests"]
    assert [query.ref_id for query in bound.queries] == ["A", "B"]
    assert [query.datasource for query in bound.queries] == [PROMETHEUS, LOKI]
    assert [query.language for query in bound.queries] == ["promql", "logql"]
    assert bound.datasource == reference("datasource", "-- Mixed --")
    assert [query.origin.line for query in bound.queries if query.origin] == [made.origin.line] * 2
    plain = dashboard([logs("Lines", LOKI.lines(app="x"), data=LOKI)])["lines"]
    assert plain.datasource == LOKI
    assert plain.queries[0].datasource == LOKI


def test_one_panel_in_two_dashboards_keeps_each_ones_datasource() -> None:
    shared = stat("Up", "up")
    other = Prometheus(uid="other")
    assert dashboard([shared])["up"].datasource == PROMETHEUS
    assert dashboard([shared], data=other)["up"].datasource == other
    assert shared.datasource is None


def test_keys_come_from_titles_and_stay_apart() -> None:
    made = dashboard(
        [stat("A b", "up"), stat("A  b!", "up")], Row("A b", [text("", "x"), stat("a", "up", key="k")])
    )
    assert [item.key for item in made.items()] == ["a-b", "a-b-2", "row-a-b", "text", "k"]
    assert slug("네임스페이스별 에러") == "네임스페이스별-에러"
    with pytest.raises(DefinitionError, match="two panels have the key 'k'"):
        dashboard([stat("a", "up", key="k"), stat("b", "up", key="k")])
    with pytest.raises(DefinitionError, match="has no panel 'k9'"):
        made["k9"]
    assert made["A B"].title == "A b"


def places(made: Dashboard) -> list[tuple[int, int, int, int]]:
    grids = [item.grid for item in placed(made).items()]
    return [(grid.x, grid.y, grid.w, grid.h) for grid in grids if grid is not None]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([[stat("a", "u"), stat("b", "u")]], [(0, 0, 12, 4), (12, 0, 12, 4)]),
        ([[timeseries("a", "u"), stat("b", "u", w=4)]], [(0, 0, 20, 8), (20, 0, 4, 8)]),
        (
            [[stat(name, "u") for name in "abcde"]],
            [(0, 0, 5, 4), (5, 0, 5, 4), (10, 0, 5, 4), (15, 0, 5, 4), (20, 0, 4, 4)],
        ),
        ([[timeseries("a", "u", h=5)], [stat("b", "u")]], [(0, 0, 24, 5), (0, 5, 24, 4)]),
        ([Row("R", [stat("a", "u")]), [stat("b", "u")]], [(0, 0, 24, 1), (0, 1, 24, 4), (0, 5, 24, 4)]),
        (
            [Row("R", [stat("a", "u")], collapsed=True), Row("S", [[stat("b", "u")], [stat("c", "u")]])],
            [(0, 0, 24, 1), (0, 1, 24, 4), (0, 1, 24, 1), (0, 2, 24, 4), (0, 6, 24, 4)],
        ),
        ([[timeseries("a", "u", w=16), timeseries("b", "u", w=16)]], [(0, 0, 16, 8), (0, 8, 16, 8)]),
    ],
)
def test_lines_share_the_width(rows: list[object], expected: list[tuple[int, int, int, int]]) -> None:
    made = dashboard(*rows)
    assert places(made) == expected
    assert grid_faults(placed(made)) == []
    assert placed(placed(made)) == placed(made)


def grid_faults(made: Dashboard) -> list[str]:
    names = ("panel-outside-grid", "panels-overlap")
    return [found.problem for found in dashboard_findings(made) if found.check in names]


def at(title: str, *grid: int) -> Panel:
    return Panel(type="text", title=title, grid=Grid(*grid))


@pytest.mark.parametrize(
    ("panels", "problems"),
    [
        ([at("a", 0, 0, 12, 8), at("b", 12, 0, 12, 8)], []),
        ([at("a", 0, 0, 13, 8), at("b", 12, 0, 12, 8)], ["panels 'a' and 'b' share a place"]),
        ([at("a", 0, 0, 12, 9), at("b", 0, 8, 12, 8)], ["panels 'a' and 'b' share a place"]),
        ([at("a", 20, 0, 30, 8)], ["panel 'a' does not fit the grid: columns 20 to 50 of 24, 8 high"]),
        ([at("a", -1, 0, 4, 8)], ["panel 'a' does not fit the grid: columns -1 to 3 of 24, 8 high"]),
        ([at("a", 0, 0, 4, 0)], ["panel 'a' does not fit the grid: columns 0 to 4 of 24, 0 high"]),
    ],
)
def test_places_that_cannot_be(panels: list[Panel], problems: list[str]) -> None:
    assert grid_faults(dashboard(panels)) == problems


def test_links() -> None:
    other = dashboard(uid="other", title="Other")
    assert (Link(other).url, Link(other).title, Link(other).keep_time, Link(other).vars) == (
        "/d/other",
        "Other",
        True,
        True,
    )
    assert Link("other", "x").url == "/d/other"
    assert (Link("https://x/y").keep_time, Link("https://x/y").icon) == (False, "external link")
    chosen = Link(other, vars={"namespace": "${__field.labels.namespace}"})
    assert (chosen.url, chosen.vars) == ("/d/other?var-namespace=${__field.labels.namespace}", False)
    inside = timeseries("a", "up", data_links=[chosen, Link(other)]).field.links
    assert inside[0].url == "/d/other?var-namespace=${__field.labels.namespace}&${__url_time_range}"
    assert inside[1].url == "/d/other?${__url_time_range}&${__all_variables}"
    tagged = dashboard(links=[Link(tags=["t"], title="More")])
    rendered = render(tagged)["links"][0]
    assert (rendered["type"], rendered["asDropdown"], rendered["keepTime"], rendered["includeVars"]) == (
        "dashboards", True, True, True,
    )  # fmt: skip
    with pytest.raises(DefinitionError, match="a link leads to a dashboard"):
        Link(3)  # type: ignore[arg-type]


def test_explore_links_hold_a_query_that_explore_can_run() -> None:
    import json
    from urllib.parse import parse_qs, urlsplit

    namespace = LOKI.label("namespace")
    lines = LOKI.lines(namespace, Pattern(r"\d+ \"한글\" & 100%"))
    made = dashboard([logs("a", lines)], variables=[namespace], data=LOKI, links=[explore(lines, LOKI)])
    parts = urlsplit(made.links[0].url)
    assert parts.path == "/explore"
    assert parts.fragment == ""
    query = parse_qs(parts.query, strict_parsing=True)
    assert query["schemaVersion"] == ["1"]
    pane = json.loads(query["panes"][0])["obs"]
    assert pane["datasource"] == "loki"
    assert pane["range"] == {"from": "${__from}", "to": "${__to}"}
    assert pane["queries"] == [
        {
            "refId": "A",
            "expr": '{namespace=~".+"} |~ `' + r"\d+ \"한글\" & 100%" + "`",
            "datasource": {"type": "loki", "uid": "loki"},
            "editorMode": "code",
            "queryType": "range",
        }
    ]
    assert "${__from}" in made.links[0].url
    series = explore(LOKI.lines(pod="${__field.labels.pod}"), LOKI)
    assert "${__field.labels.pod}" in series.url


def test_thresholds() -> None:
    assert thresholds("green", 0.01, "red").steps == ((None, "green"), (0.01, "red"))
    for wrong in (
        ("green", 80),
        (80, "green"),
        (),
        ("green", "red"),
        ("green", True, "red"),
        ("a", 1, "b", 2),
    ):
        with pytest.raises(DefinitionError, match="no sequence of colour, limit, colour"):
            thresholds(*wrong)


def test_a_panel_without_thresholds_does_not_turn_red_at_eighty() -> None:
    found = render(dashboard([stat("a", "up")]))["panels"][0]["fieldConfig"]["defaults"]["thresholds"]
    assert found == {"mode": "absolute", "steps": [{"color": "green", "value": None}]}


@pytest.mark.parametrize(
    ("unit", "written"),
    [
        ("logs/s", "suffix:logs/s"),
        ("reqps", "reqps"),
        ("suffix:건", "suffix:건"),
        ("si:mV", "si:mV"),
        ("", None),
    ],
)
def test_units(unit: str, written: str | None) -> None:
    assert (
        render(dashboard([stat("a", "up", unit=unit)]))["panels"][0]["fieldConfig"]["defaults"].get("unit")
        == written
    )


def test_instant_and_range() -> None:
    made = dashboard(
        [timeseries("t", "up"), stat("s", "up"), stat("g", "up", graph=True), barchart("b", "up")]
    )
    assert [(one.queries[0].instant, one.queries[0].format) for one in made.panels()] == [
        (False, "time_series"), (True, "time_series"), (False, "time_series"), (True, "table"),
    ]  # fmt: skip


def test_table_columns() -> None:
    made = table("t", "a", "b", columns={"pod": "Pod", "Value #A": "A"}, sort_by="A")
    assert made.transformations == (
        {"id": "merge", "options": {}},
        {
            "id": "organize",
            "options": {
                "excludeByName": {"Time": True},
                "includeByName": {"pod": True, "Value #A": True},
                "indexByName": {"pod": 0, "Value #A": 1},
                "renameByName": {"pod": "Pod", "Value #A": "A"},
            },
        },
    )
    limits = override("A", unit="logs/s", thresholds=("green", 1, "red"), width=80)
    assert limits.properties == (
        ("unit", "suffix:logs/s"),
        (
            "thresholds",
            {"mode": "absolute", "steps": [{"color": "green", "value": None}, {"color": "red", "value": 1}]},
        ),
        ("custom.width", 80),
    )


def test_variables() -> None:
    assert choices("5xx : 5.., 4xx : 4.. ,a\\,b,") == [("5xx", "5.."), ("4xx", "4.."), ("a,b", "a,b")]
    made = custom("code", {"all errors": "5..", "none": "x,y"}, all_value=".+")
    assert choices(made.query) == [("all errors", "5.."), ("none", "x,y")]
    with pytest.raises(DefinitionError, match="is none of its choices"):
        custom("code", ["a", "b"], default="c")
    with pytest.raises(DefinitionError, match="cannot be a variable's name"):
        Variable(name="a-b", kind="textbox")
    source = datasource_variable("datasource", PROMETHEUS)
    assert Prometheus(uid="${datasource}").variable == source.name
    assert Datasource(type="prometheus", uid="prometheus") == PROMETHEUS
    assert LOKI != PROMETHEUS


def test_ref_ids() -> None:
    assert [ref_id(index) for index in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("build", "problem"),
    [
        (lambda: timeseries("a", 3), "a query is a text or a Query, not int"),  # type: ignore[arg-type]
        (lambda: timeseries(3, "up"), "a panel's title is a text, not 3"),  # type: ignore[arg-type]
        (lambda: Row(3, []), "a row's title is a text, not 3"),  # type: ignore[arg-type]
        (lambda: timeseries("a", "up", colour="red"), "panel 'a' has no setting 'colour'"),  # type: ignore[call-arg]
        (lambda: timeseries("a", "up", unit=3), "unit of panel 'a' must be a text, not int 3"),  # type: ignore[arg-type]
        (lambda: stat("a", "up", data="loki"), "data of panel 'a' must be Datasource, not str 'loki'"),  # type: ignore[arg-type]
        (
            lambda: stat("a", "up", decimals=True),
            "decimals of panel 'a' must be a whole number, not bool True",
        ),
        (
            lambda: stat("a", "up", links=["/d/x"]),
            "links of panel 'a' holds str '/d/x', not only Link objects",
        ),  # type: ignore[list-item]
        (
            lambda: stat("a", "up", thresholds=80),
            "thresholds of panel 'a' must be Thresholds or list or tuple, not int 80",
        ),  # type: ignore[arg-type]
        (lambda: dashboard(data="loki"), "data of dashboard d must be Datasource, not str 'loki'"),
        (lambda: dashboard(tags="one"), "tags of dashboard d must be a list, not str 'one'"),
        (lambda: dashboard(time="now-1h"), "time of dashboard d is two texts, not 'now-1h'"),
        (lambda: dashboard(links=["x"]), "links of dashboard d holds str 'x', not only Link objects"),
        (lambda: dashboard(variables=[3]), "a builtins.int is no variable"),
        (lambda: dashboard(["text"]), "a builtins.str is no panel"),
        (lambda: dashboard([{"title": "x"}]), "a builtins.dict is no panel: it has no type"),
    ],
)
def test_mistakes_are_said_at_the_users_line(build: Any, problem: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        build()
    found = caught.value.diagnostics[0]
    assert found.problem == problem
    assert found.at is not None
    assert found.at.file == __file__


def test_a_dashboard_that_somebody_exported() -> None:
    document = {
        "title": "Old",
        "uid": "old",
        "panels": [{"type": "graph", "title": "a", "datasource": "Prometheus"}],
    }
    made = Dashboard.of(document, datasources=[Prometheus(uid="p1", name="Prometheus")])
    assert (made.uid, made["a"].type, made["a"].datasource) == ("old", "timeseries", Prometheus(uid="p1"))
    assert made.origin is not None
    assert made.origin.file == __file__
    with pytest.raises(DefinitionError, match="is no dashboard"):
        Dashboard.of("text")
