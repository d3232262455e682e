"""Relabelling: the same labels as Prometheus's own, on cases and on random steps."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

import pytest

from obs.sim import relabel
from obs.sim.rules.engine import Engine
from obs.testing.tools import Tools
from tests.conftest import unavailable

LABELS = {
    "__name__": "promtail_custom_errors_total",
    "exported_pod": "gateway-1",
    "exported_namespace": "gateway",
    "pod": "monitoring-promtail-x",
    "a": "foo",
    "b": "bar\nbaz",
}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    try:
        found = Engine(Tools.find().path("rule-engine"))
    except LookupError as error:
        unavailable(str(error))
    yield found
    found.close()


CASES: list[Sequence[Mapping[str, object]]] = [
    [],
    [
        {
            "source_labels": ["__name__", "exported_pod"],
            "regex": "promtail_custom_.+;(.+)",
            "target_label": "pod",
        }
    ],
    [{"regex": "exported_(namespace|pod)", "action": "labeldrop"}],
    [{"regex": "exported_.*|__name__", "action": "labelkeep"}],
    [{"source_labels": ["a"], "regex": "f", "action": "drop"}],
    [{"source_labels": ["a"], "regex": "f.*", "action": "drop"}],
    [{"source_labels": ["a"], "regex": "fo+", "action": "keep"}],
    [{"source_labels": ["missing"], "regex": "x", "action": "keep"}],
    [{"source_labels": ["b"], "regex": "bar.baz", "target_label": "c", "replacement": "yes"}],
    [{"source_labels": ["a"], "target_label": "c", "replacement": "$1-${1}-$0-$$x-$9"}],
    [{"source_labels": ["a"], "regex": "(?P<first>.)(.*)", "target_label": "c", "replacement": "$first/$2"}],
    [{"source_labels": ["a"], "target_label": "pod", "replacement": ""}],
    [{"source_labels": ["missing"], "target_label": "pod"}],
    [{"source_labels": ["a", "pod"], "separator": "@", "target_label": "c"}],
    [{"source_labels": ["a"], "regex": "(.*)", "target_label": "x_$1", "replacement": "v"}],
    [{"source_labels": ["exported_pod"], "regex": "(.*)", "target_label": "$1", "replacement": "v"}],
    [{"regex": "exported_(.+)", "action": "labelmap"}],
    [{"regex": "exported_(.+)", "replacement": "own_$1", "action": "labelmap"}],
    [{"source_labels": ["a", "b"], "modulus": 8, "target_label": "shard", "action": "hashmod"}],
    [{"source_labels": ["exported_pod"], "target_label": "up", "action": "uppercase"}],
    [{"source_labels": ["a"], "target_label": "a", "action": "keepequal"}],
    [{"source_labels": ["a"], "target_label": "b", "action": "keepequal"}],
    [{"source_labels": ["a"], "target_label": "a", "action": "dropequal"}],
    [{"source_labels": ["missing"], "target_label": "gone", "action": "dropequal"}],
]


@pytest.mark.parametrize("steps", CASES, ids=str)
def test_cases(engine: Engine, steps: Sequence[Mapping[str, object]]) -> None:
    assert relabel.relabel(LABELS, [relabel.read(step) for step in steps]) == engine.relabel(LABELS, steps)


def a_step(chance: random.Random) -> dict[str, object]:
    names = ["a", "b", "pod", "exported_pod", "missing"]
    action = chance.choice(
        ["replace", "replace", "keep", "drop", "labeldrop", "labelkeep", "labelmap", "lowercase"]
    )
    step: dict[str, object] = {"action": action}
    if (
        action == "labelmap"
    ):  # each to a name of its own: which of several wins is an accident of Prometheus's builder
        return step | {"regex": "exported_(.*)"}
    if action in ("labeldrop", "labelkeep"):
        step["regex"] = chance.choice(["exported_(.*)", "a|b", "(?i)POD", ".*"])
        return step
    step["source_labels"] = chance.sample(names, chance.randint(1, 3))
    if action == "lowercase":
        return step | {"target_label": chance.choice(names)}
    step["regex"] = chance.choice(["(.*)", "f(o+).*", ".*;.+", "", "gateway-(\\d)", "[^;]*;(.*)"])
    if action == "replace":
        step["target_label"] = chance.choice(names)
        step["replacement"] = chance.choice(["$1", "x", "", "${1}y", "$2"])
    return step


def test_random_steps(engine: Engine) -> None:
    chance = random.Random(7)
    for _ in range(300):
        steps = [a_step(chance) for _ in range(chance.randint(1, 4))]
        expected = engine.relabel(LABELS, steps)
        assert relabel.relabel(LABELS, [relabel.read(step) for step in steps]) == expected, steps


def test_the_step_that_drops_is_named() -> None:
    steps = [relabel.Step("keep", ("a",), regex="foo"), relabel.Step("drop", ("a",), regex="foo")]
    assert relabel.dropped_by(LABELS, steps) == steps[1]
    assert relabel.dropped_by(LABELS, steps[:1]) is None


def test_the_keys_of_a_service_monitor_are_read_too() -> None:
    step = relabel.read({"sourceLabels": ["a"], "targetLabel": "c", "action": "Replace"})
    assert step == relabel.Step("replace", ("a",), target_label="c")
