"""How long Promtail was behind is told by counters; which of many messages Discord took, by what it answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from obs.testing import Scenario, spring
from obs.testing.prove.lag import Samples, as_read
from obs.testing.prove.stack import earliest
from obs.testing.scenario.emulator import Emulator
from obs.testing.scenario.evaluators import evaluator
from obs.testing.scenario.platform import RESOLVED_RETENTION, Answered
from rules.spring import spring_error_logs, spring_error_storm


def read(scenario: Scenario, stored: Samples, most: int = 7_500) -> list[int] | None:
    """When lines were read, in seconds."""
    observed = scenario.observed
    lines = as_read(observed.inputs, observed.samples, stored, observed.platform, most)
    return lines and [line.at for line in lines]


def counted(scenario: Scenario, *first: float) -> Samples:
    """What was emulated, with other values at the first scrapes."""
    return {
        key: [(at, first[place] if place < len(first) else value) for place, (at, value) in enumerate(points)]
        if dict(key)["__name__"] == "promtail_custom_spring_error_logs_total"
        else points
        for key, points in scenario.observed.samples.items()
    }


def test_lines_that_a_scrape_did_not_count_were_read_behind_it(scenario: Scenario) -> None:
    """Written at 7, 8 and 9 s, scraped at 10 s: the last one waits for more of its block, and is counted later."""
    scenario.log("gateway", spring(), at="7s", times=3, every="1s")
    scenario.run("2m")
    assert read(scenario, counted(scenario)) == [7_000, 8_000, 9_000]
    assert read(scenario, counted(scenario, 1.0)) == [7_000, 8_000, 10_001]
    assert read(scenario, counted(scenario, 0.0)) == [7_000, 10_001, 10_001]
    assert read(scenario, counted(scenario, 0.0), 1_500) == [7_000, 8_000, 10_001], "8 s is too long ago"
    other = {
        frozenset({**dict(key), "pod": "x"}.items()): points
        for key, points in scenario.observed.samples.items()
    }
    assert read(scenario, other) != [7_000, 8_000, 9_000], "another pod's counter"


def test_counters_do_not_tell_of_lines_that_do_not_count(scenario: Scenario) -> None:
    scenario.log("gateway", spring(), at="7s")
    scenario.log("gateway", spring(level="INFO"), at="8s")
    scenario.run("2m")
    assert read(scenario, counted(scenario, 0.0)) is None


def test_counters_do_not_tell_where_promtail_is_restarted(scenario: Scenario) -> None:
    scenario.log("gateway", spring(), at="7s")
    scenario.restart("promtail", at="1m")
    scenario.run("2m")
    assert read(scenario, counted(scenario, 0.0)) is None


@pytest.mark.parametrize("first", [0, 1, 2])
def test_the_earliest_of_moments_that_come_once_an_interval(first: int) -> None:
    times = [100.99, 102.02, 103.3]
    assert earliest(times[first:] + times[:first], 1.0) % 1.0 == pytest.approx(0.99)


def test_the_emulator_is_told_which_messages_got_through(scenario: Scenario) -> None:
    """Seven pods in one moment, of which Discord takes five: another five than the emulator would choose."""
    platform = replace(scenario.platform, groups=_only(scenario.platform.groups, spring_error_logs.name))
    ours = Scenario(Emulator(platform, evaluator()))
    ours.log("store", spring(), times=7, pods=7)
    ours.run("4m")
    attempts = ours.observed.attempts
    assert [one.response.ok for one in attempts] == [True] * 5 + [False] * 2
    heard = tuple(
        Answered(one.at, (one.delivery.receiver, one.message.title, one.message.description), place > 1)
        for place, one in enumerate(attempts)
        if one.message
    )
    told = Scenario(Emulator(replace(platform, answered=heard), evaluator()))
    told.log("store", spring(), times=7, pods=7)
    told.run("4m")
    assert [one.response.ok for one in told.observed.attempts] == [False] * 2 + [True] * 5


def _only(groups: tuple[Mapping[str, object], ...], alert: str) -> tuple[Mapping[str, object], ...]:
    return tuple(
        {**group, "rules": [rule for rule in group["rules"] if rule.get("alert") == alert]}
        for group in groups
    )  # type: ignore[attr-defined]


def test_rules_are_sent_in_their_order(scenario: Scenario) -> None:
    """After a restart Alertmanager tells at once what it hears of first: the storm has to come before its pods.

    Seen on the real servers: with the pods' rule first, up to all of the pods were told.
    """

    def told(platform_groups: tuple[Mapping[str, object], ...]) -> set[str]:
        platform = replace(scenario.platform, groups=platform_groups)
        ours = Scenario(Emulator(platform, evaluator()))
        ours.log("store", spring("storm"), times=400, over="15m", pods=20)
        ours.restart("alertmanager", at="6m30s", lasts="30s", keep=False)
        ours.run("7m")
        return {
            alert["alertname"]
            for message in ours.discord.firing
            if message.at >= "6m"
            for alert in message.alerts
        }

    groups = scenario.platform.groups
    names = (spring_error_storm.name, spring_error_logs.name)
    reverse = tuple(
        {**group, "rules": [*reversed(group["rules"])]} if group["name"] == "spring" else group
        for group in groups
    )  # type: ignore[call-overload]
    assert told(groups) == {names[0]}
    assert told(reverse) == set(names)


def test_an_alert_that_is_over_is_sent_for_longer_on_a_faster_clock(scenario: Scenario) -> None:
    """Prometheus 2.55 sends it for a quarter of an hour by the machine's clock, however its intervals are shortened."""

    def last(retention: int) -> int:
        ours = Scenario(Emulator(replace(scenario.platform, resolved_retention=retention), evaluator()))
        ours.log("gateway", spring())
        ours.run("60m")
        return max(post.at for post in ours.observed.posts if post.alert.resolved)

    own = last(RESOLVED_RETENTION)
    assert 20 * 60_000 <= own <= 22 * 60_000
    assert 58 * 60_000 <= last(30 * RESOLVED_RETENTION) <= 60 * 60_000
