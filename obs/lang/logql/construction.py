"""What Loki checks while it reads a query: values that have the right form and still make no sense.

The sentences are Loki's. Loki names no place for them; here each has one.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable

from obs.lang import re2
from obs.lang.error import LanguageError
from obs.lang.logql.error import ParseError
from obs.lang.logql.pattern import check_pattern
from obs.lang.logql.quoting import quote
from obs.lang.logql.syntax import (
    BinaryOperation,
    Expr,
    Grouping,
    LabelReplace,
    LogExpr,
    LogRange,
    Matcher,
    Matching,
    Number,
    Pipeline,
    RangeAggregation,
    Selector,
    StringFilter,
    VectorAggregation,
)
from obs.lang.logql.tokens import LokiVersion, Token

GO: re2.GoVersion = (1, 23)
"""The Go release that Loki 3.4 is built with."""

WITHOUT_UNWRAP = frozenset({"absent_over_time", "bytes_over_time", "bytes_rate", "count_over_time", "rate"})
"""Range aggregations that count lines or bytes."""
WITH_UNWRAP = frozenset(
    {
        "absent_over_time",
        "avg_over_time",
        "first_over_time",
        "last_over_time",
        "max_over_time",
        "min_over_time",
        "quantile_over_time",
        "rate",
        "rate_counter",
        "stddev_over_time",
        "stdvar_over_time",
        "sum_over_time",
    }
)
"""Range aggregations that compute with the unwrapped value."""
WITH_GROUPING = frozenset(
    {
        "avg_over_time",
        "first_over_time",
        "last_over_time",
        "max_over_time",
        "min_over_time",
        "quantile_over_time",
        "stddev_over_time",
        "stdvar_over_time",
    }
)
"""Range aggregations that may be followed by `by (...)` or `without (...)`."""
WITH_COUNT = frozenset({"approx_topk", "bottomk", "topk"})
"""Vector aggregations whose first argument is how many series to keep."""

EMPTY_COMPATIBLE = (
    "queries require at least one regexp or equality matcher that does not have an empty-compatible value. "
    'For instance, app=~".*" does not meet this requirement, but app=~".+" will'
)


def fault(message: str, start: int, end: int) -> ParseError:
    """An error of meaning, for which Loki names no line."""
    return ParseError(message, start, end)


# ------------------------------------------------------------------------------------ regular expressions


def check_regex(value: Token, version: LokiVersion) -> None:
    """The regular expression of a matcher; before 3.4 Loki quoted it with the anchors it adds."""
    text = str(value.value)
    shown = text if version >= (3, 4) else f"^(?:{text})$"
    _check_regex(shown, value, "", anchored=version < (3, 4))


def check_label_replace(value: Token) -> None:
    _check_regex(f"^(?:{value.value})$", value, "invalid regex in label_replace: ", anchored=True)


def _check_regex(pattern: str, value: Token, prefix: str, *, anchored: bool = False) -> None:
    try:
        re2.check(pattern, GO)
    except LanguageError as error:
        shift = -len("^(?:") if anchored else 0
        start, end = _inside(value, error, shift)
        raise fault(f"{prefix}{error.message}", start, end) from None


def _inside(value: Token, error: LanguageError, shift: int = 0) -> tuple[int, int]:
    """The place in the query of a fault in a string, exact where the string has no escapes."""
    text = str(value.value)
    if value.end - value.start != len(text) + 2:
        return value.start, value.end
    start = min(max(error.start + shift, 0), len(text))
    end = min(max(error.end + shift, start + 1), len(text))
    return (value.start + 1 + start, value.start + 1 + end) if start < end else (value.start, value.end)


_LABEL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check_regexp_stage(value: Token) -> None:
    """`regexp` needs named groups, each a label name of its own."""
    pattern = str(value.value)
    _check_regex(pattern, value, "invalid regexp parser: ")
    seen: set[str] = set()
    for name in re2.named_groups(pattern, GO):
        if not _LABEL_NAME.fullmatch(name):
            raise fault(
                f"invalid regexp parser: invalid extracted label name '{name}'", value.start, value.end
            )
        if name in seen:
            raise fault(
                f"invalid regexp parser: duplicate extracted label name '{name}'", value.start, value.end
            )
        seen.add(name)
    if not seen:
        message = "invalid regexp parser: at least one named capture must be supplied"
        raise fault(message, value.start, value.end)


def check_pattern_stage(value: Token) -> None:
    """`pattern` needs named captures with text between them."""
    try:
        check_pattern(str(value.value))
    except LanguageError as error:
        raise fault(f"invalid pattern parser: {error.message}", *_inside(value, error)) from None


# ---------------------------------------------------------------------------------------------- numbers

_FLOAT = re.compile(
    r"0[xX][0-9A-Fa-f_]*\.?[0-9A-Fa-f_]*[pP][+-]?[0-9_]+|(?!0[xXoObB])[0-9_]*\.?[0-9_]*(?:[eE][+-]?[0-9_]+)?"
)


def floating(text: str, start: int, end: int, what: str) -> float:
    """The value of a number token; `what` is Loki's word for its place."""
    try:
        return parse_float(text)
    except ValueError as error:
        message = f"unable to parse {what} as a float: {error}"
        raise fault(message, start, end) from None


