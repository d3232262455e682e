"""What may follow a selector or a subquery: `[range]`, `[range:step]`, `offset`, `@`, `anchored`."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Literal

from obs.lang import duration
from obs.lang.error import LanguageError
from obs.lang.promql.duration_arithmetic import DurationReader
from obs.lang.promql.functions import EXTENDED_RANGES
from obs.lang.promql.numbers import milliseconds
from obs.lang.promql.reader import ARITHMETIC_IN_DURATIONS, LITERALS_AS_DURATIONS, documented, has_variable
from obs.lang.promql.syntax import (
    Aggregate,
    At,
    Call,
    Duration,
    Expr,
    MatrixSelector,
    Subquery,
    VectorSelector,
)
from obs.lang.promql.tokens import Token


class RangeReader(DurationReader):
    """Reads the suffixes of a node and gives the node with them."""

    __slots__ = ()

    def suffix(self, node: Expr, token: Token) -> Expr | None:
        """The node with the `[...]`, `@ ...` or `offset ...` that `token` begins; None if it begins none."""
        kind, text, _, _ = token
        if kind == "[":
            return self.bracket(node)
        if kind == "@":
            return self.timestamp(node)
        word = text.lower()
        if word == "offset":
            return self.offset(node)
        if word in {"anchored", "smoothed"} and self.version >= (3, 7):
            return self.extend(node, "anchored" if word == "anchored" else "smoothed", token)
        return None

    def bracket(self, node: Expr) -> Expr:
        start = self.tokens[self.at][2]
        self.at += 1
        length = self.length("a range")
        kind, _, _, end = self.tokens[self.at]
        if kind == "]":
            self.at += 1
            return MatrixSelector(self.ranged(node, start, end), length, node.start, end)
        if kind != ":":
            self.unexpected("a range", "']' or ':'")
        self.at += 1
        step = None if self.tokens[self.at][0] == "]" else self.length("a subquery")
        end = self.expect("]", "a subquery", "a duration or ']'" if step is None else "']'")[3]
        if node.type not in {"vector", "any"}:
            message = f"a subquery is only allowed on an instant vector, got {documented(node.type)}"
            self.wrong(message, node.start, node.end)
        if step is not None and step.milliseconds == 0:
            step = None
        return Subquery(node, length, step, None, None, node.start, end)

    def ranged(self, node: Expr, start: int, end: int) -> VectorSelector:
        """The selector before a range, which must be bare."""
        if not isinstance(node, VectorSelector):
            message = "a range goes with a selector only"
            if node.type == "vector":
                message += f"; a subquery has a colon: {self.text[node.start : end - 1]}:]"
            raise LanguageError(message, start, end)
        fixed = node.offset is not None and (node.offset.milliseconds is not None or self.version >= (3, 15))
        if fixed or (self.grafana and node.offset is not None):
            raise LanguageError("offset goes after the range, not before it", start, end)
        moved = node.at is not None and (node.at.kind == "time" or self.version >= (3, 15))
        if moved:
            raise LanguageError("@ goes after the range, not before it", start, end)
        return node

    def length(self, where: str) -> Duration:
        """A range or step inside brackets."""
        if self.version >= ARITHMETIC_IN_DURATIONS:
            return self.positive(self.duration_arithmetic(1))
        kind, text, start, end = self.tokens[self.at]
        if kind == "variable":
            self.at += 1
            return Duration(None, text, start, end)
        if kind not in {"number", "duration"}:
            self.unexpected(where, "a duration such as 5m")
        self.at += 1
        return self.literal_duration(kind, text, start, end)

    def literal_duration(self, kind: str, text: str, start: int, end: int, sign: int = 1) -> Duration:
        if kind == "number" and self.version < LITERALS_AS_DURATIONS:
            raise LanguageError("missing unit in duration: a bare number needs Prometheus 2.54", start, end)
        if kind == "duration" and self.version < LITERALS_AS_DURATIONS:
            try:
                whole: int | None = duration.parse(text)
            except LanguageError as error:
                raise LanguageError(error.message, start, end) from None
            if not whole:
                raise LanguageError("duration must be greater than 0", start, end)
        else:
            whole = milliseconds(self.value(kind, text, start, end))
        return Duration(None if whole is None else sign * whole, text, start, end)

    def timestamp(self, node: Expr) -> Expr:
        self.at += 1
        kind, text, start, end = self.tokens[self.at]
        word = text.lower() if kind == "name" else ""
        if word in {"start", "end"}:
            self.at += 1
            self.expect("(", "@", "'('")
            end = self.expect(")", "@", "')'")[3]
            return self.place(node, At("start" if word == "start" else "end"), end)
        if has_variable(kind, text):
            self.at += 1
            return self.place(node, At("time", None, text), end)
        if kind not in {"number", "duration", "+", "-"} and word not in {"inf", "nan"}:
            self.unexpected("@", "a timestamp in seconds, start() or end()")
        seconds = self.signed_number("@")
        end = self.tokens[self.at - 1][3]
        if math.isnan(seconds) or math.isinf(seconds) or not -(2**63) < seconds < 2**63 - 1:
            raise LanguageError("the timestamp after @ is out of bounds", start, end)
        rounded = math.floor(abs(seconds) * 1000 + 0.5) * (-1 if seconds < 0 else 1)
        return self.place(node, At("time", rounded), end)

    def place(self, node: Expr, at: At, end: int) -> Expr:
        target = self.modified(node, "@")
        if target.at is not None:
            raise LanguageError("@ is already set", node.start, end)
        return _with(node, end, at=at)

    def offset(self, node: Expr) -> Expr:
        self.at += 1
        arithmetic = self.version >= ARITHMETIC_IN_DURATIONS
        length = self.offset_arithmetic() if arithmetic else self.plain_offset()
        target = self.modified(node, "offset")
        if target.offset is not None and target.offset.milliseconds != 0:
            raise LanguageError("offset is already set", node.start, length.end)
        if length.milliseconds == 0:
            return _with(node, length.end)
        return _with(node, length.end, offset=length)

    def plain_offset(self) -> Duration:
        kind, text, start, end = self.tokens[self.at]
        sign = 1
        first = start
        if kind == "-":
            sign = -1
            self.at += 1
            kind, text, start, end = self.tokens[self.at]
        if has_variable(kind, text):
            self.at += 1
            return Duration(None, self.text[first:end], first, end)
        if kind == "name" and text.lower() in {"inf", "nan"}:
            kind = "number"
        if kind not in {"number", "duration"}:
            self.unexpected("offset", "a duration such as 5m")
        self.at += 1
        found = self.literal_duration(kind, text, start, end, sign)
        return replace(found, text=self.text[first:end], start=first)

    def modified(self, node: Expr, what: str) -> VectorSelector | Subquery:
        if isinstance(node, VectorSelector | Subquery):
            return node
        if isinstance(node, MatrixSelector):
            return node.selector
        message = f"{what} goes directly after a selector or a subquery"
        if isinstance(node, Call | Aggregate):
            message += ", inside the parentheses of the call"
        raise LanguageError(message, *self.tokens[self.at - 1][2:])

    def extend(self, node: Expr, word: Literal["anchored", "smoothed"], token: Token) -> Expr:
        if self.version < (3, 16) and EXTENDED_RANGES not in self.features:
            message = f"{word} is experimental: it needs --enable-feature={EXTENDED_RANGES}"
            raise LanguageError(message, token[2], token[3])
        self.at += 1
        if isinstance(node, MatrixSelector):
            selector = replace(node.selector, extended=word)
            return replace(node, selector=selector, end=token[3])
        if isinstance(node, VectorSelector):
            return replace(node, extended=word, end=token[3])
        raise LanguageError(f"{word} goes directly after a selector", token[2], token[3])


def _with(node: Expr, end: int, *, offset: Duration | None = None, at: At | None = None) -> Expr:
    if isinstance(node, MatrixSelector):
        selector = node.selector
        moved = replace(selector, offset=offset or selector.offset, at=at or selector.at)
        return replace(node, selector=moved, end=end)
    if isinstance(node, VectorSelector | Subquery):
        return replace(node, offset=offset or node.offset, at=at or node.at, end=end)
    raise TypeError(f"no modifiers on {type(node).__name__}")
