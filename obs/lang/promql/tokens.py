"""From text to tokens with their places, the way Prometheus's lexer cuts it.

Kinds: an operator or bracket is its own kind; beside them `name`, `string` (its text is the unquoted value),
`number`, `duration`, `variable` (Grafana), `end`, and `error`, whose text is the message: a lexical error is
reported when the parser gets there, so that the first mistake in the text is the one that is named.
"""

from __future__ import annotations

import re

from obs.lang.duration import quote

Token = tuple[str, str, int, int]
"""Kind, text, start, end."""

_DURATION = r"[0-9]+[smhdwy]s?(?:[0-9]+[smhdw]s?)*(?![A-Za-z0-9_])"
_NUMBER = r"[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_.])"
_STRING = r'"[^"\\\n\ufffd\ud800-\udfff]*"' + "|" + r"'[^'\\\n\ufffd\ud800-\udfff]*'"
_WORD = "[0-9A-Za-z_]+"
_VARIABLE = rf"(?:\${_WORD}|\$\{{{_WORD}(?:\.[^:}}]+)?(?::[^}}]+)?\}}|\[\[{_WORD}(?::{_WORD})?\]\])"
_DIGITS = frozenset("0123456789")
_NAME = "[A-Za-z_:][A-Za-z0-9_:]*"
_TEMPLATED = rf"(?:[A-Za-z_:]|{_VARIABLE})(?:[A-Za-z0-9_:]|{_VARIABLE})*"


def _master(name: str) -> re.Pattern[str]:
    return re.compile(
        rf"[ \t\n\r]*(?:({name})|([(){{}},]|[=!<>]=|[=!]~|[-+*/%^<>=@])|({_STRING})"
        rf"|\[([0-9]+(?:ms|[smhdwy]))\]|({_DURATION})|({_NUMBER})|(\#[^\r\n]*)|(\Z))"
    )


_PLAIN, _GRAFANA = _master(_NAME), _master(_TEMPLATED)
_WHOLE_VARIABLE = re.compile(_VARIABLE)
_IN_BRACKETS = re.compile(rf"({_DURATION})|({_NUMBER})|([A-Za-z_][A-Za-z0-9_]*)|([-+*/%^(),:\]])")
_SPACE = re.compile(r"[ \t\n\r]*")
_NAME_TEXT, _SIGN, _QUOTED, _RANGE, _LENGTH, _COUNT, _COMMENT, _END = range(1, 9)


def tokenize(text: str, *, grafana: bool = False, arithmetic: bool = False) -> list[Token]:
    """All tokens, ending in `end` or `error`; comments are left out.

    `arithmetic` is the lexer of Prometheus 3.4, which knows operators inside brackets.
    """
    tokens: list[Token] = []
    add = tokens.append
    pattern = _GRAFANA if grafana else _PLAIN
    scan = pattern.scanner(text).match  # type: ignore[attr-defined]
    while True:
        found = scan()
        if found is None:
            position = _SPACE.match(text, tokens[-1][3] if tokens else 0).end()  # type: ignore[union-attr]
            position = _odd(text, _after_comments(text, position), tokens, grafana, arithmetic)
            if position < 0:
                return tokens
            scan = pattern.scanner(text, position).match  # type: ignore[attr-defined]
            continue
        which = found.lastindex
        start, end = found.span(which)
        if which == _SIGN:
            sign = found[_SIGN]
            add((sign, sign, start, end))
        elif which == _NAME_TEXT:
            add(("name", found[_NAME_TEXT], start, end))
        elif which == _QUOTED:
            add(("string", text[start + 1 : end - 1], start, end))
        elif which == _RANGE:
            add(("[", "[", start - 1, start))
            add(("duration", found[_RANGE], start, end))
            add(("]", "]", end, end + 1))
        elif which == _LENGTH:
            add(("duration", found[_LENGTH], start, end))
        elif which == _COUNT:
            add(("number", found[_COUNT], start, end))
        elif which == _END:
            add(("end", "", start, start))
            return tokens


