"""Go's quoted strings: `strconv.Quote`, `strconv.Unquote` and the `U+0041 'A'` form of `fmt`.

Invalid UTF-8, which a Go string may hold, is carried in a Python string as surrogate escapes.
"""

from __future__ import annotations

import re

_SHORT = {7: r"\a", 8: r"\b", 12: r"\f", 10: r"\n", 13: r"\r", 9: r"\t", 11: r"\v"}
_PLAIN = re.compile(r"[ !#-\[\]-~]*\Z")
_ESCAPE = re.compile(
    r"""\\(?:([abfnrtv\\'"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))|([^\\\n]+)"""
)
_LETTER = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}


def is_print(char: str) -> bool:
    """Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space."""
    return char.isprintable()


def quote(text: str, mark: str = '"', *, ascii_only: bool = False) -> str:
    """`strconv.Quote` (`mark='"'`) or `strconv.QuoteRune` (`mark="'"`) of a whole text."""
    if mark == '"' and _PLAIN.match(text):
        return f'"{text}"'
    return mark + "".join(_quoted(char, mark, ascii_only) for char in text) + mark


def _quoted(char: str, mark: str, ascii_only: bool) -> str:
    code = ord(char)
    if char in (mark, "\\"):
        return "\\" + char
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code in _SHORT:
        return _SHORT[code]
    if (code < 0x80 or not ascii_only) and is_print(char):
        return char
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\u{code:04x}"


def unquote(quoted: str) -> str | None:
    """The text of a Go string literal in double quotes or backticks; None where Go says `invalid syntax`."""
    mark, body = quoted[0], quoted[1:-1]
    if mark == "`":
        return body.replace("\r", "")
    return unescape(body, mark)


def unescape(body: str, mark: str) -> str | None:
    """The text of the inside of an interpreted literal; None where Go says `invalid syntax`."""
    if "\\" not in body:
        return body
    parts: list[str] = []
    raw = bytearray()
    at = 0
    while at < len(body):
        found = _ESCAPE.match(body, at)
        if found is None:
            return None
        piece = _unescaped(found, mark)
        if piece is None:
            return None
        raw += piece
        at = found.end()
    parts.append(raw.decode("utf-8", "surrogateescape"))
    return "".join(parts)


def _unescaped(found: re.Match[str], mark: str) -> bytes | None:
    letter, byte, short, long, octal, plain = found.groups()
    if plain is not None:
        return str(plain).encode("utf-8", "surrogateescape")
    if letter is not None:
        if letter in "'\"":
            return str(letter).encode() if letter == mark else None
        return _LETTER[letter].encode()
    if byte is not None:
        return bytes([int(byte, 16)])
    if octal is not None:
        code = int(octal, 8)
        return bytes([code]) if code < 256 else None
    code = int(short or long, 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return None
    return chr(code).encode()


def code_point(char: str) -> str:
    """`%#U`: the number of a character, and the character when it prints."""
    code = ord(char)
    shown = f" '{char}'" if is_print(char) else ""
    return f"U+{code:04X}{shown}"
