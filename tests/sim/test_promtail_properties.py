"""Any configuration is a pipeline or a named error, any line runs, and whatever `run` yields `flow` allowed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from obs.lang.error import LanguageError, Unsupported
from obs.sim.promtail import ConfigError, Flow, Keys, Panic, Pipeline
from obs.sim.promtail.__main__ import answer
from obs.sim.promtail.stages import BUILDERS

DATA = Path(__file__).parents[1] / "data"
CASES = [
    json.loads(line)
    for name in ("promtail_stages.jsonl", "promtail_cases.jsonl")
    for line in (DATA / name).open(encoding="utf-8")
]
RUNNING = [case for case in CASES if "out" in case["expect"]]

names = st.sampled_from(["a", "b", "stream", "level", "message", "Value"])
texts = st.sampled_from(
    ["", "a", "(?P<a>\\w+) ?(?P<b>.*)", "(", '{a="1"}', '{a=~".*"} |= "x"', "{{ .Value }}", "{{ .a", "RFC3339", "Unix", "2006",
     "add", "inc", "counter", "gauge", "histogram", "1", "1s", "1kb", "a || b", "true"]
) | st.text(max_size=6)  # fmt: skip
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-5, 2**64)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
keys = st.sampled_from(
    ["expression", "source", "expressions", "drop_malformed", "mapping", "firstline", "max_lines", "max_wait_time", "selector",
     "stages", "action", "a", "b", "format", "fallback_formats", "location", "template", "replace", "value", "older_than",
     "longer_than", "label", "labels", "ingest_timestamp", "rate", "burst", "drop", "m", "type", "config", "buckets",
     "match_all", "max_partial_lines", "max_idle_duration", "db", "db_type"]
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=8,
)
stages = st.recursive(
    st.dictionaries(st.sampled_from([*BUILDERS, "match", "nonsense"]), values, min_size=1, max_size=1),
    lambda inner: st.fixed_dictionaries(
        {
            "match": st.fixed_dictionaries(
                {"selector": texts, "stages": st.lists(inner, min_size=1, max_size=2)}
            )
        }
    ),
    max_leaves=3,
)
lines = st.sampled_from(
    ["", "x y", '{"a":1,"b":{"c":[1]}}', "a=1 b=2", "2019-01-01T01:00:00Z stdout F x", "2019-01-01T01:00:00Z stdout P x"]
) | st.text(max_size=12)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(stages | values, max_size=4),
    st.dictionaries(names, st.text(max_size=3), max_size=3),
    st.lists(lines, max_size=4),
)
def test_any_configuration_and_any_line(config, labels, given_lines):
    try:
        pipeline = Pipeline(config, now=0)
    except (ConfigError, Panic, Unsupported):
        return
    start = Flow.of_labels(labels)
    try:
        out = pipeline.lines(given_lines, labels, 0)
    except Panic:
        return
    end = pipeline.flow(start)
    for entry in out:
        assert end.allows(entry.extracted, entry.labels)


@pytest.mark.parametrize("case", RUNNING, ids=lambda case: case["name"])
def test_flow_allows_what_real_promtail_yields(case):
    try:
        end = Pipeline(case["pipeline_stages"]).flow(Flow.of_labels(case["labels"]))
    except LanguageError as error:
        pytest.fail(error.message)
    for entry in case["expect"]["out"]:
        assert end.allows(entry["extracted"], entry["labels"])


@settings(max_examples=100, deadline=None)
@given(
    st.text()
    | st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)).map(json.dumps)
)
def test_any_input_line_is_answered(text):
    assert answer(text).keys() == {"name", "expect"}


# What flow decides


def flow_of(stages: list, labels: tuple[str, ...] = ("pod",)) -> Flow:
    return Pipeline(stages).flow(Flow.of_labels(labels))


def test_a_source_that_nothing_extracts():
    pipeline = Pipeline(
        [
            {"cri": {}},
            {"regex": {"expression": ".* ERROR .*"}},
            {"metrics": {"errors": {"type": "counter", "config": {"action": "inc"}}}},
        ]
    )
    found = pipeline.flows(Flow.of_labels(["pod", "namespace"]))[-1]
    assert found.stage.reads == ("errors",)
    assert not found.before.extracted.may_have("errors")


def test_inner_stages_have_their_own_flow():
    pipeline = Pipeline(
        [
            {
                "match": {
                    "selector": '{pod="x"}',
                    "stages": [{"regex": {"expression": "(?P<level>E)"}}, {"labels": {"level": None}}],
                }
            }
        ]
    )
    found = {step.place: step for step in pipeline.flows(Flow.of_labels(["pod"]))}
    assert list(found) == ["1", "1.1", "1.2"]
    assert not found["1.1"].before.extracted.may_have("level")
    assert found["1.2"].before.extracted.may_have("level")
    assert found["1"].after.labels == Keys(frozenset({"pod"}), frozenset({"pod", "level"}))


@pytest.mark.parametrize(
    ("stages", "always", "maybe"),
    [
        ([{"labels": {"level": None}}], {"pod"}, {"pod"}),
        ([{"labels": {"copy": "pod"}}], {"pod"}, {"pod", "copy"}),
        ([{"static_labels": {"a": "x", "b": ""}}], {"pod", "a"}, {"pod", "a"}),
        ([{"labeldrop": ["pod"]}], set(), set()),
        ([{"labelallow": ["a"]}], set(), set()),
        ([{"pack": {"labels": ["pod"]}}], set(), {"pod"}),
        ([{"cri": {}}], {"pod"}, {"pod", "stream"}),
        ([{"tenant": {"value": "t"}}], {"pod", "__tenant_id__"}, {"pod", "__tenant_id__"}),
        ([{"structured_metadata": {"pod": None}}], set(), set()),
    ],
)
def test_labels_that_may_be_there(stages, always, maybe):
    assert flow_of(stages).labels == Keys(frozenset(always), frozenset(maybe))


def test_open_sets():
    found = flow_of([{"eventlogmessage": {}}])
    assert found.extracted.may_have("anything")
    assert Pipeline([{"labelallow": ["a"]}]).flow(Flow.of_labels([], open=True)).labels == Keys(
        maybe=frozenset({"a"})
    )
