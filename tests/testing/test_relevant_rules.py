"""Rules that are left out of a run: only those that are empty whatever happens."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest

from obs import api
from obs.testing import Scenario, cpu, pod_cpu, series, spring
from obs.testing.scenario import emulation
from obs.testing.scenario.emulator import Emulator
from obs.testing.scenario.evaluators import evaluator
from obs.testing.scenario.platform import platform_of
from obs.testing.scenario.relevant import relevant

STORED = {"up": [{"__name__": "up", "job": "promtail"}], "x": [{"__name__": "x", "a": "1"}], "y": None}


def kept(rules: list[Mapping[str, object]], stored: object = STORED) -> list[object]:
    found = relevant([{"name": "g", "rules": rules}], stored)  # type: ignore[arg-type]
    return [rule for group in found for rule in group["rules"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("expr", "can"),
    [
        ("x > 1", True),
        ("z > 1", False),
        ('x{a="2"} > 1', False),
        ('x{a!="2"} > 1', True),
        ('x{a=~"1|2", b=""} > 1', True),
        ('x{a=~".*", b!=""} > 1', False),
        ('{__name__="z"}', False),
        ('{__name__=~"z|x"}', True),
        ('y{a="2"}', True),
        ("min by (a) (z > 0) - time() < 3600", False),
        ("time() - z", False),
        ("time() > 0", True),
        ("x and z", False),
        ("x or z", True),
        ("z or x", True),
        ("z unless x", False),
        ("x unless z", True),
        ("absent(z)", True),
        ("absent(z) and z", False),
        ("vector(1) * on () z", False),
        ("vector(1)", True),
        ("hour() > 8", True),
        ("scalar(z) > bool 1", True),
        ("x > scalar(z)", True),
        ("rate(z[5m])", False),
        ("max_over_time(rate(z[5m])[1h:])", False),
        ("histogram_quantile(0.9, sum by (le) (rate(z[5m])))", False),
        ("topk(3, z)", False),
        ("-z", False),
        ('label_replace(z, "a", "$1", "b", "(.*)")', False),
        ('group(present_over_time(up{job="traefik"}[6h])) unless on () up{job="traefik"} == 1', False),
        ("ALERTS", True),
        ("this is none", True),
    ],
)
def test_what_can_have_a_result(expr: str, can: bool) -> None:
    assert bool(kept([{"alert": "A", "expr": expr}])) == can


def test_what_is_recorded_may_have_any_labels() -> None:
    first, second = {"record": "r", "expr": "x"}, {"alert": "A", "expr": 'r{a="other"}'}
    third, fourth = {"record": "s", "expr": "z"}, {"alert": "B", "expr": "s"}
    assert kept([second, first, third, fourth]) == [second, first]


@pytest.mark.parametrize("seed", range(4))
def test_a_run_is_the_same_with_all_rules(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    platform = platform_of(api.load_program(api.read_settings()))
    chance = random.Random(seed)
    told = []
    state = chance.getstate()
    for whole in (False, True):
        chance.setstate(state)
        if whole:
            monkeypatch.setattr(emulation, "relevant", lambda groups, stored: tuple(groups))
        scenario = Scenario(Emulator(platform, evaluator()))
        scenario.log(chance.choice(["user", "gateway"]), spring(), times=chance.randint(1, 5), every="40s")
        scenario.given(cpu("a").hold(chance.uniform(70, 100)))
        scenario.given(pod_cpu("user", "user-1").hold(chance.uniform(70, 100)))
        ready = 'kube_node_status_condition{node="a", condition="Ready", status="true"}'
        scenario.given(series(ready).hold(chance.choice([0, 1])))
        scenario.run("12m")
        told.append(replace(scenario.observed, verdicts=()))
    pruned, full = told
    assert pruned.changes == full.changes
    assert pruned.attempts == full.attempts
    assert pruned.samples == full.samples
    assert pruned.rule_errors == full.rule_errors
