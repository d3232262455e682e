"""The checks on time: what is heard too late, and what `for` never lets through."""

from __future__ import annotations

from pathlib import Path

import pytest

from obs.checks.runner import Linted, Selection, run
from obs.graph.longest_true import longest_true
from obs.importer.subject import read
from obs.lang import promql

ROUTES = """
route: {receiver: pager, group_wait: 10s, group_interval: 1m}
receivers: [{name: pager, webhook_configs: [{url: "http://pager.example/"}]}]
---
global: {scrape_interval: 15s, evaluation_interval: 30s}
scrape_configs: []
"""


def found(tmp_path: Path, rule: str, routes: str = ROUTES) -> list[tuple[str, str, str, str]]:
    am, _, prometheus = routes.partition("---")
    (tmp_path / "alertmanager.yml").write_text(am, encoding="utf-8")
    if prometheus:
        (tmp_path / "prometheus.yml").write_text(prometheus, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(f"groups: [{{name: g, rules: [{rule}]}}]", encoding="utf-8")
    subject, problems = read([tmp_path], root=tmp_path)
    assert problems == []
    names = ("heard-too-late", "for-never-reached")
    return [
        (one.check, one.severity, one.evidence, one.problem)
        for one in run(Linted(subject, None, (), ()), Selection("strict", select=names), [])
    ]


@pytest.mark.parametrize(
    ("within", "for_", "severity", "wanted"),
    [
        # 15 s scrape + 30 s evaluation + 2 m + 10 s = 2 m 55 s; in an open group 3 m 45 s
        ("2m50s", "2m", "critical", ("error", "2m55s after the event at pager; it must be within 2m50s")),
        ("2m50s", "2m", "warning", ("warning", "2m55s after the event at pager; it must be within 2m50s")),
        ("3m", "2m", "critical", ("warning", "up to 3m45s after the event at pager when its group is open")),
        ("3m45s", "2m", "critical", None),
        # `for: 50s` ends at the second evaluation: 1 m
        ("1m54s", "50s", "critical", ("error", "1m55s after the event")),
        ("soon", "0s", "critical", ("error", "heard_within is no duration")),
    ],
)
def test_heard_too_late(
    within: str, for_: str, severity: str, wanted: tuple[str, str] | None, tmp_path: Path
) -> None:
    rule = (
        f"{{alert: Down, expr: up == 0, for: {for_}, labels: {{severity: {severity}}}, "
        f"annotations: {{heard_within: {within}}}}}"
    )
    told = found(tmp_path, rule)
    if wanted is None:
        assert told == []
        return
    ((check, said, evidence, problem),) = told
    assert (check, said, evidence) == ("heard-too-late", wanted[0], "certain")
    assert wanted[1] in problem


def test_intervals_that_nobody_declares_make_it_likely(tmp_path: Path) -> None:
    rule = "{alert: Down, expr: up == 0, for: 5m, annotations: {heard_within: 1m}}"
    ((_, _, evidence, _),) = found(tmp_path, rule, ROUTES.partition("---")[0])
    assert evidence == "likely"


MINUTE = 60_000


@pytest.mark.parametrize(
    ("expr", "longest"),
    [
        ("x unless x offset 5m", 5 * MINUTE),
        ('(x{a="b"} unless x{a="b"} offset 5m) > 0', 5 * MINUTE),
        ('x{a="b"} unless x{a="c"} offset 5m', None),
        ("x unless y offset 5m", None),
        ("x unless on (a) x offset 5m", None),
        ("x unless x", None),
        ("sum by (a) (x unless x offset 5m) > 0", None),  # another series may be new meanwhile
        ("increase(x[5m]) > 0", None),
        ("increase(x[5m]) > 0 or (x unless x offset 5m) > 0", None),
        ("(x unless x offset 5m) or (y unless y offset 10m)", 15 * MINUTE),
        ("x > 1 and on () hour() == 3", 60 * MINUTE),
        ("x > 1 and on () hour() >= 3", None),
        ("hour(x) == 3", None),
        ("minute() == 0", MINUTE),
        ("x > 1 and (y unless y offset 1m) and on () hour() == 3", MINUTE),
        ("x > 1 and on (pod) (y unless y offset 1m)", None),
        ("up == 0", None),
        ("vector(1)", None),
    ],
)
def test_how_long_a_condition_can_hold(expr: str, longest: int | None) -> None:
    assert longest_true(promql.check(expr, version=(2, 55), features=frozenset()).tree) == longest
