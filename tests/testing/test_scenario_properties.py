"""Any scenario: both evaluators give the same messages, nothing is told twice, and an end is told only of what was told."""

from __future__ import annotations

import random

import pytest

from obs import api
from obs.testing import Scenario, cpu, pod_cpu, spring
from obs.testing.scenario.emulator import Emulator
from obs.testing.scenario.evaluators import evaluator
from obs.testing.scenario.platform import Platform, platform_of


@pytest.fixture(scope="module")
def platform() -> Platform:
    return platform_of(api.load_program(api.read_settings()))


def whatever(scenario: Scenario, seed: int) -> None:
    """Lines, loads and faults by chance."""
    chance = random.Random(seed)
    services = list(scenario.platform.services)
    for _ in range(chance.randint(0, 5)):
        level = chance.choice(["ERROR", "ERROR", "INFO"])
        scenario.log(
            chance.choice(services),
            spring(level=level),  # type: ignore[arg-type]
            at=chance.randrange(0, 600),
            times=chance.randint(1, 6),
            every=chance.randint(1, 200),
            pods=chance.randint(1, 3),
            node=chance.choice(["node-1", "node-2"]),
        )
    for name in ("a", "b")[: chance.randint(0, 2)]:
        scenario.given(
            cpu(name).hold(chance.uniform(0, 100), chance.randrange(60, 900)).hold(chance.uniform(70, 100))
        )
    if chance.random() < 0.4:
        scenario.given(pod_cpu("user", "user-1").flap(20, 98, every=chance.randrange(60, 600), until="25m"))
    for what in ("promtail", "alertmanager", "discord", "prometheus", "node-exporter"):
        if chance.random() < 0.25:
            start = chance.randrange(0, 900)
            scenario.down(what, at=start, until=start + chance.randrange(10, 300))
    for what in ("promtail", "alertmanager", "prometheus"):
        if chance.random() < 0.2:
            scenario.restart(
                what, at=chance.randrange(0, 900), lasts=chance.randrange(0, 60), keep=chance.random() < 0.5
            )
    scenario.run("30m")


@pytest.mark.parametrize("seed", range(15))
def test_any_scenario(platform: Platform, seed: int) -> None:
    seen = []
    for each in (evaluator(), evaluator("python")):
        scenario = Scenario(Emulator(platform, each))
        whatever(scenario, seed)
        seen.append([(one.at, one.message, one.response.status) for one in scenario.observed.attempts])
        assert scenario.explain() or not scenario.inputs.lines
        told: set[tuple[tuple[str, str], ...]] = set()
        for message in scenario.discord:
            group = tuple(sorted(message.group.items()))
            assert not message.resolved or group in told
            told.add(group)
    assert seen[0] == seen[1]
