"""What breaks on the way, and what arrives all the same."""

from __future__ import annotations

from obs.testing import Scenario, cases, cpu, series, spring
from rules.cpu import high_node_cpu
from rules.nodes import node_down
from rules.spring import spring_error_logs


def test_discord_is_down_for_a_while(scenario: Scenario) -> None:
    scenario.log("gateway", spring())
    scenario.down("discord", at="1m", until="3m")
    scenario.run("6m")
    message = scenario.discord.only()
    assert message.attempt > 1
    assert "3m" <= message.at <= "4m"


def test_server_errors_are_tried_again(scenario: Scenario) -> None:
    scenario.log("gateway", spring())
    scenario.discord_answers(502, at="1m", until="2m")
    scenario.run("6m")
    assert scenario.discord.only().at <= "2m30s"


def test_discord_is_down_longer_than_the_alert_fires(scenario: Scenario) -> None:
    scenario.log("gateway", spring())
    scenario.down("discord", at="1m", until="20m")
    scenario.run("40m")
    assert [attempt.response.status for attempt in scenario.discord.refused[:1]] == [0]
    # Only its end is left to tell, and Alertmanager tells no end of what nobody heard of.
    scenario.discord.none()


def test_a_slow_discord_is_waited_for(scenario: Scenario) -> None:
    scenario.log("gateway", spring())
    scenario.discord_answers(204, at="1m", until="3m", takes="20s")
    scenario.run("4m")
    assert len(scenario.discord) == 1


def test_too_many_requests_are_told_with_the_next_flush(scenario: Scenario) -> None:
    # Alertmanager 0.27 does not try a 429 again; a trickle keeps the alert until the group's next turn.
    scenario.log("gateway", spring(), times=10, every="1m")
    scenario.discord_answers(429, at="1m", until="3m", retry_after=2.0)
    scenario.run("9m")
    message = scenario.discord.only()
    assert "6m" <= message.at <= "8m"


def test_a_refused_message_is_not_repeated_before_the_next_flush(scenario: Scenario) -> None:
    scenario.log("gateway", spring())
    scenario.discord_answers(400, at="1m", until="3m")
    scenario.run("4m")
    assert not scenario.discord
    assert "dies at Discord: Discord answered 400" in scenario.explain(spring_error_logs)


@cases(keep=[True, False])
def test_alertmanager_is_restarted_with_a_firing_alert(scenario: Scenario, keep: bool) -> None:
    scenario.log("gateway", spring(), times=20, every="1m")
    scenario.restart("alertmanager", at="5m", lasts="30s", keep=keep)
    scenario.run("12m")
    # With its disk it knows what it told; without it tells everything once more.
    assert len(scenario.discord.firing) == (1 if keep else 2)


def test_alertmanager_is_away_when_the_alert_fires(scenario: Scenario) -> None:
    scenario.log("gateway", spring(), times=6, every="1m")
    scenario.down("alertmanager", at="1m", until="4m")
    scenario.run("8m")
    assert "4m" <= scenario.discord.only().at <= "6m30s"


def test_prometheus_is_restarted_while_an_alert_is_pending(scenario: Scenario) -> None:
    scenario.given(cpu("a").hold(20, "5m").hold(95))
    scenario.restart("prometheus", at="11m", lasts="30s")
    scenario.run("25m")
    # `for` of less than ten minutes is not restored: it counts from the start again.
    states = [(change.state, change.at) for change in scenario.alert(high_node_cpu).changes]
    assert len([at for state, at in states if state == "pending" and at > 0]) == 2
    assert "16m30s" <= scenario.discord.only().at <= "18m"


def test_prometheus_is_restarted_with_a_firing_alert(scenario: Scenario) -> None:
    scenario.given(cpu("a").hold(20, "5m").hold(95))
    scenario.restart("prometheus", at="16m", lasts="30s")
    scenario.run("30m")
    # It waits its five minutes again, and Alertmanager believes in an alert for four: the end is told, then the alert.
    assert [message.resolved for message in scenario.discord] == [False, True, False]


def test_promtail_is_scraped_late(scenario: Scenario) -> None:
    scenario.log("gateway", spring())
    scenario.missed("promtail", at="0m", until="3m")
    scenario.run("8m")
    assert "3m" <= scenario.discord.only().at <= "6m"


def test_promtail_is_lost_and_comes_back(scenario: Scenario) -> None:
    scenario.log("gateway", spring(), at="1m")
    scenario.down("promtail", at="0m", until="3m")
    scenario.run("8m")
    (up,) = scenario.series('up{job="monitoring-promtail-metrics"}')
    assert up.values[:6] == [0.0] * 6
    assert len(scenario.discord.firing) == 1


def test_a_target_that_is_gone_takes_its_alerts_with_it(scenario: Scenario) -> None:
    scenario.given(series('kube_node_status_condition{node="a", condition="Ready", status="true"}').hold(0))
    scenario.gone("kube-state-metrics", at="5m")
    scenario.run("10m")
    assert scenario.alert(node_down).states == ["inactive", "pending", "firing", "inactive"]
    # Prometheus waits two scrapes and a tenth for the target before it ends the series.
    assert 345_000 <= scenario.alert(node_down).changes[-1].at <= 405_000
    assert [message.resolved for message in scenario.discord] == [False, True]


def test_promtail_is_restarted_and_its_counters_with_it(scenario: Scenario) -> None:
    scenario.log("gateway", spring(), times=12, every="30s")
    scenario.restart("promtail", at="2m10s")
    scenario.run("8m")
    assert len(scenario.discord.firing) == 1


def test_pods_renamed_by_a_rollout_are_told_by_their_new_names(scenario: Scenario) -> None:
    scenario.rollout("gateway", at="2m")
    scenario.log("gateway", spring(), times=8, every="30s")
    scenario.run("8m")
    pods = {message.group["pod"] for message in scenario.discord.firing}
    assert pods == {line.labels["pod"] for line in scenario.inputs.lines}
    assert len(pods) == 2


def test_no_line_is_lost_when_log_files_are_rotated(scenario: Scenario) -> None:
    scenario.log("gateway", spring(), times=240, over="2m")
    for minute in ("30s", "1m", "1m30s"):
        scenario.rotate("gateway", at=minute)
    scenario.run("5m")
    (series,) = scenario.series("promtail_custom_spring_error_logs_total")
    assert series.last == 240
    assert len(scenario.discord) == 1


def test_a_restarted_container_writes_another_file_of_the_same_series(scenario: Scenario) -> None:
    scenario.restart("gateway", at="1m")  # 0.log becomes 1.log
    scenario.log("gateway", spring(), times=4, every="30s")
    scenario.run("5m")
    assert len({line.labels["filename"] for line in scenario.inputs.lines}) == 2
    assert len(scenario.series("promtail_custom_spring_error_logs_total")) == 1


@cases(back=[False, True])
def test_a_clock_step_of_prometheus(scenario: Scenario, back: bool) -> None:
    scenario.log("gateway", spring(), times=20, every="30s")
    scenario.clock_step("90s", at="5m", back=back)
    scenario.run("12m")
    assert len(scenario.discord.firing) == 1
