"""A message that no scenario of a batch expects: it may be a group's turn that came before the alert of its moment."""

from __future__ import annotations

from dataclasses import replace

from obs.testing import Scenario
from obs.testing.prove import compare
from obs.testing.prove.compare import paced
from obs.testing.prove.measure import Played
from obs.testing.prove.sink import Heard
from obs.testing.prove.speed import Speed
from obs.testing.scenario.emulator import Emulator
from obs.testing.scenario.evaluators import evaluator
from obs.testing.scenario.inputs import Inputs

UNTIL = 5 * 60_000
QUIET = Played(Inputs(), UNTIL, (), {}, 0, 0.0, 0.0, 0)


def test_a_turn_that_came_first_is_known_only_when_it_is_taken_to(scenario: Scenario) -> None:
    """The warning's turn is after 30 s, and just then the critical alert arrives that keeps it silent."""
    scenario.fire("DiscordWebhookTest", severity="warning", namespace="gateway", pod="a")
    scenario.fire("DiscordWebhookTest", at="30s", severity="critical", namespace="gateway", pod="b")
    scenario.run("5m")
    platform, speed, inputs = scenario.platform, Speed(30), scenario.inputs
    first = Emulator(paced(platform, speed, QUIET, flush_first=True), evaluator()).run(inputs, UNTIL)
    heard = tuple(
        Heard(one.at, one.delivery.receiver, one.message, one.response)
        for one in first.attempts
        if one.message
    )
    played = replace(QUIET, inputs=inputs, heard=heard)
    assert [len(_claimed(scenario, played, flush_first=way)) for way in (False, True)] == [1, 2]


def _claimed(scenario: Scenario, played: Played, *, flush_first: bool) -> frozenset[int]:
    found = compare.compare(
        scenario.platform, Speed(30), played, scenario.inputs, UNTIL, evaluator(), flush_first=flush_first
    )
    return found.claimed
