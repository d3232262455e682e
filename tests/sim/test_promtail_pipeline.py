"""What the recorded answers cannot show: the trace, time going by, and metrics from scrape to scrape."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time

import pytest

from obs.lang.error import LanguageError, Unsupported
from obs.sim.promtail import ConfigError, Entry, GatherError, Metrics, Panic, Pipeline
from obs.sim.promtail.jmespath import compile as compile_path
from obs.sim.promtail.pipeline import trace
from obs.sim.promtail.selector import parse as parse_selector
from obs.sim.promtail.stages.timestamp import without_year

SECOND = 1_000_000_000
NOW = 1_700_000_000 * SECOND


def line(text: str, **labels: str) -> Entry:
    return Entry(labels, text, NOW)


def test_push_leaves_the_entry_alone():
    entry = line("x", a="1")
    out = Pipeline([{"static_labels": {"b": "2"}}, {"labeldrop": ["a"]}]).push(entry)
    assert entry == line("x", a="1")
    assert [found.labels for found in out] == [{"b": "2"}]


# The trace

STAGES = [
    {"cri": {}},
    {
        "match": {
            "selector": '{app="gw"} |= "ERROR"',
            "stages": [{"regex": {"expression": r"(?P<level>ERROR)"}}],
        }
    },
    {"drop": {"source": "level", "value": "ERROR"}},
]


def test_trace_says_what_each_stage_did():
    assert (
        trace(STAGES, ["2019-01-01T01:00:00Z stdout F ERROR x", "plain"], {"app": "gw"}, NOW)
        == """\
line '2019-01-01T01:00:00Z stdout F ERROR x'
     {app="gw"}  2023-11-14T22:13:20Z
1 cri        line = 'ERROR x'
             extracted content = 'ERROR x'
             extracted flags = 'F'
             extracted stream = 'stdout'
             extracted time = '2019-01-01T01:00:00Z'
             label stream = 'stdout'
             timestamp = 2019-01-01T01:00:00Z
2 match      extracted level = 'ERROR'
  2.1 regex  extracted level = 'ERROR'
3 drop       dropped (drop_stage): matches '^ERROR$'
out  0 lines

line 'plain'
     {app="gw"}  2023-11-14T22:13:20Z
