"""The message that Discord receives, and Discord's limits."""

from __future__ import annotations

import pytest

from obs.lang.gotemplate import ExecutionError
from obs.lang.gotemplate.clock import Moment
from obs.sim.routing import ConfigError, render_discord
from obs.sim.routing.config import Discord
from obs.sim.routing.message import GREEN, RED, Alert, discord_version, fingerprint, message_data, truncate

NOW = Moment(1_714_564_800_000_000_000)
FIRING = Alert({"alertname": "HighCPU", "pod": "a", "severity": "warning"}, {"summary": "요약 <b>"}, NOW)
RESOLVED = Alert(
    {"alertname": "HighCPU", "pod": "b", "severity": "warning"}, {"summary": "요약 <b>"}, NOW, NOW
)
GROUP = {"alertname": "HighCPU"}


def test_the_default_message() -> None:
    data = message_data([RESOLVED, FIRING], "monitoring/x.y/hook", GROUP, "http://am")
    message = render_discord(Discord(), data)
    assert message.title == "[FIRING:1] HighCPU (warning)"
    assert message.description == (
        "\n\nAlerts Firing:\nLabels:\n - alertname = HighCPU\n - pod = a\n - severity = warning\n"
        "Annotations:\n - summary = 요약 <b>\nSource: \n\n\n\nAlerts Resolved:\nLabels:\n - alertname = HighCPU\n"
        " - pod = b\n - severity = warning\nAnnotations:\n - summary = 요약 <b>\nSource: \n\n\n"
    )
    assert message.color == RED
    assert message.payload["content"] == ""
    assert message.arrives
    assert data.receiver == r"monitoring/x\.y/hook"


def test_a_resolved_group_is_green() -> None:
    message = render_discord(Discord(), message_data([RESOLVED], "r", GROUP))
    assert (message.color, message.title) == (GREEN, "[RESOLVED] HighCPU (b warning)")


def test_bytes_are_those_of_go() -> None:
    message = render_discord(
        Discord("t<&>", "{{ .CommonAnnotations.summary }}\u2028"), message_data([FIRING], "r", GROUP)
    )
    expected = '{"content":"","embeds":[{"title":"t\\u003c\\u0026\\u003e","description":"요약 \\u003cb\\u003e\\u2028","color":10038562}]}\n'
    assert message.body == expected.encode()


@pytest.mark.parametrize(
    ("title", "message", "version", "problems"),
    [
        ("t", "m", "0.27", []),
        ("x" * 256, "y" * 4096, "0.27", []),
        ("x" * 257, "m", "0.27", [("a title of 257 characters is cut to 256", False)]),
        ("한" * 300, "글" * 5000, "v0.28.0", [("a title of 300 characters is cut to 256", False), ("a description of 5000 characters is cut to 4096", False)]),
        ("x" * 257, "y" * 4097, "0.26", [("a title of 257 characters, of 256 allowed", True), ("a description of 4097 characters, of 4096 allowed", True)]),
        ("", "", "0.27", [("an empty message: title and description have no text", True)]),
        (" ", "{{ if false }}x{{ end }}\n", "0.27", [("an empty message: title and description have no text", True)]),
        ("", "m", "0.27", []),
        ("x" * 3000, "y" * 4000, "0.25", [("a title of 3000 characters, of 256 allowed", True), ("an embed of 7000 characters, of 6000 allowed", True)]),
    ],
    ids=str,
)  # fmt: skip
def test_limits(title: str, message: str, version: str, problems: list[tuple[str, bool]]) -> None:
    rendered = render_discord(Discord(title, message), message_data([FIRING], "r", GROUP), version)
    assert [(problem.message, problem.fatal) for problem in rendered.problems] == problems
    assert rendered.arrives is not any(fatal for _, fatal in problems)


def test_truncation_leaves_a_mark() -> None:
    assert truncate("x" * 300, 256) == "x" * 255 + "…"
    assert truncate("x" * 256, 256) == "x" * 256


def test_versions() -> None:
    assert discord_version("v0.25.0").fields == {
        "webhook_url",
        "title",
        "message",
        "send_resolved",
        "http_config",
    }
    assert "webhook_url_file" in discord_version("0.27").fields
    assert {"content", "username", "avatar_url"} <= discord_version("v0.33.1").fields
    for version in ("0.24.0", "v0.9", "latest"):
        with pytest.raises(ConfigError):
            discord_version(version)


def test_template_files_take_the_place_of_defaults() -> None:
    files = {"own.tmpl": '{{ define "discord.default.title" }}own {{ .Status }}{{ end }}'}
    assert render_discord(Discord(), message_data([FIRING], "r", GROUP), files=files).title == "own firing"


def test_a_failing_template_sends_nothing() -> None:
    with pytest.raises(ExecutionError, match="can't evaluate field Nope"):
        render_discord(Discord("{{ .Nope }}"), message_data([FIRING], "r", GROUP))


def test_alerts_are_in_alertmanagers_order() -> None:
    labels = [
        {"b": "1"},
        {"job": "z"},
        {"a": "2", "b": "1"},
        {"a": "1"},
        {"job": "a", "instance": "2"},
        {"job": "a", "instance": "1"},
    ]
    data = message_data([Alert(one) for one in labels], "r", {})
    assert [dict(alert.labels) for alert in data.alerts] == [
        {"job": "a", "instance": "1"}, {"job": "a", "instance": "2"}, {"job": "z"}, {"b": "1"}, {"a": "1"}, {"a": "2", "b": "1"},
    ]  # fmt: skip
    assert data.common_labels == {}


def test_fingerprints() -> None:
    # Measured with Alertmanager 0.27.
    assert fingerprint({"alertname": "B", "k": "1", "b": "y"}) == "c75aaae2d8df30d1"
    assert fingerprint({"alertname": "A", "k": "1", "a": "x"}) == "542dee5b1e0695b8"
