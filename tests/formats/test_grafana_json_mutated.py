"""Documents that somebody damaged: each is read or refused, and reading again changes nothing."""

from __future__ import annotations

import copy
import json
import random
from importlib import import_module
from typing import Any

import grafanalib.core as g
import pytest
from grafanalib._gen import DashboardEncoder

from obs.checks.base import dashboard_findings as validate
from obs.diagnostic import ObsError
from obs.formats.grafana_json import read, render

JUNK: list[Any] = [
    None, True, 0, -1, 3.5, "", "x", "null", "$a", [], [1], {}, {"a": 1}, [None], [{}], [[]], 10**9, "1e5", {"type": "x"},
]  # fmt: skip


def documents() -> list[Any]:
    kinds = [
        g.TimeSeries,
        g.Stat,
        g.GaugePanel,
        g.BarGauge,
        g.Table,
        g.Heatmap,
        g.AlertList,
        g.Graph,
        g.SingleStat,
        g.DashboardList,
    ]
    old = g.Dashboard(
        title="T", uid="t", rows=[g.Row(title="r", panels=[kind(title=kind.__name__) for kind in kinds])]
    )
    own = ["loki_error_logs", "gateway_api_traffic", "loki_gateway_api_requests"]
    return [
        json.loads(json.dumps(old, cls=DashboardEncoder)),
        *(json.loads(json.dumps(render(import_module(f"dashboards.{name}").dashboard))) for name in own),
    ]


def places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    for key in keys:
        found += [(value, key), *places(value[key])]
    return found


@pytest.mark.parametrize("seed", range(20))
def test_damage(seed: int) -> None:
    chance = random.Random(seed)
    for document in documents():
        damaged = copy.deepcopy(document)
        for container, key in chance.sample(places(damaged), chance.randint(1, 6)):
            container[key] = copy.deepcopy(chance.choice(JUNK))
        try:
            dashboard = read(damaged)
        except ObsError:
            continue
        validate(dashboard)
        once = render(dashboard)
        assert render(read(once)) == once
