"""What every part of the PromQL parser needs: tokens and the place in them, errors, numbers, label lists."""

from __future__ import annotations

import re
from typing import NoReturn

from obs.lang.duration import quote
from obs.lang.error import LanguageError, Unsupported
from obs.lang.promql.functions import UTF8_NAMES, Version, is_label_word
from obs.lang.promql.numbers import duration_seconds, number_value
from obs.lang.promql.syntax import Label, NodeType, VectorSelector
from obs.lang.promql.tokens import Token, tokenize

MAX_DEPTH = 120
"""Levels of nesting (parentheses, calls, signs, powers) that are read; deeper text is not supported."""

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
_LABEL_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")


class Reader:
    """A position in the tokens of one expression, for one version of Prometheus with its feature flags."""

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

    def deeper(self) -> None:
        """Enters one level of nesting; `self.depth -= 1` leaves it."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            start = self.tokens[self.at][2]
            raise Unsupported(f"more than {MAX_DEPTH} levels of nesting", start, start + 1)

    def expect(self, kind: str, where: str, expected: str) -> Token:
        token = self.tokens[self.at]
        if token[0] != kind:
            self.unexpected(where, expected)
        self.at += 1
        return token

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
            found.append(Label(text, start, end, has_variable(kind, text)))
            self.at += 1
            kind, _, _, end = self.tokens[self.at]
            if kind == ")":
                self.at += 1
                return tuple(found), end
            if kind != ",":
                self.unexpected("a list of labels", "',' or ')'")
            self.at += 1

    def check_label(self, kind: str, text: str) -> None:
        if has_variable(kind, text):
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


def has_variable(kind: str, text: str) -> bool:
    """Whether a token is a name with Grafana variables in it."""
    return kind == "name" and ("$" in text or "[[" in text)


def documented(kind: NodeType) -> str:
    """The type as the documentation calls it, with its article."""
    name = _DOCUMENTED[kind]
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


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


def _is_utf8(text: str) -> bool:
    return bool(text) and not any("\ud800" <= char <= "\udfff" for char in text)
