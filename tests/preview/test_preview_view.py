"""What a browser may ask of a dashboard, and what it gets."""

from __future__ import annotations

import json
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest

from obs.draw.data import Data, Timeline
from obs.model.dashboard import Dashboard
from obs.model.panel import Panel
from obs.preview.board import board
from obs.preview.samples import Samples
from obs.preview.view import View, filled_text, titled
from tests.draw.boards import TYPES, panel
from tests.draw.boards import board as made

VARIABLES = [
    {"name": "namespace", "type": "query", "query": "label_values(up, namespace)", "multi": True, "includeAll": True,
     "datasource": {"type": "prometheus", "uid": "p"}, "current": {"value": ["$__all"], "text": ["All"]}},
    {"name": "size", "type": "custom", "query": "Small : 1, Large : 2", "current": {"value": "1", "text": "Small"}},
    {"name": "window", "type": "interval", "query": "1m,5m", "current": {"value": "5m", "text": "5m"}},
    {"name": "path", "type": "textbox", "query": "/users", "current": {"value": "/users", "text": "/users"}},
    {"name": "secret", "type": "constant", "query": "x", "hide": 2},
]  # fmt: skip
QUERY = 'sum by (namespace) (rate(http_requests_total{namespace=~"$namespace"}[$window]))'
BOARD = made(panel("timeseries", "Rate of $namespace", QUERY), templating={"list": VARIABLES}, uid="b")


def view(query: str = "") -> View:
    return View.asked(parse_qs(query, keep_blank_values=True))


@pytest.mark.parametrize(
    ("query", "theme", "width"),
    [
        ("", "dark", 1200),
        ("theme=light&width=900", "light", 900),
        ("theme=evil&width=-1", "dark", 1200),
        ("width=99999999999999999999", "dark", 1200),
        ("width=1", "dark", 320),
        ("width=²", "dark", 1200),
        ("width=90000", "dark", 4000),
    ],
)
def test_what_makes_no_sense_is_the_default(query: str, theme: str, width: int) -> None:
    found = view(query)
    assert (found.theme, found.width) == (theme, width)


@pytest.mark.parametrize(
    "query",
    [
        "from=now-9999d",
        "from=evil&to=<script>",
        "from=99999999999&to=1",
        "from=1&to=0",
        "from=now-%24&to=now",
        "to=",
    ],
)
@pytest.mark.parametrize("live", [True, False])
def test_any_range_is_drawn(query: str, live: bool) -> None:
    source = Samples()
    source.live = live
    found = board(BOARD, view(query), source)
    assert found["items"]


def test_every_choice_of_variables() -> None:
    found = board(BOARD, view(), Samples())
    by_name = {one["name"]: one for one in found["variables"]}  # type: ignore[attr-defined]
    assert list(by_name) == ["namespace", "size", "window", "path"]
    assert by_name["namespace"]["current"] == ["$__all"]
    assert ("gateway", "gateway") in by_name["namespace"]["options"]
    assert by_name["size"]["options"] == [("Small", "1"), ("Large", "2")]
    assert by_name["window"]["current"] == ["5m"]
    assert by_name["path"]["current"] == ["/users"]


def test_choosing_narrows_what_is_drawn() -> None:
    def names(query: str) -> set[str]:
        found = board(BOARD, view(query), Samples())
        return {one["name"] for item in found["items"] for one in item.get("readings", ())}  # type: ignore[attr-defined]

    assert names("var-namespace=gateway&var-namespace=user") == {"gateway", "user"}
    assert len(names("")) > 2


def test_titles_say_what_is_chosen() -> None:
    chosen = view("var-namespace=gateway&var-namespace=<b>").over(BOARD)
    assert (
        titled("Rate of $namespace, ${size}, $unknown", chosen.variables)
        == "Rate of gateway + <b>, 1, $unknown"
    )
    found = board(BOARD, view("var-namespace=<b>"), Samples())
    item = found["items"][0]  # type: ignore[index]
    assert "<b>" not in item["svg"]
    assert "&lt;b&gt;" in item["svg"]


def test_values_are_escaped_for_the_query() -> None:
    chosen = view("var-namespace=a.b&var-namespace=c%22d").over(BOARD)
    text = filled_text('up{namespace=~"$namespace"}', "promql", chosen, None)
    assert text == 'up{namespace=~"(a\\\\.b|c"d)"}' or "$namespace" not in text
    assert filled_text(QUERY, "promql", view().over(BOARD), {"namespace": ["a", "b"]}).startswith(
        'sum by (namespace) (rate(http_requests_total{namespace=~"(a|b)"}[5m]'
    )


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_is_a_picture_with_ids_of_its_own(kind: str) -> None:
    one = panel(kind, "One", at={"x": 0, "y": 0, "w": 12, "h": 8})
    two = panel(kind, "Two", at={"x": 12, "y": 0, "w": 12, "h": 8})
    found = board(made(one, two), view(), Samples())
    ids = []
    for item in found["items"]:  # type: ignore[attr-defined]
        if item["kind"] == "panel":
            root = ElementTree.fromstring(item["svg"])
            ids += [one.get("id") for one in root.iter() if one.get("id")]
            for reading in item["readings"]:
                assert len(reading["texts"]) == len(found["moments"])  # type: ignore[arg-type]
    assert len(ids) == len(set(ids))
    json.dumps(found)


def test_the_same_question_has_the_same_answer() -> None:
    assert board(BOARD, view(), Samples()) == board(BOARD, view(), Samples())


def folded() -> Dashboard:
    """A row that is closed, and a panel below it."""
    inside = [panel("stat", "In", at={"x": 0, "y": 1, "w": 6, "h": 4})]
    row = {
        "type": "row",
        "title": "Closed",
        "collapsed": True,
        "panels": inside,
        "gridPos": {"x": 0, "y": 0, "w": 24, "h": 1},
    }
    return made(row, panel("stat", "Below", at={"x": 0, "y": 1, "w": 6, "h": 4}), uid="b")


def test_closed_rows_can_be_opened() -> None:
    closed = board(folded(), view(), Samples())
    key = next(item["key"] for item in closed["items"] if item["kind"] == "row")  # type: ignore[attr-defined]
    opened = board(folded(), view(f"open={key}&open=unknown"), Samples())

    def places(found: object) -> dict[str, float]:
        return {one["title"]: one["y"] for one in found["items"] if one["kind"] == "panel"}  # type: ignore[index]

    assert set(places(closed)) == {"Below"}
    assert set(places(opened)) == {"In", "Below"}
    assert places(opened)["In"] == places(closed)["Below"]
    assert places(opened)["Below"] - places(opened)["In"] == 4 * 38
    assert opened["height"] == closed["height"] + 4 * 38  # type: ignore[operator]


def test_a_panel_that_cannot_be_drawn_leaves_the_others() -> None:
    class Broken(Samples):
        def data(self, panel: Panel, dashboard: Dashboard, times: Timeline) -> Data:
            if panel.title == "One":
                raise ZeroDivisionError("<b>")
            return super().data(panel, dashboard, times)

    one, two = panel("stat", "One"), panel("stat", "Two", at={"x": 12, "y": 0, "w": 12, "h": 8})
    first, second = board(made(one, two), view(), Broken())["items"]  # type: ignore[misc]
    assert "could not be drawn: ZeroDivisionError: &lt;b&gt;" in first["svg"]
    assert "could not be drawn" not in second["svg"]
