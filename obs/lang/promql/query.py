"""A checked expression: its text, its type and what it selects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from obs.lang.error import LanguageError
from obs.lang.grafana_variables import DURATIONS, Variable, substitute

ValueType = Literal["vector", "scalar", "matrix", "string"]


@dataclass(frozen=True, slots=True)
class Matcher:
    """`label op value`; `op` is one of = != =~ !~; `start` and `end` (exclusive) are offsets into the text."""

    label: str
    op: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Selector:
    """One vector selector; `metric` is None without a name, `range` and `offset` are milliseconds."""

    metric: str | None
    matchers: tuple[Matcher, ...]
    range: int | None
    offset: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
    """A valid expression."""

    text: str
    type: ValueType
    selectors: tuple[Selector, ...]


def check(expr: str, *, version: tuple[int, int], features: frozenset[str], grafana: bool) -> Query:
    """See `obs.lang.promql.check`."""
    import promql_parser

    if expr.count("(") > 500 or len(expr) > 100_000:
        raise LanguageError("expression is too long or too deeply nested", 0, len(expr))

    def value(variable: Variable) -> str:
        return "5m" if variable.name in DURATIONS or expr[variable.start - 1] in "[:" else "1"

    text = substitute(expr, value).text if grafana else expr
    try:
        tree = promql_parser.parse(text)
    except ValueError as error:
        raise LanguageError(str(error), 0, len(expr)) from None
    ops = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}
    selectors: list[Selector] = []

    def visit(node: object) -> bool:
        if isinstance(node, promql_parser.VectorSelector):
            matchers = tuple(
                Matcher(m.name, ops[str(m.op).split(".")[-1]], m.value, 0, len(expr))
                for m in node.matchers.matchers
                if m.name != "__name__"
            )
            selectors.append(Selector(node.name, matchers, None, 0, 0, len(expr)))
        return True

    promql_parser.walk(tree, visit)
    return Query(expr, "vector", tuple(selectors))
