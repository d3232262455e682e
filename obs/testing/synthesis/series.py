"""The series that a search moves: for each selector of an expression its labels, and the shape of its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from obs.lang.promql.syntax import (
    Aggregate,
    Call,
    Expr,
    Matcher,
    MatrixSelector,
    VectorSelector,
    children,
)
from obs.sim.scrape import NAME

Kind = Literal["level", "counter", "slope", "switching", "buckets"]
COUNTERS = frozenset({"rate", "irate", "increase"})
SLOPES = frozenset(
    {"deriv", "predict_linear", "delta", "idelta", "holt_winters", "double_exponential_smoothing"}
)
SWITCHES = frozenset({"changes", "resets"})
MOST_COPIES = 200
MOST_SAMPLES = 20_000


class CannotDeriveError(Exception):
    """No series can be found; the message says why."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The values of a selector's series.

    `value` is a level, a growth or slope per second, how many samples a switching series keeps its value, or where in
    a histogram the observations lie. `start` is the first value of a slope, `copies` how many such series there are,
    `apart` the label in which they differ, empty where any will do.
    """

    kind: Kind
    value: float = 1.0
    start: float = 0.0
    copies: int = 1
    apart: str = ""
    there: bool = True
    ends: bool = False
    """Whether it is there at first only."""

    def at(self, value: float) -> Shape:
        return replace(self, value=value)

    def values(self, samples: int, step: int) -> str:
        """In promtool's notation, `step` milliseconds from sample to sample."""
        if self.ends:
            return f"{replace(self, ends=False).values(2, step)} stale"
        if self.kind == "level":
            return f"{number(self.value)}x{samples - 1}"
        if self.kind == "switching":
            period = max(1, round(self.value))
            return " ".join(str(place // period % 2) for place in range(samples))
        growth = self.value * step / 1000
        sign = "-" if growth < 0 else "+"
        return f"{number(self.start)}{sign}{number(abs(growth))}x{samples - 1}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A selector of an expression and how its values are read; equal ones are one series."""

    metric: str
    matchers: tuple[Matcher, ...]
    kind: Kind
    counted: bool = False
    apart: tuple[str, ...] = ()
    """Labels in which series must differ to be counted: `pod` in `count by (job) (sum by (job, pod) (x))`."""

    @property
    def first(self) -> Shape:
        """The shape that a search begins with."""
        return Shape(self.kind, start=1e6 if self.kind == "slope" else 0.0)


State = Mapping[Wanted, Shape]


def number(value: float) -> str:
    """A value as promtool reads it back."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(float(f"{value:.12g}"))


def wanted(tree: Expr) -> list[Wanted]:
    """The different selectors of an expression, in the order of its text."""
    found = dict.fromkeys(_wanted(tree, _Read()))
    kinds: dict[tuple[str, tuple[Matcher, ...]], Wanted] = {}
    for one in found:
        key = one.metric, one.matchers
        known = kinds.get(key)
        chosen = one if known is None or known.kind == "level" else known
        apart = dict.fromkeys((*(known.apart if known is not None else ()), *one.apart))
        kinds[key] = replace(chosen, apart=tuple(apart))
    return list(kinds.values())


@dataclass(frozen=True, slots=True)
class _Read:
    """How the selectors below a node are read."""

    kind: Kind = "level"
    counted: bool = False
    apart: tuple[str, ...] = ()
    above: Aggregate | None = None
    """The nearest aggregation that a node is in."""

    def below(self, node: Expr) -> _Read:
        if isinstance(node, Call):
            return replace(self, kind=_kind(node.function, self.kind))
        if not isinstance(node, Aggregate):
            return self
        counted = self.counted or node.op in ("count", "sum", "group")
        return replace(self, counted=counted, apart=(*self.apart, *self._told_apart(node)), above=node)

    def _told_apart(self, node: Aggregate) -> Iterator[str]:
        """The labels that an aggregation keeps and the count around it does not."""
        if self.above is not None and self.above.op == "count" and not (self.above.without or node.without):
            merged = {label.name for label in self.above.grouping}
            yield from (label.name for label in node.grouping if label.name not in merged)


def _wanted(node: Expr, read: _Read) -> Iterator[Wanted]:
    if isinstance(node, VectorSelector | MatrixSelector):
        yield _selector(node if isinstance(node, VectorSelector) else node.selector, read)
        return
    below = read.below(node)
    for child in children(node):
        yield from _wanted(child, below)


def _kind(function: str, otherwise: Kind) -> Kind:
    if function == "histogram_quantile":
        return "buckets"
    if otherwise == "buckets":
        return otherwise
    if function in COUNTERS:
        return "counter"
    if function in SLOPES:
        return "slope"
    return "switching" if function in SWITCHES else otherwise


def _selector(node: VectorSelector, read: _Read) -> Wanted:
    name = node.name or next((m.value for m in node.matchers if m.label == NAME and m.op == "="), "")
    if not name:
        raise CannotDeriveError("a selector without a metric's name")
    others = sorted((m for m in node.matchers if m.label != NAME), key=lambda m: (m.label, m.op, m.value))
    return Wanted(name, tuple(others), read.kind, read.counted, read.apart)


# All series of a state


def notations(
    state: State, labels: Mapping[Wanted, Mapping[str, str]], samples: int, step: int
) -> list[tuple[str, str]]:
    """Every series with its values."""
    if samples > MOST_SAMPLES:
        raise CannotDeriveError("it looks back too long for a test")
    found: dict[str, str] = {}
    for one, shape in state.items():
        if not shape.there:
            continue
        for copy in range(shape.copies):
            own = dict(labels[one])
            if copy:
                label = shape.apart or _distinct(own)
                own[label] = f"{own[label] if shape.apart in own else 'copy'}-{copy + 1}"
            for more, values in _parts(shape, samples, step):
                found.setdefault(series(one.metric, own | more), values)
    return list(found.items())


def _distinct(labels: Mapping[str, str]) -> str:
    return "instance" if "instance" not in labels else "copy"


def _parts(shape: Shape, samples: int, step: int) -> Iterator[tuple[dict[str, str], str]]:
    if shape.kind != "buckets":
        yield {}, shape.values(samples, step)
        return
    for bound, growth in ((number(shape.value), 0.0), (number(2 * shape.value), 1.0), ("+Inf", 1.0)):
        yield {"le": bound}, Shape("counter", growth).values(samples, step)


def series(metric: str, labels: Mapping[str, str]) -> str:
    """A series as text."""
    from obs.testing.promtool import metric as shown

    return shown(
        {
            NAME: metric,
            **{name: text.replace("\\", "\\\\").replace('"', '\\"') for name, text in labels.items()},
        }
    )
