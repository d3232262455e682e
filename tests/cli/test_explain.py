"""`obs explain`: the numbers are those of the stack, the words those of the definitions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from obs.cli.explain import run_explain
from obs.cli.init import write_starter
from obs.cli.inputs import Inputs

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"


def explain(capsys: pytest.CaptureFixture[str], *given: str, project: Path | None = ROOT) -> str:
    assert run_explain(given, project, Inputs(), as_json=False) == 0
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    "words",
    [
        "rules/spring.py:",
        "is kept by stage 5.1 metrics of the pipeline, which counts every line that reaches it",
        "is scraped from target promtail, every 30 seconds",
        "Lines of community, data, eureka, gateway, store, study or user can get there",
        'They must match {namespace=~".+"} |~',
        "Its namespace and pod: the line's, kept through the scrape",
        "The increase of promtail_custom_spring_error_logs_total over the last 5 minutes".lower(),
        "until the first message 1m30s 2m3s 2m33s",
        "at worst 7m3s after the event",
        "discord-webhook (tells Discord), because alertname=~",
        "One message for all alerts with the same alertname, namespace and pod",
        "the same again every 4 hours",
        "⚠️ 경고 1건: SpringErrorLogsDetected",
        "[대시보드 열기](http://grafana.checkmate/d/loki-error-logs?",
        "panel loki-error-logs/Error logs",
        "The end is told 0s to 6m after the condition is false",
        "is removed after 24 hours without a line that it counts",
        "The Secret discord-webhook with the key url must exist",
    ],
)
def test_the_story_of_an_alert_on_a_log_line(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert words in explain(capsys, "SpringErrorLogsDetected")


def test_the_story_follows_the_definitions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Other intervals, other numbers: none of them is a constant."""
    write_starter(tmp_path / "p")
    stack = tmp_path / "p" / "services" / "stack.py"
    text = stack.read_text(encoding="utf-8")
    assert 'scrape_interval="30s"' in text or "PrometheusServer(" in text
    stack.write_text(text.replace("PrometheusServer(", 'PrometheusServer(evaluation_interval="2m", ', 1)
                     .replace('evaluation_interval="30s", ', "").replace('evaluation_interval="30s"', ""),
                     encoding="utf-8")  # fmt: skip
    assert run_explain([_first_alert(tmp_path / "p")], tmp_path / "p", Inputs(), as_json=True) == 0
    found = json.loads(capsys.readouterr().out)[0]
    step = next(one for one in found["fires"]["steps"] if one["name"] == "evaluation")
    assert (step["best"], step["typical"], step["worst"]) == (0, 60, 120)


def _first_alert(project: Path) -> str:
    from obs import api

    return api.load_program(api.read_settings(project)).definitions.alerts[0].name


def test_the_json_has_every_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_explain(["SpringErrorLogsDetected"], ROOT, Inputs(), as_json=True) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found.keys() == {
        "alert", "at", "group", "expr", "labels", "metrics", "fires", "receivers", "sample", "links", "muted_by",
        "findings",
    }  # fmt: skip
    (told,) = found["receivers"]
    assert told["group_wait"] == 30
    assert told["repeat_interval"] == 4 * 3600
    assert told["timing"]["heard"]["worst"] == 153
    assert told["timing"]["heard_in_open_group"]["worst"] == 423
    assert told["messages"][0]["arrives"] is True
    assert found["sample"]["labels"]["alertname"] == "SpringErrorLogsDetected"


def test_an_alert_of_others(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA / "platform_original")
    out = explain(capsys, "SpringErrorLogsDetected", ".", project=None)
    assert "which nothing extracts" in out
    assert "error[counter-without-source]" in out
    assert "Nobody: no receiver that it reaches tells anybody." in out
    monkeypatch.chdir(DATA / "foreign")
    out = explain(capsys, "etcdNoLeader", ".", project=None)
    assert 'That hangs on values that only the cluster knows: team="db".' in out


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SpringErrorLogDetected", "did you mean 'SpringErrorLogsDetected'"),
        ("Watchdog", "is no alert of these definitions"),
        ("", "nothing here is named"),
    ],
)
def test_a_name_that_is_no_alert(name: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_explain([name], ROOT, Inputs(), as_json=False) == 2
    assert words in capsys.readouterr().err


def test_the_same_definitions_give_the_same_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(capsys, "HighNodeCPUUsage") == explain(capsys, "HighNodeCPUUsage")


def test_a_rule_of_loki(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA / "foreign")
    name = next(
        line.split("alert:")[1].strip()
        for line in (DATA / "foreign" / "loki-rules.yaml").read_text(encoding="utf-8").splitlines()
        if "alert:" in line
    )
    out = explain(capsys, name, ".", project=None)
    assert "does not accept" not in out
    assert "evaluation" in out


TWINS = """
groups:
  - name: g
    rules:
      - {alert: Full, expr: disk_free < 5, labels: {severity: warning}}
      - {alert: Full, expr: disk_free < 3, labels: {severity: critical}}
---
route: {receiver: nobody, routes: [{matchers: [severity="critical"], receiver: pager}]}
receivers: [{name: nobody}, {name: pager, webhook_configs: [{url: "http://pager.example/"}]}]
"""


def test_twins_are_told_one_after_the_other_each_with_its_own_findings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rules, _, routes = TWINS.partition("---")
    (tmp_path / "rules.yaml").write_text(rules, encoding="utf-8")
    (tmp_path / "alertmanager.yml").write_text(routes, encoding="utf-8")
    assert run_explain(["Full", "."], None, Inputs(), as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    checks = [{finding["name"] for finding in one["findings"]} for one in told]
    assert ["alert-ends-at-nobody" in names for names in checks] == [True, False]
    assert [one["receivers"][0]["receiver"] for one in told] == ["nobody", "pager"]
