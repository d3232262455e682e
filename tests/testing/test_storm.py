"""A storm: 10,000 error lines over 200 pods of one service is one message, and nothing of it is lost."""

from __future__ import annotations

from obs.testing import Scenario, spring
from rules.spring import PODS as TOLD_ONE_BY_ONE
from rules.spring import spring_error_logs, spring_error_storm

PODS = 200
LINES = 10_000


def test_ten_thousand_lines_of_two_hundred_pods_are_one_message(scenario: Scenario) -> None:
    scenario.log("store", spring("storm"), times=LINES, over="10m", pods=PODS)
    scenario.run("40m")
    firing, resolved = scenario.discord.all
    assert firing.at <= "3m"
    assert firing.title == f"🔥 장애 발생 1건: {spring_error_storm.name} · store"
    assert f"store 파드 {PODS}개" in firing.text
    assert resolved.title == f"✅ 장애 복구 1건: {spring_error_storm.name} · store"
    assert not scenario.discord.refused
    # Every pod was an alert, every line was counted, and every notice of an end belongs to a message that was sent.
    assert len(scenario.alert(spring_error_logs).instances) == PODS > TOLD_ONE_BY_ONE
    assert scenario.query("sum(promtail_custom_spring_error_logs_total)", "11m")[0].last == LINES
