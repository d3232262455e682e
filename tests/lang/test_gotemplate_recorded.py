"""Templates against what promtool 2.55 and amtool 0.27 made of them (recorded by tools/differential/templates.py)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from obs.lang.gotemplate import ExecutionError, TemplateSyntaxError, alert_error_text, check
from obs.lang.gotemplate import render_alert as run_alert
from obs.lang.gotemplate import render_message as run_message
from obs.lang.gotemplate.data import alert_data, message_data

RECORDED = Path(__file__).parents[1] / "data" / "template_verdicts.jsonl"
HEADER, *CASES = [json.loads(line) for line in RECORDED.read_text("utf-8").splitlines()]
ALERT = alert_data(HEADER["alert"])
MESSAGE = message_data(HEADER["message"])


def cases(kind: str) -> list[dict[str, str]]:
    return [case for case in CASES if case["kind"] == kind]


def test_the_table_is_whole() -> None:
    assert {kind: len(cases(kind)) for kind in ("prometheus parse", "prometheus run", "alertmanager")} == {
        "prometheus parse": 450,
        "prometheus run": 900,
        "alertmanager": 350,
    }


@pytest.mark.parametrize("case", cases("prometheus parse"), ids=lambda case: case["template"][:40])
def test_refused_by_prometheus(case: dict[str, str]) -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        check(case["template"], "prometheus")
    assert caught.value.go("__alert_A") == case["real"]


@pytest.mark.parametrize("case", cases("prometheus run"), ids=lambda case: case["template"][:40])
def test_run_by_prometheus(case: dict[str, str]) -> None:
    data = replace(ALERT, value=float(case["value"]))
    try:
        output = run_alert(case["template"], data)
    except ExecutionError as error:
        output = alert_error_text(error, case["template"], "A")
    assert output == case["real"]


@pytest.mark.parametrize("case", cases("alertmanager"), ids=lambda case: case["template"][:40])
def test_run_by_alertmanager(case: dict[str, str]) -> None:
    try:
        output = run_message(case["template"], MESSAGE)
    except TemplateSyntaxError as error:
        output = error.go("").rstrip("\n")
    except ExecutionError as error:
        output = error.go("", case["template"]).rstrip("\n")
    assert output == case["real"]
