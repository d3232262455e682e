"""The emulator against answers recorded from Promtail 3.0.0's own stages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from obs.sim.promtail.__main__ import answer, expect

DATA = Path(__file__).parents[1] / "data"


def recorded(name: str) -> list[dict]:
    return [json.loads(line) for line in (DATA / name).open(encoding="utf-8")]


@pytest.mark.parametrize("case", recorded("promtail_stages.jsonl"), ids=lambda case: case["name"])
def test_known_case(case):
    assert expect(case) == case["expect"]


def grouped(name: str) -> dict[str, list[dict]]:
    """Cases by the first word of their name; thousands of tests would cost more than what they test."""
    found: dict[str, list[dict]] = {}
    for case in recorded(name):
        found.setdefault(case["name"].split("/")[0], []).append(case)
    return found


@pytest.mark.parametrize(
    "cases", [pytest.param(cases, id=name) for name, cases in grouped("promtail_cases.jsonl").items()]
)
def test_cases(cases):
    answers = {case["name"]: expect(case) for case in cases}
    assert answers == {case["name"]: case["expect"] for case in cases}


def test_command_answers_in_order_and_survives_nonsense():
    cases = recorded("promtail_stages.jsonl")[:3]
    lines = [json.dumps(cases[0]), "{nonsense", "5", json.dumps({"name": "n", "pipeline_stages": {}}), "",
             json.dumps(cases[1]), json.dumps({"name": "s", "pipeline_stages": [], "lines": ["\ud800"]})]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "obs.sim.promtail"],
        input=("\n".join(lines) + "\n").encode() + b"\xff\xfe\n",
        capture_output=True,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [found["name"] for found in answers] == [
        cases[0]["name"],
        None,
        None,
        "n",
        cases[1]["name"],
        "s",
        None,
    ]
    assert answers[0]["expect"] == cases[0]["expect"]
    assert all("input_error" in answers[place]["expect"] for place in (1, 2, 3, 6))
    assert answers[5]["expect"]["out"][0]["line"] == "\ufffd"


def test_geoip_is_said_to_be_unsupported():
    case = {"pipeline_stages": [{"geoip": {"db": "/geo.mmdb", "db_type": "city"}}], "lines": ["x"]}
    assert expect(case) == {"unsupported": "not supported: the geoip stage, which reads a MaxMind database"}


def test_deep_input_is_answered():
    deep = json.dumps({"name": "d", "pipeline_stages": [], "lines": []})[:-2] + "[" * 100_000
    assert "input_error" in answer(deep)["expect"]
