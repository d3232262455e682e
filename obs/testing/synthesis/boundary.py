"""The value at which a condition just does not hold any more."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from obs.testing.synthesis.conditions import Condition
from obs.testing.synthesis.laboratory import Laboratory
from obs.testing.synthesis.series import MOST_COPIES, State, Wanted

BISECTIONS = 60
SMALL = (1e-4, 1e-2)
DIGITS = 2
"""How fine the boundary of a threshold is told: one part in a hundred of its leading digit."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """Two neighbouring values: `inside` the condition holds, `outside` it does not; `what` was moved."""

    inside: State
    outside: State
    comparison: str
    what: str


def boundary(
    laboratory: Laboratory, state: State, condition: Condition, comparison: str, until: int
) -> Boundary | None:
    """Where a comparison ceases to hold while all others do; None when nothing moves it alone."""
    others = [text for text in condition.comparisons if text != comparison and comparison not in text]
    samples = until // laboratory.step + 1

    def inside(moved: State) -> bool:
        laboratory.load(laboratory.given(moved, samples))
        return laboratory.holds(condition.alone, until)

    def alone(moved: State) -> bool:
        """Whether it is this comparison that does not hold; the storage has what `inside` has put there."""
        return not laboratory.holds(comparison, until) and all(
            laboratory.longest(text, until) for text in others
        )

    for what, move, value in _moves(state):
        for far in _far(value, laboratory.base / 1000):
            if inside(move(far)) or not alone(move(far)):
                continue
            near, far_ = _bisected(partial(_moved, inside, move), value, far, laboratory.base / 1000)
            return Boundary(move(near), move(far_), comparison, what)
    return None


def _moves(state: State) -> Iterator[tuple[str, _Mover, float]]:
    """What can be moved: one series, one of two that share a metric, or all of a metric together."""
    present = [one for one, shape in state.items() if shape.there]
    for one in present:
        for other in present:
            if (
                other is not one
                and other.metric == one.metric
                and one.kind == other.kind == "counter"
                and len(one.matchers) > len(other.matchers)
            ):
                yield f"the share of {_shown(one)}", _Share(state, one, other), _share(state, one, other)
    for one in present:
        yield _shown(one), _One(state, one), state[one].value
        if state[one].copies > 1:
            yield f"the number of {_shown(one)}", _Copies(state, one), float(state[one].copies)
    for metric in dict.fromkeys(one.metric for one in present):
        group = [one for one in present if one.metric == metric]
        if len(group) > 1:
            yield f"all of {metric}", _All(state, tuple(group)), 1.0
    if len(present) > 1 and len({one.metric for one in present}) > 1:
        yield "all series", _All(state, tuple(present)), 1.0


def _shown(one: Wanted) -> str:
    inside = ", ".join(f'{m.label}{m.op}"{m.value}"' for m in one.matchers)
    return f"{one.metric}{{{inside}}}" if inside else one.metric


class _Mover:
    def __call__(self, value: float) -> State:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class _One(_Mover):
    state: State
    one: Wanted

    def __call__(self, value: float) -> State:
        return {**self.state, self.one: self.state[self.one].at(value)}


@dataclass(frozen=True, slots=True)
class _Copies(_Mover):
    state: State
    one: Wanted

    def __call__(self, value: float) -> State:
        return {
            **self.state,
            self.one: replace(self.state[self.one], copies=min(max(0, round(value)), MOST_COPIES)),
        }


@dataclass(frozen=True, slots=True)
class _All(_Mover):
    state: State
    group: tuple[Wanted, ...]

    def __call__(self, value: float) -> State:
        return {
            **self.state,
            **{one: self.state[one].at(self.state[one].value * value) for one in self.group},
        }


@dataclass(frozen=True, slots=True)
class _Share(_Mover):
    """Two series of one metric whose sum stays."""

    state: State
    one: Wanted
    other: Wanted

    def __call__(self, value: float) -> State:
        whole = 10 ** math.ceil(math.log10(self.state[self.one].value + self.state[self.other].value or 1))
        parts = {self.one: value * whole, self.other: (1 - value) * whole}
        return {**self.state, **{key: self.state[key].at(part) for key, part in parts.items()}}


def _share(state: State, one: Wanted, other: Wanted) -> float:
    return state[one].value / (state[one].value + state[other].value or 1)


def _far(value: float, now: float) -> Iterator[float]:
    yield from (value * factor for factor in (0.1, 10, 0, 1000, 1e-4, 1e6, 1e-9))
    yield from (value + 1, value - 1, -value, value + 1e6, value - 1e6, 2 * now)


def _moved(inside: Callable[[State], bool], move: _Mover, value: float) -> bool:
    return inside(move(value))


def _bisected(inside: Callable[[float], bool], near: float, far: float, now: float) -> tuple[float, float]:
    """Values on both sides of the boundary, rounded; `near` is inside, `far` outside."""
    first, last = near, far
    for _ in range(BISECTIONS):
        middle = (near + far) / 2
        if middle in (near, far) or abs(near - far) <= 1e-12 * max(abs(near), abs(far)):
            break
        near, far = (middle, far) if inside(middle) else (near, middle)
    origin = now if now and abs(near - now) * 10 < abs(near) else 0.0
    if abs(near - origin) < 1e-9:  # it lies at 0
        return (_small(inside, first), origin) if not inside(origin) else (origin, last)
    if origin:  # a moment: to the second
        unit, place = 1.0, round(near - origin)
    else:
        unit = 10.0 ** (math.floor(math.log10(abs(near))) - DIGITS)
        place = round(near / unit)
    values = [origin + (place + offset) * unit for offset in (-1, 0, 1)]
    values = [float(f"{value:.15g}") for value in values]
    verdicts = [inside(value) for value in values]
    for left, right in ((0, 1), (1, 2)):
        if verdicts[left] != verdicts[right]:
            return (values[left], values[right]) if verdicts[left] else (values[right], values[left])
    return near, far


def _small(inside: Callable[[float], bool], value: float) -> float:
    """A value near 0 that is inside, so that 0 and no other number is seen to be the boundary."""
    return next((small for factor in SMALL if inside(small := value * factor)), value)
