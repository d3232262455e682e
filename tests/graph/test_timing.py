"""How long an alert takes: each case is counted by hand from the intervals that it names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from obs import api
from obs.graph.subject import Rule, Subject, of_program
from obs.graph.timing import resolved, timing
from obs.importer.subject import read
from obs.origin import Origin
from obs.sim.routing import Node

ROOT = Path(__file__).resolve().parents[2]
AT = Origin("rules.yaml", 1)
ROUTE = Node((), "pager", frozenset(), 30_000, 300_000, 14_400_000, (), False, (), (), ())


def alert(**fields: object) -> Rule:
    return replace(Rule("alert", "Down", "up == 0", "g", AT), **fields)  # type: ignore[arg-type]


def subject(*rules: Rule) -> Subject:
    return Subject(rules=rules)


@pytest.mark.parametrize(
    ("rule", "fires", "first", "again"),
    [
        # 30 s scrape, 30 s evaluation, nothing held
        (alert(), (0, 30_000, 60_000), (30_000, 60_000, 90_000), (0, 180_000, 360_000)),
        # for: 5m ends with an evaluation
        (alert(for_=300_000), (300_000, 330_000, 360_000), (330_000, 360_000, 390_000), (300_000, 480_000, 660_000)),
        # for: 45s is seen after the second evaluation of 30 s
        (alert(for_=45_000), (60_000, 90_000, 120_000), (90_000, 120_000, 150_000), (60_000, 240_000, 420_000)),
        # a group evaluated every minute: 90 s of `for` are two rounds
        (
            alert(for_=90_000, interval=60_000),
            (120_000, 165_000, 210_000),
            (150_000, 195_000, 240_000),
            (120_000, 315_000, 510_000),
        ),
    ],
)  # fmt: skip
def test_best_typical_and_worst(
    rule: Rule, fires: tuple[int, ...], first: tuple[int, ...], again: tuple[int, ...]
) -> None:
    found = timing(subject(rule), rule, ROUTE)
    for step, wanted in ((found.fires, fires), (found.heard, first), (found.heard_again, again)):
        assert (step.best, step.typical, step.worst) == wanted


def test_a_record_of_another_group_adds_its_interval() -> None:
    rule = alert(expr="job:up:sum == 0")
    record = Rule("record", "job:up:sum", "sum by (job) (up)", "records", AT, interval=60_000)
    other = timing(subject(record, rule), rule)
    assert [(step.name, step.worst) for step in other.steps] == [
        ("scrape", 30_000),
        ("recording", 60_000),
        ("evaluation", 30_000),
    ]
    same = replace(record, group="g")
    assert timing(subject(same, rule), rule).fires.worst == 60_000


def test_records_of_each_other_end() -> None:
    rule = alert(expr="a == 0")
    first = Rule("record", "a", "b", "one", AT)
    second = Rule("record", "b", "a or up", "two", AT)
    assert timing(subject(first, second, rule), rule).fires.worst == 120_000


def test_what_nothing_declares_is_assumed() -> None:
    rule = alert()
    assert [step.assumed for step in timing(subject(rule), rule).steps] == [True, True]


def test_the_platforms_error_alert() -> None:
    """Multiline 3 s, scrape and evaluation 30 s each, for 1 m, group_wait 30 s, group_interval 5 m."""
    found = of_program(api.load_program(api.read_settings(ROOT)))
    rule = next(one for one in found.alerts if one.name == "SpringErrorLogsDetected")
    assert found.route is not None
    node = found.route.children[0].children[1]
    assert [(step.name, step.best, step.typical, step.worst) for step in timing(found, rule, node).steps] == [
        ("multiline", 0, 3_000, 3_000),
        ("scrape", 0, 15_000, 30_000),
        ("evaluation", 0, 15_000, 30_000),
        ("for", 60_000, 60_000, 60_000),
    ]
    assert timing(found, rule, node).heard.worst == 153_000
    assert timing(found, rule, node).heard_again.worst == 423_000
    assert not any(step.assumed for step in timing(found, rule).steps)
    assert resolved(found, rule, node).heard.worst == 360_000


def test_keep_firing_for_delays_the_end() -> None:
    rule = alert(keep_firing_for=45_000)
    assert resolved(subject(rule), rule).fires.worst == 120_000


def test_the_intervals_of_other_peoples_files(tmp_path: Path) -> None:
    (tmp_path / "prometheus.yml").write_text(
        "global: {scrape_interval: 15s, evaluation_interval: 20s}\nscrape_configs: []\n", encoding="utf-8"
    )
    (tmp_path / "rules.yaml").write_text(
        "groups:\n- name: g\n  rules: [{alert: Down, expr: up == 0, for: 50s}]\n"
        "- name: slow\n  interval: 2m\n  rules: [{alert: Slow, expr: up == 0}]\n",
        encoding="utf-8",
    )
    found, _ = read([tmp_path], root=tmp_path)
    worst = {rule.name: timing(found, rule).fires.worst for rule in found.alerts}
    assert worst == {"Down": 15_000 + 20_000 + 60_000, "Slow": 15_000 + 120_000}