1 cri    not a CRI line
2 match  the selector does not match
3 drop   no change
out  1 line
     'plain' {app="gw"}  2023-11-14T22:13:20Z"""
    )


def test_trace_as_data():
    found = Pipeline(STAGES).trace(line("2019-01-01T01:00:00Z stdout F ERROR x", app="gw"))
    assert [(step.place, step.stage, step.dropped) for step in found] == [
        ("1", "cri", False),
        ("2", "match", False),
        ("2.1", "regex", False),
        ("3", "drop", True),
    ]
    assert found.out == ()
    assert found.steps[0].before.line == "2019-01-01T01:00:00Z stdout F ERROR x"
    assert found.steps[0].after[0].extracted["content"] == "ERROR x"


def test_trace_of_a_line_that_is_kept_back():
    pipeline = Pipeline([{"multiline": {"firstline": "^S"}}, {"regex": {"expression": "(?P<a>.)"}}])
    assert pipeline.trace(line("S1")).steps[0].note == "kept in a block"
    found = pipeline.trace(line("S2"))
    assert [step.after[0].line for step in found] == ["S1", "S1"]


@pytest.mark.parametrize(
    ("stages", "text", "note"),
    [
        ([{"regex": {"expression": "(?P<a>z)"}}], "x", "no match"),
        ([{"regex": {"expression": "(?P<a>z)", "source": "s"}}], "x", "no source 's'"),
        ([{"json": {"expressions": {"a": ""}}}], "x", "not a JSON object"),
        ([{"json": {"expressions": {"a": ""}, "drop_malformed": True}}], "x", "dropped: malformed JSON"),
        ([{"output": {"source": "s"}}], "x", "no source 's'"),
        ([{"metrics": {"m": {"type": "counter", "config": {"action": "inc"}}}}], "x", "no metric is hit"),
        ([{"timestamp": {"source": "t", "format": "Unix"}}], "x", "no source 't'"),
        ([{"sampling": {}}], "x", "dropped (sampling_stage): not in the sample of 0"),
        ([{"template": {"source": "a", "template": '{{ .nope | ToUpper }}'}}], "x", "the template fails: "),
        ([{"limit": {"rate": 1, "burst": 1}}, {"cri": {}}], "x", ""),
    ],
)  # fmt: skip
def test_note(stages, text, note):
    assert Pipeline(stages, now=NOW).trace(line(text)).steps[0].note.startswith(note)


# Time


def test_a_block_waits_for_its_time():
    pipeline = Pipeline(
        [{"multiline": {"firstline": "^S", "max_wait_time": "3s"}}, {"static_labels": {"b": "2"}}], now=NOW
    )
    assert pipeline.push(line("S", a="1")) == []
    assert pipeline.tick(NOW + 2 * SECOND) == []
    assert pipeline.push(line("more", a="1")) == []
    assert pipeline.tick(NOW + 4 * SECOND) == []
    assert [found.line for found in pipeline.tick(NOW + 5 * SECOND)] == ["S\nmore"]
    assert pipeline.push(line("later", a="1")) == []
    out = pipeline.flush()
    assert [(found.line, found.labels) for found in out] == [("later", {"a": "1", "b": "2"})]


def test_a_bucket_fills_again():
    pipeline = Pipeline([{"limit": {"rate": 2, "burst": 2, "drop": True}}], now=NOW)
    assert [len(pipeline.push(line("x"))) for _ in range(3)] == [1, 1, 0]
    pipeline.tick(NOW + SECOND // 2)
    assert [len(pipeline.push(line("x"))) for _ in range(2)] == [1, 0]
    assert (
        str(pipeline.metrics.samples()[0]) == 'logentry_dropped_lines_total{reason="ratelimit_drop_stage"} 2'
    )


def test_without_drop_lines_wait():
    pipeline = Pipeline([{"limit": {"rate": 2, "burst": 1}}], now=NOW)
    pipeline.push(line("x"))
    assert pipeline.trace(line("x")).steps[0].note == "waits 0.5 s"


def test_older_than():
    pipeline = Pipeline([{"drop": {"older_than": "1h"}}], now=NOW)
    assert len(pipeline.push(Entry({}, "x", NOW - 3600 * SECOND))) == 1
    assert pipeline.push(Entry({}, "x", NOW - 3600 * SECOND - 1)) == []


def test_pack_takes_the_present_time():
    assert Pipeline([{"pack": {}}], now=NOW + 5).push(line("x"))[0].timestamp == NOW + 5


@pytest.mark.parametrize(
    ("text", "now", "year"),
    [
        ("Jul 15 01:02:03", "2019-07-15", 2019),
        ("Dec 31 23:59:59", "2020-01-01", 2019),
        ("Jan  1 00:00:00", "2019-12-31", 2020),
        ("Feb 29 00:00:00", "2020-03-01", 2020),
    ],
)
def test_year_is_guessed(text, now, year):
    at = int(time.mktime(time.strptime(now + " UTC", "%Y-%m-%d %Z"))) - time.timezone
    found = without_year("Jan _2 15:04:05", None, text, at * SECOND)
    assert time.gmtime(found // SECOND).tm_year == year


# Metrics

COUNTER = {
    "metrics": {
        "m": {"type": "counter", "description": "Lines\n", "config": {"match_all": True, "action": "inc"}}
    }
}


def test_exposition_is_born_at_the_first_hit_and_dies_of_idleness():
    pipeline = Pipeline([COUNTER], now=NOW)
    assert pipeline.metrics.expose(NOW) == ""
    pipeline.push(line("x", pod='a"b'))
    text = (
        "# HELP promtail_custom_m Lines\\n\n# TYPE promtail_custom_m counter\n"
        'promtail_custom_m{pod="a\\"b"} 1\n'
    )
    assert pipeline.metrics.expose(NOW + 299 * SECOND) == text
    assert pipeline.metrics.expose(NOW + 300 * SECOND) == text  # the scrape that finds it still has it
    assert pipeline.metrics.expose(NOW + 300 * SECOND) == ""
    pipeline.tick(NOW + 400 * SECOND)
    pipeline.push(line("x", pod="a"))
    assert [(sample.labels, sample.value) for sample in pipeline.metrics.samples()] == [({"pod": "a"}, 1.0)]


def test_series_know_when_they_were_born():
    pipeline = Pipeline([COUNTER], now=NOW)
    pipeline.push(line("x"))
    pipeline.tick(NOW + SECOND)
    pipeline.push(line("x"))
    [series] = pipeline.metrics.families[0].series.values()
    assert (series.created, series.last_hit, series.value) == (NOW, NOW + SECOND, 2.0)


def test_one_registry_for_two_pipelines():
    metrics = Metrics()
    for _ in range(2):
        Pipeline([{"drop": {"expression": "x"}}], metrics=metrics).push(line("x"))
    assert [str(sample) for sample in metrics.samples()] == [
        'logentry_dropped_lines_total{reason="drop_stage"} 2'
    ]


def test_the_same_series_twice_fails_the_scrape():
    pipeline = Pipeline([COUNTER, COUNTER])
    pipeline.push(line("x"))
    with pytest.raises(GatherError, match="was collected before with the same name and label values"):
        pipeline.metrics.expose(NOW)


@pytest.mark.parametrize(
    ("metric", "labels", "message"),
    [
        ({"type": "counter", "source": "v", "config": {"action": "add"}}, {"v": "-1"}, "counter cannot decrease in value"),
        ({"type": "histogram", "source": "v", "config": {"buckets": [2, 1]}}, {"v": "1"}, "histogram buckets must be in increasing order: 2.000000 >= 1.000000"),
        ({"type": "histogram", "source": "v"}, {"v": "1", "le": "1"}, "`le` is not allowed as label name in histograms"),
    ],
)  # fmt: skip
def test_a_line_can_kill_promtail(metric, labels, message):
    with pytest.raises(Panic) as caught:
        Pipeline([{"metrics": {"m": metric}}]).push(line("x", **labels))
    assert caught.value.message == message


def test_a_bad_label_matcher_kills_promtail_at_start():
    with pytest.raises(Panic, match="missing closing"):
        Pipeline([{"match": {"selector": '{a=~"("}', "action": "drop"}}])


# Limits and places


def test_an_error_has_its_place_in_the_text():
    with pytest.raises(ConfigError) as caught:
        Pipeline(
            [
                {"cri": {}},
                {"match": {"selector": '{a="1"}', "stages": [{"regex": {"expression": "ab(?=c)"}}]}},
            ]
        )
    assert (caught.value.place, caught.value.start, caught.value.end) == ("2.1", 2, 5)


def test_nesting_has_a_limit():
    stages: list[object] = [{"decolorize": {}}]
    for _ in range(100):
        stages = [{"match": {"selector": '{a="1"}', "stages": stages}}]
    with pytest.raises(Unsupported, match="match stages nested deeper than 32"):
        Pipeline(stages)


@pytest.mark.parametrize(
    "text",
    ["(" * 100_000, "[" * 100_000, "a." * 100_000 + "a", "!" * 100_000, "a||" * 50_000 + "a", "'" * 99_999],
)
def test_deep_paths_end_soon(text):
    started = time.perf_counter()
    with pytest.raises(LanguageError):
        compile_path(text)
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize(
    "text",
    ["{" * 100_000, "/*" * 50_000, '{a="' + "\\" * 99_999, '{a="1"}' + '|="x"' * 20_000, " " * 100_000],
)
def test_long_selectors_end_soon(text):
    started = time.perf_counter()
    with contextlib.suppress(LanguageError):
        parse_selector(text)
    assert time.perf_counter() - started < 3


def test_import_is_lean():
    code = "import sys, obs.sim.promtail; print([m for m in ('gotpl', 're2', 'yaml') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
