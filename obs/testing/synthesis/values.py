"""Cases for a label that may be one of several."""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.lang.promql.syntax import Expr
from obs.testing.synthesis.case import Case, made, word
from obs.testing.synthesis.examples import examples
from obs.testing.synthesis.labels import needed_labels
from obs.testing.synthesis.laboratory import Laboratory
from obs.testing.synthesis.series import State, Wanted, notations


def each(laboratory: Laboratory, tree: Expr, state: State, until: int, suffix: str) -> Iterator[Case]:
    """Where the alert keeps the label, an alert for each of its values at once."""
    samples = until // laboratory.step + 1
    for label in needed_labels(tree):
        patterns = {m.value for one in state for m in one.matchers if (m.label, m.op) == (label, "=~")}
        if len(patterns) != 1:
            continue
        values = patterns.pop().split("|")
        if len(values) < 2 or not all(re.fullmatch(r"[\w-]+", value) for value in values):
            continue
        found: dict[str, str] = {}
        for value in values:
            found.update(notations(state, _labelled(laboratory, label, value), samples, laboratory.step))
        series = list(found.items())
        fired = laboratory.fired(series, until)
        if fired is not None and len(fired.alerts) == len(values):
            name, why = f"fires_for_each_{label}{suffix}", f"Each of {len(values)} by itself."
            yield made(name, why, series, laboratory.step, until, fired)


def _labelled(laboratory: Laboratory, label: str, value: str) -> dict[Wanted, dict[str, str]]:
    return {
        one: {**labels, label: value} if label in labels else dict(labels)
        for one, labels in laboratory.labels.items()
    }


def alternatives(laboratory: Laboratory, tree: Expr, state: State, until: int, suffix: str) -> Iterator[Case]:
    """Where no alert keeps the label, each of its other values instead of the usual one."""
    samples, kept = until // laboratory.step + 1, needed_labels(tree)
    for one, label, value in _others(laboratory, state):
        if label in kept:
            continue
        labels = {**laboratory.labels, one: {**laboratory.labels[one], label: value}}
        series = notations(state, labels, samples, laboratory.step)
        fired = laboratory.fired(series, until)
        if fired is not None:
            name, why = f"fires_with_{label}_{word(value)}{suffix}", f"With {label} {value} of {one.metric}."
            yield made(name, why, series, laboratory.step, until, fired)


def _others(laboratory: Laboratory, state: State) -> Iterator[tuple[Wanted, str, str]]:
    for one, shape in state.items():
        for matcher in one.matchers:
            if matcher.op == "=~" and shape.there:
                usual = laboratory.labels[one].get(matcher.label)
                for value in examples(matcher.value):
                    if value != usual:
                        yield one, matcher.label, value
