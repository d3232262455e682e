"""Reading logfmt (`level=info msg="a b"`) as the logfmt stage does: what stands before a mistake counts.

Source: go-logfmt 0.6, as Promtail 3.0 pins it.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator

_MAX_RECORD = 64 * 1024
_KEY = re.compile(r'[^\x00-\x20="]+')
_VALUE = re.compile(r'[^\x00-\x20="]*')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"')
_ESCAPE = re.compile(r"""\\(?:(["\\/'])|([bfnrt])|u([0-9a-fA-F]{4}))""")
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """Keys and values in order until the text ends or goes wrong; a key alone has the value `""`."""
    for record in text.split("\n"):
        if len(record) >= _MAX_RECORD:
            return
        if not (yield from _record(record.removesuffix("\r"))):
            return


def _record(record: str) -> Generator[tuple[str, str], None, bool]:
    """The pairs of one line; returns whether it was right to its end."""
    at = 0
    while at < len(record):
        if record[at] <= " ":
            at += 1
            continue
        key = _KEY.match(record, at)
        if key is None or record[key.end() : key.end() + 1] == '"':
            return False
        at = key.end()
        value = ""
        if record[at : at + 1] == "=":
            read = _value(record, at + 1)
            if read is None:
                return False
            value, at = read
        yield key.group(), value
    return True


def _value(record: str, at: int) -> tuple[str, int] | None:
    if record[at : at + 1] != '"':
        plain = _VALUE.match(record, at)
        end = plain.end() if plain else at
        return None if record[end : end + 1] in ("=", '"') else (record[at:end], end)
    quoted = _QUOTED.match(record, at)
    if quoted is None:
        return None
    text = quoted.group(1)
    if "\\" in text:
        unescaped = _unquote(text)
        if unescaped is None:
            return None
        text = unescaped
    return text, quoted.end()


def _unquote(text: str) -> str | None:
    """A text with escapes; beside one, no control character is allowed."""
    if min(text) < " ":
        return None
    parts: list[str] = []
    at = 0
    while at < len(text):
        if text[at] != "\\":
            end = text.find("\\", at)
            end = len(text) if end < 0 else end
            parts.append(text[at:end])
            at = end
            continue
        escape = _ESCAPE.match(text, at)
        if escape is None:
            return None
        literal, letter, code = escape.groups()
        parts.append(literal or _LETTERS.get(letter or "") or chr(int(code, 16)))
        at = escape.end()
    joined = "".join(parts)
    return joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
