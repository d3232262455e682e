"""Where labels come from in a LogQL query."""

from __future__ import annotations

import pytest

from obs.lang.logql import check
from obs.lang.logql.flow import trace
from obs.lang.logql.syntax import Pipeline

STREAM = {"app", "namespace", "pod"}


def _state(stages: str, label: str, streams: set[str] | None) -> tuple[str, str]:
    query = check(f'{{app="a"}} {stages}')
    return query.labels_out(streams).has(label)


@pytest.mark.parametrize(
    ("stages", "label", "available", "why"),
    [
        ("", "pod", "yes", "a label of the stream"),
        ("", "status", "no", "nothing before sets it"),
        ("| json", "status", "unknown", "`json` may extract it"),
        ("| logfmt | unpack", "status", "unknown", "`logfmt` may extract it and `unpack` may extract it"),
        ('| json status="a.b"', "status", "yes", "extracted by `json`"),
        ('| json status="a.b"', "other", "no", "nothing before sets it"),
        ("| logfmt level", "level", "yes", "extracted by `logfmt`"),
        ('| regexp "(?P<status>[0-9]+) (?P<path>.*)"', "path", "yes", "extracted by `regexp`"),
        ('| regexp "(?P<status>[0-9]+)"', "path", "no", "nothing before sets it"),
        ('| pattern "<ip> <_> <path>"', "ip", "yes", "extracted by `pattern`"),
        ('| pattern "<ip> <_> <path>"', "_", "no", "nothing before sets it"),
        ('| regexp "(?P<pod>x)"', "pod", "yes", "a label of the stream"),
        (
            '| regexp "(?P<pod>x)"',
            "pod_extracted",
            "yes",
            "extracted by `regexp`; `pod` is a label of the stream",
        ),
        ("| json | drop status", "status", "no", "removed by `drop`"),
        ("| json | drop status | json", "status", "unknown", "`json` may extract it"),
        ("| drop pod", "pod", "no", "nothing before sets it"),
        ('| drop pod="x"', "pod", "unknown", "a label of the stream, and `drop` removes it for some values"),
        ("| json | keep level", "level", "unknown", "`json` may extract it"),
        ("| json | keep level", "status", "no", "nothing before sets it"),
        ("| keep level", "level", "no", "nothing before sets it"),
        ('| keep pod="x"', "pod", "unknown", "a label of the stream, and `keep` keeps it for some values"),
        ("| label_format node=pod", "node", "yes", "`pod` renamed by `label_format`"),
        ("| label_format node=pod", "pod", "no", "nothing before sets it"),
        ("| label_format node=host", "node", "no", "nothing before sets it"),
        ("| json | label_format lvl=level", "level", "no", "renamed by `label_format`"),
        (
            "| json | label_format lvl=level",
            "lvl",
            "unknown",
            "`level` renamed by `label_format`, if it exists: `json` may extract it",
        ),
        ('| label_format x="{{.y}}"', "x", "yes", "set by `label_format`"),
        ('|= "x" | decolorize | line_format "{{.app}}"', "x", "no", "nothing before sets it"),
        ('| regexp "(?P<x>a)"', "__error__", "no", "no stage before can fail"),
        ("| json", "__error__", "yes", "a stage before may fail"),
        ("| pod > 5", "__error_details__", "yes", "a stage before may fail"),
        ("", "detected_level", "unknown", "Loki may detect it"),
    ],
)
def test_labels_behind_stages(stages: str, label: str, available: str, why: str) -> None:
    assert _state(stages, label, STREAM) == (available, why)


def test_without_facts_the_selector_is_what_is_known() -> None:
    labels = check('{app="a", env=~"p.*", x=~".*", y!="z", w!=""} | json').labels_out()
    assert sorted(labels) == ["app", "env", "w"]
    assert labels.has("y")[0] == "unknown"
    assert labels.open == ("the labels of the stream are not known", "`json` may extract it")


def test_each_stage_is_traced() -> None:
    expr = check('{app="a"} | regexp "(?P<x>a)" | drop app | label_format y=x').expr
    assert isinstance(expr, Pipeline)
    states = trace(expr, {"app"})
    assert [sorted(state) for state in states] == [["app"], ["app", "x"], ["x"], ["y"]]
    assert states[1].sources["x"].made is expr.stages[0]


