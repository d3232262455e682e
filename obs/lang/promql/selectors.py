"""Selectors: a metric name, label matchers, and whether their regular expressions are Go's."""

from __future__ import annotations

from obs.lang.duration import quote
from obs.lang.error import LanguageError
from obs.lang.grafana_variables import variables
from obs.lang.promql import regexes
from obs.lang.promql.reader import QUOTED_NAMES, Reader, has_variable
from obs.lang.promql.syntax import Matcher, VectorSelector
from obs.lang.promql.tokens import Token

_MATCH_OPERATORS = frozenset({"=", "!=", "=~", "!~"})


class SelectorReader(Reader):
    """Reads `name{label="value"}`."""

    __slots__ = ()

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
        templated = has_variable(kind, text)
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
        if self.grafana:
            for variable in reversed(variables(pattern)):
                pattern = pattern[: variable.start] + "x" + pattern[variable.end :]
        try:
            regexes.check(pattern, (1, 23) if self.version >= (2, 51) else (1, 21))
        except LanguageError as error:
            written = self.text[start + 1 : end - 1]
            if written == pattern:
                raise LanguageError(error.message, start + 1 + error.start, start + 1 + error.end) from None
            raise LanguageError(error.message, start, end) from None

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
        return regexes.matches_empty(matcher.value) == (matcher.op == "!~")
