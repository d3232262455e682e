"""What stands in a message, and what is kept from being one."""

from __future__ import annotations

from obs.testing import Scenario, cases, cpu
from rules.cpu import high_node_cpu

NODES = [f"node-{number:02}" for number in range(12)]


def test_more_alerts_than_a_message_holds_are_counted_and_some_are_named(scenario: Scenario) -> None:
    for name in NODES:
        scenario.given(cpu(node=name).hold(95, "12m").hold(5))
    scenario.run("35m")
    firing, resolved = scenario.discord.all
    assert f"{len(NODES)}건" in firing.title
    assert "80% 초과: node-03" in firing.text
    assert "80% 초과: node-04" not in firing.text
    for message in (firing, resolved):
        named = "node-04, node-05, node-06, node-07"
        assert f"- 그 밖에 8건이 더 있습니다: {named}\n" in message.text


def test_a_message_says_what_to_do_and_where_to_look(scenario: Scenario) -> None:
    scenario.given(cpu(node="a").hold(95))
    scenario.run("15m")
    message = scenario.discord.only()
    assert message.title == f"⚠️ 경고 1건: {high_node_cpu.name} · kubernetes"
    assert "**발생**" in message.text
    assert "노드 CPU 사용률 80% 초과: a" in message.text
    assert "**조치** " in message.text
    assert "**런북** " in message.text
    assert "[이 알림 잠시 끄기](http" in message.text
    assert "[대시보드 열기](http" in message.text
    assert "**복구**" not in message.text


def test_gelf_counts_as_an_error(scenario: Scenario) -> None:
    scenario.log("user", '{"version":"1.1","short_message":"boom","level":3,"_level_name":"ERROR"}')
    scenario.run("4m")
    assert scenario.discord.only().group["namespace"] == "user"


@cases(date=["24/Nov/2026:01:02:03 +0000", "null"])
def test_a_request_without_a_body_is_counted(scenario: Scenario, date: str) -> None:
    scenario.log("gateway", f'10.42.0.9 - - [{date}] "GET /api/users HTTP/1.1" 503 - 12')
    scenario.run("2m")
    (series,) = scenario.series("promtail_custom_gateway_access_log_lines_total")
    assert series.labels["status"] == "503"
    assert series.last == 1


@cases(
    source=["critical", "warning"],
    target=["warning", "info"],
)
def test_a_worse_alert_of_the_same_name_keeps_the_other_silent(
    scenario: Scenario, source: str, target: str
) -> None:
    scenario.fire("DiscordWebhookTest", severity=source, namespace="gateway")
    scenario.fire("DiscordWebhookTest", severity=target, namespace="gateway")
    scenario.run("5m")
    told = [alert["severity"] for message in scenario.discord for alert in message.alerts]
    assert told == [source]


def test_info_is_silent_while_only_info_fires(scenario: Scenario) -> None:
    scenario.fire("InfoInhibitor", severity="none", namespace="gateway")
    scenario.fire("DiscordWebhookTest", severity="info", namespace="gateway")
    scenario.run("5m")
    scenario.discord.none()
