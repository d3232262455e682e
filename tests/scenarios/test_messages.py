"""What a person on call reads: the words fit the severity, and what to do stands there once."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from alertmanager.discord import webhook_test
from obs.testing import Scenario, cases, cpu, spring


def link(text: str, name: str) -> str:
    return text.split(f"[{name}](", 1)[1].split(")", 1)[0]


@cases(
    case=[
        ("critical", "🔥 장애 발생 1건", "✅ 장애 복구 1건"),
        ("warning", "⚠️ 경고 1건", "✅ 경고 해제 1건"),
        ("info", "🔔 알림 1건", "✅ 알림 종료 1건"),
        ("", "🔔 알림 1건", "✅ 알림 종료 1건"),
    ]
)
def test_words_by_severity(scenario: Scenario, case: tuple[str, str, str]) -> None:
    severity, begins, ends = case
    scenario.fire(webhook_test, until="3m", **({"severity": severity} if severity else {}))
    scenario.run("15m")
    first, last = scenario.discord.all
    assert first.title.startswith(begins)
    assert last.title.startswith(ends)


def test_the_runbook_stands_once_for_several_nodes(scenario: Scenario) -> None:
    for node in ("a", "b", "c"):
        scenario.given(cpu(node=node).hold(95))
    scenario.run("12m")
    message = scenario.discord.only()
    assert len(message.alerts) == 3
    assert message.text.count("**조치**") == 1
    assert message.text.count("docs/runbooks/HighNodeCPUUsage.md") == 1
    assert message.text.count("시작 ") == 3


def test_times_are_those_of_seoul(scenario: Scenario) -> None:
    scenario.fire(webhook_test)  # a scenario starts at midnight in Greenwich
    scenario.run("10m")
    assert "시작 1월 5일 09:00 (KST)" in scenario.discord.first().text


def test_the_silence_covers_what_the_message_tells(scenario: Scenario) -> None:
    scenario.log("gateway", spring())
    scenario.run("10m")
    message = scenario.discord.only()
    address = urlsplit(link(message.text, "이 알림 잠시 끄기"))
    asked = parse_qs(address.query)
    assert address.netloc == "grafana.checkmate"
    assert asked["alertmanager"] == ["Alertmanager"]
    (alert,) = message.alerts
    assert sorted(asked["matcher"]) == sorted(f"{name}={value}" for name, value in alert.items())


def test_hostile_labels_stay_inside_the_link(scenario: Scenario) -> None:
    nasty = 'a)](http://evil.example) &matcher=x="y" #한글'
    scenario.fire(webhook_test, namespace=nasty)
    scenario.run("10m")
    address = link(scenario.discord.first().text, "이 알림 잠시 끄기")
    assert f"namespace={nasty}" in parse_qs(urlsplit(address).query)["matcher"]
    assert " " not in address
