"""Go's string literals: reading and writing them.

A Go string is bytes, a Python string is characters: bytes that are not UTF-8 (`"\\xff"`) are kept as the lone
surrogates of the `surrogateescape` error handler, and written back as `\\xff`.
Source: Go specification, String literals; strconv.Quote and Unquote.
"""

from __future__ import annotations

import re
from functools import lru_cache

_ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\'\"])|x([0-9A-Fa-f]{2})|([0-7]{3})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))"
)
_VALUES = dict(zip("abfnrtv\\'\"", "\a\b\f\n\r\t\v\\'\"", strict=True))
_NAMES = {value: name for name, value in _VALUES.items() if name != "'"}
_PLAIN = re.compile(r"[ !#-\[\]-~]*")


class BadEscapeError(ValueError):
    """An escape that the lexer of a quoted string knows but whose value is no character."""


def unquote(literal: str) -> str:
    """The value of a whole literal in double quotes or backticks, whose escapes are known to be well
    formed."""
    body = literal[1:-1]
    if literal[0] == "`":
        return body.replace("\r", "")
    if "\\" not in body:
        return body
    if "\n" in body:
        raise BadEscapeError
    pieces: list[bytes] = []
    position = 0
    for found in _ESCAPE.finditer(body):
        pieces += [_encode(body[position : found.start()]), _value(found)]
        position = found.end()
    pieces.append(_encode(body[position:]))
    return b"".join(pieces).decode("utf-8", "surrogateescape")


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _value(escape: re.Match[str]) -> bytes:
    short, hexadecimal, octal, four, eight = escape.groups()
    if short:
        return _VALUES[short].encode()
    if hexadecimal:
        return bytes([int(hexadecimal, 16)])
    code = int(octal, 8) if octal else int(four or eight, 16)
    if octal and code < 256:
        return bytes([code])
    if octal or code > 0x10FFFF:
        raise BadEscapeError
    return ("\ufffd" if 0xD800 <= code < 0xE000 else chr(code)).encode()


@lru_cache(maxsize=4096)
def quote(text: str) -> str:
    """The text in double quotes with Go's escapes."""
    if _PLAIN.fullmatch(text):
        return f'"{text}"'
    return '"' + "".join(map(_escape, text)) + '"'


def _escape(char: str) -> str:
    name = _NAMES.get(char)
    if name:
        return "\\" + name
    if char.isprintable():
        return char
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    if 0xD800 <= code < 0xE000:
        return "\\ufffd"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
