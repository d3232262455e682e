"""Alertmanager's label matchers: `severity=~"warn.*", namespace!=gateway`.

Alertmanager 0.27 reads them with two parsers: the new one (UTF-8 names, quoted or bare words) and the classic
one. What only the classic one accepts is accepted, with a warning; where both accept and differ, the classic
one wins; what both refuse is refused in the classic one's words. Regular expressions match the whole value.
Source: Alertmanager 0.27, `matchers/compat`; verdicts measured with amtool 0.27.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Literal, NoReturn, get_args

from obs.lang import re2
from obs.lang.error import LanguageError
from obs.lang.gotemplate.quote import quote, unquote
from obs.record import dataclass

Operator = Literal["=", "!=", "=~", "!~"]
OPERATORS: tuple[Operator, ...] = get_args(Operator)

_SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_RESERVED = frozenset(_SPACES + "{}!=~,\\\"'`")


@dataclass(frozen=True, slots=True)
class Matcher:
    """A condition on one label; a label that is missing counts as empty."""

    name: str
    operator: Operator
    value: str

    def __str__(self) -> str:
        if any(char in _RESERVED for char in self.name):
            return f"{quote(self.name)}{self.operator}{quote(self.value)}"
        escaped = self.value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
        return f'{self.name}{self.operator}"{escaped}"'

    @property
    def is_regex(self) -> bool:
        """Whether the value is a regular expression."""
        return self.operator in ("=~", "!~")

    @property
    def is_negative(self) -> bool:
        """Whether it holds for what its value does not match."""
        return self.operator in ("!=", "!~")

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether these labels fulfil it."""
        text = labels.get(self.name, "")
        found = _fits(self.value, text) if self.is_regex else text == self.value
        return found != self.is_negative

    @property
    def matches_missing(self) -> bool:
        """Whether an alert without the label fulfils it."""
        return self.matches({})

    @property
    def sort_key(self) -> tuple[bytes, bytes, int]:
        """Alertmanager's order within a route: by name, value, operator."""
        return self.name.encode(), self.value.encode(), OPERATORS.index(self.operator)


@dataclass(frozen=True, slots=True)
class Reading:
    """The matchers of a text, and what Alertmanager logs about it, if anything."""

    matchers: tuple[Matcher, ...]
    warning: Literal["incompatible", "disagreement"] | None = None


def matcher(name: str, operator: Operator, value: str, start: int = 0, end: int | None = None) -> Matcher:
    """A matcher; raises LanguageError, in Go's words, for a regular expression that Go refuses."""
    made = Matcher(name, operator, value)
    if made.is_regex:
        try:
            # Go's message shows the expression with the anchors that Alertmanager adds.
            re2.check(f"^(?:{value})$")
        except LanguageError as error:
            raise LanguageError(error.message, start, end) from None
    return made


@lru_cache(maxsize=2048)
def _compiled(pattern: str) -> re2.Regex:
    return re2.compile(f"^(?:{pattern})$")


@lru_cache(maxsize=1 << 16)
def _fits(pattern: str, text: str) -> bool:
    """The same few texts are asked for again and again."""
    return _compiled(pattern).fullmatch(text) is not None


