"""Reads a query into its nodes, and refuses what Loki's grammar refuses, in Loki's words.

Loki's parser is generated (LALR); this one is written by hand. Where the generated one can name what it
expected (a state with at most four possible signs), so does this one: the `expecting` of each call.
Operators are put together with a stack, so a long chain costs no Python frames; only parentheses and
functions nest.
"""

from __future__ import annotations

from typing import Literal, cast

from obs.lang.error import Unsupported
from obs.lang.logql import construction
from obs.lang.logql.error import ParseError
from obs.lang.logql.stages import StageReader
from obs.lang.logql.syntax import (
    BinaryOperation,
    Expr,
    Grouping,
    LabelName,
    LabelReplace,
    LogExpr,
    LogRange,
    Matching,
    MetricExpr,
    Number,
    Pipeline,
    RangeAggregation,
    Selector,
    Stage,
    Unwrap,
    Vector,
    VectorAggregation,
)
from obs.lang.logql.tokens import CONVERSIONS, RANGE_AGGREGATIONS, VECTOR_AGGREGATIONS, Token

MAX_DEPTH = 100
"""Parentheses and functions inside one another; Loki has no such limit but the length of the query."""

_PRECEDENCE = {"or": 1, "and": 2, "unless": 2} | dict.fromkeys(("==", "!=", ">", ">=", "<", "<="), 3)
_PRECEDENCE |= {"+": 4, "-": 4, "*": 5, "/": 5, "%": 5, "^": 6}


