"""The expressions behind `json label="..."` and `logfmt label="..."`: paths into a line.

JSON: `field`, `a.b`, `a[0]`, `a["b c"]`, in any order. Logfmt: one key, or one key in quotes.
The sentences are those of Loki 3.4.
"""

from __future__ import annotations

import re

from obs.lang.error import LanguageError

_SPACE = re.compile(r"[ \t\r\n]*")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_INDEX = re.compile(r"[0-9]{1,19}(?=[\]\s])")
_SIGNS = {"[": "LSB", "]": "RSB", ".": "DOT"}


def check_json_path(path: str) -> None:
    """Raises LanguageError where Loki's `json` refuses the path."""
    try:
        _check_json_tokens(path)
    except LanguageError as error:
        raise LanguageError(
            f"cannot parse expression [{path}]: {error.message}", error.start, error.end
        ) from None


def check_logfmt_key(key: str) -> None:
    """Raises LanguageError where Loki's `logfmt` refuses the key."""
    try:
        _check_logfmt_tokens(key)
    except LanguageError as error:
        raise LanguageError(
            f"cannot parse expression [{key}]: {error.message}", error.start, error.end
        ) from None


def _token(text: str, at: int, *, key: bool) -> tuple[str, int, int]:
    """Kind, start and end of the next token; a sign that is unknown ends the text before its end."""
    at = _SPACE.match(text, at).end()  # type: ignore[union-attr]  # matches everywhere
    if at == len(text):
        return "$end", at, at
    char = text[at]
    if not key and char in _SIGNS:
        return _SIGNS[char], at, at + 1
    if char == '"':
        end = text.find('"', at + 1)
        if at + 1 == len(text):
            return "$end", at + 1, at + 1
        return "STRING", at, len(text) if end < 0 else end + 1
    field = _FIELD.match(text, at)
    if field:
        return "KEY" if key else "FIELD", at, field.end()
    index = None if key else _INDEX.match(text, at)
    if index and int(index.group()) < 1 << 63:
        return "INDEX", at, index.end()
    return "$end", at, at + 1


def _unexpected(token: tuple[str, int, int], expecting: str = "") -> LanguageError:
    kind, start, end = token
    message = f"syntax error: unexpected {kind}" + (f", expecting {expecting}" if expecting else "")
    return LanguageError(message, start, end)


def _check_json_tokens(path: str) -> None:
    token = _token(path, 0, key=False)
    if token[0] not in ("FIELD", "LSB"):
        raise _unexpected(token, "LSB or FIELD")
    while True:
        if token[0] == "LSB":
            token = _token(path, token[2], key=False)
            if token[0] not in ("STRING", "INDEX"):
                raise _unexpected(token, "STRING or INDEX")
            token = _token(path, token[2], key=False)
            if token[0] != "RSB":
                raise _unexpected(token, "RSB")
        token = _token(path, token[2], key=False)
        if token[0] == "$end":
            return _check_end(path, token[1])
        if token[0] == "DOT":
            token = _token(path, token[2], key=False)
            if token[0] != "FIELD":
                raise _unexpected(token, "FIELD")
        elif token[0] != "LSB":
            raise _unexpected(token)


def _check_logfmt_tokens(key: str) -> None:
    token = _token(key, 0, key=True)
    if token[0] == "$end":
        raise _unexpected(token, "STRING or KEY")
    token = _token(key, token[2], key=True)
    if token[0] != "$end":
        raise _unexpected(token)
    _check_end(key, token[1])


def _check_end(text: str, end: int) -> None:
    if end < len(text):
        raise LanguageError(f"unexpected char {text[end]}", end, end + 1)
