"""The syntax tree of a PromQL expression; every node knows its span (character offsets, `end` exclusive).

Spans do not take part in `==`: two trees are equal when the expressions mean the same thing literally.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from obs.lang.promql.functions import ValueType
from obs.record import dataclass, field

NodeType = ValueType | Literal["any"]
"""`any`: a Grafana variable that stands for a whole operand."""

Cardinality = Literal["one-to-one", "many-to-one", "one-to-many", "many-to-many"]


@dataclass(frozen=True, slots=True)
class Label:
    """A label name in `by`, `on`, `group_left` ...; `templated` if Grafana variables are in it."""

    name: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    templated: bool = False


@dataclass(frozen=True, slots=True)
class Duration:
    """A range, step or offset.

    `milliseconds` is None when only Grafana or the query's step knows it, or beyond Go's 292 years, where
    Prometheus takes the number modulo 2^64 nanoseconds.
    """

    milliseconds: int | None
    text: str = field(default="", compare=False)
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class At:
    """`@ 1609746000` (milliseconds), `@ start()` or `@ end()`; `milliseconds` is None for a variable too."""

    kind: Literal["time", "start", "end"]
    milliseconds: int | None = None
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Matcher:
    """`label op value`, `op` one of = != =~ !~; a bare quoted metric name is `__name__ =`.

    `op` is empty when a Grafana variable stands for whole matchers (`{job="a", $filters}`).
    """

    label: str
    op: str
    value: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    templated: bool = False
    """Whether Grafana variables are in the label's name."""
    dynamic: bool = field(default=False, compare=False)
    """Whether Grafana fills in (part of) the value."""


@dataclass(frozen=True, slots=True)
class NumberLiteral:
    """A number or a duration used as one (seconds); `text` is what the user wrote."""

    type: ClassVar[NodeType] = "scalar"
    value: float
    text: str = field(default="", compare=False)
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def __eq__(self, other: object) -> bool:
        """NaN equals NaN here."""
        return isinstance(other, NumberLiteral) and (self.value == other.value or repr(self) == repr(other))

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        return f"NumberLiteral({self.value!r})"


@dataclass(frozen=True, slots=True)
class StringLiteral:
    """A string; bytes that are not UTF-8 are kept as lone surrogates."""

    type: ClassVar[NodeType] = "string"
    value: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Variable:
    """A Grafana variable in the place of a whole operand (`rate(x[5m]) > $threshold`)."""

    type: ClassVar[NodeType] = "any"
    text: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class VectorSelector:
    """`name{matchers} offset 5m @ 0`; the modifiers of a range selector are here too.

    The order of matchers means nothing, to `==` either.
    """

    type: ClassVar[NodeType] = "vector"
    name: str | None
    matchers: tuple[Matcher, ...] = ()
    offset: Duration | None = None
    at: At | None = None
    extended: Literal["", "anchored", "smoothed"] = ""
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def _meaning(self) -> tuple[object, ...]:
        matchers = sorted((m.label, m.op, m.value, m.templated) for m in self.matchers)
        return (self.name, tuple(matchers), self.offset, self.at, self.extended)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VectorSelector) and self._meaning() == other._meaning()

    def __hash__(self) -> int:
        return hash(self._meaning())


@dataclass(frozen=True, slots=True)
class MatrixSelector:
    """`selector[range]`."""

    type: ClassVar[NodeType] = "matrix"
    selector: VectorSelector
    range: Duration
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Subquery:
    """`expr[range:step]`; `step` is None for the server's default resolution."""

    type: ClassVar[NodeType] = "matrix"
    expr: Expr
    range: Duration
    step: Duration | None = None
    offset: Duration | None = None
    at: At | None = None
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """`function(args)`."""

    function: str
    args: tuple[Expr, ...]
    type: NodeType = field(default="vector", compare=False)
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`op by (grouping) (parameter, expr)`."""

    type: ClassVar[NodeType] = "vector"
    op: str
    expr: Expr
    parameter: Expr | None = None
    grouping: tuple[Label, ...] = ()
    without: bool = False
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Matching:
    """How the two sides of an operation find each other; `fill` holds (left, right) default values."""

    on: bool = False
    labels: tuple[Label, ...] = ()
    card: Cardinality = "one-to-one"
    include: tuple[Label, ...] = ()
    fill: tuple[float | None, float | None] = (None, None)
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """`left op right`; `matching` is None unless both sides are vectors."""

    op: str
    left: Expr
    right: Expr
    returns_bool: bool = False
    matching: Matching | None = None
    type: NodeType = field(default="vector", compare=False)
    op_start: int = field(default=0, compare=False)
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`-expr` or `+expr`; a sign before a number is part of the number."""

    op: str
    expr: Expr
    type: NodeType = field(default="vector", compare=False)
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Paren:
    """`(expr)`."""

    expr: Expr
    type: NodeType = field(default="vector", compare=False)
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


Expr = (
    NumberLiteral
    | StringLiteral
    | Variable
    | VectorSelector
    | MatrixSelector
    | Subquery
    | Call
    | Aggregate
    | Binary
    | Unary
    | Paren
)


def children(node: Expr) -> tuple[Expr, ...]:
    """The direct operands, in the order of the text."""
    if isinstance(node, Binary):
        return (node.left, node.right)
    if isinstance(node, Call):
        return node.args
    if isinstance(node, Aggregate):
        return (node.expr,) if node.parameter is None else (node.parameter, node.expr)
    if isinstance(node, MatrixSelector):
        return (node.selector,)
    if isinstance(node, Paren | Unary | Subquery):
        return (node.expr,)
    return ()


def walk(root: Expr) -> Iterator[Expr]:
    """Every node, parents before children, in the order of the text; needs no recursion."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def strip_parens(node: Expr) -> Expr:
    """The expression inside any parentheses."""
    while isinstance(node, Paren):
        node = node.expr
    return node
