"""Every panel of every dashboard, asked of the real engine over series that the catalogue allows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from obs import api
from obs.graph.program import Program
from obs.graph.subject import of_program
from obs.sim.rules.engine import Engine
from obs.sim.rules.evaluator import Settings
from obs.testing.tools import Tools
from tests.packs.made_series import INTERVAL, SAMPLES, plain, series_of

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = api.load_program(api.read_settings(ROOT))


def panels(program: Program) -> Iterator[tuple[str, str]]:
    for dashboard, panel, query in program.queries:
        if query.language == "promql":
            names = [variable.name for variable in dashboard.variables]
            yield f"{dashboard.uid} / {panel.title} {query.ref_id}", plain(query.text, names)


QUERIES = dict(panels(PROGRAM))
METRICS = of_program(PROGRAM).metrics
RECORDED = {
    record.name: METRICS.sources(record.name)[0].labels.guaranteed
    | METRICS.sources(record.name)[0].labels.possible
    for record in PROGRAM.definitions.records
}


@pytest.fixture(scope="module")
def engine(tools: Tools) -> Iterator[Engine]:
    made = Engine(tools.path("rule-engine"))
    yield made
    made.close()


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_a_panel_gets_data(engine: Engine, query: str) -> None:
    engine.reset(Settings())
    for one in dict.fromkeys(series_of(query, RECORDED)):
        engine.append_notation(one, 0, INTERVAL)
    found = engine.query(query, (SAMPLES - 1) * INTERVAL)
    assert [point for one in found for _, point in one.points if not math.isnan(point)], query


@pytest.mark.parametrize("query", ["sum(rate(traefik_open_connections_total[5m]))", 'up{job="a"} > 5'])
def test_a_query_that_gets_nothing_is_seen(engine: Engine, query: str) -> None:
    engine.reset(Settings())
    engine.append_notation('up{job="a"} 1x240', 0, INTERVAL)
    assert engine.query(query, (SAMPLES - 1) * INTERVAL) == ()