def filter_number(text: str) -> float:
    """The number of a label filter, where Loki takes one that it cannot read as 0."""
    try:
        return parse_float(text)
    except ValueError as error:
        return math.inf if "out of range" in str(error) else 0.0


def parse_float(text: str) -> float:
    """Go's strconv.ParseFloat for the number tokens of a query; ValueError has Go's sentence."""
    if not _FLOAT.fullmatch(text):
        raise ValueError(f"strconv.ParseFloat: parsing {quote(text)}: invalid syntax")
    digits = text.replace("_", "")
    try:
        value = float.fromhex(digits) if digits[:2] in ("0x", "0X") else float(digits)
    except OverflowError:
        value = math.inf
    if math.isinf(value):
        raise ValueError(f"strconv.ParseFloat: parsing {quote(text)}: value out of range")
    return value


# ---------------------------------------------------------------------------------------------- aggregations


def vector_parameter(op: Token, parameter: Token | None, grouping: Grouping | None) -> int | None:
    """How many series a `topk` keeps; raises for parameters and groupings that the aggregation cannot
    have."""
    name = op.kind
    if name in WITH_COUNT:
        count = _count(op, parameter)
        if grouping and name == "approx_topk":
            raise fault(f"grouping not allowed for {name} aggregation", grouping.start, grouping.end)
        return count
    if parameter is not None:
        message = f"unsupported parameter for operation {name}({parameter.value},"
        raise fault(message, parameter.start, parameter.end)
    if grouping and name in ("sort", "sort_desc"):
        raise fault("sort and sort_desc doesn't allow grouping by ", grouping.start, grouping.end)
    return None


def _count(op: Token, parameter: Token | None) -> int:
    if parameter is None:
        raise fault(f"parameter required for operation {op.kind}", op.start, op.end)
    text = str(parameter.value)
    if not text.isdecimal() or int(text) > (1 << 63) - 1:
        raise fault(f"invalid parameter {op.kind}({text},", parameter.start, parameter.end)
    if int(text) <= 0:
        message = f"invalid parameter (must be greater than 0) {op.kind}({text}"
        raise fault(message, parameter.start, parameter.end)
    return int(text)


def range_parameter(
    op: Token, parameter: Token | None, selected: LogRange, grouping: Grouping | None
) -> float | None:
    """The quantile of `quantile_over_time`; raises where aggregation, parameter, grouping and unwrap do not
    fit.
    """
    name = op.kind
    value = None
    if parameter is not None:
        if name != "quantile_over_time":
            message = f"parameter {parameter.value} not supported for operation {name}"
            raise fault(message, parameter.start, parameter.end)
        try:
            value = parse_float(str(parameter.value))
        except ValueError as error:
            message = f"invalid parameter for operation {name}: {error}"
            raise fault(message, parameter.start, parameter.end) from None
    elif name == "quantile_over_time":
        raise fault(f"parameter required for operation {name}", op.start, op.end)
    if grouping and name not in WITH_GROUPING:
        raise fault(f"grouping not allowed for {name} aggregation", grouping.start, grouping.end)
    unwrap = selected.unwrap
    if unwrap and name not in WITH_UNWRAP:
        raise fault(f"invalid aggregation {name} with unwrap", unwrap.start, unwrap.end)
    if unwrap is None and name not in WITHOUT_UNWRAP:
        raise fault(f"invalid aggregation {name} without unwrap", op.start, op.end)
    return value