LOG = '{app="a"} | regexp "(?P<path>p)(?P<ms>m)"'


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        (f"rate({LOG} [5m])", ["app", "ms", "namespace", "path", "pod"]),
        (f"sum_over_time({LOG} | unwrap ms [5m])", ["app", "namespace", "path", "pod"]),
        (f"avg_over_time({LOG} | unwrap ms [5m]) by (path, nope)", ["path"]),
        (f"avg_over_time({LOG} | unwrap ms [5m]) without (path, app)", ["ms", "namespace", "pod"]),
        (f"sum(rate({LOG} [5m]))", []),
        (f"sum by (path, nope) (rate({LOG} [5m]))", ["path"]),
        (f"sum without (path, app) (rate({LOG} [5m]))", ["ms", "namespace", "pod"]),
        (f"topk(5, sum by (path, pod) (rate({LOG} [5m])))", ["path", "pod"]),
        (f"topk by (pod) (5, sum by (path, pod) (rate({LOG} [5m])))", ["path", "pod"]),
        (f"sort_desc(sum by (path) (rate({LOG} [5m])))", ["path"]),
        ('absent_over_time({app="a", env=~"x", pod!="p"} | json [5m])', ["app"]),
        ("vector(1)", []),
        ("1 + 1", []),
        (f"sum by (path) (rate({LOG} [5m])) * 100", ["path"]),
        (f"100 * sum by (path) (rate({LOG} [5m]))", ["path"]),
        (f"sum by (path, pod) (rate({LOG} [5m])) / on (pod) sum by (pod) (rate({LOG} [5m]))", ["pod"]),
        (f"sum by (path, pod) (rate({LOG} [5m])) / ignoring (path) sum by (pod) (rate({LOG} [5m]))", ["pod"]),
        (
            f"sum by (path, pod) (rate({LOG} [5m])) / on (pod) group_left (app) sum by (pod, app) (rate({LOG} [5m]))",
            ["app", "path", "pod"],
        ),
        (
            f"sum by (pod) (rate({LOG} [5m])) / on (pod) group_right () sum by (pod, app) (rate({LOG} [5m]))",
            ["app", "pod"],
        ),
        (
            f"sum by (path, pod) (rate({LOG} [5m])) and on (pod) sum by (pod) (rate({LOG} [5m]))",
            ["path", "pod"],
        ),
        (f"sum by (path) (rate({LOG} [5m])) or vector(0)", ["path"]),
        (f'label_replace(sum by (pod) (rate({LOG} [5m])), "x", "$1", "pod", "(.*)")', ["pod", "x"]),
    ],
)
def test_labels_of_a_metric(query: str, labels: list[str]) -> None:
    found = check(query).labels_out(STREAM)
    assert (sorted(found), found.open) == (labels, ())


def test_or_is_sure_of_what_both_sides_have() -> None:
    query = check(f"sum by (pod, app) (rate({LOG} [5m])) or sum by (pod) (rate({LOG} [5m]))")
    labels = query.labels_out(STREAM)
    assert labels.has("pod")[0] == "yes"
    assert labels.has("app") == ("unknown", "a label of the stream, for sure only on the left side of `or`")


def test_reads_name_what_does_not_exist() -> None:
    text = (
        'sum by (status, path) (sum_over_time({namespace="gateway", job="x"} | regexp "(?P<status>[0-9]+)" '
        '| code="5" and status>=500 | line_format "{{.verb}} {{ if .pod }}{{ $.status }}{{ end }}" '
        '| label_format a=b | drop c | unwrap bytes(size) | __error__="" [5m]))'
    )
    reads = check(text).reads(STREAM)
    assert [(read.kind, text[read.start : read.end], read.label, read.available) for read in reads] == [
        ("by", "status", "status", "yes"),
        ("by", "path", "path", "no"),
        ("selector", "namespace", "namespace", "yes"),
        ("selector", "job", "job", "no"),
        ("filter", "code", "code", "no"),
        ("filter", "status", "status", "yes"),
        ("template", ".verb", "verb", "no"),
        ("template", ".pod", "pod", "yes"),
        ("template", "$.status", "status", "yes"),
        ("rename", "b", "b", "no"),
        ("drop", "c", "c", "no"),
        ("unwrap", "size", "size", "no"),
        ("filter", "__error__", "__error__", "yes"),
    ]


@pytest.mark.parametrize(
    ("template", "labels"),
    [
        ('{{ index . "a-b" }}{{ .c | default .d }}', ["a-b", "c", "d"]),
        ("{{ range fromJson .items }}{{ .inner }}{{ $.outer }}{{ end }}", ["items", "outer"]),
        ("{{ with .a }}{{ . }}{{ .b }}{{ else }}{{ .c }}{{ end }}", ["a", "c"]),
        ("{{ __line__ }} {{ printf `%s` .x }}", ["x"]),
        ("{{ (index . `k`) | upper }}{{ (.y).z }}", ["k", "y"]),
    ],
)
def test_labels_read_by_templates(template: str, labels: list[str]) -> None:
    query = check(f"{{app=`a`}} | line_format {quote(template)}")
    assert [read.label for read in query.reads() if read.kind == "template"] == labels


def quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def test_on_is_read_on_both_sides() -> None:
    query = check(f"sum by (path) (rate({LOG} [5m])) / on (path) sum by (pod) (rate({LOG} [5m]))")
    assert [read.available for read in query.reads(STREAM) if read.kind == "on"] == ["yes", "no"]