def comments(text: str) -> bool:
    """Whether the (valid) text holds a comment."""
    if "#" not in text:
        return False
    bare = re.sub(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`[^`]*`', "", text)
    return "#" in bare


def _after_comments(text: str, position: int) -> int:
    """The place of the next token, past comments and space; those before it left no token to measure from."""
    while text.startswith("#", position):
        while position < len(text) and text[position] not in "\r\n":
            position += 1
        position = _SPACE.match(text, position).end()  # type: ignore[union-attr]
    return position


def _odd(text: str, position: int, tokens: list[Token], grafana: bool, arithmetic: bool) -> int:
    """Reads what the master pattern does not: escapes, odd numbers, brackets, mistakes. -1 to stop."""
    char = text[position]
    if char in "\"'`":
        token = scan_string(text, position)
    elif char == "[":
        return _brackets(text, position, tokens, grafana, arithmetic)
    elif char in "0123456789" or (char == "." and text[position + 1 : position + 2] in _DIGITS):
        token = scan_number(text, position)
    elif char == "]":
        token = _error("unexpected right bracket ']'", position)
    elif char == "!":
        token = _error("unexpected character after '!': expected '=' (or '~' inside braces)", position)
    elif char == "$" and _WHOLE_VARIABLE.match(text, position):
        token = _error("unexpected character '$': Prometheus knows no Grafana variables", position)
    else:
        token = _error(f"unexpected character {_shown(char)}", position)
    tokens.append(token)
    return -1 if token[0] == "error" else token[3]


def _shown(char: str) -> str:
    return repr(char) if char.isprintable() else quote(char)


def _error(message: str, start: int, end: int | None = None) -> Token:
    return ("error", message, start, start + 1 if end is None else end)


def scan_number(text: str, start: int) -> Token:
    """A number or duration at `start`, by the steps of Prometheus's scanner (`1_000`, `0x1F`, `1e5`)."""
    valid, position = _number_end(text, start)
    if valid:
        return ("number", text[start:position], start, position)
    found = re.compile(r"[smhdwy]s?(?:[0-9]+[smhdw]s?)*(?![A-Za-z0-9_])").match(text, position)
    if found:
        return ("duration", text[start : found.end()], start, found.end())
    end = re.compile(r"[A-Za-z0-9_.]*").match(text, start).end()  # type: ignore[union-attr]
    return _error(f"bad number or duration {quote(text[start:end])}", start, max(end, start + 1))


def _number_end(text: str, start: int) -> tuple[bool, int]:
    """Whether a number is at `start` and where the scanner stops; its digits are checked by the parser.

    Source: Prometheus 2.55: one dot, one exponent, no underscore beside them, no dot in a hexadecimal number.
    """
    at = start
    digits = "0123456789"
    if text[at : at + 2].lower() == "0x":
        at += 2
        digits += "abcdefABCDEF"
        if text[at : at + 1] == "_":
            at += 1
    elif text[at : at + 1] == "0":
        at += 1
    if text[at : at + 1] == ".":
        at += 1
    if at < len(text) and text[at] in digits:
        at += 1
    dot = exponent = False
    while at < len(text):
        char = text[at]
        following = text[at + 1 : at + 2]
        if char == ".":
            if dot or following in {"_", "."} or len(digits) > 10:
                return False, at + 1
            dot = True
            at += 1
        elif char in "eE":
            if exponent:
                return False, at + 1
            exponent = True
            at += 1
            if text[at : at + 1] in {"+", "-"}:
                at += 1
            if at >= len(text) or text[at] in "._eE":
                return False, min(at + 1, len(text))
        elif char == "_":
            if not following or following in "._eE":
                return False, at + 1
            at += 1
        elif char in digits:
            while at < len(text) and text[at] in digits:
                at += 1
        else:
            break
    rest = text[at : at + 1]
    return at > start and not (rest.isascii() and (rest.isalnum() or rest == "_")), at


_SIMPLE_ESCAPES = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92}
_HEXADECIMAL = {"x": 2, "u": 4, "U": 8}


def scan_string(text: str, start: int) -> Token:
    """The string literal at `start`, unquoted; a byte that is not UTF-8 becomes a lone surrogate."""
    mark = text[start]
    if mark == "`":
        return _raw_string(text, start)
    value = bytearray()
    at = start + 1
    while at < len(text):
        char = text[at]
        if char == mark:
            return ("string", value.decode("utf-8", "surrogateescape"), start, at + 1)
        if char == "\n":
            break
        if char == "\ufffd" or "\ud800" <= char <= "\udfff":
            return _error("invalid UTF-8 in string", at)
        if char != "\\":
            value += char.encode()
            at += 1
            continue
        escape = _escape(text, at + 1, mark)
        if isinstance(escape, str):
            return _error(escape, at, min(at + 2, len(text)))
        encoded, at = escape
        value += encoded
    return _error("unterminated quoted string", start, at)


