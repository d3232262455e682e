"""Where an expression divides by something that may be zero."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from obs.graph.parts import metric_of, number
from obs.lang.promql.functions import COMPARISONS
from obs.lang.promql.syntax import (
    Aggregate,
    Binary,
    Call,
    Expr,
    Paren,
    Unary,
    VectorSelector,
    strip_parens,
    walk,
)
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.graph.subject import Subject

_NEVER_ZERO = re.compile(
    r"(capacity|allocatable|limits?|quota|size|size_bytes|total_bytes|memtotal_bytes|max|cores|cpus|num_cpu"
    r"|num_cpu:sum|replicas|period|periods_total)$",
    re.IGNORECASE,
)
"""What a thing has at all, not what it does: capacities and limits are not zero while it exists."""

_WHOLE = frozenset({"cluster", "cluster_id", "region", "environment", "env"})
"""A sum by these alone is over everything that there is."""
_KEEP_VALUE = frozenset({"label_replace", "label_join", "sort", "sort_desc", "last_over_time", "abs"})
_COUNTS = frozenset({"count", "count_values", "group"})
_NEVER_ZERO_FUNCTIONS = frozenset({"time", "pi", "exp", "timestamp", "count_over_time", "present_over_time"})
_CLAMPS = frozenset({"clamp_min", "clamp_max", "clamp"})
_NEAREST = frozenset({"sum", "avg", "min", "max", "topk", "bottomk", "quantile", "stddev", "stdvar"})


@dataclass(frozen=True, slots=True)
class Division:
    """`divisor` may be zero; `record` is the recording rule that divides, when it is not the expression itself.

    `of_everything` where the divisor adds up a whole cluster, which is hardly ever idle.
    """

    divisor: Expr
    record: str = ""
    of_everything: bool = False


def unguarded_division(subject: Subject, tree: Expr, known: dict[str, Division | None]) -> Division | None:
    """The first division, among what makes the values of `tree`, whose divisor may be zero.

    `known` keeps what was found of each record.
    """
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Binary):
            if node.op in COMPARISONS and not node.returns_bool and _refuses_nan(node):
                continue
            divides = node.matching is not None or node.right.type == "vector" or number(node.right) == 0
            if node.op in {"/", "%"} and divides and _may_be_zero(subject, node.right):
                return Division(node.right, of_everything=_is_of_everything(node.right))
            if node.op in {"and", "unless"}:
                waiting.append(node.left)
            else:
                waiting += [node.right, node.left]
        elif isinstance(node, Call):
            if node.function not in {"absent", "absent_over_time", "clamp"}:
                waiting += [arg for arg in reversed(node.args) if arg.type == "vector"]
        elif isinstance(node, Aggregate):
            if node.op not in _COUNTS:
                waiting.append(node.expr)
        elif isinstance(node, Paren | Unary):
            waiting.append(node.expr)
        elif isinstance(node, VectorSelector):
            name = metric_of(node)
            found = _recorded(subject, name, known) if name is not None else None
            if found is not None:
                return found
    return None


def _recorded(subject: Subject, name: str, known: dict[str, Division | None]) -> Division | None:
    if name not in known:
        known[name] = None
        for rule in subject.recorded.get(name, ()):
            found = unguarded_division(subject, rule.query.tree, known) if rule.query is not None else None
            if found is not None:
                known[name] = replace(found, record=name)
                break
    return known[name]


def _is_of_everything(divisor: Expr) -> bool:
    node = strip_parens(divisor)
    return (
        isinstance(node, Aggregate)
        and node.op == "sum"
        and not node.without
        and all(label.name in _WHOLE for label in node.grouping)
    )


def _refuses_nan(node: Binary) -> bool:
    """Every comparison with NaN is false, but for `!=`."""
    return node.op != "!="


def _may_be_zero(subject: Subject, divisor: Expr) -> bool:
    node = strip_parens(divisor)
    while True:
        if isinstance(node, Aggregate):
            if node.op not in _NEAREST:
                return node.op not in _COUNTS
            node = strip_parens(node.expr)
        elif isinstance(node, Call) and node.function in _KEEP_VALUE | {"scalar"} and node.args:
            node = strip_parens(node.args[0])
        else:
            break
    if isinstance(node, Call):
        if node.function in _CLAMPS:
            return not _clamped_off_zero(node)
        if node.function == "vector":
            return _may_be_zero(subject, node.args[0])
        return node.function not in _NEVER_ZERO_FUNCTIONS
    if isinstance(node, Binary):
        return _result_may_be_zero(subject, node)
    if isinstance(node, VectorSelector):
        name = metric_of(node) or ""
        return not _NEVER_ZERO.search(name) and not _recorded_never_zero(subject, name)
    constant = number(node)
    return constant is None or constant == 0


def _clamped_off_zero(node: Call) -> bool:
    """Whether the limits leave zero out; a limit that is calculated does not tell."""
    limits = [number(arg) for arg in node.args[1:]]
    lowest = limits[0] if node.function != "clamp_max" else None
    highest = limits[-1] if node.function != "clamp_min" else None
    return (lowest is not None and lowest > 0) or (highest is not None and highest < 0)


def _recorded_never_zero(subject: Subject, name: str) -> bool:
    """Whether what a rule stores under this name counts series or is a capacity."""
    rules = subject.recorded.get(name, ())
    return bool(rules) and all(
        rule.query is not None
        and not any(isinstance(node, VectorSelector) and node.name == name for node in walk(rule.query.tree))
        and isinstance(strip_parens(rule.query.tree), Aggregate)
        and not _may_be_zero(subject, rule.query.tree)
        for rule in rules
    )


def _result_may_be_zero(subject: Subject, node: Binary) -> bool:
    if node.op in COMPARISONS and not node.returns_bool:
        limit = number(node.right)
        if limit is None:
            return True
        excluded = (
            (node.op == ">" and limit >= 0)
            or (node.op == ">=" and limit > 0)
            or (node.op == "!=" and limit == 0)
            or (node.op == "<" and limit <= 0)
            or (node.op == "<=" and limit < 0)
            or (node.op == "==" and limit != 0)
        )
        return not excluded
    if node.op in {"and", "unless"}:
        return _may_be_zero(subject, node.left)
    if node.op == "or":
        return _may_be_zero(subject, node.left) or _may_be_zero(subject, node.right)
    if node.op == "*":
        sides = [side for side in (node.left, node.right) if number(side) is None]
        return any(_may_be_zero(subject, side) for side in sides)
    if node.op == "+":
        constant = number(node.right) if number(node.right) is not None else number(node.left)
        return constant is None or constant <= 0
    if node.op == "/":
        return _may_be_zero(subject, node.left)
    return True
