"""A checked query: its text, its nodes, and the questions that other rooms ask of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from obs.lang.error import LanguageError
from obs.lang.grafana_variables import Variable, variables
from obs.lang.logql.building import check_stages
from obs.lang.logql.construction import check_selectors
from obs.lang.logql.error import ParseError
from obs.lang.logql.parser import Parser
from obs.lang.logql.printer import render
from obs.lang.logql.syntax import (
    BinaryOperation,
    Expr,
    LabelReplace,
    LogExpr,
    LogRange,
    Matcher,
    Number,
    Pipeline,
    RangeAggregation,
    Selector,
    Vector,
    VectorAggregation,
)
from obs.lang.logql.tokens import LATEST, LokiVersion

if TYPE_CHECKING:
    from obs.lang.logql.flow import Labels, Read

MAX_BYTES = 131072
"""Loki refuses longer queries."""

_TYPES: dict[type, str] = {
    Selector: "MatchersExpr",
    Pipeline: "PipelineExpr",
    RangeAggregation: "RangeAggregationExpr",
    VectorAggregation: "VectorAggregationExpr",
    BinaryOperation: "BinOpExpr",
    Number: "LiteralExpr",
    Vector: "VectorExpr",
    LabelReplace: "LabelReplaceExpr",
}


class Query:
    """A query that Loki's parser accepts; `check` has also built its stages.

    All positions count characters of `text`, the text as the user wrote it, with Grafana's variables.
    """

    def __init__(
        self, text: str, expr: Expr, version: LokiVersion = LATEST, *, grafana: bool = False
    ) -> None:
        self.text = text
        self.expr = expr
        self.version = version
        self.grafana = grafana

    def __repr__(self) -> str:
        return f"Query({self.text!r})"

    @property
    def kind(self) -> Literal["log", "metric"]:
        """Whether the result is lines or numbers."""
        return "log" if isinstance(self.expr, Selector | Pipeline) else "metric"

    @property
    def type(self) -> str:
        """Loki's name for the outermost node, such as `*syntax.PipelineExpr`."""
        return f"*syntax.{_TYPES[type(self.expr)]}"

    @cached_property
    def canonical(self) -> str:
        """Loki's own print of the query; a Grafana variable in a range shows as a sample duration."""
        return render(self.expr, self.version)

    @cached_property
    def log_queries(self) -> tuple[LogExpr, ...]:
        """Every selector with its stages, in order of appearance."""
        return tuple(
            source if isinstance(source, Selector | Pipeline) else source.log for source in sources(self.expr)
        )

    @cached_property
    def selectors(self) -> tuple[Selector, ...]:
        """Every stream selector, in order of appearance."""
        return tuple(log if isinstance(log, Selector) else log.selector for log in self.log_queries)

    @property
    def matchers(self) -> tuple[Matcher, ...]:
        """The matchers of all selectors; each has `label`, `op`, `value`, `start`, `end`."""
        return tuple(matcher for selector in self.selectors for matcher in selector.matchers)

    def check_stages(self) -> None:
        """Build every stage as Loki does before it runs the query; raises StageError."""
        for source in sources(self.expr):
            log = source.log if isinstance(source, LogRange) else source
            if isinstance(log, Pipeline):
                check_stages(log.stages, self.text, self.version)

    def labels_out(self, stream_labels: Collection[str] | None = None) -> Labels:
        """The labels of the result, given all labels that the streams have (None: not known)."""
        from obs.lang.logql.flow import labels_out

        return labels_out(self.expr, stream_labels)

    def reads(self, stream_labels: Collection[str] | None = None) -> tuple[Read, ...]:
        """Every place that reads a label, in the order of the text, and whether the label can exist there."""
        from obs.lang.logql.flow import reads

        return reads(self.expr, stream_labels)

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Grafana's variables in the text, when it was read as a Grafana query."""
        return tuple(variables(self.text)) if self.grafana else ()


def sources(root: Expr) -> Iterator[LogExpr | LogRange]:
    """The log queries and ranges at the leaves of an expression, from left to right."""
    waiting: list[Expr] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, BinaryOperation):
            waiting += [node.right, node.left]
        elif isinstance(node, VectorAggregation | LabelReplace):
            waiting.append(node.inner)
        elif isinstance(node, RangeAggregation):
            yield node.range
        elif isinstance(node, Selector | Pipeline):
            yield node


def parse(text: str, *, grafana: bool = False, version: LokiVersion = LATEST) -> Query:
    """The query as Loki's parser reads it, its stages not yet built; raises ParseError (or Unsupported)."""
    length = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
    if length > MAX_BYTES:
        message = f"input size too long ({length} > {MAX_BYTES})"
        raise ParseError(message, 0, len(text))
    expr = Parser(text, version, grafana=grafana).query()
    check_selectors(expr)
    return Query(text, expr, version, grafana=grafana)


def check(text: str, *, grafana: bool = False, version: LokiVersion = LATEST) -> Query:
    """The query, if Loki would run it; raises ParseError, StageError or Unsupported, all LanguageErrors.

    With `grafana`, variables stand for what Grafana would put there: a duration in a range, a number behind
    an operator, a name elsewhere; inside a string they are part of the string.
    """
    query = parse(text, grafana=grafana, version=version)
    query.check_stages()
    return query


__all__ = ["MAX_BYTES", "LanguageError", "Query", "check", "parse", "sources"]