def matches_all(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether every one of them holds."""
    return all(matcher.matches(labels) for matcher in matchers)


def parse(text: str) -> tuple[Matcher, ...]:
    """The matchers of a text such as a line of `matchers:`; raises LanguageError."""
    return read(text).matchers


@lru_cache(maxsize=2048)
def read(text: str) -> Reading:
    """The matchers of a text and how Alertmanager 0.27 came by them; raises LanguageError."""
    new = _attempt(parse_utf8, text)
    classic = _attempt(parse_classic, text)
    if isinstance(new, LanguageError):
        if isinstance(classic, LanguageError):
            raise LanguageError(classic.message, new.start, new.end)
        return Reading(classic, "incompatible")
    if not isinstance(classic, LanguageError) and classic != new:
        return Reading(classic, "disagreement")
    return Reading(new)


def parse_one(text: str) -> Matcher:
    """A single matcher, as amtool takes it on its command line; raises LanguageError."""
    if text.startswith("{") or text.endswith("}"):
        raise LanguageError(f"unexpected open or close brace: {text}", 0, len(text))
    new = _attempt(_only_utf8, text)
    classic = _attempt(_only_classic, text)
    if isinstance(classic, LanguageError):
        if isinstance(new, LanguageError):
            raise LanguageError(classic.message, new.start, new.end)
        return new[0]
    return classic[0]


def _attempt(parser: Callable[[str], tuple[Matcher, ...]], text: str) -> tuple[Matcher, ...] | LanguageError:
    try:
        return parser(text)
    except LanguageError as error:
        return error


# The new parser


@dataclass(frozen=True, slots=True)
class _Token:
    kind: Literal["{", "}", ",", "operator", "quoted", "word", "end"]
    start: int
    end: int
    text: str


_SIGNS: dict[str, Literal["{", "}", ","]] = {"{": "{", "}": "}", ",": ","}
_WORD = re.compile(f"[^{re.escape(''.join(sorted(_RESERVED)))}]+")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


_AFTER_MATCHER = "expected a comma or close brace"
_AFTER_COMMA = "expected a matcher or close brace after comma"


class _Utf8:
    """Reads one text with the new parser; offsets are characters, as its columns are."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def fail(self, message: str, start: int, end: int) -> NoReturn:
        raise LanguageError(message, start, max(end, start + 1))

    def peek(self) -> _Token:
        at = self.at
        while at < len(self.text) and self.text[at] in _SPACES:
            at += 1
        if at >= len(self.text):
            return _Token("end", at, at, "")
        char = self.text[at]
        if char in _SIGNS:
            return _Token(_SIGNS[char], at, at + 1, char)
        if char in "=!":
            return self.operator(at)
        if char == '"':
            found = _QUOTED.match(self.text, at)
            if found is None:
                end = len(self.text)
                self.fail(f'{at}:{end}: {self.text[at:]}: missing end "', at, end)
            return _Token("quoted", at, found.end(), found.group())
        word = _WORD.match(self.text, at)
        if word is None:
            self.fail(f"{at}:{at + 1}: {char}: invalid input", at, at + 1)
        return _Token("word", at, word.end(), word.group())

    def operator(self, at: int) -> _Token:
        pair = self.text[at : at + 2]
        if pair in OPERATORS:
            return _Token("operator", at, at + len(pair), pair)
        if pair[0] == "=":
            return _Token("operator", at, at + 1, "=")
        found = "unexpected end of input," if at + 1 >= len(self.text) else "!:"
        return self.fail(f"{at}:{at + 1}: {found} expected one of '=~'", at, at + 1)

    def peek_for(self, wanted: str) -> _Token:
        """The next token; a mistake in it is said to be in place of what was wanted."""
        try:
            return self.peek()
        except LanguageError as error:
            raise LanguageError(f"{error.message}: {wanted}", error.start, error.end) from None

    def expect(self, wanted: str, *kinds: str) -> _Token:
        token = self.peek_for(wanted)
        if token.kind == "end":
            self.fail(f"end of input: {wanted}", token.start, token.start + 1)
        if token.kind not in kinds:
            message = f"{token.start}:{token.end}: unexpected {token.text}: {wanted}"
            self.fail(message, token.start, token.end)
        self.at = token.end
        return token

    def matchers(self) -> tuple[Matcher, ...]:
        found: list[Matcher] = []
        braced = self.peek().kind == "{"
        if braced:
            self.at = self.peek().end
        token = self.peek()
        if token.kind == "end" and not braced:
            return ()
        while token.kind not in ("end", "}"):
            found.append(self.matcher())
            token = self.peek_for(_AFTER_MATCHER)
            if token.kind not in ("end", "}"):
                self.expect(_AFTER_MATCHER, ",")
                token = self.peek_for(_AFTER_COMMA)
                if token.kind not in ("end", "}", "word", "quoted"):
                    self.expect(_AFTER_COMMA, "word")
        self.close(token, braced=braced)
        return tuple(found)

    def close(self, token: _Token, *, braced: bool) -> None:
        if token.kind == "}" and not braced:
            self.fail(f"0:{token.end}: }}: expected opening brace", token.start, token.end)
        if token.kind == "end" and braced:
            # Go counts up to the last token, spaces after it not included.
            self.fail(f"0:{self.at}: end of input: expected close brace", token.start, token.end)
        self.at = token.end
        rest = self.peek_for("expected end of input")
        if rest.kind != "end":
            message = f"{rest.start}:{rest.end}: {rest.text}: expected end of input"
            self.fail(message, rest.start, rest.end)

    def matcher(self) -> Matcher:
        name = self.expect("expected label name", "word", "quoted")
        label = self.value(name)
        operator = self.expect("expected an operator such as '=', '!=', '=~' or '!~'", "operator")
        given = self.expect("expected label value", "word", "quoted")
        value = self.value(given)
        sign = next(known for known in OPERATORS if known == operator.text)
        try:
            return matcher(label, sign, value, given.start, given.end)
        except LanguageError as error:
            self.fail(f"failed to create matcher: {error.message}", given.start, given.end)

    def value(self, token: _Token) -> str:
        if token.kind == "word":
            return token.text
        plain = None if "\n" in token.text else unquote(token.text)
        if plain is None or any(0xDC80 <= ord(char) <= 0xDCFF for char in plain):
            self.fail(f"{token.start}:{token.end}: {token.text}: invalid input", token.start, token.end)
        return plain


def parse_utf8(text: str) -> tuple[Matcher, ...]:
    """The matchers as the new parser alone reads them; raises LanguageError in its words."""
    return _Utf8(text).matchers()


def _only_utf8(text: str) -> tuple[Matcher, ...]:
    found = parse_utf8(text)
    if not found:
        raise LanguageError("no matchers", 0, len(text))
    if len(found) > 1:
        raise LanguageError(f"expected 1 matcher, found {len(found)}", 0, len(text))
    return found


# The classic parser

_GO_SPACES = "\t\n\f\r "
_CLASSIC = re.compile(r"[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)[\t\n\f\r ]*")


def parse_classic(text: str) -> tuple[Matcher, ...]:
    """The matchers as the classic parser alone reads them; raises LanguageError in its words."""
    start = 1 if text.startswith("{") else 0
    end = len(text) - (text.endswith("}") and len(text) > start)
    return tuple(_classic_matcher(text, *span) for span in _split(text, start, end))


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The places between commas that are not inside quotes; the last is left out when it is blank."""
    places: list[tuple[int, int]] = []
    quoted = escaped = False
    begun = start
    for at in range(start, end):
        char = text[at]
        if char == ",":
            if not quoted:
                places.append((begun, at))
                begun = at + 1
        elif char == '"':
            quoted = quoted if escaped else not quoted
            escaped = False
        else:
            escaped = char == "\\" and not escaped
    while begun < end and text[begun] in _SPACES:
        begun += 1
    while end > begun and text[end - 1] in _SPACES:
        end -= 1
    if begun < end:
        places.append((begun, end))
    return places


def _only_classic(text: str) -> tuple[Matcher, ...]:
    return (_classic_matcher(text, 0, len(text)),)


def _classic_matcher(text: str, start: int, end: int) -> Matcher:
    found = _CLASSIC.match(text, start, end)
    if found is None:
        raise LanguageError(f"bad matcher format: {text[start:end]}", start, max(end, start + 1))
    raw = text[found.end() : end].rstrip(_GO_SPACES)
    place = found.end(), max(end, found.end() + 1)
    value = _unescaped(raw)
    if value is None:
        raise LanguageError(f"matcher value contains unescaped double quote: {raw}", *place)
    sign = next(known for known in OPERATORS if known == found.group(2))
    return matcher(found.group(1), sign, value, *place)


def _unescaped(raw: str) -> str | None:
    """The value of a classic matcher; None for a double quote out of place."""
    expects_quote = raw.startswith('"')
    body = raw[1:] if expects_quote else raw
    out: list[str] = []
    escaped = False
    last = len(body) - 1
    for at, char in enumerate(body):
        if escaped:
            escaped = False
            out.append({"n": "\n", '"': '"', "\\": "\\"}.get(char, "\\" + char))
        elif char == "\\":
            escaped = at < last
            if not escaped:
                out.append(char)
        elif char == '"':
            if not expects_quote or at < last:
                return None
            expects_quote = False
        else:
            out.append(char)
    return None if expects_quote else "".join(out)
