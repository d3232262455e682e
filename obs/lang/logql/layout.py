"""A query laid out for reading: its own words, evenly spaced, long parts broken over lines.

Only the space between tokens changes, so numbers, sizes, durations and Grafana's variables stay as written and the
meaning cannot change. (Loki's own print, `Query.canonical`, computes and rounds them.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from obs.lang.logql.query import Query
from obs.lang.logql.tokens import Token, tokenize

_LINE_FILTERS = frozenset({"|=", "|~", "|>", "!>", "!=", "!~"})
_OPERATORS = frozenset(
    {"+", "-", "*", "/", "%", "^", "==", "!=", ">", ">=", "<", "<=", "and", "or", "unless"}
)
_SPACED_PARENTHESIS = _OPERATORS | frozenset(
    {"by", "without", "on", "ignoring", "group_left", "group_right", "bool", "|", ",", ")"}
)
_BEFORE_UNARY = _OPERATORS | frozenset({"(", ",", "=", "bool"})


def pretty(query: Query, width: int = 100) -> str:
    """The query on one line when it fits, else one stage and one operand a line; as written if it has comments."""
    tokens = tokenize(query.text, query.version, grafana=query.grafana)[:-1]
    if _has_comments(query.text, tokens):
        return query.text.strip()
    return "\n".join(_Layout(query.text, width).block(tokens, 0))


def _has_comments(text: str, tokens: Sequence[Token]) -> bool:
    ends = [0, *(token.end for token in tokens)]
    starts = [*(token.start for token in tokens), len(text)]
    return any(text[end:start].strip("\ufeff \t\r\n") for end, start in zip(ends, starts, strict=True))


class _Layout:
    def __init__(self, text: str, width: int) -> None:
        self.text = text
        self.width = width

    def line(self, tokens: Sequence[Token]) -> str:
        """Everything on one line."""
        pieces: list[str] = []
        in_selector = False
        for at, token in enumerate(tokens):
            if at and _spaced(tokens, at, in_selector=in_selector):
                pieces.append(" ")
            in_selector = (in_selector or token.kind == "{") and token.kind != "}"
            pieces.append(self.text[token.start : token.end])
        return "".join(pieces)

    def block(self, tokens: Sequence[Token], level: int) -> Iterator[str]:
        """The tokens on lines of their own, each indented by at least `level`."""
        indent = "  " * level
        line = self.line(tokens)
        if len(indent) + len(line) <= self.width:
            yield indent + line
            return
        operators = list(_operators(tokens))
        if operators:
            yield from self.operation(tokens, operators, level)
        elif tokens[0].kind == "{":
            yield from self.pipeline(tokens, level)
        else:
            yield from self.call(tokens, level)

    def operation(
        self, tokens: Sequence[Token], operators: list[tuple[int, int]], level: int
    ) -> Iterator[str]:
        """Operands indented, operators with their modifiers between them."""
        begin = 0
        for start, end in operators:
            yield from self.block(tokens[begin:start], level + 1)
            yield "  " * level + self.line(tokens[start:end])
            begin = end
        yield from self.block(tokens[begin:], level + 1)

    def pipeline(self, tokens: Sequence[Token], level: int) -> Iterator[str]:
        """The selector, then a stage a line, then the range."""
        begin = 0
        for at in [*_stage_starts(tokens), len(tokens)]:
            deeper = 0 if begin == 0 or tokens[begin].kind == "RANGE" else 1
            yield "  " * (level + deeper) + self.line(tokens[begin:at])
            begin = at

    def call(self, tokens: Sequence[Token], level: int) -> Iterator[str]:
        """The head up to the last parenthesis that closes at the end (or before a grouping), and its arguments."""
        opened, closed = _arguments(tokens)
        indent = "  " * level
        if opened < 0:
            yield indent + self.line(tokens)
            return
        yield indent + self.line(tokens[: opened + 1])
        begin = opened + 1
        for at in [*_commas(tokens, begin, closed), closed]:
            *before, last = self.block(tokens[begin:at], level + 1)
            yield from before
            yield last + ("," if at < closed else "")
            begin = at + 1
        yield indent + self.line(tokens[closed:])


def _spaced(tokens: Sequence[Token], at: int, *, in_selector: bool) -> bool:
    """Whether a space stands before token `at`."""
    before, token = tokens[at - 1], tokens[at]
    if token.kind in (")", "}", ",") or before.kind in ("(", "{"):
        return False
    if before.kind == ",":
        return True
    if token.kind == "RANGE":
        return before.kind != "}"
    if token.kind == "(":
        return before.kind in _SPACED_PARENTHESIS
    if _tight(tokens, at, in_selector=in_selector) or _tight(tokens, at - 1, in_selector=in_selector):
        return False
    unary = before.kind in ("-", "+") and (at < 2 or tokens[at - 2].kind in _BEFORE_UNARY)
    return not unary


def _tight(tokens: Sequence[Token], at: int, *, in_selector: bool) -> bool:
    """Whether the token is an operator without spaces around it, as in `level="error"`."""
    kind = tokens[at].kind
    if kind in ("=", "=~"):
        return True
    return kind in ("!=", "!~") and at > 0 and (in_selector or tokens[at - 1].kind == "IDENTIFIER")


def _depths(tokens: Sequence[Token]) -> Iterator[tuple[int, Token, int]]:
    """Each token with the number of parentheses and braces around it."""
    depth = 0
    for at, token in enumerate(tokens):
        if token.kind in (")", "}"):
            depth -= 1
        yield at, token, depth
        if token.kind in ("(", "{"):
            depth += 1


def _operators(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Where the operators of a metric expression begin and, with `bool`, `on (...)`, `group_left (...)`, end."""
    if tokens[0].kind == "{":
        return
    for at, token, depth in _depths(tokens):
        if depth or not at or token.kind not in _OPERATORS:
            continue
        if tokens[at - 1].kind in _BEFORE_UNARY:
            continue
        end = at + 1
        while end < len(tokens) and tokens[end].kind in (
            "bool",
            "on",
            "ignoring",
            "group_left",
            "group_right",
        ):
            end += 1
            if end < len(tokens) and tokens[end].kind == "(" and tokens[end - 1].kind != "bool":
                end = _closing(tokens, end) + 1
        yield at, min(end, len(tokens) - 1)


def _closing(tokens: Sequence[Token], opened: int) -> int:
    return next(
        opened + at for at, token, depth in _depths(tokens[opened:]) if token.kind == ")" and depth == 0
    )


def _stage_starts(tokens: Sequence[Token]) -> Iterator[int]:
    for at, token, depth in _depths(tokens):
        if depth or not at:
            continue
        if token.kind in ("|", "RANGE") or (
            token.kind in _LINE_FILTERS and tokens[at - 1].kind != "IDENTIFIER"
        ):
            yield at


def _arguments(tokens: Sequence[Token]) -> tuple[int, int]:
    """The parentheses that hold the longest part: -1 where there are none."""
    found = [
        (at, at + closed)
        for at, token, depth in _depths(tokens)
        if depth == 0 and token.kind == "("
        for closed in [_closing(tokens[at:], 0)]
    ]
    return max(found, key=lambda pair: pair[1] - pair[0], default=(-1, -1))


def _commas(tokens: Sequence[Token], begin: int, end: int) -> list[int]:
    return [begin + at for at, token, depth in _depths(tokens[begin:end]) if token.kind == "," and depth == 0]
