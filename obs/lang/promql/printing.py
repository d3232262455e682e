"""From a syntax tree back to text: one canonical line, or broken over lines the way Prometheus formats it.

`canonical` is Prometheus's own one-line form (sorted matchers, lower-case operators, `1000000` as `1e+06`),
with its few slips repaired: what is printed always reads back as the same tree. `pretty` keeps numbers and
durations as they were written.
"""

from __future__ import annotations

import math
import re

from obs.lang import duration
from obs.lang.duration import quote
from obs.lang.promql.functions import is_label_word
from obs.lang.promql.numbers import render_number
from obs.lang.promql.syntax import (
    Aggregate,
    At,
    Binary,
    Call,
    Duration,
    Expr,
    Label,
    Matcher,
    Matching,
    MatrixSelector,
    NumberLiteral,
    Paren,
    StringLiteral,
    Subquery,
    Unary,
    Variable,
    VectorSelector,
)

_BARE_LABEL = re.compile("[a-zA-Z_][a-zA-Z0-9_]*")
_DEEPEST_INDENT = 100


def canonical(tree: Expr) -> str:
    """The expression on one line, in the form that equal expressions share."""
    return _line(tree, as_written=False)


def pretty(tree: Expr, width: int = 100) -> str:
    """The expression with every part longer than `width` broken: operators on lines of their own."""
    return _Breaker(width).block(tree, 0)


# One line


def _line(tree: Expr, *, as_written: bool) -> str:
    parts: list[str] = []
    _write(tree, parts, as_written)
    return "".join(parts)


def _write(node: Expr, parts: list[str], as_written: bool) -> None:
    if isinstance(node, Binary):
        _write_chain(node, parts, as_written)
    elif isinstance(node, Call):
        parts.append(f"{node.function}(")
        _write_list(node.args, parts, as_written)
        parts.append(")")
    elif isinstance(node, Aggregate):
        parts.append(f"{_aggregate_head(node)}(")
        operands = (node.expr,) if node.parameter is None else (node.parameter, node.expr)
        _write_list(operands, parts, as_written)
        parts.append(")")
    elif isinstance(node, Paren):
        parts.append("(")
        _write(node.expr, parts, as_written)
        parts.append(")")
    elif isinstance(node, Unary):
        parts.append(node.op)
        _write(node.expr, parts, as_written)
    elif isinstance(node, Subquery):
        _write(node.expr, parts, as_written)
        parts.append(_subquery_suffix(node, as_written))
    else:
        parts.append(_leaf(node, as_written))


def _write_chain(node: Binary, parts: list[str], as_written: bool) -> None:
    """`a + b + c` nests to the left: walk down, then print on the way up, without recursion."""
    chain = [node]
    left = node.left
    while isinstance(left, Binary):
        chain.append(left)
        left = left.left
    if chain[-1].op == "^" and isinstance(left, NumberLiteral) and not as_written:
        parts.append(_base_of_power(left))
    else:
        _write(left, parts, as_written)
    for binary in reversed(chain):
        parts.append(f" {_operator(binary)} ")
        _write(binary.right, parts, as_written)


def _base_of_power(node: NumberLiteral) -> str:
    """Without its sign: `+Inf ^ 2` would read back as `+(Inf ^ 2)`."""
    return render_number(node.value).removeprefix("+")


def _write_list(nodes: tuple[Expr, ...], parts: list[str], as_written: bool) -> None:
    for index, node in enumerate(nodes):
        if index:
            parts.append(", ")
        _write(node, parts, as_written)


def _leaf(node: Expr, as_written: bool) -> str:
    if isinstance(node, VectorSelector):
        return _selector(node) + _extended(node) + _at(node.at) + _offset(node.offset, as_written)
    if isinstance(node, MatrixSelector):
        inner = node.selector
        suffix = _extended(inner) + _at(inner.at) + _offset(inner.offset, as_written)
        return f"{_selector(inner)}[{_duration(node.range, as_written)}]{suffix}"
    if isinstance(node, NumberLiteral):
        return _compact(node.text) if as_written and node.text else render_number(node.value)
    if isinstance(node, StringLiteral):
        return quote(node.value)
    if isinstance(node, Variable):
        return node.text
    raise TypeError(f"not a leaf: {type(node).__name__}")


def _compact(text: str) -> str:
    """A sign and its number without the space or comment between them."""
    return re.sub(r"#[^\n]*|\s+", "", text)


def _selector(node: VectorSelector) -> str:
    matchers = ",".join(sorted(map(_matcher, node.matchers)))
    if matchers or node.name is None:
        return f"{node.name or ''}{{{matchers}}}"
    return node.name


def _matcher(matcher: Matcher) -> str:
    if not matcher.op:
        return matcher.label
    bare = matcher.templated or _BARE_LABEL.fullmatch(matcher.label)
    label = matcher.label if bare else quote(matcher.label)
    return f"{label}{matcher.op}{quote(matcher.value)}"


def _label(label: Label) -> str:
    name = label.name
    bare = label.templated or (_BARE_LABEL.fullmatch(name) and is_label_word(name.lower()))
    return name if bare else quote(name)


def _labels(labels: tuple[Label, ...]) -> str:
    return f"({', '.join(map(_label, labels))})"


def _extended(node: VectorSelector) -> str:
    return f" {node.extended}" if node.extended else ""


def _at(at: At | None) -> str:
    if at is None:
        return ""
    if at.kind != "time":
        return f" @ {at.kind}()"
    return f" @ {at.text}" if at.milliseconds is None else f" @ {_timestamp(at.milliseconds)}"


