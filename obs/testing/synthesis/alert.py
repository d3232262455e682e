"""Everything that is derived from one alert."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from obs.lang import gotemplate, promql
from obs.lang.error import LanguageError
from obs.lang.promql.syntax import Call, Expr, MatrixSelector, Subquery, VectorSelector, walk
from obs.sim.rules.evaluator import Evaluator, Settings
from obs.testing.synthesis.boundary import Boundary, boundary
from obs.testing.synthesis.case import Case, made, word
from obs.testing.synthesis.conditions import Condition, conditions, constants
from obs.testing.synthesis.labels import labels_of, needed_labels
from obs.testing.synthesis.laboratory import Given, Laboratory
from obs.testing.synthesis.search import firing
from obs.testing.synthesis.series import (
    CannotDeriveError,
    Shape,
    State,
    Wanted,
    wanted,
)
from obs.testing.synthesis.timing import HOUR, in_time, lasting
from obs.testing.synthesis.values import alternatives, each

CLOCKS = frozenset({"time", "timestamp"})
CALENDAR = frozenset(
    {"hour", "minute", "month", "year", "day_of_week", "day_of_month", "day_of_year", "days_in_month"}
)


@dataclass(frozen=True, slots=True)
class Synthesis:
    """What was derived; `not_derived` says what was not, and why."""

    alert: str
    cases: tuple[Case, ...]
    not_derived: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether there is one that fires and one that does not."""
        kinds = {case.fired_at is not None for case in self.cases}
        return kinds == {True, False}


def uses_clock(expr: str) -> bool:
    """Whether a result depends on when time 0 is."""
    tree = promql.check(expr).tree
    return any(isinstance(node, Call) and node.function in CLOCKS for node in walk(tree))


def synthesize(
    rule: Mapping[str, object], evaluator: Evaluator, settings: Settings, *, interval: int, base: int = 0
) -> Synthesis:
    """Cases for an alerting rule, as a rule file has it; each was run.

    `interval` is that of its group, `base` the moment of time 0 (milliseconds since 1970).
    """
    name, expr = str(rule["alert"]), str(rule["expr"])
    cases: list[Case] = []
    try:
        tree = promql.check(expr, features=frozenset(settings.features)).tree
        reach, step = _reach(tree), _step(tree, interval)
        laboratory = Laboratory(evaluator, settings, rule, interval, base, step, reach=reach)
        found = _Alert(rule, tree, laboratory)
        cases.extend(found.cases())
    except (CannotDeriveError, LanguageError) as error:
        return Synthesis(name, tuple(cases), (str(getattr(error, "message", error)),))
    return Synthesis(name, tuple(cases), tuple(found.not_derived))


def _step(tree: Expr, interval: int) -> int:
    """From sample to sample: the evaluation's own interval, and no finer than a long window needs."""
    reach = _reach(tree)
    return interval if reach <= 2 * HOUR else max(interval, 120_000)


def _reach(tree: Expr) -> int:
    """How far back an expression looks."""
    most = 0
    for node in walk(tree):
        if isinstance(node, MatrixSelector | Subquery):
            most += node.range.milliseconds or 0
        elif isinstance(node, VectorSelector) and node.offset is not None:
            most += abs(node.offset.milliseconds or 0)
    return most


