"""From ERROR lines of Spring services to Discord."""

from __future__ import annotations

from obs.testing import Scenario, access, cases, ecs, logstash, spring, spring2
from rules.spring import spring_error_logs
from services.services import community, eureka, gateway, store, study, user
from services.services import spring as services

TRACE = """java.lang.IllegalStateException: boom
\tat com.checkmate.gateway.Handler.handle(Handler.java:42)
Caused by: org.postgresql.util.PSQLException: ERROR: relation "users" does not exist"""


def test_one_error_reaches_discord(scenario: Scenario) -> None:
    scenario.log(
        "gateway", "2026-11-24T01:02:03.123Z ERROR 1 --- [gateway] [main] c.c.g.Handler : boom", at="0m"
    )
    scenario.run("10m")
    message = scenario.discord.only()
    assert message.at <= "3m"
    assert "gateway" in message.text
    assert message.receiver == "discord-webhook"
    assert message.alertname == spring_error_logs.name
    assert message.end is not None


# Scrapes and evaluations happen somewhere in their intervals, and a line is never written just in time for both.
@cases(scrape=["0s", "29s", "1s", "15s", "29s"], evaluation=["29s", "0s", "2s", "15s", "28s"])
def test_it_is_told_in_time_wherever_the_intervals_begin(
    scenario: Scenario, scrape: str, evaluation: str
) -> None:
    scenario.phases(scrape=scrape, evaluation=evaluation)
    scenario.log("gateway", spring(), at="1s500ms")
    scenario.run("5m")
    assert scenario.discord.only().at <= "3m"


@cases(service=[community, study, user, store, gateway, eureka])
def test_every_service_is_named_with_its_pod(scenario: Scenario, service: object) -> None:
    scenario.log(service, spring())
    scenario.run("4m")
    message = scenario.discord.only()
    (line,) = {line.labels["pod"] for line in scenario.inputs.lines}
    assert message.group["namespace"] in message.title
    assert message.group["pod"] == line
    assert line in message.text


def test_every_service_of_the_alert_is_a_case() -> None:
    assert {service.name for service in services} == {
        "community",
        "study",
        "user",
        "store",
        "gateway",
        "eureka",
    }


@cases(line=[spring(), spring2(), spring(color=True), ecs(), ecs(nested=True), logstash()])
def test_every_format_of_spring_boot_counts(scenario: Scenario, line: object) -> None:
    scenario.log("user", line)  # type: ignore[arg-type]
    scenario.run("4m")
    assert scenario.discord.only().at <= "3m"


@cases(
    line=[
        spring(level="INFO"),
        spring(level="WARN"),
        spring("retrying after ERROR 500", level="INFO"),
        TRACE,
        access(status=500),
        "Caused by: org.postgresql.util.PSQLException: ERROR: duplicate key value",
    ]
)
def test_what_is_no_error_line_is_silent(scenario: Scenario, line: object) -> None:
    scenario.log("gateway", line, times=20, every="10s")  # type: ignore[arg-type]
    scenario.run("10m")
    scenario.discord.none()


def test_a_burst_between_two_scrapes_is_one_message(scenario: Scenario) -> None:
    scenario.log("store", spring("connection refused"), at="1m11s", times=50, over="5s")
    scenario.run("5m")
    message = scenario.discord.only()
    assert message.at <= "4m"
    (series,) = scenario.series('promtail_custom_spring_error_logs_total{namespace="store"}')
    assert series.last == 50


def test_a_trickle_keeps_the_alert_until_it_ends(scenario: Scenario) -> None:
    scenario.log("user", spring("timeout"), times=8, every="4m")
    scenario.run("45m")
    assert scenario.alert(spring_error_logs).states == ["inactive", "pending", "firing", "inactive"]
    assert [message.resolved for message in scenario.discord] == [False, True]
    assert scenario.discord.resolved[0].at >= "33m"


def test_an_error_every_six_minutes_is_told_each_time(scenario: Scenario) -> None:
    scenario.log("user", spring("timeout"), times=3, every="6m30s")
    scenario.run("25m")
    assert len(scenario.discord.firing) == 3


def test_the_end_is_told(scenario: Scenario) -> None:
    scenario.log("study", spring())
    scenario.run("15m")
    firing, resolved = scenario.discord.all
    assert not firing.resolved
    assert resolved.resolved
    assert resolved.at <= "12m"
    assert resolved.group == firing.group
    assert "해제" in resolved.title


def test_two_pods_are_two_messages(scenario: Scenario) -> None:
    scenario.log("community", spring(), times=4, pods=2)
    scenario.run("4m")
    pods = {message.group["pod"] for message in scenario.discord}
    assert len(scenario.discord) == 2
    assert len(pods) == 2


def test_errors_on_another_node_are_seen_there(scenario: Scenario) -> None:
    scenario.log("user", spring(), node="node-2")
    scenario.log("user", spring(level="INFO"), node="node-1")
    scenario.run("4m")
    assert scenario.discord.only().at <= "3m"


def test_errors_of_the_database_are_no_spring_errors(scenario: Scenario) -> None:
    scenario.log("sample-postgres", '2026-11-24 01:02:03 UTC [7] ERROR:  relation "users" does not exist')
    scenario.log("sample-postgres", "2026-11-24 01:02:03 UTC [7] STATEMENT:  SELECT 1 FROM users")
    scenario.run("5m")
    assert len(scenario.observed.shipped) == 2  # lines of others are not joined to events
    scenario.discord.none()
