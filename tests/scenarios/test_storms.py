"""Many pods that log errors at once: few messages, none refused, and every service named."""

from __future__ import annotations

from collections.abc import Iterable

from obs.testing import Scenario, cases, spring
from obs.testing.scenario.views import Message
from rules.spring import PODS, spring_error_logs, spring_error_storm, spring_errors_widespread
from rules.spring import SERVICES as TOLD_ONE_BY_ONE
from services.services import spring as services

SERVICES = [service.name for service in services]


def told(messages: Iterable[Message]) -> set[tuple[str, str]]:
    """What messages say: alerts, each with its service."""
    return {(one["alertname"], one["service"]) for message in messages for one in message.alerts}


def test_three_pods_of_a_service_are_one_message(scenario: Scenario) -> None:
    scenario.log("store", spring(), times=30, over="10s", pods=PODS + 1)
    scenario.run("15m")
    firing, resolved = scenario.discord.all
    assert firing.title == f"🔥 장애 발생 1건: {spring_error_storm.name} · store"
    assert "store 파드 3개" in firing.text
    assert "파드별 알림과 그 해제는 보내지 않습니다" in firing.text
    assert resolved.title == f"✅ 장애 복구 1건: {spring_error_storm.name} · store"


# The 200 pods may log their first lines before one scrape or before two, just before an evaluation or after it.
@cases(scrape=["0s", "29s", "1s", "15s", "6s"], evaluation=["29s", "0s", "2s", "15s", "7s"])
def test_a_storm_is_one_message_wherever_the_intervals_begin(
    scenario: Scenario, scrape: str, evaluation: str
) -> None:
    scenario.phases(scrape=scrape, evaluation=evaluation)
    scenario.log("store", spring("storm"), at="500ms", times=40, over="12s", pods=20)
    scenario.run("15m")
    firing, resolved = scenario.discord.all
    assert firing.alertname == resolved.alertname == spring_error_storm.name
    assert "store 파드 20개" in firing.text
    assert firing.at <= "3m"


def test_a_service_in_a_storm_says_nothing_of_another_ones_errors(scenario: Scenario) -> None:
    scenario.log("store", spring("storm"), times=400, over="5m", pods=20)
    scenario.log("user", spring(), at="2m")
    scenario.run("20m")
    assert told(scenario.discord.firing) == {
        (spring_error_storm.name, "store"),
        (spring_error_logs.name, "user"),
    }
    assert len(scenario.discord.firing) == len(scenario.discord.resolved) == 2


def test_two_services_with_two_pods_each_are_told_one_by_one(scenario: Scenario) -> None:
    for service in SERVICES[:TOLD_ONE_BY_ONE]:
        scenario.log(service, spring(), times=2 * PODS, over="5s", pods=PODS)
    scenario.run("15m")
    assert len(scenario.discord.firing) == len(scenario.discord.resolved) == TOLD_ONE_BY_ONE * PODS
    assert not scenario.discord.of(spring_error_storm)
    assert not scenario.discord.of(spring_errors_widespread)
    assert not scenario.discord.refused


@cases(pods=[1, 2, 5])
def test_every_service_at_once_is_one_message(scenario: Scenario, pods: int) -> None:
    for service in SERVICES:
        scenario.log(service, spring(), times=2 * pods, over="5s", pods=pods)
    scenario.run("20m")
    firing, resolved = scenario.discord.all
    expected = {(spring_errors_widespread.name, service) for service in SERVICES}
    assert told([firing]) == told([resolved]) == expected
    assert firing.title == f"🔥 장애 발생 {len(SERVICES)}건: {spring_errors_widespread.name}"
    assert f"파드 {pods}개" in firing.text
    assert all(service in firing.text for service in SERVICES)
    assert not scenario.discord.refused


