"""A storm: 10,000 error lines over 200 pods, and what of it Discord lets through."""

from __future__ import annotations

from obs.testing import Scenario, spring

PODS = 200


def storm(scenario: Scenario) -> None:
    scenario.log("store", spring("storm"), times=10_000, over="10m", pods=PODS)
    scenario.run("40m")


def test_without_a_limit_every_pod_is_told_at_once_and_once(scenario: Scenario) -> None:
    scenario.discord_limit(0, "2s")
    storm(scenario)
    assert len({message.group["pod"] for message in scenario.discord.firing}) == PODS
    assert len(scenario.discord.firing) == len(scenario.discord.resolved) == PODS
    assert scenario.discord.firing[-1].at <= "3m"
    total = scenario.query("sum(promtail_custom_spring_error_logs_total)", "11m")
    assert total[0].last == 10_000


def test_with_the_limit_that_people_measure_most_pods_are_never_told(scenario: Scenario) -> None:
    """Alertmanager 0.27 drops a 429 until the group's next turn, when 200 groups come at the same moment again."""
    storm(scenario)
    told = {message.group["pod"] for message in scenario.discord.firing}
    limit, window = scenario.inputs.discord_limit
    assert 0 < len(told) < PODS
    assert all(attempt.response.status == 429 for attempt in scenario.discord.refused)
    times = [message.at.milliseconds for message in scenario.discord]
    for at in times:  # the limit is respected by what Discord took
        assert sum(at <= other < at + window for other in times) <= limit