def _raw_string(text: str, start: int) -> Token:
    end = text.find("`", start + 1)
    stop = len(text) if end < 0 else end
    for at in range(start + 1, stop):
        if text[at] == "\ufffd" or "\ud800" <= text[at] <= "\udfff":
            return _error("invalid UTF-8 in string", at)
    if end < 0:
        return _error("unterminated raw string", start, len(text))
    return ("string", text[start + 1 : end], start, end + 1)


def _escape(text: str, at: int, mark: str) -> tuple[bytes, int] | str:
    """The bytes of the escape whose letter is at `at` and the place after it, or what is wrong with it."""
    char = text[at : at + 1]
    if not char:
        return "escape sequence not terminated"
    if char == mark:
        return mark.encode(), at + 1
    if char in _SIMPLE_ESCAPES:
        return bytes([_SIMPLE_ESCAPES[char]]), at + 1
    if char in "01234567":
        digits, base, first = 3, 8, at
    elif char in _HEXADECIMAL:
        digits, base, first = _HEXADECIMAL[char], 16, at + 1
    else:
        return f"unknown escape sequence \\{char}: in a quoted string a backslash is written \\\\"
    allowed = "01234567" if base == 8 else "0123456789abcdefABCDEF"
    number = text[first : first + digits]
    if len(number) < digits or any(digit not in allowed for digit in number):
        return f"the escape \\{char} needs {digits} {'octal' if base == 8 else 'hexadecimal'} digits"
    code = int(number, base)
    if (base == 8 and code > 255) or code > 0x10FFFF or 0xD800 <= code < 0xE000:
        return "escape sequence is not a valid Unicode code point"
    if char in "uU":
        return chr(code).encode(), first + digits
    return bytes([code]), first + digits


def _brackets(text: str, position: int, tokens: list[Token], grafana: bool, arithmetic: bool) -> int:
    """The tokens from `[` to `]`; the place after them, or -1 when an error token ends the list."""
    tokens.append(("[", "[", position, position + 1))
    at = _SPACE.match(text, position + 1).end()  # type: ignore[union-attr]
    first, colon = True, False
    while True:
        if not first:
            at = _after_comments(text, _SPACE.match(text, at).end())  # type: ignore[union-attr]
        token = _in_brackets(text, at, grafana, arithmetic, (colon, first))
        first = False
        tokens.append(token)
        if token[0] == "error":
            return -1
        at = token[3]
        colon = colon or token[0] == ":"
        if token[0] == "]":
            return at


def _in_brackets(text: str, at: int, grafana: bool, arithmetic: bool, state: tuple[bool, bool]) -> Token:
    """The next token; `state`: whether the colon was seen, and whether this is the first token."""
    colon, first = state
    if at >= len(text):
        return _error("unclosed left bracket", at)
    if grafana:
        variable = re.compile(rf"(?:[0-9A-Za-z]|{_VARIABLE})+").match(text, at)
        if variable and _WHOLE_VARIABLE.search(text, at, variable.end()):
            return ("variable", variable[0], at, variable.end())
    found = _IN_BRACKETS.match(text, at)
    if found is None:
        if text[at] in "0123456789.":
            return scan_number(text, at)
        if text[at] == "$":
            return _error("unexpected character '$' in brackets: Prometheus knows no Grafana variables", at)
        return _error(f"unexpected character {_shown(text[at])} in brackets", at)
    which = found.lastindex
    if which == 1:
        return ("duration", found[0], at, found.end())
    if which == 2:
        return ("number", found[0], at, found.end())
    if which == 3:
        return _word_in_brackets(found[0], at, arithmetic, colon, first)
    if found[0] == ":" and colon:
        return _error("unexpected second ':' in brackets", at)
    return (found[0], found[0], at, at + 1)


def _word_in_brackets(word: str, at: int, arithmetic: bool, colon: bool, first: bool) -> Token:
    """Before 3.4 any letter after the range is read as the colon (`x[5m a1m]` is `x[5m:1m]`)."""
    if arithmetic:
        return ("name", word, at, at + len(word))
    if first:
        return _error(f"expected a duration such as 5m, got {quote(word)}", at, at + len(word))
    if colon:
        return _error(f"unexpected {quote(word)} in brackets", at, at + len(word))
    return (":", word[0], at, at + 1)
