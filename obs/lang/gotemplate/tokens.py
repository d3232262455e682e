"""Tokens of Go's `text/template` with their places: text between actions, and what is inside `{{ }}`."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum, auto
from typing import NamedTuple

from obs.lang.gotemplate.quote import code_point, quote

SPACES = " \t\r\n"
KEYWORDS = frozenset(
    ("block", "break", "continue", "define", "else", "end", "if", "nil", "range", "template", "with")
)


class Kind(Enum):
    """What a token is; the parser's whole alphabet."""

    TEXT = auto()
    LEFT = auto()
    RIGHT = auto()
    SPACE = auto()
    WORD = auto()
    KEYWORD = auto()
    FIELD = auto()
    DOT = auto()
    VARIABLE = auto()
    STRING = auto()
    RAW = auto()
    CHAR = auto()
    NUMBER = auto()
    BOOL = auto()
    PIPE = auto()
    ASSIGN = auto()
    DECLARE = auto()
    OPEN = auto()
    CLOSE = auto()
    PUNCTUATION = auto()
    ERROR = auto()
    END = auto()


class Token(NamedTuple):
    """`text` is the source of the token (trimmed, for TEXT) or, of an ERROR, what is wrong.

    `start` and `end` are character offsets.
    """

    kind: Kind
    start: int
    end: int
    text: str

    def shown(self) -> str:
        """The token as Go names it in `unexpected ...`."""
        if self.kind is Kind.END:
            return "EOF"
        if self.kind is Kind.ERROR:
            return self.text
        if self.kind in (Kind.KEYWORD, Kind.DOT):
            return f"<{self.text}>"
        if len(self.text.encode("utf-8", "surrogateescape")) > 10:
            return quote(self.text[:10]) + "..."
        return quote(self.text)


_INSIDE = re.compile(
    r"""([ \t\r\n]+)"""
    r"""|(\.?[A-Za-z_][A-Za-z0-9_]*)"""
    r"""|(\$[A-Za-z0-9_]*)"""
    r"""|("(?:[^"\\\n]|\\[^\n])*")"""
    r"""|(`[^`]*`)"""
    r"""|('(?:[^'\\\n]|\\[^\n])*')"""
    r"""|(:=|[=|()])"""
)
_SPACE, _WORD, _VARIABLE, _STRING, _RAW, _CHAR = range(1, 7)
_SIGNS = {"=": Kind.ASSIGN, ":=": Kind.DECLARE, "|": Kind.PIPE, "(": Kind.OPEN, ")": Kind.CLOSE}
_NUMBER = re.compile(
    r"[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?"
    r"|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?"
    r"|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?"
)
_UNTERMINATED = {
    '"': "unterminated quoted string",
    "`": "unterminated raw quoted string",
    "'": "unterminated character constant",
}


def tokens(text: str) -> list[Token]:
    """All tokens of a template; the last is END or ERROR."""
    out: list[Token] = []
    at = 0
    while (left := text.find("{{", at)) >= 0:
        inside = left + 2
        trims = _trims_left(text, inside)
        if left > at:
            kept = text[at:left].rstrip(SPACES) if trims else text[at:left]
            if kept:
                out.append(Token(Kind.TEXT, at, at + len(kept), kept))
        at = _action_or_comment(text, left, inside + 2 * trims, out)
        if at < 0:
            return out
    if at < len(text):
        out.append(Token(Kind.TEXT, at, len(text), text[at:]))
    out.append(Token(Kind.END, len(text), len(text), "EOF"))
    return out


def action_end(text: str, left: int) -> int:
    """The offset after the `}}` of the action or comment whose `{{` is at `left`; -1 when it has no end."""
    ended = _action_or_comment(text, left, left + 2 + 2 * _trims_left(text, left + 2), [])
    return ended if ended < 0 else text.rindex("}}", left, ended) + 2


def _trims_left(text: str, at: int) -> bool:
    return text[at : at + 2] in ("- ", "-\t", "-\r", "-\n")


def _action_or_comment(text: str, left: int, inside: int, out: list[Token]) -> int:
    if text.startswith("/*", inside):
        return _comment(text, left, inside, out)
    out.append(Token(Kind.LEFT, left, left + 2, "{{"))
    return _action(text, left, inside, out)


def _comment(text: str, left: int, inside: int, out: list[Token]) -> int:
    close = text.find("*/", inside + 2)
    if close < 0:
        out.append(Token(Kind.ERROR, left, len(text), "unclosed comment"))
        return -1
    close += 2
    if text.startswith("}}", close):
        return close + 2
    if _trims_right(text, close):
        return _skip_spaces(text, close + 4)
    out.append(Token(Kind.ERROR, left, close, "comment ends before closing delimiter"))
    return -1


def _trims_right(text: str, at: int) -> bool:
    return text.startswith("-}}", at + 1) and text[at] in SPACES


def _skip_spaces(text: str, at: int) -> int:
    length = len(text)
    while at < length and text[at] in SPACES:
        at += 1
    return at


