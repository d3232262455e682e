"""A place in the tokens of a query, and what to say when the next token cannot be there."""

from __future__ import annotations

from typing import NoReturn

from obs.lang.logql.error import ParseError
from obs.lang.logql.tokens import LATEST, SCANNED_BY_CHARACTER, LokiVersion, Token, display, tokenize


class Cursor:
    """Reads tokens from left to right; `kind` is the kind of the next one."""

    __slots__ = ("_index", "_tokens", "kind", "text", "version")

    def __init__(self, text: str, version: LokiVersion = LATEST, *, grafana: bool = False) -> None:
        self.text = text
        self.version = version
        self._tokens = tokenize(text, version, grafana=grafana)
        self._index = 0
        self.kind = self._tokens[0].kind

    @property
    def token(self) -> Token:
        """The next token, not yet read."""
        return self._tokens[self._index]

    @property
    def previous(self) -> Token:
        """The token read last."""
        return self._tokens[self._index - 1]

    @property
    def following(self) -> str:
        """The kind of the token behind the next one."""
        return self._tokens[self._index + 1].kind if self._index + 1 < len(self._tokens) else "$end"

    def advance(self) -> Token:
        """Read the next token, whatever it is; the end of the query is never passed."""
        token = self._tokens[self._index]
        if token.kind == "error":
            self.unexpected()
        if token.kind != "$end":
            self._index += 1
            self.kind = self._tokens[self._index].kind
        return token

    def take(self, kind: str) -> bool:
        """Read the next token if it is of this kind."""
        if self.kind != kind:
            return False
        self.advance()
        return True

    def expect(self, kind: str, *others: str) -> Token:
        """Read a token of this kind; `others` are possible too but handled before the call."""
        if self.kind != kind:
            self.unexpected(kind, *others)
        return self.advance()

    def unexpected(self, *expecting: str) -> NoReturn:
        """Refuse the next token; `expecting` in Loki's order, or nothing where Loki names nothing."""
        token = self.token
        if token.kind == "error":
            at = token.start if token.at < 0 else token.at
            raise self.error_at(str(token.value), token, at, by_character=self.text[at] == "[")
        message = f"syntax error: unexpected {display(token.kind)}"
        if expecting:
            message += ", expecting " + " or ".join(map(display, expecting))
        raise self.error_at(message, token, token.start, by_character=token.kind in SCANNED_BY_CHARACTER)

    def error_at(self, message: str, token: Token, at: int, *, by_character: bool) -> ParseError:
        """An error whose span is the token and whose line and column are those of the character `at`."""
        column = at - self.text.rfind("\n", 0, at)
        line = 0 if by_character else self.text.count("\n", 0, at) + 1
        if not self.text:
            line = column = 0
        return ParseError(message, token.start, token.end, line=line, column=column)
