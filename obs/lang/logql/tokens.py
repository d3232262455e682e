"""LogQL's tokens and their places.

Loki reads queries with the scanner of Go's own language and adds to it: an opening bracket starts a range,
letters that follow a number may make it a duration or a size, two dashes start a flag. So Go's rules hold:
`"..."` and backtick strings with Go's escapes, comments as `#`, `//` and `/* */`, `'x'` as a character
(which is no string), and any other sign is a word of its own.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from obs.lang import duration
from obs.lang.error import LanguageError
from obs.lang.grafana_variables import variable_at
from obs.lang.logql.quoting import BadEscapeError, quote, unquote

LokiVersion = tuple[int, int]
LATEST: LokiVersion = (3, 4)


class Token(NamedTuple):
    """`kind` is the name that Loki's messages use: `STRING`, `RANGE`, or a keyword or sign itself.

    `value` is decoded: nanoseconds for RANGE and DURATION, bytes for BYTES, the text of a STRING without
    quotes, the message for an `error`, whose `at` is where Loki says it is: the start of the whole token.
    """

    kind: str
    value: str | int
    start: int
    end: int
    at: int = -1


RANGE_AGGREGATIONS = frozenset(
    {
        "absent_over_time",
        "avg_over_time",
        "bytes_over_time",
        "bytes_rate",
        "count_over_time",
        "first_over_time",
        "last_over_time",
        "max_over_time",
        "min_over_time",
        "quantile_over_time",
        "rate",
        "rate_counter",
        "stddev_over_time",
        "stdvar_over_time",
        "sum_over_time",
    }
)
VECTOR_AGGREGATIONS = frozenset(
    {
        "approx_topk",
        "avg",
        "bottomk",
        "count",
        "max",
        "min",
        "sort",
        "sort_desc",
        "stddev",
        "stdvar",
        "sum",
        "topk",
    }
)
CONVERSIONS = frozenset({"bytes", "duration", "duration_seconds"})
FUNCTIONS = RANGE_AGGREGATIONS | VECTOR_AGGREGATIONS | CONVERSIONS | {"ip", "label_replace", "vector"}
"""Words that are functions only before `(`, `by` or `without`, and plain labels elsewhere."""

KEYWORDS = frozenset(
    {
        "and",
        "bool",
        "by",
        "decolorize",
        "drop",
        "group_left",
        "group_right",
        "ignoring",
        "json",
        "keep",
        "label_format",
        "line_format",
        "logfmt",
        "offset",
        "on",
        "or",
        "pattern",
        "regexp",
        "unless",
        "unpack",
        "unwrap",
        "without",
    }
)
FLAGS = frozenset({"--strict", "--keep-empty"})
SCANNED_BY_CHARACTER = frozenset({"RANGE", "DURATION", "BYTES", "PARSER_FLAG"}) | {
    "!=", "!>", "!~", "<=", "==", "=~", ">=", "|=", "|>", "|~",
}  # fmt: skip
"""Tokens whose place Loki gives with line 0: reading ahead makes Go's scanner forget the line."""

_DISPLAY = {name: name.upper() for name in RANGE_AGGREGATIONS | VECTOR_AGGREGATIONS | {"vector"}} | {
    name: f"{name.upper()}_CONV" for name in CONVERSIONS
}


def display(kind: str) -> str:
    """The name of a token in Loki's messages."""
    return _DISPLAY.get(kind, kind)


