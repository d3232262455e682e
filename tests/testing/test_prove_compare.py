"""What counts as agreement of emulator and servers: a run that is the emulator's own, then changed in one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from obs.sim.scrape import STALE
from obs.testing import Scenario, spring
from obs.testing.prove import compare
from obs.testing.prove.compare import Comparison, paced
from obs.testing.prove.measure import Played
from obs.testing.prove.replay import Replay
from obs.testing.prove.sink import Heard
from obs.testing.prove.speed import Speed
from obs.testing.scenario.emulator import Emulator
from obs.testing.scenario.evaluators import evaluator
from obs.testing.scenario.inputs import Inputs

UNTIL = 15 * 60_000
ON_TIME = Played(Inputs(), UNTIL, (), {}, 0, 0.0, 0.0, 0)
Change = Callable[[Played], Played]


@pytest.fixture
def told(scenario: Scenario) -> Scenario:
    scenario.log("gateway", spring())
    scenario.log("user", spring(), at="4m")
    scenario.run("15m")
    return scenario


def played(scenario: Scenario) -> Played:
    """As if servers had done just what the emulator says."""
    seen = scenario.observed
    served = Emulator(paced(scenario.platform, Speed(30), ON_TIME), evaluator()).run(seen.inputs, UNTIL)
    heard = tuple(
        Heard(one.at, one.delivery.receiver, one.message, one.response)
        for one in served.attempts
        if one.message
    )
    samples = {key: [one for one in points if one[1] != STALE] for key, points in seen.samples.items()}
    return replace(
        ON_TIME, inputs=seen.inputs, heard=heard, samples=samples
    )  # the API tells no stale markers


def compared(scenario: Scenario, change: Change) -> Comparison:
    platform, rules = scenario.platform, evaluator()
    return compare.compare(platform, Speed(30), change(played(scenario)), scenario.inputs, UNTIL, rules)


def at(number: int, change: Callable[[Heard], Heard]) -> Change:
    """A change of one of the requests that were heard."""
    return lambda run: replace(
        run, heard=tuple(change(one) if place == number else one for place, one in enumerate(run.heard))
    )


def wrong(comparison: Comparison) -> list[tuple[str, str]]:
    return [(row.kind, row.verdict) for row in comparison.rows if not row.agrees]


def test_the_same_agrees(told: Scenario) -> None:
    comparison = compared(told, lambda run: run)
    assert wrong(comparison) == []
    assert {row.kind for row in comparison.rows} == {"message", "state"}
    assert comparison.claimed == set(range(len(told.observed.attempts)))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda run: replace(run, heard=run.heard[1:]), ("message", "only emulated")),
        (lambda run: replace(run, heard=(*run.heard, run.heard[0])), ("message", "only real")),
        (at(0, lambda one: replace(one, at=one.at + 31_000)), ("message", "late")),
        (at(0, lambda one: replace(one, receiver="ns/route/other")), ("message", "only emulated")),
        (
            at(0, lambda one: replace(one, message=replace(one.message, title="x"))),
            ("message", "only emulated"),
        ),
        (
            at(0, lambda one: replace(one, message=replace(one.message, description="x"))),
            ("message", "only emulated"),
        ),
        (
            lambda run: replace(
                run, samples={k: v for k, v in run.samples.items() if ("alertstate", "firing") not in k}
            ),
            ("state", "only emulated"),
        ),
    ],
)
def test_a_difference_is_found(told: Scenario, change: Change, expected: tuple[str, str]) -> None:
    assert expected in wrong(compared(told, change))


def test_a_little_late_is_the_same(told: Scenario) -> None:
    assert wrong(compared(told, at(0, lambda one: replace(one, at=one.at + 29_000)))) == []


def test_a_message_that_nobody_expects_is_claimed_by_nobody(told: Scenario) -> None:
    changed = at(0, lambda one: replace(one, message=replace(one.message, title="x")))
    assert 0 not in compared(told, changed).claimed


def test_lines_in_loki_are_compared_with_their_labels(told: Scenario) -> None:
    emulated = compared(told, lambda run: run).emulated
    stored = Counter(
        (frozenset((k, v) for k, v in one.labels.items() if k != "filename"), one.line)
        for one in emulated.shipped
    )
    assert sum(stored.values()) == 2
    assert compare.lines(emulated, stored) == []
    (key, text), *_ = stored
    assert [row.verdict for row in compare.lines(emulated, stored - Counter({(key, text): 1}))] == [
        "only emulated"
    ]
    relabelled = Counter({(frozenset({("app", "x")}), text): 1})
    assert {row.verdict for row in compare.lines(emulated, relabelled)} == {"only emulated", "only real"}


def test_a_scenario_is_asked_again_of_what_was_recorded(told: Scenario) -> None:
    later = at(0, lambda one: replace(one, at=one.at + 5_000))
    replay = Scenario(Replay(told.platform, compared(told, later), evaluator()))
    replay.log("gateway", spring())
    replay.log("user", spring(), at="4m")
    replay.run("3m")
    assert replay.discord.only().at.milliseconds == told.discord.all[0].at.milliseconds + 5_000
    assert replay.observed.evaluator == "a real Prometheus"
    replay.run("12m")
    assert len(replay.discord) == len(told.discord)
    (total,) = replay.query("sum(promtail_custom_spring_error_logs_total)")
    assert total.last == 2
