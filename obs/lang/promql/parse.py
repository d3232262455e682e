"""From text to a typed syntax tree, accepting exactly what Prometheus accepts.

A hand-written precedence parser: promql-parser gives no positions, knows only the functions of one version
and differs from promtool in a dozen cases, so it is a second opinion in the tests only. Grammar and checks
follow Prometheus 2.55 (measured against its own parser), later syntax waits for the version that brought it.
"""

from __future__ import annotations

from dataclasses import replace

from obs.lang.duration import quote
from obs.lang.error import LanguageError, Unsupported
from obs.lang.grafana_variables import variables
from obs.lang.promql.functions import (
    AGGREGATIONS,
    COMPARISONS,
    EXPERIMENTAL_FUNCTIONS,
    FILL_MODIFIERS,
    FUNCTIONS,
    POWER,
    PRECEDENCE,
    SET_OPERATORS,
    Version,
    is_keyword,
    is_metric_word,
)
from obs.lang.promql.reader import documented
from obs.lang.promql.syntax import (
    Aggregate,
    Call,
    Cardinality,
    Expr,
    Label,
    Matching,
    NumberLiteral,
    Paren,
    StringLiteral,
    Unary,
    Variable,
)
from obs.lang.promql.type_rules import TypeReader

_NO_ARGUMENT = StringLiteral("")
_ONE_TO_ONE = Matching()
_MANY_TO_MANY = Matching(card="many-to-many")
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


class _Parser(TypeReader):
    """Reads whole expressions."""

    __slots__ = ()

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
        self.deeper()
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
            left = self.binary(op, start, left, right, (returns_bool, matching))
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
            message = f"a sign needs a scalar or an instant vector, got {documented(operand.type)}"
            self.wrong(message, start, operand.end)
        return Unary(sign, operand, operand.type, start, operand.end)

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
        bare = Aggregate(op, args[-1] if args else _NO_ARGUMENT, None, grouping, without, start, closed)
        return self.checked_aggregate(bare, args, end)

    def grouping(self) -> tuple[bool, tuple[Label, ...], int]:
        without = self.tokens[self.at][1].lower() == "without"
        self.at += 1
        labels, end = self.labels()
        return without, labels, end

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