@cases(at=["20s", "1m", "1m45s", "3m", "4m30s", "5m15s"])
def test_a_service_that_joins_later_is_named_with_the_groups_next_turn(scenario: Scenario, at: str) -> None:
    first, joins = SERVICES[: TOLD_ONE_BY_ONE + 1], SERVICES[-1]
    for service in first:
        scenario.log(service, spring())
    scenario.log(joins, spring(), at=at)
    scenario.run("30m")
    told_of = next(message for message in scenario.discord.firing if joins in message.text)
    moment = {"20s": "2m30s", "1m": "7m", "1m45s": "7m", "3m": "7m", "4m30s": "7m", "5m15s": "8m"}[at]
    assert told_of.at <= moment
    firing, ended = told(scenario.discord.firing), told(scenario.discord.resolved)
    assert firing == ended
    assert len(scenario.discord.firing) <= 2


def test_a_pod_that_outlasts_the_storm_is_told_by_its_name(scenario: Scenario) -> None:
    scenario.log("store", spring("storm"), times=200, over="1m", pods=20)
    (last,) = {line.labels["pod"] for line in scenario.inputs.lines[:1]}
    scenario.log("store", spring(), at="1m30s", times=30, every="30s")
    scenario.run("40m")
    assert [message.alertname for message in scenario.discord.firing] == [
        spring_error_storm.name,
        spring_error_logs.name,
    ]
    assert scenario.discord.firing[1].group["pod"] == last
    assert len(scenario.discord.resolved) == 2


def test_a_pod_told_before_the_storm_ends_with_it(scenario: Scenario) -> None:
    scenario.log("store", spring("first"), times=22, every="30s")
    scenario.log("store", spring("storm"), at="4m", times=400, over="6m", pods=20)
    scenario.run("40m")
    assert told(scenario.discord.firing) == told(scenario.discord.resolved)
    assert [message.alertname for message in scenario.discord.firing] == [
        spring_error_logs.name,
        spring_error_storm.name,
    ]


def test_a_pod_that_falls_silent_within_the_storm_ends_with_the_storms_notice(scenario: Scenario) -> None:
    """Alertmanager drops the end of an alert that is kept silent at that moment: the storm's own end stands for it."""
    scenario.log("store", spring("first"), pod="store-old-1")
    scenario.log("store", spring("storm"), at="4m", times=400, over="15m", pods=20)
    scenario.run("40m")
    assert [message.alertname for message in scenario.discord.firing] == [
        spring_error_logs.name,
        spring_error_storm.name,
    ]
    assert [message.alertname for message in scenario.discord.resolved] == [spring_error_storm.name]


@cases(keep=[True, False])
def test_alertmanager_is_restarted_in_a_storm(scenario: Scenario, keep: bool) -> None:
    """Prometheus repeats each alert at its own turn: a new Alertmanager may hear of pods before it hears of the storm.

    It depends on the moment whether it does; those of one turn come in the order of their rules, the storm first.
    """
    scenario.log("store", spring("storm"), times=400, over="15m", pods=20)
    scenario.restart("alertmanager", at="6m", lasts="30s", keep=keep)
    scenario.run("40m")
    limit, window = scenario.inputs.discord_limit
    assert len(scenario.discord.of(spring_error_storm)) == (2 if keep else 3)
    assert len(scenario.discord.of(spring_error_logs)) <= 2 * limit  # some pods, and their ends
    assert told(scenario.discord.firing) == told(scenario.discord.resolved)
    moments = [message.at.milliseconds for message in scenario.discord]
    assert all(sum(at <= other < at + window for other in moments) <= limit for at in moments)


def test_a_storm_that_discord_refuses_is_told_with_the_next_turn(scenario: Scenario) -> None:
    scenario.log("store", spring("storm"), times=400, over="10m", pods=20)
    scenario.discord_answers(429, at="0m", until="3m", retry_after=2.0)
    scenario.run("40m")
    message = scenario.discord.only()
    assert message.alertname == spring_error_storm.name
    assert "6m" <= message.at <= "8m"
    assert message.end is not None
