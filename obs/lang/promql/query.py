"""A checked expression: its text, its type, its tree and what it selects."""

from __future__ import annotations

from functools import cached_property, lru_cache

from obs.lang.promql.functions import ValueType, Version
from obs.lang.promql.parse import parse
from obs.lang.promql.syntax import Expr, Matcher, MatrixSelector, VectorSelector, walk
from obs.record import dataclass, field


@dataclass(frozen=True, slots=True)
class Selector:
    """One vector selector of an expression.

    `metric` is its name, also when it is given as `{__name__="..."}` or `{"..."}`, else None; `matchers` are
    all others. `range` and `offset` are milliseconds: `range` is None for an instant vector or when only
    Grafana knows it. `start` and `end` (exclusive) are offsets into the text and cover range and offset.
    """

    metric: str | None
    matchers: tuple[Matcher, ...]
    range: int | None
    offset: int
    start: int
    end: int


@dataclass(frozen=True)
class Query:
    """A valid expression; `type` is that of its result, `tree` its syntax with the place of every part."""

    text: str
    type: ValueType
    tree: Expr = field(repr=False)
    version: Version = (2, 55)
    features: frozenset[str] = frozenset()
    grafana: bool = False

    @cached_property
    def selectors(self) -> tuple[Selector, ...]:
        """Every selector, in the order of the text."""
        return tuple(_selectors(self.tree))

    @cached_property
    def canonical(self) -> str:
        """The expression on one line in its normal form."""
        from obs.lang.promql.printing import canonical

        return canonical(self.tree)


def _selectors(tree: Expr) -> list[Selector]:
    found: list[Selector] = []
    inside: dict[int, MatrixSelector] = {}
    for node in walk(tree):
        if isinstance(node, MatrixSelector):
            inside[id(node.selector)] = node
        elif isinstance(node, VectorSelector):
            found.append(_selector(node, inside.get(id(node))))
    return found


def _selector(node: VectorSelector, matrix: MatrixSelector | None) -> Selector:
    names = [m.value for m in node.matchers if m.label == "__name__" and m.op == "="]
    metric = node.name or (names[0] if len(names) == 1 else None)
    rest = tuple(
        m for m in node.matchers if not (m.label == "__name__" and m.op == "=" and m.value == metric)
    )
    offset = node.offset.milliseconds if node.offset else 0
    outer = matrix or node
    length = matrix.range.milliseconds if matrix else None
    return Selector(metric, rest, length, offset or 0, outer.start, outer.end)


def check(expr: str, *, version: Version, features: frozenset[str], grafana: bool) -> Query:
    """See `obs.lang.promql.check`; the last few thousand answers are remembered."""
    return _checked(expr, version, features, grafana)


@lru_cache(maxsize=4096)
def _checked(expr: str, version: Version, features: frozenset[str], grafana: bool) -> Query:
    tree = parse(expr, version=version, features=features, grafana=grafana)
    kind: ValueType = "vector" if tree.type == "any" else tree.type
    return Query(expr, kind, tree, version, features, grafana)


def format_expression(
    expr: str, *, width: int, version: Version, features: frozenset[str], grafana: bool
) -> str:
    """See `obs.lang.promql.format`."""
    from obs.lang.promql.printing import pretty
    from obs.lang.promql.tokens import comments

    query = check(expr, version=version, features=features, grafana=grafana)
    return expr.strip() if comments(expr) else pretty(query.tree, width)
