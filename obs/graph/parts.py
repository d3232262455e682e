"""The parts of an expression, found once for all the checks that ask: nodes by kind, and what is above each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar, cast

from obs.lang.promql.functions import COMPARISONS, SET_OPERATORS
from obs.lang.promql.syntax import (
    Aggregate,
    Binary,
    Call,
    Expr,
    Matcher,
    MatrixSelector,
    NumberLiteral,
    Paren,
    Subquery,
    Unary,
    VectorSelector,
    children,
    strip_parens,
)
from obs.record import dataclass

_Node = TypeVar("_Node", bound=Expr)

RANKED = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
"""Aggregations that keep whole series, and which ones changes from one evaluation to the next."""


@dataclass(frozen=True, slots=True)
class Parts:
    """All nodes of a tree, parents first, in the order of the text; and those of each kind."""

    nodes: tuple[Expr, ...]
    selectors: tuple[VectorSelector, ...]
    ranges: tuple[MatrixSelector | Subquery, ...]
    calls: tuple[Call, ...]
    aggregates: tuple[Aggregate, ...]
    binaries: tuple[Binary, ...]
    numbers: tuple[NumberLiteral, ...]
    _parents: dict[int, Expr]

    def parent(self, node: Expr) -> Expr | None:
        """What the node is an operand of, parentheses included; None for the whole."""
        return self._parents.get(id(node))

    def above(self, node: Expr) -> Iterator[Expr]:
        """Everything around the node, the nearest first."""
        found = self._parents.get(id(node))
        while found is not None:
            yield found
            found = self._parents.get(id(found))

    def within(self, node: Expr) -> tuple[VectorSelector, ...]:
        """The selectors inside of a node."""
        return tuple(one for one in self.selectors if node.start <= one.start and one.end <= node.end)

    @property
    def metrics(self) -> frozenset[str]:
        """The metric names that are read."""
        return frozenset(name for name in map(metric_of, self.selectors) if name is not None)


def parts(tree: Expr) -> Parts:
    """The parts of a tree; linear, without recursion."""
    nodes: list[Expr] = []
    parents: dict[int, Expr] = {}
    found: dict[type, list[Expr]] = {}
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        nodes.append(node)
        found.setdefault(type(node), []).append(node)
        below = children(node)
        for child in below:
            parents[id(child)] = node
        waiting.extend(reversed(below))
    return Parts(
        tuple(nodes),
        _of(found, VectorSelector),
        (*_of(found, MatrixSelector), *_of(found, Subquery)),
        _of(found, Call),
        _of(found, Aggregate),
        _of(found, Binary),
        _of(found, NumberLiteral),
        parents,
    )


def _of(found: dict[type, list[Expr]], kind: type[_Node]) -> tuple[_Node, ...]:
    return cast("tuple[_Node, ...]", tuple(found.get(kind, ())))


def metric_of(selector: VectorSelector) -> str | None:
    """The metric that a selector names, in front of its braces or inside."""
    if selector.name is not None:
        return selector.name
    names = [one.value for one in selector.matchers if one.label == "__name__" and one.op == "="]
    return names[0] if len(names) == 1 else None


def matchers_of(selector: VectorSelector) -> tuple[Matcher, ...]:
    """The matchers of a selector on labels, without those on the metric's name."""
    return tuple(one for one in selector.matchers if one.label != "__name__")


def number(node: Expr) -> float | None:
    """The value of a literal, signed or in parentheses; None for all else."""
    node = strip_parens(node)
    if isinstance(node, NumberLiteral):
        return node.value
    if isinstance(node, Unary):
        inner = number(node.expr)
        return None if inner is None else -inner if node.op == "-" else inner
    return None


def is_arithmetic(node: Expr) -> bool:
    """Whether the node calculates: neither a comparison nor a set operation."""
    return isinstance(node, Binary) and node.op not in COMPARISONS and node.op not in SET_OPERATORS


@dataclass(frozen=True, slots=True)
class Comparison:
    """`measured op threshold`, turned so that the number stands on the right."""

    node: Binary
    measured: Expr
    op: str
    threshold: float


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def comparison(node: Expr) -> Comparison | None:
    """The node as a filter against a number; None when it is something else."""
    node = strip_parens(node)
    if not isinstance(node, Binary) or node.op not in COMPARISONS or node.returns_bool:
        return None
    right, left = number(node.right), number(node.left)
    if right is not None and left is None:
        return Comparison(node, strip_parens(node.left), node.op, right)
    if left is not None and right is None:
        return Comparison(node, strip_parens(node.right), _TURNED[node.op], left)
    return None


def label_sources(tree: Expr) -> Iterator[Expr]:
    """The nodes that the labels of the result come through, from the outside in: the many side of each operation."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Binary):
            waiting.extend(reversed(_labelled(node)))
        elif isinstance(node, Paren | Unary | Aggregate | Subquery):
            waiting.append(node.expr)
        elif isinstance(node, MatrixSelector):
            waiting.append(node.selector)
        elif isinstance(node, Call):
            waiting.extend([arg for arg in node.args if arg.type in {"vector", "matrix"}][:1])


def _labelled(node: Binary) -> tuple[Expr, ...]:
    if node.op == "or":
        return (node.left, node.right)
    if node.matching is not None and node.matching.card == "one-to-many":
        return (node.right,)
    return (node.right,) if node.left.type == "scalar" else (node.left,)
