"""Pictures: well-formed, inert and the same everywhere, whatever the dashboard holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from obs.draw import draw
from obs.draw.compaction import compacted
from obs.draw.fields import Styled
from obs.draw.panels.timeseries import stacked
from obs.draw.sample.panel import sample
from obs.model.panel import Grid
from tests.draw.boards import HOSTILE, TYPES, board, panel

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {"svg", "title", "rect", "line", "circle", "text", "g", "path", "clipPath"}


def texts(picture: str) -> list[str]:
    """Everything that can be read in a picture."""
    return [one.text or "" for one in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def elements(picture: str) -> set[str]:
    return {one.tag.removeprefix(SVG) for one in ElementTree.fromstring(picture).iter()}


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("kind", TYPES)
def test_every_type_is_drawn(kind: str, theme: str) -> None:
    picture = draw(board(panel(kind)), theme=theme)
    assert elements(picture) <= ALLOWED
    if kind not in ("row",):
        assert "A panel" in texts(picture)


@pytest.mark.parametrize("kind", TYPES)
def test_hostile_text_stays_text(kind: str) -> None:
    hostile = panel(
        kind,
        HOSTILE,
        legend="{{pod}}" + HOSTILE,
        description=HOSTILE,
        defaults={
            "unit": HOSTILE,
            "displayName": HOSTILE,
            "color": {"mode": "fixed", "fixedColor": '"/><script>'},
        },
        options={
            "content": HOSTILE,
            "legend": {"showLegend": True, "placement": HOSTILE, "calcs": [HOSTILE]},
        },
    )
    picture = draw(board(hostile, title=HOSTILE))
    assert elements(picture) <= ALLOWED
    assert "<script" not in picture


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize(
    "wrong",
    [
        {"options": {"legend": 3, "reduceOptions": "x", "color": 1, "yAxis": [], "content": 5}},
        {
            "custom": {
                "fillOpacity": "much",
                "stacking": "x",
                "hideFrom": [],
                "scaleDistribution": {"type": "log"},
            }
        },
        {"defaults": {"min": 5, "max": 5, "decimals": 40, "thresholds": {"steps": []}}},
        {"defaults": {"min": 9, "max": -9, "mappings": [{"type": "value", "options": 3}, 7, {}]}},
        {"expr": "this is ( no query"},
        {"expr": ""},
        {"at": {"x": 30, "y": -4, "w": 0, "h": 0}},
        {"at": {"x": 0, "y": 0, "w": 1, "h": 1}},
        {
            "overrides": [
                {"matcher": {"id": "byRegexp", "options": "(a+)+$("}, "properties": [{"id": "unit"}]}
            ]
        },
    ],
    ids=lambda wrong: json.dumps(wrong)[:40],
)
def test_odd_settings_do_not_stop_the_picture(kind: str, wrong: dict[str, object]) -> None:
    assert elements(draw(board(panel(kind, **wrong)))) <= ALLOWED


def test_a_legend_names_what_differs() -> None:
    picture = draw(board(panel("timeseries", expr='sum by (route) (rate(x_total{route=~"user|store"}[5m]))')))
    assert {"user", "store"} <= set(texts(picture))


def test_the_axis_has_the_unit() -> None:
    picture = draw(board(panel("timeseries", defaults={"unit": "reqps", "min": 0})))
    assert "0 req/s" in texts(picture)


def test_a_mapping_replaces_the_number() -> None:
    up = {"type": "value", "options": {"1": {"text": "UP", "color": "green"}}}
    picture = draw(board(panel("stat", expr="up", defaults={"mappings": [up]})))
    assert "UP" in texts(picture)


def test_an_override_changes_one_series() -> None:
    seconds = {
        "matcher": {"id": "byName", "options": "user"},
        "properties": [{"id": "displayName", "value": "Users"}],
    }
    query = 'sum by (route) (rate(x_total{route=~"user|store"}[5m]))'
    picture = draw(board(panel("timeseries", expr=query, overrides=[seconds])))
    assert {"Users", "store"} <= set(texts(picture))
    assert "user" not in texts(picture)


def test_a_collapsed_row_hides_its_panels() -> None:
    row = {"type": "row", "title": "More", "collapsed": True, "gridPos": {"x": 0, "y": 8, "w": 24, "h": 1},
           "panels": [panel("stat", "Hidden")]}  # fmt: skip
    said = texts(draw(board(panel("stat", "Shown"), row)))
    assert "Shown" in said
    assert "Hidden" not in said
    assert "(1 panel)" in said


def test_panels_keep_grafanas_geometry() -> None:
    """24 columns, 30 px a row, 8 px between panels."""
    picture = ElementTree.fromstring(
        draw(board(panel("text", at={"x": 12, "y": 4, "w": 12, "h": 8})), width=1208)
    )
    frame = next(one for one in picture.iter(f"{SVG}g") if one.get("class") == "panel").find(f"{SVG}rect")
    assert frame is not None
    assert (float(frame.get("x", 0)) - 0.5, float(frame.get("width", 0)) + 1) == (608, 592)
    assert float(frame.get("height", 0)) + 1 == 8 * 38 - 8


def test_five_hundred_panels() -> None:
    panels = [panel("stat", f"P{number}", at={"x": number % 6 * 4, "y": number // 6 * 4, "w": 4, "h": 4})
              for number in range(500)]  # fmt: skip
    assert draw(board(*panels)).count('class="panel"') == 500


def test_marks_say_what_changed() -> None:
    dashboard = board(panel("stat", "Errors"))
    key = next(iter(dashboard.panels())).key
    assert "changed" in texts(draw(dashboard, marks={key: "changed"}))


def test_same_bytes_in_every_process() -> None:
    script = (
        "import sys; sys.path.insert(0, '.');"
        "from tests.draw.boards import TYPES, board, panel; from obs.draw import draw;"
        "sys.stdout.write(''.join(draw(board(panel(kind)), theme=theme) for kind in TYPES for theme in ('dark', 'light')))"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONIOENCODING": "utf-8"},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Seoul"))
    }  # fmt: skip
    assert len(seen) == 1


def test_panels_on_top_of_each_other_are_pushed_apart_as_grafana_does() -> None:
    given = [Grid(0, 0, 12, 8), Grid(0, 4, 12, 4), Grid(12, 20, 12, 2), Grid(20, 0, 30, 3), Grid(-5, 2, 6, 0)]
    assert compacted(given) == [
        Grid(0, 0, 12, 8),
        Grid(0, 12, 12, 4),
        Grid(12, 11, 12, 2),
        Grid(0, 8, 24, 3),
        Grid(0, 11, 6, 1),
    ]


@pytest.mark.parametrize("columns", [1, 3])
def test_nothing_overlaps_after_compaction(columns: int) -> None:
    grids = compacted(
        Grid(number * 7 % 20, number * 5 % 11, 3 + number % 9, 1 + number % columns) for number in range(60)
    )
    taken = [
        (x, y) for one in grids for x in range(one.x, one.x + one.w) for y in range(one.y, one.y + one.h)
    ]
    assert len(taken) == len(set(taken))
    for one in grids:  # each stands on the top or under another
        assert one.y == 0 or any((x, one.y - 1) in taken for x in range(one.x, one.x + one.w))


def test_a_stack_is_drawn_from_band_to_band() -> None:
    normal = {"stacking": {"mode": "normal", "group": "A"}}
    right = {**normal, "axisPlacement": "right"}
    one, two, three = stacked([
        Styled("a", (1.0, 2.0), custom=normal), Styled("b", (3.0, None), custom=normal), Styled("c", (5.0, 5.0), custom=right)
    ])  # fmt: skip
    assert (one.base, one.values) == ((0.0, 0.0), (1.0, 2.0))
    assert (two.base, two.values) == ((1.0, 2.0), (4.0, 2.0))
    assert three.values == (5.0, 5.0)


def test_titles_show_the_values_of_variables() -> None:
    variable = {"name": "namespace", "type": "custom", "query": "a,b", "current": {"text": "a", "value": "a"}}
    drawn = draw(board(panel("stat", "CPU of ${namespace} $unknown"), templating={"list": [variable]}))
    assert "CPU of a $unknown" in drawn


def test_a_repeated_panel_says_so() -> None:
    assert "repeats for each $namespace" in draw(board(panel("stat", repeat="namespace")))


@pytest.mark.parametrize("kind", TYPES)
def test_no_secret_is_drawn(kind: str) -> None:
    address = "https://discord.com/api/webhooks/1234567890/s3cr3t-t0ken"
    drawn = draw(
        board(
            panel(
                kind,
                address,
                legend=address,
                options={"content": f"post to {address} now", "mode": "markdown"},
            ),
            title=address,
            templating={"list": [{"name": "hook", "type": "textbox", "query": address, "label": address}]},
        )
    )
    assert "s3cr3t" not in drawn


def test_text_is_never_turned_around() -> None:
    assert "\u202e" not in draw(board(panel("stat", "a\u202eb")))


def values_of(expr: str, **more: object) -> set[float]:
    """Every value that the picture of a panel would show."""
    shown = board(panel("stat", expr=expr, **more))
    return {
        value
        for one in sample(next(iter(shown.panels()))).series
        for value in one.values
        if value is not None
    }


STEPS = {
    "low": [(None, "red"), (1, "blue")],
    "high": [(None, "blue"), (1, "red")],
    "share": [(None, "red"), (0.95, "orange"), (0.99, "blue")],
}


def limits(kind: str) -> dict[str, object]:
    steps = [{"value": value, "color": colour} for value, colour in STEPS[kind]]
    return {"mode": "absolute", "steps": steps}


@pytest.mark.parametrize(
    ("expr", "defaults", "wanted"),
    [
        ("min(pg_up)", {}, lambda value: value == 1),
        ("max by (pod) (up == 0)", {}, lambda value: value == 0),
        ("count(x > 3) or vector(0)", {"unit": "short", "thresholds": limits("high")}, lambda value: value in range(6)),
        ('count(up{job="a"} == 1) or vector(0)', {"unit": "short", "thresholds": limits("low")}, float.is_integer),
        ("sum by (pod) (increase(kube_pod_container_status_restarts_total[5m]))", {"unit": "short"},
         lambda value: value.is_integer() and value < 10),
        ("sum by (a) (rate(good[5m])) / sum by (a) (rate(all[5m]))",
         {"unit": "percentunit", "thresholds": limits("share")}, lambda value: 0.95 < value <= 1),
    ],
)  # fmt: skip
def test_samples_are_what_a_healthy_platform_shows(
    expr: str, defaults: dict[str, object], wanted: Callable[[float], bool]
) -> None:
    assert all(wanted(value) for value in values_of(expr, defaults=defaults))


def test_a_p99_is_above_a_p50() -> None:
    slow, fast = (
        max(values_of(f"histogram_quantile({rank}, sum by (le) (rate(x_seconds_bucket[5m])))"))
        for rank in (0.99, 0.5)
    )
    assert slow > fast


def test_a_recorded_series_has_the_labels_that_its_legend_reads() -> None:
    shown = board(panel("timeseries", expr="slo:error_ratio:rate1h", legend="{{slo}} {{service}}"))
    first = sample(next(iter(shown.panels()))).series[0]
    assert set(first.labels) == {"slo", "service"}


def test_columns_that_a_table_leaves_out_are_not_drawn() -> None:
    organized = {
        "id": "organize",
        "options": {"includeByName": {"pod": True}, "renameByName": {"pod": "Pod"}},
    }
    said = texts(draw(board(panel("table", transformations=[organized]))))
    assert "Pod" in said
    assert not {"Value", "Time", "namespace"} & set(said)


def test_annotations_are_marked_and_can_be_switched() -> None:
    annotation = {"name": "Deploys", "expr": "changes(x[1m]) > 0", "enable": True, "iconColor": "purple",
                  "datasource": {"type": "prometheus", "uid": "prometheus"}}  # fmt: skip
    marked = draw(board(panel("timeseries"), annotations={"list": [annotation]}), theme="light")
    assert "Deploys" in texts(marked)
    assert marked.count('stroke-dasharray="5 4"') == 2
    off = draw(board(panel("timeseries"), annotations={"list": [annotation | {"enable": False}]}))
    assert 'stroke-dasharray="5 4"' not in off


def test_lists_of_alerts_and_dashboards_are_drawn() -> None:
    alerts = draw(board(panel("alertlist", options={"groupBy": ["severity"]})))
    assert any(text.startswith("severity=") for text in texts(alerts))
    links = draw(board(panel("dashlist", options={"tags": ["team"], "includeVars": True})))
    assert {"every dashboard tagged team", "keeps the variables"} <= set(texts(links))