_TOKEN = re.compile(
    r"""
    (?P<blank>[ \t\r\n]+|\#[^\n]*|//[^\n]*)
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*+(?![^\x00-\x7f]))
  | (?P<string>"[^"\\\n\x00]*"|`[^`\x00]*`)
  | (?P<sign>\|[=~>]|![=~>]|=[=~]|[<>]=|[{}(),|=<>+*%^\]]|\.(?![0-9])|/(?!\*))
  | (?P<range>\[)
  | (?P<number>\.?[0-9])
    """,
    re.VERBOSE,
)
_FUNCTION_FOLLOWS = re.compile(r"[ \t\r\n]*(?:(?:by|without)[ \t\r\n]*)?\(", re.IGNORECASE)
_QUOTED = re.compile(
    r'"(?:[^"\\\n\x00]|\\(?:[abfnrtv\\"]|x[0-9A-Fa-f]{2}|[0-7]{3}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}))*'
)
_CHARACTER = re.compile(r"'((?:[^'\\\n]|\\[^\n])*)('?)")
_BAD_ESCAPE = re.compile(
    r"^(?:[^\\]|\\(?:[abfnrtv\\']|x[0-9A-Fa-f]{2}|[0-7]{3}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}))*+(\\)", re.DOTALL
)
_NUMBER = re.compile(
    r"0[xX][0-9A-Fa-f_]*(?:\.[0-9A-Fa-f_]*)?(?:[pP][+-]?[0-9_]*)?"
    r"|0[bBoO][0-9_]*"
    r"|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9_]+)(?:[eEpP](?:[+-]?[0-9_]*))?"
)
_MAX_TAIL = 60
"""What can follow the first digits of a duration or size; a limit keeps a long row of digits and dots cheap."""
_DURATION_TAIL = re.compile(rf"[0-9nuµmshdwy.]{{0,{_MAX_TAIL}}}(?![0-9nuµmshdwy.])")
_SIZE_TAIL = re.compile(rf"[0-9.BikKMGTPE]{{0,{_MAX_TAIL}}}(?![0-9.BikKMGTPE])")
_FLAG = re.compile(r"--(?:strict|keep-empty)(?![^\W\d_]|-)")
_UNITS = {
    "B": 1,
    "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15, "E": 10**18,
    "ki": 2**10, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60,
}  # fmt: skip
_SIZE = re.compile(r"([0-9.]+)([A-Za-z]*)")


def tokenize(text: str, version: LokiVersion = LATEST, *, grafana: bool = False) -> list[Token]:
    """The tokens of a query, the last of them `$end`; nothing but `$end` follows an `error`.

    With `grafana`, a variable outside strings becomes the token that fits its place.
    """
    tokens: list[Token] = []
    position = 1 if text.startswith("\ufeff") else 0
    match = _TOKEN.match
    length = len(text)
    while position < length:
        found = match(text, position)
        group = found.lastgroup if found else None
        if found is None or group in {"number", "range"}:
            token = (grafana and _variable(text, position, tokens)) or _special(text, position, version)
            position = token.end
            if token.kind != "comment":
                tokens.append(token)
            if token.kind == "error":
                break
            continue
        end = found.end()
        if group == "word":
            tokens.append(_word(text, found.group(), position, end, version))
        elif group == "sign":
            sign = found.group()
            tokens.append(Token(sign, sign, position, end))
        elif group == "string":
            literal = found.group()
            value = literal[1:-1] if "\r" not in literal or literal[0] == '"' else unquote(literal)
            tokens.append(Token("STRING", value, position, end))
        position = end
    tokens.append(Token("$end", "", length, length))
    return tokens


SAMPLE_INTERVALS = {
    "__auto": 12_345 * duration.MILLISECOND_NS,
    "__interval": 67_891 * duration.MILLISECOND_NS,
    "__range": 98_765 * duration.MILLISECOND_NS,
}
"""Nanoseconds that stand for Grafana's built-in durations: odd, to be recognised."""
SAMPLE_INTERVAL = 54_321 * duration.MILLISECOND_NS
"""Nanoseconds that stand for any other variable in a range."""
_NUMBERS_FOLLOW = frozenset({"+", "-", "*", "/", "%", "^", "=", "==", "!=", ">", ">=", "<", "<=", "bool"})
_NUMBER_FIRST = frozenset({"approx_topk", "bottomk", "quantile_over_time", "topk", "vector"})