def _timestamp(milliseconds: int) -> str:
    sign = "-" if milliseconds < 0 else ""
    seconds, rest = divmod(abs(milliseconds), 1000)
    return f"{sign}{seconds}.{rest:03d}"


def _duration(length: Duration, as_written: bool) -> str:
    if length.milliseconds is None or (as_written and length.text):
        return length.text
    if length.milliseconds == 0:
        return "0"  # `0s` would not be read back
    return duration.render(length.milliseconds)


def _offset(offset: Duration | None, as_written: bool) -> str:
    if offset is None or offset.milliseconds == 0:
        return ""
    if offset.milliseconds is None or (as_written and offset.text):
        return f" offset {_compact(offset.text)}"
    return f" offset {duration.render(offset.milliseconds)}"


def _subquery_suffix(node: Subquery, as_written: bool) -> str:
    step = "" if node.step is None or node.step.milliseconds == 0 else _duration(node.step, as_written)
    length = _duration(node.range, as_written)
    return f"[{length}:{step}]{_at(node.at)}{_offset(node.offset, as_written)}"


def _aggregate_head(node: Aggregate) -> str:
    if node.without:
        return f"{node.op} without {_labels(node.grouping)} "
    return f"{node.op} by {_labels(node.grouping)} " if node.grouping else node.op


def _operator(node: Binary) -> str:
    return node.op + (" bool" if node.returns_bool else "") + _matching(node.matching)


def _matching(matching: Matching | None) -> str:
    if matching is None:
        return ""
    text = ""
    grouped = matching.card in {"many-to-one", "one-to-many"}
    if matching.on or matching.labels or grouped:
        text = f" {'on' if matching.on else 'ignoring'} {_labels(matching.labels)}"
    if grouped:
        side = "left" if matching.card == "many-to-one" else "right"
        text += f" group_{side} {_labels(matching.include)}"
    left, right = matching.fill
    if left is not None and right is not None and (left == right or math.isnan(left + right)):
        return f"{text} fill ({render_number(left)})"
    for side, value in (("left", left), ("right", right)):
        if value is not None:
            text += f" fill_{side} ({render_number(value)})"
    return text


# Broken over lines


class _Breaker:
    """Prints with a limit; remembers which nodes are short enough for one line."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.lines: dict[int, str | None] = {}

    def line(self, node: Expr) -> str | None:
        """The node on one line, None if that is too long (counted in UTF-8 bytes, as Prometheus does)."""
        key = id(node)
        if key not in self.lines:
            self.lines[key] = self.measured(node)
        return self.lines[key]

    def measured(self, node: Expr) -> str | None:
        spine: list[Expr] = [node]
        while isinstance(spine[-1], Binary):
            spine.append(spine[-1].left)
        text: str | None = None
        for part in reversed(spine):
            if isinstance(part, Binary):
                text = self.lines[id(part)] = self.joined(part, text)
            elif isinstance(part, Call | Aggregate | Paren | Unary | Subquery) and not self.inner_fits(part):
                text = None
            else:
                text = self.limited(_line(part, as_written=True))
            self.lines[id(part)] = text
        return text

    def inner_fits(self, node: Call | Aggregate | Paren | Unary | Subquery) -> bool:
        inner = node.args if isinstance(node, Call) else (node.expr,)
        return all(self.line(operand) is not None for operand in inner)

    def joined(self, node: Binary, left: str | None) -> str | None:
        right = self.line(node.right)
        if left is None or right is None:
            return None
        return self.limited(f"{left} {_operator(node)} {right}")

    def limited(self, text: str) -> str | None:
        return text if len(text.encode("utf-8", "surrogateescape")) <= self.width else None

    def block(self, node: Expr, level: int) -> str:
        """The node on lines of its own, each indented by at least `level`."""
        indent = "  " * min(level, _DEEPEST_INDENT)
        line = self.line(node)
        if line is not None:
            return indent + line
        if isinstance(node, Binary):
            return self.chain(node, level)
        if isinstance(node, Call) and node.args:
            return f"{indent}{node.function}(\n{self.blocks(node.args, level + 1)}\n{indent})"
        if isinstance(node, Aggregate):
            operands = (node.expr,) if node.parameter is None else (node.parameter, node.expr)
            return f"{indent}{_aggregate_head(node)}(\n{self.blocks(operands, level + 1)}\n{indent})"
        if isinstance(node, Paren):
            return f"{indent}(\n{self.block(node.expr, level + 1)}\n{indent})"
        if isinstance(node, Unary):
            return f"{indent}{node.op}{self.block(node.expr, level).lstrip(' ')}"
        if isinstance(node, Subquery):
            return self.block(node.expr, level) + _subquery_suffix(node, as_written=True)
        return indent + _line(node, as_written=True)

    def blocks(self, nodes: tuple[Expr, ...], level: int) -> str:
        return ",\n".join(self.block(node, level) for node in nodes)

    def chain(self, node: Binary, level: int) -> str:
        chain: list[tuple[Binary, int]] = [(node, level)]
        while isinstance(chain[-1][0].left, Binary) and self.line(chain[-1][0].left) is None:
            chain.append((chain[-1][0].left, chain[-1][1] + 1))
        innermost, deepest = chain[-1]
        lines = [self.block(innermost.left, deepest + 1)]
        for binary, depth in reversed(chain):
            indent = "  " * min(depth, _DEEPEST_INDENT)
            lines += [indent + _operator(binary), self.block(binary.right, depth + 1)]
        return "\n".join(lines)
