"""Who hears of what."""

from __future__ import annotations

from alertmanager.discord import clock, rule_failures, watchdog, webhook_test
from obs.testing import Scenario, cases


def test_the_channel_can_be_tried_by_hand(scenario: Scenario) -> None:
    scenario.send(webhook_test, annotations={"summary": "연결 확인"})
    scenario.run("10m")
    firing, resolved = scenario.discord.all
    assert "30s" <= firing.at <= "35s"
    assert "연결 확인" in firing.text
    assert resolved.resolved


@cases(alert=[watchdog, clock, rule_failures])
def test_noise_of_the_chart_stays_silent(scenario: Scenario, alert: object) -> None:
    scenario.fire(alert, severity="none")
    scenario.run("20m")
    scenario.discord.none()


def test_an_alert_of_another_chart_stays_silent(scenario: Scenario) -> None:
    scenario.fire("KubePodCrashLooping", severity="warning", namespace="gateway", pod="gateway-1")
    scenario.run("20m")
    scenario.discord.none()


def test_it_is_told_again_after_four_hours(scenario: Scenario) -> None:
    scenario.fire(webhook_test, until="5h")
    scenario.run("5h10m")
    assert [message.reason for message in scenario.discord] == ["first", "repeat", "resolved"]
    assert scenario.discord[1].at >= "4h"