class Parser(StageReader):
    """One pass over the tokens of one query."""

    __slots__ = ("depth", "faults")

    def query(self) -> Expr:
        """The whole query; raises ParseError."""
        self.depth = 0
        self.faults: list[tuple[int, int, ParseError]] = []
        expr = self.expression()
        if self.kind != "$end":
            self.unexpected()
        if self.faults:
            raise min(self.faults, key=lambda fault: (fault[0], -fault[1]))[2]
        return expr

    def postpone(self, start: int, end: int, error: ParseError) -> None:
        """Remember a fault of meaning of the expression from `start` to `end`.

        Loki reports one only when all of the query can be read, and then that of the outermost expression.
        """
        self.faults.append((start, end, error))

    # ------------------------------------------------------------------------------------------ expressions

    def expression(self) -> Expr:
        """Operands and operators, put together by precedence; `^` binds to the right, all others to the
        left."""
        operands = [self.operand()]
        operators: list[tuple[str, Matching]] = []
        depth = self.depth
        while (op := self.kind) in _PRECEDENCE:
            while operators and self.binds_before(operators[-1][0], op):
                self.combine(operands, operators)
            if operators and op == "^":
                self.descend()
            self.advance()
            operators.append((op, self.matching()))
            operands.append(self.operand())
        while operators:
            self.combine(operands, operators)
        self.depth = depth
        return operands[0]

    @staticmethod
    def binds_before(left: str, right: str) -> bool:
        if left == right == "^":
            return False
        return _PRECEDENCE[left] >= _PRECEDENCE[right]

    def combine(self, operands: list[Expr], operators: list[tuple[str, Matching]]) -> None:
        op, matching = operators.pop()
        right = operands.pop()
        left = operands.pop()
        try:
            operands.append(construction.binary(op, left, right, matching))
        except ParseError as error:
            self.postpone(left.start, right.end, error)
            metric = cast(MetricExpr, left), cast(MetricExpr, right)
            operands.append(BinaryOperation(left.start, right.end, op, *metric, matching))

    def matching(self) -> Matching:
        """`bool`, `on (...)`, `ignoring (...)`, `group_left (...)` behind an operator."""
        return_bool = self.take("bool")
        if self.kind not in ("on", "ignoring"):
            return Matching(return_bool) if return_bool else _NO_MATCHING
        on = self.advance().kind == "on"
        labels = self.label_list()
        group: Literal["", "left", "right"] = ""
        include: tuple[LabelName, ...] = ()
        if self.kind in ("group_left", "group_right"):
            group = "left" if self.advance().kind == "group_left" else "right"
            if self.kind == "(":
                include = self.label_list()
        return Matching(return_bool, on, labels, group, include)

    def operand(self) -> Expr:
        kind = self.kind
        if kind == "{":
            return self.log()
        if kind == "(":
            return self.parenthesized()
        if kind in RANGE_AGGREGATIONS:
            return self.range_aggregation()
        if kind in VECTOR_AGGREGATIONS:
            return self.vector_aggregation()
        if kind == "NUMBER":
            return self.number(self.token.start, 1.0)
        if kind in ("+", "-"):
            start = self.advance().start
            if self.kind != "NUMBER":
                self.unexpected("NUMBER")
            return self.number(start, -1.0 if kind == "-" else 1.0)
        if kind == "label_replace":
            return self.label_replace()
        if kind == "vector":
            return self.vector()
        return self.unexpected()

    def parenthesized(self) -> Expr:
        self.descend()
        self.advance()
        inner = self.expression()
        self.close()
        self.depth -= 1
        return inner

    def close(self) -> int:
        """The closing parenthesis behind an expression, where an operator could stand as well."""
        if self.kind != ")":
            self.unexpected()
        return self.advance().end

    def metric(self) -> MetricExpr:
        """An expression where only numbers and series may stand; a log query is found out by what follows
        it."""
        expr = self.expression()
        if isinstance(expr, Selector | Pipeline):
            self.unexpected()
        return expr

    def number(self, start: int, sign: float) -> Number:
        token = self.advance()
        return Number(start, token.end, sign * self.floating(token, "literal"))

    def floating(self, token: Token, what: str) -> float:
        try:
            return construction.floating(str(token.value), token.start, token.end, what)
        except ParseError as error:
            self.postpone(token.start, token.end, error)
            return 0.0

    def vector(self) -> Vector:
        start = self.advance().start
        self.expect("(")
        token = self.expect("NUMBER")
        value = self.floating(token, "vectorExpr")
        return Vector(start, self.expect(")").end, value)

    def label_replace(self) -> LabelReplace:
        self.descend()
        start = self.advance().start
        self.expect("(")
        inner = self.metric()
        if self.kind != ",":
            self.unexpected()
        values = []
        for _ in range(4):
            self.expect(",")
            values.append(self.expect("STRING"))
        end = self.expect(")").end
        self.depth -= 1
        try:
            construction.check_label_replace(values[3])
        except ParseError as error:
            self.postpone(start, end, error)
        destination, replacement, _, regex = (str(value.value) for value in values)
        source = LabelName(values[2].start, values[2].end, str(values[2].value))
        return LabelReplace(start, end, inner, destination, replacement, source, regex)

    # ------------------------------------------------------------------------------------------ aggregations

    def vector_aggregation(self) -> VectorAggregation:
        self.descend()
        op = self.advance()
        grouping = self.grouping() if self.kind in ("by", "without") else None
        self.expect("(")
        parameter = None
        if self.kind == "NUMBER" and self.following == ",":
            parameter = self.advance()
            self.advance()
        inner = self.metric()
        end = self.close()
        if grouping is None and self.kind in ("by", "without"):
            grouping = self.grouping()
            end = grouping.end
        self.depth -= 1
        count = None
        try:
            count = construction.vector_parameter(op, parameter, grouping)
        except ParseError as error:
            self.postpone(op.start, end, error)
        if grouping and not grouping.without and not grouping.labels:
            grouping = None  # `by ()` is what no grouping means
        return VectorAggregation(op.start, end, op.kind, inner, count, grouping)

    def range_aggregation(self) -> RangeAggregation:
        self.descend()
        op = self.advance()
        self.expect("(")
        parameter = None
        if self.kind == "NUMBER":
            parameter = self.advance()
            self.expect(",")
            if self.kind not in ("{", "("):
                self.unexpected("{", "(")
        elif self.kind not in ("{", "("):
            self.unexpected("NUMBER", "{", "(")
        selected = self.log_range()
        end = self.expect(")").end
        grouping = None
        if self.kind in ("by", "without"):
            grouping = self.grouping()
            end = grouping.end
        self.depth -= 1
        value = None
        try:
            value = construction.range_parameter(op, parameter, selected, grouping)
        except ParseError as error:
            self.postpone(op.start, end, error)
        return RangeAggregation(op.start, end, op.kind, selected, value, grouping)

    def grouping(self) -> Grouping:
        word = self.advance()
        labels = self.label_list()
        return Grouping(word.start, self.previous.end, word.kind == "without", labels)

    def label_list(self) -> tuple[LabelName, ...]:
        """`(a, b)`, possibly empty."""
        self.expect("(")
        if self.take(")"):
            return ()
        labels = [self.label_name("IDENTIFIER", ")")]
        while self.take(","):
            labels.append(self.label_name("IDENTIFIER"))
        if self.kind != ")":
            self.unexpected(",", ")")
        self.advance()
        return tuple(labels)

    # ------------------------------------------------------------------------------------------ log queries

    def log(self) -> LogExpr:
        """A selector and the stages behind it."""
        selector = self.selector()
        stages = self.stages()
        if stages:
            return Pipeline(selector.start, stages[-1].end, selector, tuple(stages))
        return selector

    def log_range(self) -> LogRange:
        """What a range aggregation works on: the range may stand behind the selector or behind all stages.

        In parentheses may be all of it, or all but the range.
        """
        if self.kind == "(":
            return self.parenthesized_range()
        start = self.token.start
        selector = self.selector()
        if self.kind == "RANGE":
            return self.range_before_stages(start, selector)
        log, unwrap = self.stages_and_unwrap(selector)
        if self.kind != "RANGE":
            self.unexpected(*(("RANGE", "|") if unwrap else ()))
        return self.finish_range(start, log, unwrap)

    def parenthesized_range(self) -> LogRange:
        self.descend()
        start = self.advance().start
        if self.kind == "(":
            whole = self.parenthesized_range()
        elif self.kind != "{":
            self.unexpected("{", "(")
        else:
            selector = self.selector()
            if self.kind == "RANGE":
                whole = self.range_before_stages(start, selector)
            else:
                log, unwrap = self.stages_and_unwrap(selector)
                if self.kind == ")":
                    return self.range_behind_parenthesis(start, log, unwrap)
                if self.kind != "RANGE":
                    self.unexpected(*(("RANGE", ")", "|") if unwrap else ()))
                whole = self.finish_range(start, log, unwrap)
        self.expect(")")
        self.depth -= 1
        return whole

    def range_before_stages(self, start: int, selector: Selector) -> LogRange:
        interval, offset = self.range_and_offset()
        log, unwrap = self.stages_and_unwrap(selector)
        return LogRange(start, self.previous.end, log, interval, offset, unwrap)

    def range_behind_parenthesis(self, start: int, log: LogExpr, unwrap: Unwrap | None) -> LogRange:
        self.advance()
        self.depth -= 1
        if self.kind != "RANGE":
            self.unexpected("RANGE")
        interval, offset = self.range_and_offset()
        if unwrap is None and isinstance(log, Selector) and self.kind == "|":
            if self.following != "unwrap":
                self.advance()
                self.unexpected("unwrap")
            unwrap = self.unwrap()
        return LogRange(start, self.previous.end, log, interval, offset, unwrap)

    def finish_range(self, start: int, log: LogExpr, unwrap: Unwrap | None) -> LogRange:
        interval, offset = self.range_and_offset()
        return LogRange(start, self.previous.end, log, interval, offset, unwrap)

    def range_and_offset(self) -> tuple[int, int]:
        interval = cast(int, self.advance().value)
        if not self.take("offset"):
            return interval, 0
        return interval, cast(int, self.expect("DURATION").value)

    def stages_and_unwrap(self, selector: Selector) -> tuple[LogExpr, Unwrap | None]:
        stages: list[Stage] = self.stages(unwrap=True)
        log: LogExpr = selector
        if stages:
            log = Pipeline(selector.start, stages[-1].end, selector, tuple(stages))
        return log, self.unwrap() if self.kind == "|" else None

    def unwrap(self) -> Unwrap:
        """`| unwrap bytes(size) | __error__=""`."""
        self.advance()
        start = self.advance().start
        conversion = ""
        if self.kind in CONVERSIONS:
            conversion = self.advance().kind
            self.expect("(")
            label = self.expect("IDENTIFIER")
            self.expect(")")
        else:
            label = self.expect("IDENTIFIER", "bytes", "duration", "duration_seconds")
        filters = []
        while self.take("|"):
            filters.append(self.label_filter())
        kind = cast(Literal["", "bytes", "duration", "duration_seconds"], conversion)
        name = LabelName(label.start, label.end, str(label.value))
        return Unwrap(start, self.previous.end, name, kind, tuple(filters))

    # ------------------------------------------------------------------------------------------ limits

    def descend(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unsupported(f"nesting deeper than {MAX_DEPTH} levels", self.token.start, self.token.end)


_NO_MATCHING = Matching()