def _variable(text: str, start: int, before: list[Token]) -> Token | None:
    """A Grafana variable as the token that fits here, or None where there is none."""
    if text[start] == "[":
        found = variable_at(text, start + 1)
        if found and text[found.end : found.end + 1] == "]":
            return Token("RANGE", SAMPLE_INTERVALS.get(found.name, SAMPLE_INTERVAL), start, found.end + 1)
    found = variable_at(text, start)
    if found is None:
        return None
    last = before[-1].kind if before else ""
    if last == "offset":
        return Token("DURATION", SAMPLE_INTERVALS.get(found.name, SAMPLE_INTERVAL), start, found.end)
    function = before[-2].kind if last == "(" and len(before) > 1 else ""
    if last in _NUMBERS_FOLLOW or function in _NUMBER_FIRST:
        return Token("NUMBER", "1", start, found.end)
    return Token("IDENTIFIER", text[start : found.end], start, found.end)


def _word(text: str, word: str, start: int, end: int, version: LokiVersion) -> Token:
    name = word.lower()
    if name in KEYWORDS:
        return Token(name, word, start, end)
    if (
        name in FUNCTIONS
        and _FUNCTION_FOLLOWS.match(text, end)
        and (name != "approx_topk" or version >= (3, 4))
    ):
        return Token(name, word, start, end)
    return Token("IDENTIFIER", word, start, end)


def _special(text: str, start: int, version: LokiVersion) -> Token:
    """A token that the big expression does not know: one that needs arithmetic, or a fault."""
    char = text[start]
    if char == "[":
        return _range(text, start)
    if (char.isdecimal() and char.isascii()) or char == ".":
        return _number(text, start)
    if char == "-":
        return _dash(text, start)
    if char in '"`':
        return _string(text, start)
    if char == "'":
        return _character(text, start)
    if char == "/":
        end = text.find("*/", start + 2)
        if end < 0:
            return Token("error", "comment not terminated", start, len(text))
        return Token("comment", "", start, end + 2)
    if char == "\x00":
        return Token("error", "invalid character NUL", start, start + 1)
    if "\ud800" <= char <= "\udfff":
        return Token("error", "invalid UTF-8 encoding", start, start + 1)
    return _foreign_word(text, start, version)


def _foreign_word(text: str, start: int, version: LokiVersion) -> Token:
    """A word with letters beyond ASCII, or any other sign: for Loki both are identifiers."""
    end = start
    while end < len(text) and _is_word_char(text[end], first=end == start):
        end += 1
    end = max(end, start + 1)
    return _word(text, text[start:end], start, end, version)


def _is_word_char(char: str, *, first: bool) -> bool:
    if char.isascii():
        return char == "_" or char.isalpha() or (char.isdigit() and not first)
    category = unicodedata.category(char)
    return category[0] == "L" or (category == "Nd" and not first)


def _range(text: str, start: int) -> Token:
    end = text.find("]", start)
    if end < 0:
        return Token("error", "missing closing ']' in duration", start, len(text))
    body = text[start + 1 : end]
    try:
        return Token("RANGE", duration.parse(body) * duration.MILLISECOND_NS, start, end + 1)
    except LanguageError as error:
        return Token("error", _range_message(body, error.message), start, end + 1)


_RANGE_PART = re.compile(r"([0-9]+)([^0-9]+)")
_RANGE_UNITS = frozenset({"y", "w", "d", "h", "m", "s", "ms"})


def _range_message(body: str, message: str) -> str:
    """Newer Prometheus libraries, such as Loki's, name the unit that they do not know."""
    position = 0
    while part := _RANGE_PART.match(body, position):
        if part[2] not in _RANGE_UNITS:
            return f"unknown unit {quote(part[2])} in duration {quote(body)}"
        position = part.end()
    return message


def _dash(text: str, start: int) -> Token:
    flag = _FLAG.match(text, start)
    if flag:
        return Token("PARSER_FLAG", flag.group(), start, flag.end())
    return _duration(text, start, start + 1) or Token("-", "-", start, start + 1)


def _number(text: str, start: int) -> Token:
    found = _NUMBER.match(text, start)
    assert found is not None
    literal = found.group()
    fault = _number_fault(literal, after_blank=text[start - 1 : start] in (" ", "\t", "\r", "\n"))
    if fault:
        return Token("error", fault, start, found.end())
    return (
        _duration(text, start, found.end())
        or _size(text, start, found.end())
        or Token("NUMBER", literal, start, found.end())
    )


