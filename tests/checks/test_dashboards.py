"""Dashboards of others: what dashboard-linter misses is found, and what it wrongly refuses is left alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from obs.checks.runner import Linted, Selection, run
from obs.diagnostic import Diagnostic
from obs.importer.subject import read

PROMETHEUS = {"type": "prometheus", "uid": "prometheus"}
LOKI = {"type": "loki", "uid": "loki"}


def panel(expr: str, kind: str = "timeseries", data: object = PROMETHEUS, **more: Any) -> dict[str, Any]:
    target = {"refId": "A", "expr": expr, **more.pop("target", {})}
    return {"type": kind, "title": kind, "datasource": data, "targets": [target], **more}


def variable(name: str, query: str = "label_values(up, x)", **more: Any) -> dict[str, Any]:
    return {"type": "query", "name": name, "query": query, "datasource": PROMETHEUS, "refresh": 2, **more}


def lint(
    folder: Path, panels: list[dict[str, Any]], variables: list[dict[str, Any]], **more: Any
) -> list[Diagnostic]:
    placed = [
        {"id": number + 1, "gridPos": {"x": 0, "y": 8 * number, "w": 12, "h": 8}, **one}
        for number, one in enumerate(panels)
    ]
    whole = {
        "uid": "example-uid",
        "title": "Example",
        "schemaVersion": 39,
        "templating": {"list": variables},
        "panels": placed,
        **more,
    }
    (folder / "dashboard.json").write_text(json.dumps(whole, indent=2), encoding="utf-8")
    subject, found = read([folder])
    return run(Linted(subject, None, tuple(found), subject.files), Selection("mixin", select=("*",)))


RATE = "sum(rate(errors_total[$__rate_interval]))"
MANY = variable("pod", multi=True, includeAll=True)
CASES: list[tuple[str, str, bool, list[dict[str, Any]], list[dict[str, Any]]]] = [
    # its rule 16 looks at the end of the selector's text, so a matcher hides the counter
    ("a counter with a matcher", "counter-read-raw", True, [panel('sum(errors_total{job="shop"})')], []),
    ("a counter under a rate", "counter-read-raw", False, [panel('sum(rate(errors_total{job="a"}[5m]))')], []),
    ("received minus done", "counter-read-raw", False, [panel("received_total - (done_total or vector(0))")], []),
    ("a count of counters", "counter-read-raw", False, [panel("count(errors_total)")], []),
    # its rules 10 and 11 know no logs panels
    ("broken LogQL in a logs panel", "invalid-logql", True, [panel('{app="a"} |=', "logs", LOKI)], []),
    ("broken LogQL in a pie chart", "invalid-logql", True, [panel('sum(rate({app="a"}))', "piechart", LOKI)], []),
    # its rule 12 takes the first datasource variable for that of every panel
    ("Loki beside Prometheus", "invalid-promql", False, [panel(RATE), panel('{app="a"} |= "x"', "logs", LOKI)], []),
    # its rule 6 refuses Mixed and Dashboard
    ("mixed datasources", "unknown-datasource", False, [panel(RATE, data={"type": "datasource", "uid": "-- Mixed --"}, target={"datasource": PROMETHEUS})], []),
    ("a source on the target alone", "unknown-datasource", False, [panel(RATE, data=None, target={"datasource": PROMETHEUS})], []),
    ("an input of the import dialog", "datasource-from-import-dialog", True, [panel(RATE, data={"type": "prometheus", "uid": "${DS_X}"})], []),
    # its rules 14 and 15 want `=~"$job"` alone
    ("another matcher on job", "selector-without-job", False, [panel('up{job="shop"}')], []),
    ("the variable in another form", "selector-without-job", False, [panel('up{job=~"${job:regex}"}')], [variable("job")]),
    ("a record", "selector-without-job", False, [panel("job:errors:rate5m")], []),
    ("no matcher on job", "selector-without-job", True, [panel("up")], []),
    # its rule 8 knows neither custom units nor newer ids
    *[
        (f"unit {unit}", "unknown-unit", False, [panel(RATE, fieldConfig={"defaults": {"unit": unit}})], [])
        for unit in ("suffix:errors", "prefix:~", "time:YYYY", "si:mV", "count:x", "currency:X", "eps", "recps", "sishort", "candela")
    ],
    # its rule 9 lets an empty list pass
    ("no targets", "panel-without-query", True, [{"type": "timeseries", "title": "x", "targets": []}], []),
    ("a text", "panel-without-query", False, [{"type": "text", "title": "x"}], []),
    ("a library's panel", "panel-without-query", False, [{"type": "stat", "title": "x", "libraryPanel": {"uid": "a"}}], []),
    # its rule 13 sees rate() alone
    ("$__interval in increase", "interval-shorter-than-scrapes", True, [panel("increase(x_total[$__interval])")], []),
    ("$__interval in a mean", "interval-shorter-than-scrapes", False, [panel("avg_over_time(x[$__interval])")], []),
    ("$__interval with a shortest step", "interval-shorter-than-scrapes", False, [panel("increase(x_total[$__interval])", interval="2m")], []),
    # its rule 4 and expansion in strings
    ("a regex that breaks when filled in", "empty-for-variable-value", True, [panel('up{job=~"${x:raw}"}')], [{"type": "custom", "name": "x", "query": "a(,b"}]),
    ("a value that a regex minds", "empty-for-variable-value", False, [panel('up{job=~"$x"}')], [{"type": "custom", "name": "x", "query": "a.b,c+", "multi": True, "includeAll": True}]),
    ("a window to choose", "empty-for-variable-value", False, [panel("rate(x_total[$w])")], [{"type": "interval", "name": "w", "query": "1m,5m"}]),
    # what no rule of it looks for
    ("a template's own variable", "undefined-variable", False, [panel('{app="a"} | line_format "{{ $x := .y }}{{ $x }}"', "logs", LOKI)], []),
    ("a capture", "undefined-variable", False, [panel('label_replace(up, "a", "$1", "b", "(.*)")')], []),
    ("a variable of nobody", "undefined-variable", True, [panel('up{job="$job"}')], []),
    ("used in an override", "unused-variable", False, [panel(RATE, fieldConfig={"defaults": {}, "overrides": [{"matcher": {"id": "byName", "options": "x"}, "properties": [{"id": "displayName", "value": "$a"}]}]})], [variable("a")]),
    ("used by a datasource", "unused-variable", False, [panel(RATE, data={"type": "prometheus", "uid": "${ds}"})], [{"type": "datasource", "name": "ds", "query": "prometheus"}]),
    ("used as a filter", "unused-variable", False, [panel(RATE)], [{"type": "adhoc", "name": "f"}]),
    ("used in a foreign query", "unused-variable", False, [panel("", data={"type": "tempo", "uid": "t"}, target={"query": "{x=$a}"})], [variable("a")]),
    ("several in an equality", "multi-value-in-equality", True, [panel('up{pod="$pod"}')], [MANY]),
    ("several in an inequality of LogQL", "multi-value-in-equality", True, [panel('{app="a", pod!="$pod"}', "logs", LOKI)], [MANY]),
    ("one in an equality", "multi-value-in-equality", False, [panel('up{pod="$pod"}')], [variable("pod")]),
    ("several in a regex", "multi-value-in-equality", False, [panel('up{pod=~"$pod"}')], [MANY]),
    ("another value for All", "multi-value-in-equality", False, [panel('up{pod="$pod"}')], [variable("pod", includeAll=True, allValue="total")]),
    ("one more variable in the value", "multi-value-in-equality", False, [panel('up{pod="$pod-1"}')], [MANY]),
    ("a legend after sum", "legend-label-missing", True, [panel(RATE, target={"legendFormat": "{{pod}}"})], []),
    ("a legend by a variable", "legend-label-missing", False, [panel("sum by ($by) (up)", target={"legendFormat": "{{pod}}"})], [variable("by")]),
    ("a legend after label_replace", "legend-label-missing", False, [panel('label_replace(sum(up), "pod", "x", "", "")', target={"legendFormat": "{{pod}}"})], []),
    ("a legend of one branch", "legend-label-missing", False, [panel("sum(up) or up", target={"legendFormat": "{{pod}}"})], []),
    ("a legend of any label", "legend-label-missing", False, [panel('{app="a"} | json', "logs", LOKI, target={"legendFormat": "{{x}}"})], []),
    ("percent of a ratio", "unit-contradicts-query", True, [panel('sum(up{a="b"}) / sum(up)', fieldConfig={"defaults": {"unit": "percent"}})], []),
    ("percent of a hundredfold", "unit-contradicts-query", False, [panel('100 * sum(up{a="b"}) / sum(up)', fieldConfig={"defaults": {"unit": "percent"}})], []),
    ("a mean in milliseconds", "unit-contradicts-query", False, [panel("sum(rate(x_seconds_sum[5m])) * 1e3 / sum(rate(x_seconds_count[5m]))", fieldConfig={"defaults": {"unit": "ms"}})], []),
    ("a mean in seconds shown as ms", "unit-contradicts-query", True, [panel("sum(rate(x_seconds_sum[5m])) / sum(rate(x_seconds_count[5m]))", fieldConfig={"defaults": {"unit": "ms"}})], []),
    ("a moment", "unit-contradicts-query", False, [panel("process_start_time_seconds * 1000", fieldConfig={"defaults": {"unit": "dateTimeAsIso"}})], []),
    ("CPU seconds per second", "unit-contradicts-query", False, [panel("rate(process_cpu_seconds_total[5m])", fieldConfig={"defaults": {"unit": "percentunit"}})], []),
    ("a unit by column", "unit-contradicts-query", False, [panel("x_bytes", fieldConfig={"defaults": {"unit": "s"}, "overrides": [{"matcher": {"id": "byName", "options": "x"}, "properties": [{"id": "unit", "value": "bytes"}]}]})], []),
    ("hidden for an expression", "hidden-queries-only", False, [{"type": "stat", "title": "x", "targets": [{"refId": "A", "expr": "up", "hide": True, "datasource": PROMETHEUS}, {"refId": "B", "type": "math", "expression": "$A * 2", "datasource": {"type": "__expr__", "uid": "__expr__"}}]}], []),
    ("an unguarded number", "unguarded-unwrap", True, [panel('sum(sum_over_time({app="a"} | json | unwrap took [5m]))', data=LOKI)], []),
    ("a guard behind", "unguarded-unwrap", False, [panel('sum(sum_over_time({app="a"} | json | unwrap took | __error__="" [5m]))', data=LOKI)], []),
    ("digits alone", "unguarded-unwrap", False, [panel('sum(sum_over_time({app="a"} | regexp "took=(?P<took>[0-9.]+)" | unwrap took [5m]))', data=LOKI)], []),
    ("a label of the stream", "unguarded-unwrap", False, [panel('sum(sum_over_time({app="a"} | unwrap took [5m]))', data=LOKI)], []),
    ("a regex with a sign", "line-regex-redundant", False, [panel('{app="a"} |~ "a.c"', "logs", LOKI)], []),
    ("a regex with a flag", "line-regex-redundant", False, [panel('{app="a"} |~ "(?i)abc"', "logs", LOKI)], []),
    ("a filter before the parser", "parsed-before-filtered", False, [panel('{app="a"} |= "error" | json | level="error"', "logs", LOKI)], []),
    ("a group of many within a sum", "high-cardinality-grouping", False, [panel('sum(count by (path) (count_over_time({app="a"} | json [5m])))', data=LOKI)], []),
    ("limits that are not the first's", "first-threshold-has-a-value", False, [panel(RATE, fieldConfig={"defaults": {"thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": 0}, {"color": "red", "value": 9}]}}})], []),
    ("a fixed window for one number", "fixed-window", False, [panel("sum(rate(x_total[5m]))", "stat")], []),
    ("a sum over five minutes", "fixed-window", False, [panel("sum(increase(x_total[5m]))")], []),
    ("a fixed choice", "choice-ignored", True, [panel('up{ns="$ns"}'), panel('x{ns="a"}')], [variable("ns")]),
    ("fixed everywhere else", "choice-ignored", False, [panel('up{ns="$ns"}'), panel('x{ns="a"}'), panel('y{ns="a"}')], [variable("ns")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "flagged", "panels", "variables"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_dashboard(
    check: str, flagged: bool, panels: list[dict[str, Any]], variables: list[dict[str, Any]], tmp_path: Path
) -> None:
    found = [one.problem for one in lint(tmp_path, panels, variables) if one.check == check]
    assert bool(found) is flagged, found


def test_a_finding_is_at_the_line_of_the_query(tmp_path: Path) -> None:
    (found,) = (
        one
        for one in lint(tmp_path, [panel(RATE), panel('up{job="$job"}')], [])
        if one.check == "undefined-variable"
    )
    text = (tmp_path / "dashboard.json").read_text(encoding="utf-8")
    assert found.excerpt is not None
    assert found.excerpt.place is not None
    line, column = found.excerpt.place.at(found.excerpt.text, found.excerpt.start)
    assert text.splitlines()[line - 1][column - 1 :].startswith("$job")


def test_a_dashboard_in_an_envelope_is_read(tmp_path: Path) -> None:
    """`dashboard.grafana.app/v1beta1` is what Grafana itself writes."""
    spec = {"title": "Example", "panels": [panel("sum(", "stat", id=1)]}
    whole = {
        "apiVersion": "dashboard.grafana.app/v1beta1",
        "kind": "Dashboard",
        "metadata": {"name": "a"},
        "spec": spec,
    }
    (tmp_path / "dashboard.json").write_text(json.dumps(whole), encoding="utf-8")
    subject, found = read([tmp_path])
    names = [one.check for one in run(Linted(subject, None, tuple(found), subject.files), Selection())]
    assert "invalid-promql" in names


def test_a_line_filter_is_mended_in_place(tmp_path: Path) -> None:
    findings = lint(tmp_path, [panel('{app="a"} |~ "abc"', "logs", LOKI)], [])
    (found,) = (one for one in findings if one.check == "line-regex-redundant")
    (edit,) = found.edits
    excerpt = edit.excerpt
    assert excerpt.text[: excerpt.start] + edit.text + excerpt.text[excerpt.end :] == '{app="a"} |= "abc"'


def test_a_row_with_an_absurd_width_is_read(tmp_path: Path) -> None:
    """Twice the largest number is infinite, which is no whole number."""
    rows = [{"panels": [{"type": "text", "title": "a", "span": 1e308}]}]
    (tmp_path / "dashboard.json").write_text(
        json.dumps({"uid": "a", "title": "A", "rows": rows}), encoding="utf-8"
    )
    subject, _ = read([tmp_path])
    (only,) = subject.dashboards[0].panels()
    assert only.grid is not None
    assert only.grid.w == 24


def test_brackets_in_a_variables_regex_are_nobodys_fault(tmp_path: Path) -> None:
    found = lint(tmp_path, [panel("up{a='$v'}")], [variable("v", regex="[[a]")])
    assert "check-failed" not in {one.check for one in found}
