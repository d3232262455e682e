"""Checks of routes and pipelines find the same in a project's definitions as in files."""

from pathlib import Path

import pytest

from obs.checks.runner import Selection
from tests.checks.test_pages import of_definitions

DISCORD = """
down = Alert("Down", expr="up == 0", summary="Down", description="A target is gone.")
discord = Discord("discord", url=SecretKey("discord-webhook", key="url"))
"""


@pytest.mark.parametrize(
    ("check", "text", "words"),
    [
        (
            "repeat-interval-without-effect",
            DISCORD
            + 'route = Route("d", default=Null(), to={discord: [down]}, interval="10m", repeat="5m")\n',
            "repeat_interval 5m",
        ),
        (
            "group-of-each-alert",
            DISCORD + 'route = Route("d", default=Null(), to={discord: [down]}, group_by=["..."])\n',
            "a message for each single alert",
        ),
        (
            "mention-does-not-ping",
            'm = Message(title="{{ .Status }}", body="@here {{ .CommonLabels.alertname }}")\n'
            'discord = Discord("discord", url=SecretKey("discord-webhook", key="url"), message=m)\n'
            'route = Route("d", default=discord, to={})\n',
            "@here",
        ),
        (
            "dead-stage",
            'pipeline = Pipeline(cri(), regex(" ERROR "), honor_labels=True)\n',
            "pipeline stage 2 (regex)",
        ),
        (
            "source-never-extracted",
            'pipeline = Pipeline(cri(), match(\'{app="a"}\', regex("(?P<level>x)"), labels("lvl")), honor_labels=True)\n',
            "pipeline stage 2.2 (labels) reads lvl",
        ),
        (
            "high-cardinality-label",
            'pipeline = Pipeline(cri(), json({"trace_id": "traceId"}), labels("trace_id"), honor_labels=True)\n',
            "label trace_id",
        ),
        (
            "log-format-missed",
            'errors = Counter("errors_total", help="Errors.", match_all=True)\n'
            'pipeline = Pipeline(cri(), match(\'{app="a"}\', errors, pattern="Z ERROR [0-9]+ --- "), honor_labels=True)\n',
            "counter errors_total sees 2 of 9",
        ),
    ],
)
def test_a_finding(tmp_path: Path, check: str, text: str, words: str) -> None:
    found = [
        one
        for one in of_definitions(text, tmp_path, Selection("strict", select=(check,)))
        if one.check == check
    ]
    assert [one.problem for one in found if words in one.problem], [one.problem for one in found]
    assert {one.file for one in found} == {"rules/example.py"}
