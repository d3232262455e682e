"""What Grafana would load without a word and show wrong."""

from __future__ import annotations

from typing import Any

import pytest

from obs.checks.base import dashboard_findings as validate
from obs.model.dashboard import Annotation, Dashboard
from obs.model.datasource import Loki, Prometheus
from obs.model.link import Link
from obs.model.panel import Row
from obs.model.panels import bargauge, logs, stat, text, timeseries
from obs.model.query import Query
from obs.model.variable import datasource_variable, textbox

PROMETHEUS = Prometheus(uid="prometheus")
LOKI = Loki(uid="loki")
NAMESPACE = LOKI.label("namespace")


def found(*panels: object, **settings: Any) -> list[tuple[str, str]]:
    given: dict[str, Any] = {"uid": "d", "title": "D", "data": PROMETHEUS, **settings}
    return [
        (one.check, one.severity)
        for one in validate(Dashboard(rows=[list(panels)] if panels else (), **given))
    ]


CASES: list[tuple[str, list[object], dict[str, Any], list[str]]] = [
    ("nothing is wrong", [stat("a", "up")], {}, []),
    ("two of one refId", [stat("a", Query("up", ref_id="A"), Query("x", ref_id="A"))], {}, ["duplicate-ref-id"]),
    ("a refId beside an open one", [stat("a", Query("up", ref_id="B"), Query("x"), Query("y"))], {}, []),
    ("no query", [stat("a")], {}, ["panel-without-query"]),
    ("text needs none", [text("a", "words")], {}, []),
    ("a unit of nobody's", [stat("a", "up", unit="millsec")], {}, ["unknown-unit"]),
    ("own units", [stat("a", "up", unit="suffix:x"), stat("b", "up", unit="logs/s")], {}, []),
    ("falling thresholds", [stat("a", "up", thresholds=("g", 2, "y", 1, "r"))], {}, ["thresholds-out-of-order"]),
    ("equal thresholds", [stat("a", "up", thresholds=("g", 1, "y", 1, "r"))], {}, ["thresholds-out-of-order"]),
    ("LogQL for Prometheus", [stat("a", 'sum(count_over_time({a="b"} [5m]))')], {}, ["query-language-mismatch"]),
    ("lines for Prometheus", [logs("a", '{a="b"} |= "x"')], {}, ["query-language-mismatch"]),
    ("PromQL for Loki", [stat("a", "rate(x[$__rate_interval])")], {"data": LOKI}, ["query-language-mismatch"]),
    ("a selector alone is PromQL too", [stat("a", '{__name__="up"}')], {}, []),
    ("an empty query", [stat("a", "")], {}, ["empty-query"]),
    ("often", [stat("a", "up")], {"refresh": "10s"}, ["refresh-too-short"]),
    ("no interval", [stat("a", "up")], {"refresh": "often"}, ["invalid-refresh"]),
    ("never", [stat("a", "up")], {"refresh": ""}, []),
    ("half a minute", [stat("a", "up")], {"refresh": "30s"}, []),
    ("undefined in a query", [stat("a", 'up{job="$job"}')], {}, ["undefined-variable"]),
    ("undefined in a title", [stat("a $job", "up")], {}, ["undefined-variable"]),
    ("undefined in a legend", [stat("a", "up", legend="[$job]")], {}, ["undefined-variable"]),
    ("undefined in a repeat", [stat("a", "up", repeat="job")], {}, ["undefined-variable"]),
    ("undefined in a link", [stat("a", "up")], {"links": [Link("/d/x?var-a=$job", "x")]}, ["undefined-variable"]),
    ("undefined in a text", [text("a", "for $job")], {}, ["undefined-variable"]),
    ("undefined datasource", [stat("a", "up")], {"data": Prometheus(uid="${ds}")}, ["undefined-variable"] * 2),
    ("built in", [stat("a", "rate(x[$__rate_interval]) / ${__range_s}")], {}, []),
    ("a capture", [stat("a", 'label_replace(up, "a", "$1", "b", "(.*)")')], {}, []),
    ("a class in a regex", [logs("a", '{a="b"} |~ "x[[a]]"')], {"data": LOKI}, []),
    ("unused", [stat("a", "up")], {"variables": [textbox("path")]}, ["unused-variable"]),
    ("used in a title", [stat("a $path", "up")], {"variables": [textbox("path")]}, []),
    ("used by another variable", [stat("a $b", "up")], {"variables": [textbox("path"), PROMETHEUS.label('up{p="$path"}', "b")]}, []),
    ("used in another form", [stat("a", 'x{p=~"${path:regex}"}')], {"variables": [textbox("path")]}, []),
    ("twice", [stat("a $p", "up")], {"variables": [textbox("p"), textbox("p")]}, ["duplicate-variable"]),
    ("used in an annotation", [stat("a", "up")], {"variables": [textbox("p")], "annotations": [Annotation(name="x", query='ALERTS{a="$p"}')]}, []),
    ("All that Loki refuses", [logs("a", LOKI.lines(NAMESPACE))], {"data": LOKI, "variables": [LOKI.label("namespace", all_value=".*")]}, ["all-matches-nothing"]),
    ("All that grows", [logs("a", LOKI.lines(NAMESPACE))], {"data": LOKI, "variables": [LOKI.label("namespace", all_value="")]}, ["all-lists-every-value"]),
    ("one row of many", [bargauge("a", 'topk(3, sum by (pod) (rate({a="b"} [5m])))')], {"data": LOKI}, ["only-last-row-shown"]),
    ("every row", [bargauge("a", 'sum by (pod) (rate({a="b"} [5m]))', each_row=True)], {"data": LOKI}, []),
    ("one number", [stat("a", 'sum(rate({a="b"} [5m]))')], {"data": LOKI}, []),
    ("the default All", [logs("a", LOKI.lines(NAMESPACE))], {"data": LOKI, "variables": [NAMESPACE]}, []),
    ("too wide", [stat("a", "up", w=30)], {}, ["panel-outside-grid"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("panels", "settings", "checks"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_validate(panels: list[object], settings: dict[str, Any], checks: list[str]) -> None:
    assert [check for check, _ in found(*panels, **settings)] == checks


def test_a_datasource_variable_is_used_by_its_datasource() -> None:
    choice = datasource_variable("ds", PROMETHEUS)
    assert found(stat("a", "up"), data=Prometheus(uid="${ds}"), variables=[choice]) == []


def test_findings_name_the_users_line_and_a_remedy() -> None:
    made = Dashboard(
        uid="d", title="D", data=PROMETHEUS, rows=[Row("$nobody", [timeseries("a", "up", unit="secondz")])]
    )
    one, two = validate(made)
    assert one.problem == "row '$nobody' uses $nobody, which dashboard d does not define"
    assert (
        two.problem == "panel 'a': Grafana knows no unit 'secondz' and shows the word behind the bare number"
    )
    assert two.fix == 'unit="s"'
    assert {one.at.file, two.at.file} == {__file__} if one.at and two.at else False