def _action(text: str, left: int, at: int, out: list[Token]) -> int:
    """Tokens up to `}}`; the offset after it, or -1 after an ERROR."""
    depth = 0
    length = len(text)
    while True:
        if text.startswith("}}", at):
            if depth:
                return _error(out, at, at + 2, "unclosed left paren")
            out.append(Token(Kind.RIGHT, at, at + 2, "}}"))
            return at + 2
        if at >= length:
            return _error(out, left, length, "unclosed action")
        found = _INSIDE.match(text, at)
        if found is None:
            at = _unusual(text, at, out)
            if at < 0:
                return -1
            continue
        group, end = found.lastindex, found.end()
        if group == _SPACE:
            if text.startswith("-}}", end):
                if end - at > 1:
                    out.append(Token(Kind.SPACE, at, end - 1, text[at : end - 1]))
                if depth:
                    return _error(out, end - 1, end + 3, "unclosed left paren")
                out.append(Token(Kind.RIGHT, end, end + 3, "}}"))
                return _skip_spaces(text, end + 3)
            out.append(Token(Kind.SPACE, at, end, found.group()))
        elif group in (_WORD, _VARIABLE):
            end = _name_end(text, end)
            if not _terminates(text, end):
                return _error(out, end, end + 1, f"bad character {code_point(text[end])}")
            out.append(_name(text[at:end], at, end))
        elif group == _STRING:
            out.append(Token(Kind.STRING, at, end, found.group()))
        elif group == _RAW:
            out.append(Token(Kind.RAW, at, end, found.group()))
        elif group == _CHAR:
            out.append(Token(Kind.CHAR, at, end, found.group()))
        else:
            sign = found.group()
            depth += (sign == "(") - (sign == ")")
            if depth < 0:
                return _error(out, at, end, "unexpected right paren")
            out.append(Token(_SIGNS[sign], at, end, sign))
        at = end


def _error(out: list[Token], start: int, end: int, message: str) -> int:
    out.append(Token(Kind.ERROR, start, end, message))
    return -1


def _name(word: str, start: int, end: int) -> Token:
    if word[0] == "$":
        return Token(Kind.VARIABLE, start, end, word)
    if word[0] == ".":
        return Token(Kind.FIELD, start, end, word)
    if word in KEYWORDS:
        return Token(Kind.KEYWORD, start, end, word)
    return Token(Kind.BOOL if word in ("true", "false") else Kind.WORD, start, end, word)


def _is_alphanumeric(char: str) -> bool:
    """Go's own set for names: letters, decimal digits and the underscore."""
    if char < "\x80":
        return char.isalnum() or char == "_"
    category = unicodedata.category(char)
    return category[0] == "L" or category == "Nd"


def _name_end(text: str, at: int) -> int:
    length = len(text)
    while at < length and _is_alphanumeric(text[at]):
        at += 1
    return at


def _terminates(text: str, at: int) -> bool:
    return at >= len(text) or text[at] in " \t\r\n.,|:)(" or text.startswith("}}", at)


def _unusual(text: str, at: int, out: list[Token]) -> int:
    """What the one pattern does not cover: numbers, the bare dot, letters beyond ASCII, mistakes."""
    char = text[at]
    if char == "." and at + 1 < len(text) and not "0" <= text[at + 1] <= "9":
        return _dot(text, at, out)
    if char in "+-." or "0" <= char <= "9":
        return _number(text, at, out)
    if char in _UNTERMINATED:
        return _error(out, at, len(text), _UNTERMINATED[char])
    if char == ":":
        return _error(out, at, at + 1, "expected :=")
    if _is_alphanumeric(char):
        end = _name_end(text, at)
        if not _terminates(text, end):
            return _error(out, end, end + 1, f"bad character {code_point(text[end])}")
        out.append(_name(text[at:end], at, end))
        return end
    if char < "\x80" and char.isprintable():
        out.append(Token(Kind.PUNCTUATION, at, at + 1, char))
        return at + 1
    return _error(out, at, at + 1, f"unrecognized character in action: {code_point(char)}")


def _dot(text: str, at: int, out: list[Token]) -> int:
    end = _name_end(text, at + 1)
    if not _terminates(text, end):
        return _error(out, end, end + 1, f"bad character {code_point(text[end])}")
    kind = Kind.DOT if end == at + 1 else Kind.FIELD
    out.append(Token(kind, at, end, text[at:end]))
    return end


def _number(text: str, at: int, out: list[Token]) -> int:
    end = _number_end(text, at)
    if end < 0:
        return _error(out, at, -end, f"bad number syntax: {quote(text[at:-end])}")
    if end < len(text) and text[end] in "+-":
        end = _number_end(text, end)
        if end < 0 or text[end - 1] != "i":
            return _error(out, at, abs(end), f"bad number syntax: {quote(text[at : abs(end)])}")
    out.append(Token(Kind.NUMBER, at, end, text[at:end]))
    return end


def _number_end(text: str, at: int) -> int:
    """Where the number ends; negative, one character further, when a letter or digit follows it."""
    found = _NUMBER.match(text, at)
    end = found.end() if found else at
    return -(end + 1) if end < len(text) and _is_alphanumeric(text[end]) else end
