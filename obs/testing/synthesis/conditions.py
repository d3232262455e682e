"""What an expression asks for: its `or` branches, the comparisons of each, and the numbers in it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from obs.lang.promql.syntax import Binary, Expr, NumberLiteral, Paren, Unary, strip_parens, walk

COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})


@dataclass(frozen=True, slots=True)
class Condition:
    """One `or` branch of an expression: its text, and its comparisons as texts."""

    text: str
    comparisons: tuple[str, ...]
    before: str = ""
    """The branches before it, which hide its samples."""

    @property
    def alone(self) -> str:
        """The branch less what earlier branches bring."""
        return f"({self.text}) unless ({self.before})" if self.before else self.text


def conditions(tree: Expr, text: str) -> list[Condition]:
    """Every `or` branch at the top of an expression, in order."""
    found: list[Condition] = []
    before: list[str] = []
    for branch in branches(tree):
        own = text[branch.start : branch.end]
        found.append(Condition(own, tuple(_comparisons(branch, text)), " or ".join(before)))
        before.append(f"({own})")
    return found


def branches(tree: Expr) -> Iterator[Expr]:
    """The operands of `or` at the top."""
    tree = strip_parens(tree)
    if isinstance(tree, Binary) and tree.op == "or":
        yield from branches(tree.left)
        yield from branches(tree.right)
    else:
        yield tree


def _comparisons(tree: Expr, text: str) -> Iterator[str]:
    refused = {
        id(inner)
        for node in walk(tree)
        if isinstance(node, Binary) and node.op == "unless"
        for inner in walk(node.right)
    }
    for node in walk(tree):
        if (
            isinstance(node, Binary)
            and node.op in COMPARISONS
            and not node.returns_bool
            and id(node) not in refused
        ):
            yield text[node.start : node.end]


def constants(tree: Expr) -> list[float]:
    """The numbers of an expression, sums and products of them worked out."""
    found: dict[float, None] = {}
    for node in walk(tree):
        value = _constant(node)
        if value is not None and math.isfinite(value):
            found.setdefault(value)
    return list(found)


def _constant(node: Expr) -> float | None:
    if isinstance(node, NumberLiteral):
        return node.value
    if isinstance(node, Paren):
        return _constant(node.expr)
    if isinstance(node, Unary):
        inner = _constant(node.expr)
        return None if inner is None else -inner if node.op == "-" else inner
    if isinstance(node, Binary) and node.op in "+-*/":
        left, right = _constant(node.left), _constant(node.right)
        if left is None or right is None or (node.op == "/" and not right):
            return None
        return {"+": left + right, "-": left - right, "*": left * right, "/": left / (right or 1)}[node.op]
    return None