class _Alert:
    def __init__(self, rule: Mapping[str, object], tree: Expr, laboratory: Laboratory) -> None:
        self.rule, self.tree, self.laboratory = rule, tree, laboratory
        self.not_derived: list[str] = []
        self.text = str(rule["expr"])
        listed, needed = wanted(tree), needed_labels(tree)
        self.wanted = listed
        named = tuple(dict.fromkeys((*needed, *_read(rule))))
        laboratory.labels = {one: labels_of(one, named, listed) for one in listed}
        called = {node.function for node in walk(tree) if isinstance(node, Call)}
        if called & CALENDAR:
            raise CannotDeriveError(
                f"it asks for the hour or the day ({', '.join(sorted(called & CALENDAR))}), which no series decides"
            )

    def cases(self) -> Iterator[Case]:
        branches = conditions(self.tree, self.text)
        for index, condition in enumerate(branches):
            suffix = f"_by_branch_{index + 1}" if len(branches) > 1 else ""
            yield from self._branch(condition, suffix)

    def _branch(self, condition: Condition, suffix: str) -> Iterator[Case]:
        where = f"`{_short(condition.text)}`" if suffix else "the alert"
        found = self._firing(condition)
        if found is None:
            self.not_derived.append(f"no series found that fire {where}")
            return
        whole, until = found
        smallest = self._smallest(whole, condition, until)
        edges = [
            edge
            for text in dict.fromkeys(condition.comparisons)
            if (edge := self._boundary(text, (smallest, whole), condition, until))
        ]
        start = next((edge.inside for edge in edges if _size(edge.inside) <= _size(smallest)), smallest)
        timed = (*in_time(self.laboratory, start, until), *lasting(self.laboratory, start, until))
        for name, why, series, end, fires in timed:
            yield from self._case(f"{name}{suffix}", why, series, end, fires)
        yield from each(self.laboratory, self.tree, start, until, suffix)
        yield from alternatives(self.laboratory, self.tree, start, until, suffix)
        for number, edge in enumerate(edges):
            label = f"{suffix}_{number + 1}" if len(edges) > 1 else suffix
            yield from self._edge(edge, until, label, fires=edge.inside is not start)
        yield from self._present(smallest, until, suffix, moved=bool(edges))

    def _boundary(
        self, text: str, states: Sequence[State], condition: Condition, until: int
    ) -> Boundary | None:
        for state in states:
            edge = boundary(self.laboratory, state, condition, text, until)
            if edge is not None:
                return edge
        self.not_derived.append(f"no value found at which only `{_short(text)}` ceases to hold")
        return None

    def _firing(self, condition: Condition) -> tuple[State, int] | None:
        numbers = constants(self.tree)
        laboratory = self.laboratory
        short = laboratory.for_ + 10 * laboratory.interval
        for least in dict.fromkeys((short, laboratory.for_ + _reach(self.tree) + 10 * laboratory.interval)):
            laboratory.tries = 0
            until = -(-least // laboratory.step) * laboratory.step
            state = firing(laboratory, self.wanted, numbers, condition, until)
            if state is not None:
                return state, until
        return None

    def _smallest(self, state: State, condition: Condition, until: int) -> State:
        """Without the series that it does not need."""
        for one in list(state):
            if not state[one].there:
                continue
            less = {**state, one: replace(state[one], there=False)}
            self.laboratory.load(self.laboratory.given(less, until // self.laboratory.step + 1))
            if self.laboratory.holds(condition.alone, until):
                state = less
        return state

    # Cases

    def _case(self, name: str, why: str, series: Given, until: int, fires: bool) -> Iterator[Case]:
        fired = self.laboratory.fired(series, until)
        if (fired is not None) != fires:
            self.not_derived.append(f"{name}: the rule itself decided otherwise")
            return
        yield made(name, why, series, self.laboratory.step, until, fired)

    def _edge(self, edge: Boundary, until: int, suffix: str, *, fires: bool) -> Iterator[Case]:
        samples = until // self.laboratory.step + 1
        shown = f"`{_short(edge.comparison)}`, by {edge.what}"
        if fires:
            series = self.laboratory.given(edge.inside, samples)
            yield from self._case(
                f"fires_at_the_threshold{suffix}", f"Just within {shown}.", series, until, fires=True
            )
        series = self.laboratory.given(edge.outside, samples)
        yield from self._case(
            f"stays_silent_at_the_threshold{suffix}", f"Just outside of {shown}.", series, until, fires=False
        )

    def _present(self, state: State, until: int, suffix: str, *, moved: bool) -> Iterator[Case]:
        """With a series that must not be there, without one that must, or with the value that speaks against it."""
        laboratory, samples = self.laboratory, until // self.laboratory.step + 1
        names: set[str] = set()
        for one, shape in state.items():
            for verb, other in _switched(one, shape, moved=moved):
                series = laboratory.given({**state, one: other}, samples)
                name = f"stays_silent_{verb}_{word(one.metric)}{suffix}"
                if not series or name in names:
                    continue
                laboratory.load(series)
                if not laboratory.longest(self.text, until):
                    names.add(name)
                    yield from self._case(name, f"{_capital(verb)} {one.metric}.", series, until, fires=False)


def _size(state: State) -> int:
    return sum(shape.there for shape in state.values())


def _capital(verb: str) -> str:
    return {"at_0": "With 0 for", "at_1": "With 1 for", "with_lasting": "With lasting"}.get(
        verb, verb.capitalize()
    )


def _switched(one: Wanted, shape: Shape, *, moved: bool) -> Iterator[tuple[str, Shape]]:
    if not shape.there:
        yield from (("with", replace(shape, there=True, value=value)) for value in (shape.value, 1.0, 0.0))
        return
    yield "without", replace(shape, there=False)
    if shape.ends:
        yield "with_lasting", replace(shape, ends=False)
    if not moved and one.kind == "level" and shape.value in (0.0, 1.0):
        yield ("at_1" if not shape.value else "at_0"), shape.at(1 - shape.value)


def _read(rule: Mapping[str, object]) -> Iterator[str]:
    """The labels that the texts of an alert read."""
    for part in (rule.get("labels"), rule.get("annotations")):
        for text in part.values() if isinstance(part, Mapping) else ():
            try:
                yield from sorted(gotemplate.check(str(text), "prometheus").labels_read)
            except LanguageError:
                continue


def _short(text: str, most: int = 160) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"
