"""Records come before what reads them, and nothing else moves."""

from __future__ import annotations

from pathlib import Path

import pytest

from obs import Alert, RecordingRule, api
from obs.graph.rule_order import in_order
from obs.model.rule import Alert as AnyAlert

ROOT = Path(__file__).parents[2]


def record(name: str, expr: str) -> RecordingRule:
    return RecordingRule(name, expr=expr)


def alert(name: str, expr: str) -> AnyAlert:
    return Alert(name, expr=expr, summary="s", description="d")


@pytest.mark.parametrize(
    ("rules", "order"),
    [
        ([record("a:b", "sum(x)"), record("c:d", "sum(y)")], "a:b c:d"),
        ([record("a:b", "sum(c:d)"), record("c:d", "sum(y)")], "c:d a:b"),
        ([alert("A", "a:b > 1"), alert("B", "x > 1"), record("a:b", "sum(x)")], "a:b A B"),
        ([record("a:b", "c:d"), record("c:d", "e:f"), record("e:f", "x")], "e:f c:d a:b"),
        ([record("a:b", "c:d"), record("c:d", "a:b")], "c:d a:b"),
        ([record("a:b", "a:b offset 5m")], "a:b"),
        ([record("a:b", "sum(a:b:c)"), record("a:b:c", "x")], "a:b:c a:b"),
    ],
)
def test_order(rules: list[RecordingRule | AnyAlert], order: str) -> None:
    assert [rule.name for rule in in_order(rules)] == order.split()


def test_alerts_of_a_file_stand_in_the_order_of_its_lines() -> None:
    """Whoever imports them first: Prometheus sends rule by rule, and what silences another has to come first."""
    program = api.load_program(api.read_settings(ROOT))
    for rules in program.groups.values():
        lines: dict[str, list[int]] = {}
        for rule in rules:
            if isinstance(rule, AnyAlert):
                lines.setdefault(rule.origin.file, []).append(rule.origin.line)
        assert all(found == sorted(found) for found in lines.values())
    assert [rule.name for rule in program.groups["spring"]][:3] == [
        "SpringErrorsWidespread",
        "SpringErrorStorm",
        "SpringErrorLogsDetected",
    ]
