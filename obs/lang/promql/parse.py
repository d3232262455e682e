"""From tokens to a typed syntax tree, accepting exactly what Prometheus accepts.

A hand-written precedence parser: promql-parser gives no positions, knows only the functions of one version and
differs from promtool in a dozen cases, so it serves as a second opinion in the tests only. Grammar and checks
follow Prometheus 2.55 (measured against its promtool), with later syntax behind the version that brought it.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Literal, NoReturn

from obs.lang import duration, re2
from obs.lang.duration import quote
from obs.lang.error import LanguageError, Unsupported
from obs.lang.grafana_variables import variables
from obs.lang.promql.functions import (
    AGGREGATIONS,
    COMPARISONS,
    DURATION_ARITHMETIC,
    EXPERIMENTAL_FUNCTIONS,
    EXTENDED_RANGES,
    FILL_MODIFIERS,
    FUNCTIONS,
    POWER,
    PRECEDENCE,
    RENAMED,
    SET_OPERATORS,
    UTF8_NAMES,
    Function,
    Version,
    is_keyword,
    is_label_word,
    is_metric_word,
)
from obs.lang.promql.numbers import duration_seconds, milliseconds, number_value
from obs.lang.promql.syntax import (
    Aggregate,
    At,
    Binary,
    Call,
    Cardinality,
    Duration,
    Expr,
    Label,
    Matcher,
    Matching,
    MatrixSelector,
    NodeType,
    NumberLiteral,
    Paren,
    StringLiteral,
    Subquery,
    Unary,
    Variable,
    VectorSelector,
)
from obs.lang.promql.tokens import Token, tokenize

MAX_DEPTH = 200
"""Levels of nesting (parentheses, calls, signs, powers) that are read; deeper text is refused as not supported."""

LITERALS_AS_DURATIONS: Version = (2, 54)
QUOTED_NAMES: Version = (2, 51)
QUOTED_GROUPING: Version = (2, 55)
ARITHMETIC_IN_DURATIONS: Version = (3, 4)
ARITHMETIC_STABLE: Version = (3, 14)

_DOCUMENTED: dict[NodeType, str] = {
    "vector": "instant vector",
    "matrix": "range vector",
    "scalar": "scalar",
    "string": "string",
    "any": "variable",
}
_ONE_TO_ONE = Matching()
_MANY_TO_MANY = Matching(card="many-to-many")
_PLAIN_REGEX = re.compile(r"(?:[A-Za-z0-9_|/: -]|\.[*+?]?|\\\\[.])*")
_LABEL_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_MATCH_OPERATORS = frozenset({"=", "!=", "=~", "!~"})
_WORD_OPERATORS = frozenset({"and", "or", "unless", "atan2"})


def parse(
    text: str,
    *,
    version: Version = (2, 55),
    features: frozenset[str] = frozenset(),
    grafana: bool = False,
) -> Expr:
    """The tree of a whole expression; raises LanguageError at the first mistake (syntax before types)."""
    return _Parser(text, version, features, grafana).whole()


class _Parser:
    __slots__ = ("at", "bare", "depth", "features", "grafana", "problem", "text", "tokens", "version")

    def __init__(self, text: str, version: Version, features: frozenset[str], grafana: bool) -> None:
        self.text = text
        self.version = version
        self.features = features
        self.grafana = grafana
        self.at = 0
        self.depth = 0
        self.problem: LanguageError | None = None
        self.bare: list[VectorSelector] = []
        self.tokens = tokenize(text, grafana=grafana, arithmetic=version >= ARITHMETIC_IN_DURATIONS)

    # Errors

    def wrong(self, message: str, start: int, end: int) -> None:
        """Notes a mistake of types; it is raised when the syntax turns out to be right."""
        if self.problem is None:
            self.problem = LanguageError(message, start, end)

    def unexpected(self, where: str = "", expected: str = "") -> NoReturn:
        kind, text, start, end = self.tokens[self.at]
        if kind == "error":
            raise LanguageError(text, start, end)
        if kind == "end":
            end = start
            if self.unclosed():
                raise LanguageError("unclosed left parenthesis", *self.unclosed_span())
        if kind == ")" and not self.unclosed():
            raise LanguageError("unexpected right parenthesis ')'", start, end)
        message = f"unexpected {_described(kind, text)}"
        if where:
            message += f" in {where}"
        if expected:
            message += f", expected {expected}"
        raise LanguageError(message, start, max(end, start))

    def unclosed_span(self) -> tuple[int, int]:
        opened: list[Token] = []
        for token in self.tokens[: self.at]:
            if token[0] == "(":
                opened.append(token)
            elif token[0] == ")" and opened:
                opened.pop()
        return (opened[-1][2], opened[-1][3])

    def unclosed(self) -> bool:
        depth = 0
        for token in self.tokens[: self.at]:
            depth += (token[0] == "(") - (token[0] == ")")
        return depth > 0

    # Expressions

    def whole(self) -> Expr:
        if self.tokens[0][0] == "end":
            raise LanguageError("no expression found", 0, 0)
        tree = self.expression(1)
        if self.tokens[self.at][0] != "end":
            self.unexpected(expected=self.hint())
        self.check_bare()
        if self.problem is not None:
            raise self.problem
        return tree

    def check_bare(self) -> None:
        """A selector without a name must not select every series by accident."""
        for selector in self.bare:
            if not any(map(self.refuses_empty, selector.matchers)):
                message = "a selector needs a metric name or a matcher that does not match the empty string"
                self.wrong(message, selector.start, selector.end)

    def refuses_empty(self, matcher: Matcher) -> bool:
        if not matcher.op or matcher.dynamic:
            return True
        if matcher.op in {"=", "!="}:
            return (matcher.op == "=") == bool(matcher.value)
        return re2.matches_empty(matcher.value) == (matcher.op == "!~")

    def hint(self) -> str:
        """What would have made sense where an operand has just ended."""
        kind, text, _, _ = self.tokens[self.at]
        if kind == "name" and text.lower() in {"by", "without"}:
            return "an operator (only aggregations take by and without)"
        if kind == "name" and text.lower() in {"on", "ignoring", "group_left", "group_right"}:
            return "an operator before it"
        if kind in {"=", "=~", "!~"}:
            return "an operator ('==' compares)"
        return "an operator or the end"

    def expression(self, minimum: int) -> Expr:
        """An operand and the operators after it that bind at least as tightly as `minimum`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            start = self.tokens[self.at][2]
            raise Unsupported(f"more than {MAX_DEPTH} levels of nesting", start, start + 1)
        left = self.operand()
        tokens = self.tokens
        while True:
            op, text, start, _ = tokens[self.at]
            if op == "name":
                op = text.lower()
                if op not in _WORD_OPERATORS:
                    break
            precedence = PRECEDENCE.get(op)
            if precedence is None or precedence < minimum:
                break
            self.at += 1
            returns_bool, matching = self.modifiers(op)
            right = self.expression(precedence if precedence == POWER else precedence + 1)
            left = self.binary(op, start, left, right, returns_bool, matching)
        self.depth -= 1
        return left

    def operand(self) -> Expr:
        """A literal, selector, call, aggregation, sign or parenthesis, with `[range]`, `offset` and `@`."""
        kind, text, start, end = self.tokens[self.at]
        node: Expr
        if kind == "name":
            node = self.named(text, start, end)
        elif kind == "{":
            node = self.selector(None, start, end)
        elif kind == "(":
            self.at += 1
            inner = self.expression(1)
            end = self.expect(")", "parentheses", "an operator or ')'")[3]
            node = Paren(inner, inner.type, start, end)
        elif kind in {"number", "duration"}:
            self.at += 1
            node = NumberLiteral(self.value(kind, text, start, end), text, start, end)
        elif kind in {"+", "-"}:
            return self.signed(kind, start)
        elif kind == "string":
            self.at += 1
            node = StringLiteral(text, start, end)
        else:
            self.unexpected(expected="" if kind == "end" else "an expression")
        after = self.tokens[self.at]
        while after[0] in {"[", "@", "name"}:
            suffixed = self.suffix(node, after)
            if suffixed is None:
                break
            node = suffixed
            after = self.tokens[self.at]
        return node

    def signed(self, sign: str, start: int) -> Expr:
        self.at += 1
        operand = self.expression(POWER)
        if isinstance(operand, NumberLiteral):
            value = -operand.value if sign == "-" else operand.value
            return NumberLiteral(value, self.text[start : operand.end], start, operand.end)
        if operand.type in {"matrix", "string"}:
            found = _DOCUMENTED[operand.type]
            self.wrong(f"a sign needs a scalar or instant vector, got a {found}", start, operand.end)
        return Unary(sign, operand, operand.type, start, operand.end)

    def value(self, kind: str, text: str, start: int, end: int) -> float:
        """The number, or the seconds of a duration."""
        try:
            if kind == "duration":
                if self.version < LITERALS_AS_DURATIONS:
                    raise LanguageError("a duration as a number needs Prometheus 2.54", 0, len(text))
                return duration_seconds(text)
            if "_" in text and self.version < LITERALS_AS_DURATIONS:
                raise LanguageError("underscores in numbers need Prometheus 2.54", 0, len(text))
            return number_value(text)
        except LanguageError as error:
            raise LanguageError(error.message, start, end) from None

    def expect(self, kind: str, where: str, expected: str) -> Token:
        token = self.tokens[self.at]
        if token[0] != kind:
            self.unexpected(where, expected)
        self.at += 1
        return token

    # Names: selectors, functions, aggregations

    def named(self, text: str, start: int, end: int) -> Expr:
        following = self.tokens[self.at + 1][0]
        if "$" in text or "[[" in text:
            return self.templated(text, start, end, following)
        word = text.lower()
        aggregation = AGGREGATIONS.get(word)
        if aggregation is not None and self.version >= aggregation.since:
            if following == "(" or (
                following == "name" and self.tokens[self.at + 1][1].lower() in {"by", "without"}
            ):
                return self.aggregate(word, start, end)
        elif following == "(" and ":" not in text:
            function = FUNCTIONS.get(text)
            if not is_keyword(word) or (function is not None and self.version >= function.since):
                return self.call(text, start, end)
        if not is_metric_word(word):
            if word in {"inf", "nan"}:
                self.at += 1
                return NumberLiteral(float(word), text, start, end)
            self.unexpected(expected="an expression")
        return self.selector(text, start, end)

    def templated(self, text: str, start: int, end: int, following: str) -> Expr:
        """A name with Grafana variables in it: a metric, or alone a whole operand."""
        found = variables(text)
        alone = len(found) == 1 and found[0].start == 0 and found[0].end == len(text)
        after = self.tokens[self.at + 1][1].lower()
        if following == "(" or (following == "name" and after in {"by", "without"}):
            raise Unsupported("a Grafana variable as the name of a function or aggregation", start, end)
        if alone and following not in {"{", "[", "@"} and not (following == "name" and after == "offset"):
            self.at += 1
            return Variable(text, start, end)
        return self.selector(text, start, end)

    def selector(self, name: str | None, start: int, end: int) -> VectorSelector:
        if name is not None:
            self.at += 1
            if self.tokens[self.at][0] != "{":
                return VectorSelector(name, (), None, None, "", start, end)
        self.at += 1
        matchers, end = self.matchers()
        if name is not None:
            for matcher in matchers:
                if matcher.label == "__name__" and matcher.op:
                    message = f"metric name must not be set twice: {quote(name)} or {quote(matcher.value)}"
                    self.wrong(message, matcher.start, matcher.end)
        node = VectorSelector(name, matchers, None, None, "", start, end)
        if name is None:
            self.bare.append(node)
        return node

    def matchers(self) -> tuple[tuple[Matcher, ...], int]:
        """The matchers up to and with `}`, and the place after it."""
        found: list[Matcher] = []
        while True:
            kind, text, start, end = self.tokens[self.at]
            if kind == "}" and (not found or self.tokens[self.at - 1][0] == ","):
                self.at += 1
                return tuple(found), end
            found.append(self.matcher(kind, text, start, end))
            kind, text, _, end = self.tokens[self.at]
            self.at += 1
            if kind == "}":
                return tuple(found), end
            if kind != ",":
                self.at -= 1
                if kind == "end":
                    self.unexpected("label matchers", "',' or '}'")
                hint = "',' or '}'"
                if kind == "name" and text.lower() == "or":
                    hint += ' (a regex such as =~"a|b" selects alternatives)'
                self.unexpected("label matchers", hint)

    def matcher(self, kind: str, text: str, start: int, end: int) -> Matcher:
        quoted = kind == "string"
        if quoted and self.version < QUOTED_NAMES:
            self.unexpected("label matchers", "a label name or '}'")
        templated = kind == "name" and ("$" in text or "[[" in text)
        if not quoted and (kind != "name" or (":" in text and not templated)):
            self.unexpected("label matchers", "a label name or '}'")
        self.at += 1
        operator = self.tokens[self.at]
        if operator[0] not in _MATCH_OPERATORS:
            if quoted and operator[0] in {",", "}"}:
                return Matcher("__name__", "=", text, start, end)
            if templated and operator[0] in {",", "}"}:
                return Matcher(text, "", "", start, end, True)
            self.unexpected("label matchers", "one of = != =~ !~")
        self.at += 1
        value = self.tokens[self.at]
        if value[0] != "string":
            self.unexpected("label matchers", "a quoted string")
        self.at += 1
        if operator[0] in {"=~", "!~"}:
            self.regex(value)
        dynamic = self.grafana and bool(variables(value[1]))
        return Matcher(text, operator[0], value[1], start, value[3], templated, dynamic)

    def regex(self, token: Token) -> None:
        _, pattern, start, end = token
        if _PLAIN_REGEX.fullmatch(pattern):
            return
        if self.grafana:
            for variable in reversed(variables(pattern)):
                pattern = pattern[: variable.start] + "x" + pattern[variable.end :]
        try:
            re2.check(pattern, (1, 23) if self.version >= (2, 51) else (1, 21))
        except LanguageError as error:
            written = self.text[start + 1 : end - 1]
            if written == pattern:
                raise LanguageError(error.message, start + 1 + error.start, start + 1 + error.end) from None
            raise LanguageError(error.message, start, end) from None

    def call(self, name: str, start: int, end: int) -> Expr:
        self.at += 1
        args, closed = self.arguments()
        function = FUNCTIONS.get(name)
        if function is None or not function.since <= self.version < function.until:
            raise LanguageError(self.unknown_function(name, function), start, end)
        if self.version < function.stable and EXPERIMENTAL_FUNCTIONS not in self.features:
            message = f"{name}() is experimental: it needs --enable-feature={EXPERIMENTAL_FUNCTIONS}"
            raise LanguageError(message, start, end)
        node = Call(name, args, function.returns, start, closed)
        self.check_arguments(function, node)
        return node

    def unknown_function(self, name: str, function: Function | None) -> str:
        target = ".".join(map(str, self.version))
        if function is None:
            lowered = name.lower()
            hint = f"; did you mean {lowered}()?" if lowered in FUNCTIONS else _similar(name)
            return f"unknown function {name}(){hint}"
        if self.version < function.since:
            since = ".".join(map(str, function.since))
            hint = f"; in {target} it is {RENAMED[name]}()" if name in RENAMED else ""
            return f"{name}() exists from Prometheus {since} on, the target is {target}{hint}"
        until = ".".join(map(str, function.until))
        hint = f"; it is now {RENAMED[name]}()" if name in RENAMED else ""
        return f"{name}() is gone since Prometheus {until}{hint}"

    def check_arguments(self, function: Function, node: Call) -> None:
        name, args, count = function.name, node.args, len(node.args)
        fewest, most = function.fewest, function.most
        if count < fewest or (most is not None and count > most):
            wanted = _count(fewest, most)
            self.wrong(f"{name}() takes {wanted}, got {count}", node.start, node.end)
            return
        if name == "info" and count > 1:
            self.check_info(args[1])
        for index, arg in enumerate(args):
            wanted_type = function.args[min(index, len(function.args) - 1)]
            if arg.type not in {wanted_type, "any"}:
                message = f"{name}() needs {_a(wanted_type)} here, got {_a(arg.type)}"
                if wanted_type == "matrix" and isinstance(arg, VectorSelector):
                    message += f": add a range, {self.text[arg.start : arg.end]}[5m]"
                self.wrong(message, arg.start, arg.end)

    def check_info(self, labels: Expr) -> None:
        if not isinstance(labels, VectorSelector):
            self.wrong('info() needs a label selector such as {a="b"} here', labels.start, labels.end)
        elif labels.name is not None:
            self.wrong("info() needs a label selector without a metric name here", labels.start, labels.end)
        else:
            self.bare = [selector for selector in self.bare if selector.start != labels.start]

    def arguments(self) -> tuple[tuple[Expr, ...], int]:
        """The arguments from `(` to `)`, and the place after it."""
        self.at += 1
        kind, _, _, end = self.tokens[self.at]
        if kind == ")":
            self.at += 1
            return (), end
        found = [self.expression(1)]
        while True:
            kind, _, start, end = self.tokens[self.at]
            if kind == ")":
                self.at += 1
                return tuple(found), end
            if kind != ",":
                self.unexpected("arguments", "',' or ')'")
            self.at += 1
            if self.tokens[self.at][0] == ")":
                raise LanguageError("a trailing comma is not allowed in arguments", start, end)
            found.append(self.expression(1))

    def aggregate(self, op: str, start: int, end: int) -> Expr:
        self.at += 1
        grouping: tuple[Label, ...] = ()
        without = False
        before = self.tokens[self.at][0] == "name"
        if before:
            without, grouping, _ = self.grouping()
        if self.tokens[self.at][0] != "(":
            self.unexpected("aggregation", "'('")
        args, closed = self.arguments()
        following = self.tokens[self.at]
        if not before and following[0] == "name" and following[1].lower() in {"by", "without"}:
            without, grouping, closed = self.grouping()
        return self.checked_aggregate(op, args, grouping, without, start, end, closed)

    def checked_aggregate(
        self,
        op: str,
        args: tuple[Expr, ...],
        grouping: tuple[Label, ...],
        without: bool,
        start: int,
        end: int,
        closed: int,
    ) -> Expr:
        aggregation = AGGREGATIONS[op]
        if self.version < aggregation.stable and EXPERIMENTAL_FUNCTIONS not in self.features:
            message = f"{op}() is experimental: it needs --enable-feature={EXPERIMENTAL_FUNCTIONS}"
            raise LanguageError(message, start, end)
        wanted = 1 if aggregation.parameter is None else 2
        if len(args) != wanted:
            raise LanguageError(f"{op}() takes {_count(wanted, wanted)}, got {len(args)}", start, closed)
        expr = args[-1]
        if expr.type not in {"vector", "any"}:
            message = f"{op}() needs an instant vector, got {_a(expr.type)}"
            if isinstance(expr, MatrixSelector):
                message += f": wrap it, {op}(rate(...))"
            self.wrong(message, expr.start, expr.end)
        parameter = args[0] if wanted == 2 else None
        if parameter is not None and parameter.type not in {aggregation.parameter, "any"}:
            message = f"the parameter of {op}() is a {aggregation.parameter}, got {_a(parameter.type)}"
            self.wrong(message, parameter.start, parameter.end)
        return Aggregate(op, expr, parameter, grouping, without, start, closed)

    def grouping(self) -> tuple[bool, tuple[Label, ...], int]:
        without = self.tokens[self.at][1].lower() == "without"
        self.at += 1
        labels, end = self.labels()
        return without, labels, end

    def labels(self) -> tuple[tuple[Label, ...], int]:
        """`(a, b,)` and the place after it."""
        self.expect("(", "a list of labels", "'('")
        found: list[Label] = []
        while True:
            kind, text, start, end = self.tokens[self.at]
            if kind == ")" and (not found or self.tokens[self.at - 1][0] == ","):
                self.at += 1
                return tuple(found), end
            self.check_label(kind, text)
            found.append(Label(text, start, end, kind == "name" and ("$" in text or "[[" in text)))
            self.at += 1
            kind, _, _, end = self.tokens[self.at]
            if kind == ")":
                self.at += 1
                return tuple(found), end
            if kind != ",":
                self.unexpected("a list of labels", "',' or ')'")
            self.at += 1

    def check_label(self, kind: str, text: str) -> None:
        if kind == "name" and ("$" in text or "[[" in text):
            return
        if kind == "name" and ":" not in text and is_label_word(text.lower()):
            return
        if kind == "string" and self.version >= QUOTED_GROUPING:
            if _LABEL_NAME.fullmatch(text):
                return
            if (self.version >= (3, 0) or UTF8_NAMES in self.features) and _is_utf8(text):
                return
            if self.version < (3, 0):
                message = f"the label name {quote(text)} needs --enable-feature={UTF8_NAMES}"
                raise LanguageError(message, *self.tokens[self.at][2:])
        self.unexpected("a list of labels", "a label name")

    # Operators

    def modifiers(self, op: str) -> tuple[bool, Matching]:
        """`bool`, `on (...)`, `group_left (...)` after an operator."""
        kind, text, start, end = self.tokens[self.at]
        default = _MANY_TO_MANY if op in SET_OPERATORS else _ONE_TO_ONE
        if kind != "name":
            return False, default
        word = text.lower()
        returns_bool = word == "bool"
        if returns_bool:
            if op not in COMPARISONS:
                self.wrong(f"bool goes with comparisons only, not with {op!r}", start, end)
            self.at += 1
            kind, text, start, end = self.tokens[self.at]
            word = text.lower() if kind == "name" else ""
        matching = default
        if word in {"on", "ignoring"}:
            self.at += 1
            labels, end = self.labels()
            matching = replace(default, on=word == "on", labels=labels, start=start, end=end)
            matching = self.group(matching)
        if self.version >= (3, 10):
            matching = self.fill(matching)
        return returns_bool, matching

    def group(self, matching: Matching) -> Matching:
        kind, text, _, end = self.tokens[self.at]
        word = text.lower()
        if kind != "name" or word not in {"group_left", "group_right"}:
            return matching
        self.at += 1
        include: tuple[Label, ...] = ()
        if self.tokens[self.at][0] == "(":
            include, end = self.labels()
        card: Cardinality = "many-to-one" if word == "group_left" else "one-to-many"
        names = {label.name for label in include}
        for label in matching.labels if matching.on else ():
            if label.name in names:
                message = f"label {quote(label.name)} must not be in on() and in {word}() at once"
                self.wrong(message, label.start, label.end)
        return replace(matching, card=card, include=include, end=end)

    def fill(self, matching: Matching) -> Matching:
        """`fill (0)`, `fill_left (0)`, `fill_right (0)`; a metric of that name has no parenthesis."""
        left, right = matching.fill
        while True:
            kind, text, start, end = self.tokens[self.at]
            word = text.lower()
            if kind != "name" or word not in {"fill", "fill_left", "fill_right"}:
                return replace(matching, fill=(left, right)) if (left, right) != matching.fill else matching
            if self.tokens[self.at + 1][0] != "(":
                return matching
            if FILL_MODIFIERS not in self.features:
                message = f"{word}() is experimental: it needs --enable-feature={FILL_MODIFIERS}"
                raise LanguageError(message, start, end)
            if (word != "fill_right" and left is not None) or (word != "fill_left" and right is not None):
                self.unexpected("fill modifiers", "each side once")
            self.at += 2
            value = self.signed_number("fill modifiers")
            self.expect(")", "fill modifiers", "')'")
            left = value if word != "fill_right" else left
            right = value if word != "fill_left" else right

    def signed_number(self, where: str) -> float:
        sign = 1.0
        if self.tokens[self.at][0] in {"+", "-"}:
            sign = -1.0 if self.tokens[self.at][0] == "-" else 1.0
            self.at += 1
        kind, text, start, end = self.tokens[self.at]
        if kind == "name" and text.lower() in {"inf", "nan"}:
            kind = "number"
        if kind not in {"number", "duration"}:
            self.unexpected(where, "a number")
        self.at += 1
        return sign * self.value(kind, text, start, end)

    def binary(
        self, op: str, op_start: int, left: Expr, right: Expr, returns_bool: bool, matching: Matching
    ) -> Expr:
        lhs, rhs = left.type, right.type
        kind: NodeType = "vector"
        if lhs != "vector" or rhs != "vector":
            self.check_operands(op, op_start, left, right, returns_bool, matching)
            if lhs == "scalar" and rhs == "scalar":
                kind = "scalar"
            elif "vector" not in {lhs, rhs}:
                kind = "any"
        if op in SET_OPERATORS and matching.card != "many-to-many":
            self.wrong(
                f"group_left and group_right are not allowed with {op!r}", matching.start, matching.end
            )
        kept = None if "scalar" in {lhs, rhs} else matching
        return Binary(op, left, right, returns_bool, kept, kind, op_start, left.start, right.end)

    def check_operands(
        self, op: str, op_start: int, left: Expr, right: Expr, returns_bool: bool, matching: Matching
    ) -> None:
        for side in (left, right):
            if side.type in {"matrix", "string"}:
                message = f"{op!r} works on scalars and instant vectors, got {_a(side.type)}"
                self.wrong(message, side.start, side.end)
        both = left.type == "scalar" and right.type == "scalar"
        if both and op in COMPARISONS and not returns_bool:
            message = f"a comparison of two scalars needs bool: {op} bool"
            self.wrong(message, op_start, op_start + len(op))
        if "scalar" in {left.type, right.type}:
            if matching.labels:
                kind = "on" if matching.on else "ignoring"
                self.wrong(f"{kind}() needs instant vectors on both sides", matching.start, matching.end)
            if op in SET_OPERATORS:
                side = left if left.type == "scalar" else right
                self.wrong(f"{op!r} works on instant vectors, got a scalar", side.start, side.end)

    # Range, offset, @

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
            self.check_range(node, start, end)
            return MatrixSelector(_as_selector(node), length, node.start, end)
        if kind != ":":
            self.unexpected("a range", "']' or ':'")
        self.at += 1
        step = None if self.tokens[self.at][0] == "]" else self.length("a subquery")
        end = self.expect("]", "a subquery", "a duration or ']'" if step is None else "']'")[3]
        if node.type not in {"vector", "any"}:
            message = f"a subquery is only allowed on an instant vector, got {_a(node.type)}"
            self.wrong(message, node.start, node.end)
        if step is not None and step.milliseconds == 0:
            step = None
        return Subquery(node, length, step, None, None, node.start, end)

    def check_range(self, node: Expr, start: int, end: int) -> None:
        if not isinstance(node, VectorSelector):
            message = "a range goes with a selector only"
            if node.type == "vector":
                message += f"; a subquery has a colon: {self.text[start : end - 1]}:]"
            raise LanguageError(message, start, end)
        if node.offset is not None and node.offset.milliseconds != 0:
            raise LanguageError("offset goes after the range, not before it", start, end)
        moved = node.at is not None and (node.at.kind == "time" or self.version >= (3, 15))
        if moved:
            raise LanguageError("@ goes after the range, not before it", start, end)

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
            whole = self.whole_milliseconds(self.value(kind, text, start, end), start, end)
        return Duration(sign * (whole or 0), text, start, end)

    def whole_milliseconds(self, seconds: float, start: int, end: int) -> int:
        found = milliseconds(seconds)
        if found is None:
            raise Unsupported("a duration beyond 292 years", start, end)
        return found

    def timestamp(self, node: Expr) -> Expr:
        self.at += 1
        kind, text, start, end = self.tokens[self.at]
        word = text.lower() if kind == "name" else ""
        if word in {"start", "end"}:
            self.at += 1
            self.expect("(", "@", "'('")
            end = self.expect(")", "@", "')'")[3]
            return self.place(node, At("start" if word == "start" else "end"), end)
        if kind == "name" and ("$" in text or "[[" in text):
            self.at += 1
            return self.place(node, At("time", None, text), end)
        if kind not in {"number", "duration", "+", "-"} and word not in {"inf", "nan"}:
            self.unexpected("@", "a timestamp in seconds, start() or end()")
        seconds = self.signed_number("@")
        end = self.tokens[self.at - 1][3]
        if math.isnan(seconds) or math.isinf(seconds) or not -(2**63) < seconds < 2**63 - 1:
            raise LanguageError("the timestamp after @ is out of bounds", start, end)
        rounded = int(math.floor(abs(seconds) * 1000 + 0.5)) * (-1 if seconds < 0 else 1)
        return self.place(node, At("time", rounded), end)

    def place(self, node: Expr, at: At, end: int) -> Expr:
        target = self.modified(node, "@")
        if target.at is not None:
            raise LanguageError("@ is already set", node.start, end)
        return _with(node, end, at=at)

    def offset(self, node: Expr) -> Expr:
        self.at += 1
        if self.version >= ARITHMETIC_IN_DURATIONS:
            length = self.offset_arithmetic()
        else:
            length = self.plain_offset()
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
        if kind == "name" and ("$" in text or "[[" in text):
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

    # Duration arithmetic, Prometheus 3.4

    def positive(self, found: tuple[float | None, str, int, int]) -> Duration:
        seconds, text, start, end = found
        if seconds is None:
            return Duration(None, text, start, end)
        if seconds <= 0:
            raise LanguageError("duration must be greater than 0", start, end)
        return Duration(round(seconds * 1000), text, start, end)

    def offset_arithmetic(self) -> Duration:
        """An offset is one literal or call, or an expression in parentheses; a sign may come before."""
        start = self.tokens[self.at][2]
        sign = ""
        if self.tokens[self.at][0] in {"+", "-"}:
            sign = "-" if self.tokens[self.at][0] == "-" else ""
            self.at += 1
        seconds, text, _, end = self.duration_operand()
        whole = None if seconds is None else round(seconds * 1000) * (-1 if sign else 1)
        return Duration(whole, sign + text, start, end)

    def duration_arithmetic(self, minimum: int) -> tuple[float | None, str, int, int]:
        """Seconds (None when only known at run time), canonical text and span."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unsupported(f"more than {MAX_DEPTH} levels of nesting", *self.tokens[self.at][2:])
        kind, _, start, _ = self.tokens[self.at]
        if kind in {"+", "-"}:
            self.at += 1
            seconds, text, _, end = self.duration_arithmetic(POWER)
            seconds = -seconds if seconds is not None and kind == "-" else seconds
            left = (seconds, (kind if kind == "-" else "") + text, start, end)
        else:
            left = self.duration_operand()
        while True:
            op, _, at, _ = self.tokens[self.at]
            precedence = PRECEDENCE.get(op, 0) if op in {"+", "-", "*", "/", "%", "^"} else 0
            if precedence < minimum or not precedence:
                break
            self.need_arithmetic(at)
            self.at += 1
            right = self.duration_arithmetic(precedence if op == "^" else precedence + 1)
            seconds = self.computed(op, left[0], right[0], at)
            left = (seconds, f"{left[1]} {op} {right[1]}", start, right[3])
        self.depth -= 1
        return left

    def need_arithmetic(self, at: int) -> None:
        if self.version < ARITHMETIC_STABLE and DURATION_ARITHMETIC not in self.features:
            message = f"arithmetic in durations needs --enable-feature={DURATION_ARITHMETIC}"
            raise LanguageError(message, at, at + 1)

    def computed(self, op: str, left: float | None, right: float | None, at: int) -> float | None:
        if op in {"/", "%"} and right == 0:
            raise LanguageError("division by zero in a duration", at, at + 1)
        if left is None or right is None:
            return None
        try:
            if op == "%":
                value = math.fmod(left, right)
            elif op == "^":
                value = math.pow(left, right)
            else:
                value = {"+": left + right, "-": left - right, "*": left * right}.get(op, 0.0)
                value = left / right if op == "/" else value
        except (OverflowError, ValueError):
            value = math.inf
        if not abs(value) < 2**63 / 1e9:
            raise LanguageError("duration out of range", at, at + 1)
        return value

    def duration_operand(self) -> tuple[float | None, str, int, int]:
        kind, text, start, end = self.tokens[self.at]
        templated = kind == "name" and ("$" in text or "[[" in text)
        if kind == "variable" or templated:
            self.at += 1
            return None, text, start, end
        if kind in {"number", "duration"}:
            self.at += 1
            seconds = self.value(kind, text, start, end)
            if seconds > 2**63 / 1e9:
                raise LanguageError("duration out of range", start, end)
            return seconds, text, start, end
        if kind == "(":
            self.need_arithmetic(start)
            self.at += 1
            value, inner, _, _ = self.duration_arithmetic(1)
            end = self.expect(")", "a duration", "')'")[3]
            return value, f"({inner})", start, end
        if kind == "name":
            return self.duration_call(text.lower(), start)
        self.unexpected("a duration", "a duration such as 5m")

    def duration_call(self, word: str, start: int) -> tuple[float | None, str, int, int]:
        pair = {"min_of", "max_of"} if self.version >= (3, 13) else {"min", "max"}
        alone = {"step", "range"} if self.version >= (3, 9) else {"step"}
        if self.version < (3, 6) or word not in pair | alone:
            self.unexpected("a duration", "a duration such as 5m")
        self.need_arithmetic(start)
        self.at += 1
        self.expect("(", "a duration", "'('")
        if word in alone:
            return None, f"{word}()", start, self.expect(")", "a duration", "')'")[3]
        left = self.duration_arithmetic(1)
        self.expect(",", "a duration", "','")
        right = self.duration_arithmetic(1)
        end = self.expect(")", "a duration", "')'")[3]
        text = f"{word}({left[1]}, {right[1]})"
        if left[0] is None or right[0] is None:
            return None, text, start, end
        return (min if word.startswith("min") else max)(left[0], right[0]), text, start, end


def _with(node: Expr, end: int, *, offset: Duration | None = None, at: At | None = None) -> Expr:
    if isinstance(node, MatrixSelector):
        selector = node.selector
        moved = replace(selector, offset=offset or selector.offset, at=at or selector.at)
        return replace(node, selector=moved, end=end)
    if isinstance(node, VectorSelector | Subquery):
        return replace(node, offset=offset or node.offset, at=at or node.at, end=end)
    raise TypeError(f"no modifiers on {type(node).__name__}")


def _as_selector(node: Expr) -> VectorSelector:
    assert isinstance(node, VectorSelector)  # checked by check_range
    return node


def _described(kind: str, text: str) -> str:
    if kind == "end":
        return "end of the expression"
    if kind == "name":
        return f"{quote(text)}"
    if kind in {"number", "duration", "variable"}:
        return f"{kind} {text}"
    if kind == "string":
        return f"string {quote(text)}"
    return f"{kind!r}"


def _a(kind: NodeType) -> str:
    name = _DOCUMENTED[kind]
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _count(fewest: int, most: int | None) -> str:
    if most is None:
        return f"at least {fewest} arguments"
    if fewest != most:
        return f"{fewest} to {most} arguments"
    return "no arguments" if most == 0 else f"{most} argument{'s' if most > 1 else ''}"


def _is_utf8(text: str) -> bool:
    return bool(text) and not any("\ud800" <= char <= "\udfff" for char in text)


def _similar(name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name.lower(), [*FUNCTIONS, *AGGREGATIONS], n=1, cutoff=0.75)
    return f"; did you mean {close[0]}()?" if close else ""