def _number_fault(literal: str, *, after_blank: bool) -> str | None:
    """What Go's scanner says of a number that is none."""
    if literal.isdecimal() and (literal[0] != "0" or literal.strip("01234567") == ""):
        return None
    lower = literal.lower()
    if lower.startswith("0b"):  # Go's scanner knows binary numbers only right behind another token
        if after_blank:
            return "decimal literal has no digits"
        return None if re.search("[01]", lower[2:]) else "binary literal has no digits"
    if lower.startswith("0o") and not re.search("[0-7]", lower[2:]):
        return "octal literal has no digits"
    hexadecimal = lower.startswith("0x")
    if hexadecimal and not re.search("[0-9a-f]", lower[2:]):
        return "hexadecimal literal has no digits"
    octal = (
        lower[2:] if lower.startswith("0o") else lower[1:] if lower[0] == "0" and lower.isdecimal() else ""
    )
    wrong = re.search("[89]", octal)
    if wrong:
        return f"invalid digit '{wrong.group()}' in octal literal"
    if not hexadecimal and "p" in lower:
        return f"'{literal[lower.index('p')]}' exponent requires hexadecimal mantissa"
    if re.search(r"p[+-]?_*$" if hexadecimal else r"e[+-]?_*$", lower):
        return "exponent has no digits"
    if hexadecimal and "." in lower and "p" not in lower:
        return "hexadecimal mantissa requires a 'p' exponent"
    if re.search(r"(?:^|[^0-9a-fxo])_|_(?:$|[^0-9a-f])", lower) or "__" in lower:
        return "'_' must separate successive digits"
    return None


def _duration(text: str, start: int, end: int) -> Token | None:
    tail = _DURATION_TAIL.match(text, end)
    if tail is None or not tail.group():
        return None
    body = text[start : tail.end()]
    try:
        return Token("DURATION", duration.parse(body) * duration.MILLISECOND_NS, start, tail.end())
    except LanguageError:
        pass
    try:
        return Token("DURATION", duration.parse_go(body), start, tail.end())
    except LanguageError:
        return None


def _size(text: str, start: int, end: int) -> Token | None:
    tail = _SIZE_TAIL.match(text, end)
    if tail is None or not tail.group():
        return None
    found = _SIZE.fullmatch(text[start : tail.end()])
    if not found or found[1].count(".") > 1 or not any(map(str.isdigit, found[1])):
        return None
    unit = found[2] if found[2] in _UNITS else found[2].removesuffix("B")
    if unit not in _UNITS or found[2] == "BB":
        return None
    return Token("BYTES", int(float(found[1]) * _UNITS[unit]), start, tail.end())


def _string(text: str, start: int) -> Token:
    found = _QUOTED.match(text, start)
    if found is None:
        end = text.find("`", start + 1)
        if end < 0:
            return Token("error", "literal not terminated", start, len(text))
        return Token("error", "invalid character NUL", start, end + 1)
    end = found.end()
    after = text[end : end + 1]
    if after == '"':
        try:
            return Token("STRING", unquote(text[start : end + 1]), start, end + 1)
        except BadEscapeError:
            return Token("error", "invalid syntax", start, end + 1)
    if after == "\\":
        return Token("error", "invalid char escape", end, min(end + 2, len(text)), start)
    return Token("error", "literal not terminated", start, end)


def _character(text: str, start: int) -> Token:
    found = _CHARACTER.match(text, start)
    assert found is not None
    escape = _BAD_ESCAPE.search(found[1])
    if escape:
        at = start + 1 + escape.start(1)
        return Token("error", "invalid char escape", at, min(at + 2, len(text)), start)
    if not found[2]:
        return Token("error", "literal not terminated", start, found.end())
    if len(found[1]) != 1 and not (found[1].startswith("\\") and len(found[1]) > 1):
        return Token("error", "invalid char literal", start, found.end())
    return Token("IDENTIFIER", found.group(), start, found.end())
