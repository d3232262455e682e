"""`python -m obs.lang.promql`: one answer a line, whatever the line is."""

from __future__ import annotations

import json
import subprocess
import sys

KEYS = ["expr", "valid", "error", "position", "type", "canonical", "unsupported", "branches"]


def _ask(*lines: str) -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "obs.lang.promql"],
        input="\n".join(lines).encode() + b"\n",
        capture_output=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_answers_in_order_with_exactly_these_keys():
    answers = _ask(
        json.dumps({"expr": 'sum by (job) (rate(x_total{job!="",pod="p"}[5m])) > 1 or vector(0)'}),
        json.dumps({"expr": "rate(up)"}),
        "no json",
        json.dumps({"expr": None}),
        json.dumps({"expr": "(" * 300 + "x" + ")" * 300}),
        json.dumps({"expr": "mad_over_time(x[5m])", "features": ["promql-experimental-functions"]}),
        json.dumps({"expr": "holt_winters(x[5m], 1, 1)", "version": "3.0"}),
        json.dumps({"expr": "x", "version": "new"}),
    )
    assert all(list(answer) == KEYS for answer in answers)
    assert [answer["valid"] for answer in answers] == [True, False, False, False, False, True, False, False]
    first = answers[0]
    assert first["type"] == "vector"
    assert first["canonical"] == 'sum by (job) (rate(x_total{job!="",pod="p"}[5m])) > 1 or vector(0)'
    assert first["branches"] == [
        {
            "metric": "x_total",
            "guaranteed": ["job"],
            "possible": [],
            "excluded": ["pod"],
            "open": False,
            "dead": None,
        },
        {"metric": None, "guaranteed": [], "possible": [], "excluded": [], "open": False, "dead": None},
    ]
    assert answers[1]["position"] == 5
    assert str(answers[4]["unsupported"]).startswith("not supported: ")


def test_input_that_is_not_utf8_is_answered_too():
    done = subprocess.run(
        [sys.executable, "-m", "obs.lang.promql"],
        input=b'\xff\n{"expr":"up"}\n',
        capture_output=True,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["valid"] for answer in answers] == [False, True]
