"""Configurations and routes against what amtool 0.27 made of them (recorded by tools/differential/routing.py)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from obs.sim.routing import Config, ConfigError, build_tree, explain, read, receivers_for
from obs.sim.routing.__main__ import answer
from obs.sim.routing.tree import Step

RECORDED = Path(__file__).parents[1] / "data" / "routing_verdicts.jsonl"
CASES = [json.loads(line) for line in RECORDED.read_text("utf-8").splitlines()]
CONFIGS = [(case["case"], case["real"]) for case in CASES if case["kind"] == "config"]
ROUTED = [(*case["case"], case["real"]) for case in CASES if case["kind"] == "receivers"]


def verdict(config: object) -> str:
    try:
        read(config)
    except ConfigError as error:
        return error.message
    return "ok"


@pytest.mark.parametrize(("config", "real"), CONFIGS, ids=[str(index) for index in range(len(CONFIGS))])
def test_configurations(config: dict[str, Any], real: str) -> None:
    assert verdict(config) == real


@pytest.mark.parametrize(
    ("config", "labels", "real"), ROUTED, ids=[str(index) for index in range(len(ROUTED))]
)
def test_receivers(config: dict[str, Any], labels: dict[str, str], real: str) -> None:
    root = build_tree(read(config))
    found = receivers_for(root, labels)
    assert ",".join(found) == real
    assert tuple(reached(explain(root, labels))) == found


def reached(step: Step) -> list[str]:
    """The receivers in an explanation."""
    return [step.node.receiver] * step.reached + [name for below in step.below for name in reached(below)]


def test_the_interface() -> None:
    config = {
        "route": {"receiver": "a", "routes": [{"receiver": "b", "match": {"x": "1"}}]},
        "receivers": [{"name": "a"}, {"name": "b"}],
    }
    line = json.dumps({"alertmanager": config, "alerts": [{"x": "1"}, {}]})
    assert answer(line) == {"receivers": [["b"], ["a"]]}
    assert answer('{"alertmanager": {"route": {"receiver": "x"}}, "alerts": []}') == {
        "error": 'undefined receiver "x" used in route'
    }
    assert answer("nonsense")["error"]
    assert answer("[]") == {"error": "not a JSON object"}
    assert answer(json.dumps({"alertmanager": config, "alerts": [{"x": 1}]})) == {
        "error": "an alert must be an object of strings"
    }


KEYS = st.sampled_from(
    ["route", "routes", "receiver", "receivers", "name", "matchers", "match", "match_re", "continue", "group_by", "group_wait",
     "repeat_interval", "inhibit_rules", "source_matchers", "equal", "time_intervals", "mute_time_intervals", "times", "weekdays",
     "days_of_month", "months", "years", "location", "start_time", "end_time", "discord_configs", "webhook_url", "global", "x"]
)  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["a", 'a="b"', "5m", "...", "08:00", "monday:friday", "http://h"])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


@settings(max_examples=400, deadline=None)
@given(VALUES)
def test_any_value_ends_in_a_configuration_or_an_error(value: object) -> None:
    try:
        config = read(value)
    except ConfigError:
        return
    assert isinstance(config, Config)
    assert receivers_for(build_tree(config), {"a": "b"})


def test_deep_routes_are_refused() -> None:
    route: dict[str, object] = {"receiver": "a"}
    for _ in range(5_000):
        route = {"receiver": "a", "routes": [route]}
    with pytest.raises(ConfigError, match="not supported: nesting"):
        read({"route": route, "receivers": [{"name": "a"}]})
