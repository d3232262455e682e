"""The search for series that make a condition hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from obs.testing.synthesis.conditions import Condition
from obs.testing.synthesis.laboratory import Laboratory
from obs.testing.synthesis.series import Shape, State, Wanted

ROUNDS = 4
MOST_TRIES = 1500


def firing(
    laboratory: Laboratory,
    wanted: Sequence[Wanted],
    numbers: Sequence[float],
    condition: Condition,
    until: int,
) -> State | None:
    """Series for which a condition holds long enough; None when none was found."""
    state: State = {one: one.first for one in wanted}
    best = _score(laboratory, state, condition, until)
    for _ in range(ROUNDS):
        if best[0]:
            return state
        found = None
        for one, shape in _neighbours(laboratory, state, numbers):
            if laboratory.tries > MOST_TRIES:
                return None
            moved = {**state, one: shape}
            score = _score(laboratory, moved, condition, until)
            if score > best:
                best, found = score, moved
                if score[0]:
                    break
        if found is None:
            return _pairs(laboratory, state, numbers, condition, until)
        state = found
    return state if best[0] else None


def _pairs(
    laboratory: Laboratory, state: State, numbers: Sequence[float], condition: Condition, until: int
) -> State | None:
    moves = list(_neighbours(laboratory, state, numbers))
    for index, (one, shape) in enumerate(moves):
        for other, second in moves[index + 1 :]:
            if laboratory.tries > MOST_TRIES:
                return None
            moved = {**state, one: shape, other: second}
            if other != one and _score(laboratory, moved, condition, until)[0]:
                return moved
    return None


def _score(laboratory: Laboratory, state: State, condition: Condition, until: int) -> tuple[bool, int, int]:
    """Whether it holds, how many of its comparisons do at some time, and for how long it does."""
    laboratory.load(laboratory.given(state, until // laboratory.step + 1))
    longest = laboratory.longest(condition.alone, until)
    if longest > laboratory.for_ // laboratory.interval:
        return True, 0, longest
    met = sum(bool(laboratory.longest(text, until)) for text in condition.comparisons)
    return False, met, longest


def _neighbours(
    laboratory: Laboratory, state: State, numbers: Sequence[float]
) -> Iterator[tuple[Wanted, Shape]]:
    for one, shape in state.items():
        for other in _shapes(one, shape, numbers, laboratory.base / 1000):
            if other != shape:
                yield one, other


def _shapes(one: Wanted, shape: Shape, numbers: Sequence[float], now: float) -> Iterator[Shape]:
    yield replace(shape, there=not shape.there)
    for label in one.apart:
        yield from (replace(shape, copies=count, apart=label) for count in (2, 3, 5, 10, 20, 50))
    if one.kind == "switching":
        yield from (shape.at(value) for value in (1, 2, 4, 1e9))
        return
    if one.kind == "slope":
        for start in (1e6, 1.0, 1e3, 1e12, *(abs(value) for value in numbers if value)):
            for factor in (-1, 1, -0.1, 0.1, -10, 10, 0):
                yield replace(shape, start=start, value=factor * start / 36_000)
        return
    if one.kind == "counter":
        yield replace(shape, start=1.0, value=0.0)  # born with a value, and grows no more
    near = [value for number in numbers for value in (number * 2, number / 2, number + 1, number - 1, number)]
    levels = [0.0, *near, 10.0, 100.0, 1e4, 1e6, 1e9, 1e12, 0.1, 0.01, 1e-4]
    if one.kind == "level":
        levels += (
            [-value for value in near]
            + [now + value for value in near]
            + [now - value for value in near]
            + [now]
        )
    yield from (shape.at(value) for value in dict.fromkeys(levels) if one.kind == "level" or value >= 0)
    if one.counted and one.kind == "level":
        yield from (replace(shape, copies=count) for count in (2, 5, 10, 20, 50, 100))
    if one.kind == "level":
        yield replace(shape, ends=not shape.ends)
