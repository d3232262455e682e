"""The types of PromQL: what an operator, a function or an aggregation may be given."""

from __future__ import annotations

from dataclasses import replace

from obs.lang.error import LanguageError
from obs.lang.promql.functions import (
    AGGREGATIONS,
    COMPARISONS,
    EXPERIMENTAL_FUNCTIONS,
    FUNCTIONS,
    RENAMED,
    SET_OPERATORS,
    Function,
)
from obs.lang.promql.ranges import RangeReader
from obs.lang.promql.reader import documented
from obs.lang.promql.syntax import (
    Aggregate,
    Binary,
    Call,
    Expr,
    Matching,
    MatrixSelector,
    NodeType,
    VectorSelector,
)


class TypeReader(RangeReader):
    """Builds nodes of checked types; the first mistake is kept until the syntax is known to be right."""

    __slots__ = ()

    def checked_aggregate(self, bare: Aggregate, args: tuple[Expr, ...], name_end: int) -> Aggregate:
        """The aggregation over its arguments; `bare` has all but the parameter."""
        op, start, closed = bare.op, bare.start, bare.end
        aggregation = AGGREGATIONS[op]
        if self.version < aggregation.stable and EXPERIMENTAL_FUNCTIONS not in self.features:
            message = f"{op}() is experimental: it needs --enable-feature={EXPERIMENTAL_FUNCTIONS}"
            raise LanguageError(message, start, name_end)
        wanted = 1 if aggregation.parameter is None else 2
        if len(args) != wanted:
            raise LanguageError(f"{op}() takes {_count(wanted, wanted)}, got {len(args)}", start, closed)
        expr = args[-1]
        if expr.type not in {"vector", "any"}:
            message = f"{op}() needs an instant vector, got {documented(expr.type)}"
            if isinstance(expr, MatrixSelector):
                message += f": wrap it, {op}(rate(...))"
            self.wrong(message, expr.start, expr.end)
        parameter = args[0] if wanted == 2 else None
        if parameter is not None and parameter.type not in {aggregation.parameter, "any"}:
            message = (
                f"the parameter of {op}() is a {aggregation.parameter}, got {documented(parameter.type)}"
            )
            self.wrong(message, parameter.start, parameter.end)
        return bare if parameter is None else replace(bare, parameter=parameter)

    def unknown_function(self, name: str, function: Function | None) -> str:
        target = ".".join(map(str, self.version))
        if function is None:
            lowered = name.lower()
            hint = f"; did you mean {lowered}()?" if lowered in FUNCTIONS else _similar(name)
            return f"unknown function {name}(){hint}"
        if self.version < function.since:
            since = ".".join(map(str, function.since))
            hint = f"; in {target} it is {RENAMED[name]}()" if name in RENAMED else ""
            return f"{name}() exists from Prometheus {since} on, the target is {target}{hint}"
        until = ".".join(map(str, function.until))
        hint = f"; it is now {RENAMED[name]}()" if name in RENAMED else ""
        return f"{name}() is gone since Prometheus {until}{hint}"

    def check_arguments(self, function: Function, node: Call) -> None:
        name, args, count = function.name, node.args, len(node.args)
        fewest, most = function.fewest, function.most
        if count < fewest or (most is not None and count > most):
            wanted = _count(fewest, most)
            self.wrong(f"{name}() takes {wanted}, got {count}", node.start, node.end)
            return
        if name == "info" and count > 1:
            self.check_info(args[1])
        for index, arg in enumerate(args):
            wanted_type = function.args[min(index, len(function.args) - 1)]
            if arg.type not in {wanted_type, "any"}:
                message = f"{name}() needs {documented(wanted_type)} here, got {documented(arg.type)}"
                if wanted_type == "matrix" and isinstance(arg, VectorSelector):
                    message += f": add a range, {self.text[arg.start : arg.end]}[5m]"
                self.wrong(message, arg.start, arg.end)

    def check_info(self, labels: Expr) -> None:
        if not isinstance(labels, VectorSelector):
            self.wrong('info() needs a label selector such as {a="b"} here', labels.start, labels.end)
        elif labels.name is not None:
            self.wrong("info() needs a label selector without a metric name here", labels.start, labels.end)
        else:
            self.bare = [selector for selector in self.bare if selector.start != labels.start]

    def binary(
        self, op: str, op_start: int, left: Expr, right: Expr, modifiers: tuple[bool, Matching]
    ) -> Binary:
        """The operation; `modifiers` are `bool` and how its sides match."""
        returns_bool, matching = modifiers
        lhs, rhs = left.type, right.type
        kind: NodeType = "vector"
        if lhs != "vector" or rhs != "vector":
            self.check_operands(op, op_start, left, right, modifiers)
            if lhs == "scalar" and rhs == "scalar":
                kind = "scalar"
            elif "vector" not in {lhs, rhs}:
                kind = "any"
        if op in SET_OPERATORS and matching.card != "many-to-many":
            self.wrong(
                f"group_left and group_right are not allowed with {op!r}", matching.start, matching.end
            )
        kept = None if "scalar" in {lhs, rhs} else matching
        return Binary(op, left, right, returns_bool, kept, kind, op_start, left.start, right.end)

    def check_operands(
        self, op: str, op_start: int, left: Expr, right: Expr, modifiers: tuple[bool, Matching]
    ) -> None:
        """Where a side is no instant vector."""
        returns_bool, matching = modifiers
        for side in (left, right):
            if side.type in {"matrix", "string"}:
                message = f"{op!r} works on scalars and instant vectors, got {documented(side.type)}"
                self.wrong(message, side.start, side.end)
        both = left.type == "scalar" and right.type == "scalar"
        if both and op in COMPARISONS and not returns_bool:
            message = f"a comparison of two scalars needs bool: {op} bool"
            self.wrong(message, op_start, op_start + len(op))
        if "scalar" in {left.type, right.type}:
            if matching.labels:
                kind = "on" if matching.on else "ignoring"
                self.wrong(f"{kind}() needs instant vectors on both sides", matching.start, matching.end)
            if op in SET_OPERATORS:
                side = left if left.type == "scalar" else right
                self.wrong(f"{op!r} works on instant vectors, got a scalar", side.start, side.end)


def _count(fewest: int, most: int | None) -> str:
    if most is None:
        return f"at least {fewest} arguments"
    if fewest != most:
        return f"{fewest} to {most} arguments"
    return "no arguments" if most == 0 else f"{most} argument{'s' if most > 1 else ''}"


def _similar(name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name.lower(), [*FUNCTIONS, *AGGREGATIONS], n=1, cutoff=0.75)
    return f"; did you mean {close[0]}()?" if close else ""