# ---------------------------------------------------------------------------------------------- operations

_SET_OPERATORS = frozenset({"and", "or", "unless"})
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def binary(op: str, left: Expr, right: Expr, matching: Matching) -> Expr:
    """The operation, or its value where both sides are numbers."""
    for side, leg in (("left", left), ("right", right)):
        if isinstance(leg, Selector | Pipeline):
            kind = "MatchersExpr" if isinstance(leg, Selector) else "PipelineExpr"
            message = f"unexpected type for {side} leg of binary operation ({op}): *syntax.{kind}"
            raise fault(message, leg.start, leg.end)
    assert not isinstance(left, Selector | Pipeline)
    assert not isinstance(right, Selector | Pipeline)
    if op in _SET_OPERATORS:
        for side, leg in (("left", left), ("right", right)):
            if isinstance(leg, Number):
                message = (
                    f"unexpected literal for {side} leg of logical/set binary operation ({op}): {leg.value:f}"
                )
                raise fault(message, leg.start, leg.end)
    if isinstance(left, Number) and isinstance(right, Number):
        return Number(left.start, right.end, fold(op, left.value, right.value))
    return BinaryOperation(left.start, right.end, op, left, right, matching)


def fold(op: str, left: float, right: float) -> float:
    """The value of an operation between numbers: a comparison is 1 or 0, a division by 0 is not a number."""
    if op in _COMPARISONS:
        return 1.0 if _COMPARISONS[op](left, right) else 0.0
    if op == "+":
        return left + right
    if op == "-":
        return left - right
    if op == "*":
        return left * right
    if op in "/%" and right == 0:
        return math.nan
    if op == "/":
        return left / right
    if op == "%":
        return math.fmod(left, right) if math.isfinite(left) else math.nan
    return _power(left, right)


def _power(left: float, right: float) -> float:
    """Go's math.Pow, which overflows to infinity and gives NaN instead of a complex number."""
    try:
        return math.pow(left, right)
    except OverflowError:
        odd = right == int(right) and int(right) % 2 == 1
        return -math.inf if left < 0 and odd else math.inf
    except ValueError:
        return math.inf if left == 0 else math.nan


# ---------------------------------------------------------------------------------------------- selectors


def check_selectors(root: Expr) -> None:
    """Each selector must refuse a stream that has none of its labels.

    Of what is in a `label_replace` Loki looks at the leftmost operand only, which may not be a number.
    """
    waiting: list[Expr] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, LabelReplace):
            node = _leftmost(node)
            if isinstance(node, Number):
                raise fault(EMPTY_COMPATIBLE, node.start, node.end)
        if isinstance(node, BinaryOperation):
            waiting += [node.right, node.left]
        elif isinstance(node, VectorAggregation):
            waiting.append(node.inner)
        elif isinstance(node, RangeAggregation):
            _check_selector(node.range.log)
        elif isinstance(node, Selector | Pipeline):
            _check_selector(node)


def _leftmost(node: Expr) -> Expr:
    while isinstance(node, BinaryOperation | LabelReplace | VectorAggregation):
        node = node.left if isinstance(node, BinaryOperation) else node.inner
    return node


def _check_selector(log: LogExpr) -> None:
    selector = log if isinstance(log, Selector) else log.selector
    if not any(map(needs_value, selector.matchers)):
        raise fault(EMPTY_COMPATIBLE, selector.start, selector.end)


def needs_value(matcher: Matcher | StringFilter) -> bool:
    """Whether only what has the label, and not empty, passes."""
    if matcher.op == "=":
        return bool(matcher.value)
    if matcher.op == "!=":
        return not matcher.value
    return re2.matches_empty(matcher.value) == (matcher.op == "!~")
