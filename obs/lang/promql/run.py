"""PromQL evaluated at one moment, for what the platform's rules use: see FUNCTIONS and AGGREGATIONS for the list.

What is not in these lists is refused by its name (Unsupported): then Prometheus's own engine is needed. Sums are
taken as Prometheus takes them (Neumaier), so that results are equal to the last bit.

Source: Prometheus 2.55, `promql`: a selector finds the last sample of the look-back, both ends included.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

from obs.lang import re2
from obs.lang.error import LanguageError, Unsupported
from obs.lang.matchers import Matcher, matches_all
from obs.lang.promql.printing import canonical
from obs.lang.promql.run_functions import FUNCTIONS, OF_VECTORS, Points, kahan_sum
from obs.lang.promql.run_histogram import quantile_of_buckets
from obs.lang.promql.syntax import (
    Aggregate,
    Binary,
    Call,
    Expr,
    Matching,
    MatrixSelector,
    NumberLiteral,
    Paren,
    StringLiteral,
    Unary,
    VectorSelector,
)
from obs.record import dataclass

NAME = "__name__"
Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sample:
    """A series of a result and its value."""

    labels: Labels
    value: float


Vector = list[Sample]
Result = Vector | float


class Storage(Protocol):
    """Where samples come from. A point is (milliseconds, value), None for a stale marker."""

    def select(self, name: str | None, matchers: Sequence[Matcher]) -> Iterable[tuple[Labels, Points]]:
        """The series that match, each with all its points in order of time."""


class RunError(LanguageError):
    """An evaluation that Prometheus fails too, such as many-to-many matching."""


AGGREGATIONS = ("sum", "avg", "min", "max", "count", "group")


def _divide(left: float, right: float) -> float:
    if right:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _modulo(left: float, right: float) -> float:
    return math.fmod(left, right) if right and math.isfinite(left) else math.nan


def _power(left: float, right: float) -> float:
    try:
        found = left**right
    except OverflowError:
        return math.inf
    except ZeroDivisionError:
        return math.inf
    return found if isinstance(found, float) else math.nan


_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "%": _modulo,
    "^": _power,
}
_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def evaluate(tree: Expr, storage: Storage, at: int, lookback: int = 300_000) -> Result:
    """The result at a moment (milliseconds). Raises RunError, and Unsupported for what is not known here."""
    return _Evaluation(storage, at, lookback).run(tree)


@dataclass(frozen=True, slots=True)
class _Evaluation:
    storage: Storage
    at: int
    lookback: int

    def run(self, node: Expr) -> Result:
        if isinstance(node, NumberLiteral):
            return node.value
        if isinstance(node, Paren):
            return self.run(node.expr)
        if isinstance(node, VectorSelector):
            return self._instant(node)
        if isinstance(node, Call):
            return self._call(node)
        if isinstance(node, Aggregate):
            return self._aggregate(node)
        if isinstance(node, Binary):
            return self._binary(node)
        if isinstance(node, Unary):
            return self._unary(node)
        raise Unsupported(f"{type(node).__name__.lower()} `{canonical(node)}`", node.start, node.end)

    def vector(self, node: Expr) -> Vector:
        found = self.run(node)
        assert isinstance(found, list)
        return found

    def _select(self, node: VectorSelector) -> Iterable[tuple[Labels, Points]]:
        if node.at is not None or node.extended:
            raise Unsupported(f"the modifier of `{canonical(node)}`", node.start, node.end)
        wanted = tuple(Matcher(one.label, one.op, one.value) for one in node.matchers)  # type: ignore[arg-type]
        return self.storage.select(node.name, wanted)

    def _moment(self, node: VectorSelector) -> int:
        return self.at - (node.offset.milliseconds or 0 if node.offset else 0)

    def _instant(self, node: VectorSelector) -> Vector:
        at = self._moment(node)
        out: Vector = []
        for labels, points in self._select(node):
            value = _last(points, at - self.lookback, at)
            if value is not None:
                out.append(Sample(labels, value))
        return out

    def _call(self, node: Call) -> Result:
        if node.function == "absent":
            return _absent(self.vector(node.args[0]), node.args[0])
        if node.function == "time":
            return self.at / 1000
        if node.function == "vector":
            return [Sample({}, self.scalar(node.args[0]))]
        if node.function == "scalar":
            found = self.vector(node.args[0])
            return found[0].value if len(found) == 1 else math.nan
        if node.function == "label_replace":
            return self._label_replace(node)
        if node.function == "histogram_quantile":
            return self._histogram_quantile(node)
        if node.function in FUNCTIONS:
            return self._over_time(node)
        if node.function in OF_VECTORS:
            numbers = [self.scalar(argument) for argument in node.args[1:]]
            change = OF_VECTORS[node.function]
            return [
                Sample(_nameless(one.labels), change(one.value, *numbers))
                for one in self.vector(node.args[0])
            ]
        raise Unsupported(f"the function {node.function}()", node.start, node.end)

    def scalar(self, node: Expr) -> float:
        found = self.run(node)
        assert isinstance(found, float)
        return found

    def _over_time(self, node: Call) -> Vector:
        matrix = node.args[0]
        while isinstance(matrix, Paren):
            matrix = matrix.expr
        if not isinstance(matrix, MatrixSelector):
            raise Unsupported(f"the subquery in {node.function}()", matrix.start, matrix.end)
        end = self._moment(matrix.selector)
        length = matrix.range.milliseconds or 0
        out: Vector = []
        for labels, points in self._select(matrix.selector):
            inside = [(at, value) for at, value in points if end - length <= at <= end and value is not None]
            if not inside:
                continue
            value = FUNCTIONS[node.function](inside, end - length, end)
            if value is not None:
                keeps_name = node.function == "last_over_time"
                out.append(Sample(labels if keeps_name else _nameless(labels), value))
        return _distinct(out)

    def _label_replace(self, node: Call) -> Vector:
        target, replacement, source, pattern = (
            one.value for one in node.args[1:] if isinstance(one, StringLiteral)
        )
        wanted = _whole(pattern)
        out: Vector = []
        for one in self.vector(node.args[0]):
            found = wanted.fullmatch(one.labels.get(source, ""))
            if found is None:
                out.append(one)
                continue
            labels = {name: text for name, text in one.labels.items() if name != target}
            value = found.expand(replacement)
            out.append(Sample(labels | ({target: value} if value else {}), one.value))
        return _distinct(out)

    def _histogram_quantile(self, node: Call) -> Vector:
        quantile = self.scalar(node.args[0])
        groups: dict[tuple[tuple[str, str], ...], list[tuple[float, float]]] = {}
        for one in self.vector(node.args[1]):
            try:
                bound = float(one.labels.get("le", ""))
            except ValueError:
                continue
            key = tuple(sorted((name, text) for name, text in one.labels.items() if name not in ("le", NAME)))
            groups.setdefault(key, []).append((bound, one.value))
        return [Sample(dict(key), quantile_of_buckets(quantile, found)) for key, found in groups.items()]

    def _unary(self, node: Unary) -> Result:
        found = self.run(node.expr)
        if node.op == "+":
            return found
        if isinstance(found, float):
            return -found
        return [Sample(_nameless(one.labels), -one.value) for one in found]

    # Aggregation

    def _aggregate(self, node: Aggregate) -> Vector:
        if node.op not in AGGREGATIONS:
            raise Unsupported(f"the aggregation {node.op}()", node.start, node.end)
        names = {label.name for label in node.grouping}
        groups: dict[tuple[tuple[str, str], ...], list[float]] = {}
        for one in self.vector(node.expr):
            if node.without:
                kept = {name: text for name, text in one.labels.items() if name not in names and name != NAME}
            else:
                kept = {name: text for name, text in one.labels.items() if name in names}
            groups.setdefault(tuple(sorted(kept.items())), []).append(one.value)
        return [Sample(dict(key), _aggregated(node.op, values)) for key, values in groups.items()]

    # Operators

    def _binary(self, node: Binary) -> Result:
        if node.op in ("and", "or", "unless"):
            return _set_operation(node.op, self.vector(node.left), self.vector(node.right), node.matching)
        if node.op not in _ARITHMETIC and node.op not in _COMPARISONS:
            raise Unsupported(f"the operator {node.op}", node.op_start, node.op_start + len(node.op))
        left, right = self.run(node.left), self.run(node.right)
        if isinstance(left, float) and isinstance(right, float):
            if node.op in _COMPARISONS:
                return float(_COMPARISONS[node.op](left, right))
            return _ARITHMETIC[node.op](left, right)
        if isinstance(left, float):
            assert isinstance(right, list)
            return self._with_number(node, right, left, number_first=True)
        if isinstance(right, float):
            return self._with_number(node, left, right, number_first=False)
        return _matched(node, left, right)

    def _with_number(self, node: Binary, vector: Vector, number: float, *, number_first: bool) -> Vector:
        out: Vector = []
        for one in vector:
            left, right = (number, one.value) if number_first else (one.value, number)
            found = _apply(node, left, right, kept=one.value)
            if found is not None:
                keeps = node.op in _COMPARISONS and not node.returns_bool
                out.append(Sample(one.labels if keeps else _nameless(one.labels), found))
        return out


def _apply(node: Binary, left: float, right: float, kept: float) -> float | None:
    """The value of an operation, None for a comparison that filters out."""
    if node.op in _ARITHMETIC:
        return _ARITHMETIC[node.op](left, right)
    holds = _COMPARISONS[node.op](left, right)
    if node.returns_bool:
        return float(holds)
    return kept if holds else None


def _last(points: Points, first: int, last: int) -> float | None:
    for at, value in reversed(points):
        if at <= last:
            return value if at >= first else None
    return None


def _nameless(labels: Labels) -> Labels:
    return {name: text for name, text in labels.items() if name != NAME} if NAME in labels else labels


@lru_cache(maxsize=256)
def _whole(pattern: str) -> re2.Regex:
    return re2.compile(f"(?s:{pattern})")


def _distinct(vector: Vector) -> Vector:
    keys = {frozenset(one.labels.items()) for one in vector}
    if len(keys) != len(vector):
        raise RunError("vector cannot contain metrics with the same labelset", 0, 0)
    return vector


def _absent(found: Vector, argument: Expr) -> Vector:
    if found:
        return []
    while isinstance(argument, Paren):
        argument = argument.expr
    if not isinstance(argument, VectorSelector):
        return [Sample({}, 1.0)]
    labels: dict[str, str] = {}
    seen: set[str] = set()
    for one in argument.matchers:
        if one.label == NAME:
            continue
        if one.op == "=" and one.label not in seen:
            labels[one.label] = one.value
        else:
            labels.pop(one.label, None)
        seen.add(one.label)
    return [Sample({name: text for name, text in labels.items() if text}, 1.0)]


def _aggregated(op: str, values: Sequence[float]) -> float:
    if op == "sum":
        return kahan_sum(values)
    if op == "avg":
        return kahan_sum(values, mean=True)
    if op == "count":
        return float(len(values))
    if op == "group":
        return 1.0
    real = [value for value in values if not math.isnan(value)]
    return math.nan if not real else min(real) if op == "min" else max(real)


@lru_cache(maxsize=256)
def _signer(matching: Matching | None) -> Callable[[Labels], frozenset[tuple[str, str]]]:
    names = frozenset(label.name for label in matching.labels) if matching else frozenset()
    on = matching is not None and matching.on

    def sign(labels: Labels) -> frozenset[tuple[str, str]]:
        return frozenset(
            (name, text)
            for name, text in labels.items()
            if (name in names if on else name not in names and name != NAME)
        )

    return sign


def _set_operation(op: str, left: Vector, right: Vector, matching: Matching | None) -> Vector:
    sign = _signer(matching)
    theirs = {sign(one.labels) for one in right}
    if op == "and":
        return [one for one in left if sign(one.labels) in theirs]
    if op == "unless":
        return [one for one in left if sign(one.labels) not in theirs]
    ours = {sign(one.labels) for one in left}
    return left + [one for one in right if sign(one.labels) not in ours]


def _matched(node: Binary, left: Vector, right: Vector) -> Vector:
    matching = node.matching or Matching()
    if matching.fill != (None, None):
        raise Unsupported("fill()", node.start, node.end)
    swapped = matching.card == "one-to-many"
    many, one_side = (right, left) if swapped else (left, right)
    sign = _signer(matching)
    ones: dict[frozenset[tuple[str, str]], Sample] = {}
    if not many:
        return []
    for one in one_side:
        signature = sign(one.labels)
        if signature in ones:
            raise RunError(
                f"found duplicate series for the match group on the {'left' if swapped else 'right'} hand-side "
                "of the operation;many-to-many matching not allowed: matching labels must be unique on one side",
                node.start,
                node.end,
            )
        ones[signature] = one
    out: Vector = []
    taken: set[object] = set()
    for each in many:
        signature = sign(each.labels)
        other = ones.get(signature)
        if other is None:
            continue
        first, second = (other.value, each.value) if swapped else (each.value, other.value)
        value = _apply(node, first, second, kept=first)
        if value is None:
            continue
        labels = _joined(node, matching, each.labels, other.labels)
        key = signature if matching.card == "one-to-one" else (signature, frozenset(labels.items()))
        if key in taken:
            raise RunError("multiple matches for labels", node.start, node.end)
        taken.add(key)
        out.append(Sample(labels, value))
    return out


def _joined(node: Binary, matching: Matching, many: Labels, one: Labels) -> Labels:
    labels = dict(many)
    if node.op in _ARITHMETIC or node.returns_bool:
        labels.pop(NAME, None)
    names = {label.name for label in matching.labels}
    if matching.card == "one-to-one":
        labels = {name: text for name, text in labels.items() if (name in names) == matching.on}
    for label in matching.include:
        labels.pop(label.name, None)
        if one.get(label.name):
            labels[label.name] = one[label.name]
    return labels


def matching_series(
    series: Iterable[tuple[Labels, Points]], matchers: Sequence[Matcher]
) -> list[tuple[Labels, Points]]:
    """The series that fulfil all matchers."""
    return [(labels, points) for labels, points in series if matches_all(matchers, labels)]
