"""The selector of a match stage: Promtail's own small query language, older and narrower than LogQL.

`{name="value", other=~"regex"}` and then any number of `|= != |~ !~` with a string in double quotes.
Backticks, `{}`, a trailing comma, parsers and `or` are errors. Label matchers see labels only, a missing
label is `""`, and a bad regex in one of them kills Promtail at start; in a line filter it is a configuration
error.

Source: Promtail 3.0, match stage; Go's text/scanner for what a token is and where an error stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from obs.lang import re2
from obs.lang.error import LanguageError
from obs.lang.gotemplate.quote import unquote
from obs.record import dataclass
from obs.sim.promtail.error import Panic

GO: re2.GoVersion = (1, 21)
"""The Go release that Promtail 3.0.0 is built with."""

_OPERATORS = ("=", "!=", "=~", "!~")
_FILTERS = ("!=", "!~", "|~", "|=")
_PUNCTUATION = (",", ".", "{", "}", "=", "!=", "=~", "!~", "|=", "|~")


@dataclass(frozen=True, slots=True)
class Matcher:
    name: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Selector:
    """A parsed selector; `filters` are (operator, text) in order."""

    text: str
    matchers: tuple[Matcher, ...]
    filters: tuple[tuple[str, str], ...]

    def compile(self) -> Callable[[Mapping[str, str], str], bool]:
        """The test of one entry. Raises LanguageError for a bad regex in a line filter, the last first."""
        tests = [_label_test(matcher) for matcher in self.matchers]
        lines = [_line_test(operator, text) for operator, text in reversed(self.filters)][::-1]

        def matches(labels: Mapping[str, str], line: str) -> bool:
            for name, test in tests:
                if not test(labels.get(name, "")):
                    return False
            return all(test(line) for test in lines)

        return matches


def _label_test(matcher: Matcher) -> tuple[str, Callable[[str], bool]]:
    value = matcher.value
    if matcher.operator == "=":
        return matcher.name, lambda label: label == value
    if matcher.operator == "!=":
        return matcher.name, lambda label: label != value
    test = re2.compile(_anchored(value), GO).test
    if matcher.operator == "=~":
        return matcher.name, lru_cache(maxsize=4096)(test)
    return matcher.name, lru_cache(maxsize=4096)(lambda label: not test(label))


def _anchored(pattern: str) -> str:
    return f"^(?:{pattern})$"


def _line_test(operator: str, text: str) -> Callable[[str], bool]:
    if operator == "|=":
        return lambda line: text in line
    if operator == "!=":
        return lambda line: text not in line
    test = re2.compile(text, GO).test
    return test if operator == "|~" else lambda line: not test(line)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


_BLANK = re.compile(r"(?:[ \t\n\r]+|//[^\n]*|/\*(?:[^*]|\*(?!/))*+\*/)*")
_STRING = re.compile(r'"(?:\\.|[^"\\\n])*+"')
_WORD = re.compile(
    r"""[^\W\d]\w*                                      # an identifier
      | 0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?
      | (?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]*)?
      | '(?:\\.|[^'\\\n])'
      | `[^`]*`""",
    re.VERBOSE,
)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def error(self, message: str, at: int) -> LanguageError:
        line = self.text.count("\n", 0, at) + 1
        column = at - (self.text.rfind("\n", 0, at) + 1) + 1
        return LanguageError(f"parse error at line {line}, col {column}: {message}", at, at + 1)

    def next(self) -> _Token:
        blank = _BLANK.match(self.text, self.at)
        start = blank.end() if blank else self.at
        self.at = start
        if start >= len(self.text):
            return _Token("$end", "", start)
        if self.text.startswith("/*", start):
            raise self.error("comment not terminated", start)
        char = self.text[start]
        if char == '"':
            return self.string(start)
        word = _WORD.match(self.text, start)
        if word is not None:
            self.at = word.end()
            return _Token("IDENTIFIER", self.checked_number(word.group(), start), start)
        if char in "'`":
            closed = char == "'" and "'" in self.text[start + 1 :].split("\n")[0]
            raise self.error("invalid char literal" if closed else "literal not terminated", start)
        for width in (2, 1):
            part = self.text[start : start + width]
            if part in _PUNCTUATION:
                self.at = start + len(part)
                return _Token(part, part, start)
        self.at = start + 1
        return _Token("IDENTIFIER", char, start)

    def checked_number(self, word: str, at: int) -> str:
        """The word, unless it is a number that Go's scanner refuses: `08`."""
        digit = re.fullmatch(r"0[0-7]*([89])[0-9]*", word)
        if digit is not None:
            raise self.error(f"invalid digit '{digit.group(1)}' in octal literal", at)
        return word

    def string(self, start: int) -> _Token:
        found = _STRING.match(self.text, start)
        if found is None:
            raise self.error("literal not terminated", start)
        value = unquote(found.group())
        if value is None:
            raise self.error("invalid char escape", start)
        self.at = found.end()
        return _Token("STRING", value, start)


@lru_cache(maxsize=1024)
def parse(text: str) -> Selector:
    """Raises LanguageError with Promtail's `parse error at line 1, col 2: ...`, and Panic where it panics."""
    scanner = _Scanner(text)

    def expect(*kinds: str) -> _Token:
        token = scanner.next()
        if token.kind not in kinds:
            raise _unexpected(scanner, token, kinds)
        return token

    expect("{")
    matchers = [_matcher(expect)]
    while expect("}", ",").kind == ",":
        matchers.append(_matcher(expect))
    filters: list[tuple[str, str]] = []
    while (token := scanner.next()).kind != "$end":
        if token.kind not in _FILTERS:
            raise _unexpected(scanner, token, _FILTERS)
        filters.append((token.kind, expect("STRING").text))
    return Selector(text, tuple(matchers), tuple(filters))


def _matcher(expect: Callable[..., _Token]) -> Matcher:
    name = expect("IDENTIFIER").text
    operator = expect(*_OPERATORS).kind
    value = expect("STRING")
    if operator in ("=~", "!~"):
        try:
            re2.check(_anchored(value.text), GO)
        except LanguageError as error:
            raise Panic(error.message, value.at, value.at + len(value.text) + 2) from None
    return Matcher(name, operator, value.text)


def _unexpected(scanner: _Scanner, token: _Token, wanted: tuple[str, ...]) -> LanguageError:
    message = f"syntax error: unexpected {token.kind}, expecting {' or '.join(wanted)}"
    error = scanner.error(message, token.at)
    if token.kind in _PUNCTUATION and len(token.kind) == 2:
        # Reading its second character makes text/scanner forget the line.
        message = re.sub(r"at line \d+", "at line 0", error.message, count=1)
        return LanguageError(message, error.start, error.end)
    return error
