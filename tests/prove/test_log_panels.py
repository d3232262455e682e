"""Every LogQL query of every dashboard, asked of the real Loki over lines that Promtail would have sent it."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from obs import api
from obs.lang.gotemplate.legend import legend
from obs.model.panel import Panel
from obs.model.query import Query
from obs.testing import Scenario, access, ecs, logstash, spring, spring2
from obs.testing.prove.loki import Loki
from obs.testing.scenario.emulator import Emulator
from obs.testing.scenario.evaluators import evaluator
from obs.testing.scenario.platform import platform_of
from obs.testing.tools import ToolMissingError, Tools

pytestmark = pytest.mark.prove

ROOT = Path(__file__).parents[2]
PROGRAM = api.load_program(api.read_settings(ROOT))
BUSY, QUIET = "busy", "quiet"
ERRORS = [spring("boom"), spring2("boom"), ecs("boom"), ecs("boom", nested=True), logstash("boom")]
REQUESTS = [access("/users"), access("/users?page=2", 201), access("/auth/login", 404), access("/users", 503)]


def queries() -> Iterator[tuple[str, Panel, Query, str]]:
    """With every variable at "All", and the path as the dashboard opens."""
    for board, panel, query in PROGRAM.queries:
        if query.language == "logql":
            text = query.text.replace("$__auto", "1m").replace("$path", "/")
            for name in ("namespace", "pod"):
                text = text.replace(f"${name}", ".+")
            yield f"{board.uid} / {panel.title}", panel, query, text


PANELS = {name: (panel, query, text) for name, panel, query, text in queries()}


@pytest.fixture(scope="module")
def loki() -> Iterator[Loki]:
    """One tenant whose services fail and are asked for things, and one where nothing of that happens."""
    try:
        tools = Tools.find(ROOT)
        tools.path("loki")
    except ToolMissingError as error:
        pytest.fail(f"{error}; `make prove` builds everything", pytrace=False)
    with Loki(tools) as server:
        server.wait_ready()
        send(server, BUSY, lines("gateway", [*ERRORS, *REQUESTS]) + lines("user", ERRORS))
        send(server, QUIET, lines("user", [spring("started", level="INFO")]))
        send(server, QUIET, lines("gateway", [spring("started", level="INFO")]))
        yield server


def lines(service: str, written: list[object]) -> list[tuple[dict[str, str], str]]:
    """What Promtail's pipeline makes of them, by the project's own definitions."""
    scenario = Scenario(Emulator(platform_of(PROGRAM), evaluator()))
    for number, line in enumerate(written):
        scenario.log(service, line, at=f"{number}s")  # type: ignore[arg-type]
    scenario.run("2m")
    found = [(dict(entry.labels), entry.line) for entry in scenario.observed.shipped]
    assert len(found) == len(written)
    return found


def send(loki: Loki, tenant: str, found: list[tuple[dict[str, str], str]]) -> None:
    now = time.time_ns() - 20 * 10**9
    streams = [
        {"stream": labels, "values": [[str(now + number * 10**6), line]]}
        for number, (labels, line) in enumerate(found)
    ]
    request = urllib.request.Request(
        f"http://127.0.0.1:{loki.port}/loki/api/v1/push",
        json.dumps({"streams": streams}).encode(),
        {"Content-Type": "application/json", "X-Scope-OrgID": tenant},
    )
    urllib.request.urlopen(request, timeout=30).read()


def asked(loki: Loki, tenant: str, query: Query, text: str) -> list[dict[str, object]]:
    """As Grafana asks: at one moment, or over the dashboard's range."""
    now = time.time()
    given = {"query": text}
    if query.instant:
        given["time"] = str(int(now * 1e9))
    else:
        given |= {"start": str(int((now - 3600) * 1e9)), "end": str(int(now * 1e9)), "step": "60"}
    result = loki.ask(tenant, "query" if query.instant else "query_range", **given)["result"]
    assert isinstance(result, list)
    return result


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_gets_data(loki: Loki, name: str) -> None:
    panel, query, text = PANELS[name]
    found = asked(loki, BUSY, query, text)
    assert found, text
    read = legend(query.legend or "").labels_read if "{{" in (query.legend or "") else frozenset()
    assert all(read <= set(one["metric"]) for one in found if "metric" in one)  # type: ignore[call-overload]
    if panel.type == "logs":
        shown = [line for one in found for _, line in one["values"]]  # type: ignore[attr-defined]
        assert len(shown) == (2 * len(ERRORS) if "error" in name else len(REQUESTS))


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_is_silent_where_nothing_happens(loki: Loki, name: str) -> None:
    _, query, text = PANELS[name]
    found = asked(loki, QUIET, query, text)
    assert all(float(one["value"][1]) == 0 for one in found if "value" in one)  # type: ignore[index]
    assert not [one for one in found if "values" in one]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("loki-error-logs / Errors in the last 5m", 2 * len(ERRORS)),
        ("loki-gateway-api-requests / 5xx in the last 5m", 1),
    ],
)
def test_a_number_is_the_right_one(loki: Loki, name: str, count: int) -> None:
    _, query, text = PANELS[name]
    (one,) = asked(loki, BUSY, query, text)
    assert float(one["value"][1]) == count  # type: ignore[index]


def test_paths_have_no_query_string(loki: Loki) -> None:
    _, query, text = PANELS["loki-gateway-api-requests / Request rate by path"]
    paths = {one["metric"]["path"] for one in asked(loki, BUSY, query, text)}  # type: ignore[index]
    assert paths == {"/users", "/auth/login"}


def test_no_logql_panel_is_left_out() -> None:
    boards = {name.split(" / ")[0] for name in PANELS}
    assert boards == {board.uid for board in PROGRAM.dashboards if board.data and board.data.type == "loki"}
    assert len(PANELS) == sum(query.language == "logql" for _, _, query in PROGRAM.queries)
