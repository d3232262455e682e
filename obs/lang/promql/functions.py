"""Functions, aggregations and operators: their types, and which Prometheus versions know them.

Sources: Prometheus 2.42, 2.51, 2.54, 2.55 (verdicts of promtool), the function tables of 3.9 and 3.16 and the
changelog. A version is `(major, minor)`; 2.40 is the oldest that this table knows.
"""

from __future__ import annotations

from typing import Literal

from obs.record import dataclass

ValueType = Literal["vector", "scalar", "matrix", "string"]
Version = tuple[int, int]

EXPERIMENTAL_FUNCTIONS = "promql-experimental-functions"
DURATION_ARITHMETIC = "promql-duration-expr"
EXTENDED_RANGES = "promql-extended-range-selectors"
FILL_MODIFIERS = "promql-binop-fill-modifiers"
UTF8_NAMES = "utf8-names"

OLDEST: Version = (2, 40)
NEVER: Version = (99, 0)


@dataclass(frozen=True, slots=True)
class Function:
    """`variadic`: how many arguments beyond the fixed ones may follow, or may be left out; -1 for any number.

    As in Prometheus, with `variadic` the last of `args` is the optional one. Known in
    `since <= version < until`; behind `promql-experimental-functions` while `version < stable`.
    """

    name: str
    args: tuple[ValueType, ...]
    returns: ValueType = "vector"
    variadic: int = 0
    since: Version = (0, 0)
    until: Version = NEVER
    stable: Version = (0, 0)

    @property
    def fewest(self) -> int:
        """The least number of arguments."""
        return len(self.args) - 1 if self.variadic else len(self.args)

    @property
    def most(self) -> int | None:
        """The greatest number of arguments, None without a limit."""
        if self.variadic < 0:
            return None
        return self.fewest + self.variadic if self.variadic else len(self.args)


_S, _V, _M, _T = "scalar", "vector", "matrix", "string"
_LETTERS: dict[str, ValueType] = {"s": "scalar", "v": "vector", "m": "matrix", "t": "string"}

_OF_VECTOR = """abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_count
    histogram_sum ln log10 log2 rad sgn sin sinh sort sort_desc sqrt tan tanh timestamp"""
_OF_MATRIX = """absent_over_time avg_over_time changes count_over_time delta deriv idelta increase irate
    last_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time
    sum_over_time"""
_OF_TIME = "days_in_month day_of_month day_of_week day_of_year hour minute month year"


def _args(letters: str) -> tuple[ValueType, ...]:
    return tuple(_LETTERS[letter] for letter in letters)


_TABLE: tuple[Function, ...] = (
    *(Function(name, _args("v")) for name in _OF_VECTOR.split()),
    *(Function(name, _args("m")) for name in _OF_MATRIX.split()),
    *(Function(name, _args("v"), variadic=1) for name in _OF_TIME.split()),
    Function("clamp", _args("vss")),
    Function("clamp_max", _args("vs")),
    Function("clamp_min", _args("vs")),
    Function("double_exponential_smoothing", _args("mss"), since=(3, 0), stable=NEVER),
    Function("end", (), "scalar", since=(3, 12), stable=NEVER),
    Function("first_over_time", _args("m"), since=(3, 7), stable=(3, 14)),
    Function("histogram_avg", _args("v"), since=(2, 51)),
    Function("histogram_fraction", _args("ssv")),
    Function("histogram_quantile", _args("sv")),
    Function("histogram_quantiles", _args("vtss"), variadic=9, since=(3, 11), stable=NEVER),
    Function("histogram_stddev", _args("v"), since=(2, 45)),
    Function("histogram_stdvar", _args("v"), since=(2, 45)),
    Function("holt_winters", _args("mss"), until=(3, 0)),
    Function("info", _args("vv"), variadic=1, since=(2, 55), stable=NEVER),
    Function("integral", _args("ms"), variadic=1, since=(3, 16), stable=NEVER),
    Function("label_join", _args("vttt"), variadic=-1),
    Function("label_replace", _args("vtttt")),
    Function("mad_over_time", _args("m"), since=(2, 49), stable=NEVER),
    Function("max_of", _args("ss"), "scalar", since=(3, 13), stable=NEVER),
    Function("min_of", _args("ss"), "scalar", since=(3, 13), stable=NEVER),
    Function("pi", (), "scalar"),
    Function("predict_linear", _args("ms")),
    Function("quantile_over_time", _args("sm")),
    Function("range", (), "scalar", since=(3, 12), stable=NEVER),
    Function("round", _args("vs"), variadic=1),
    Function("scalar", _args("v"), "scalar"),
    Function("sort_by_label", _args("vt"), variadic=-1, since=(2, 49), stable=NEVER),
    Function("sort_by_label_desc", _args("vt"), variadic=-1, since=(2, 49), stable=NEVER),
    Function("start", (), "scalar", since=(3, 12), stable=NEVER),
    Function("start_timestamp", _args("v"), since=(3, 14), stable=NEVER),
    Function("step", (), "scalar", since=(3, 12), stable=NEVER),
    Function("time", (), "scalar"),
    Function("ts_of_first_over_time", _args("m"), since=(3, 7), stable=NEVER),
    Function("ts_of_last_over_time", _args("m"), since=(3, 5), stable=NEVER),
    Function("ts_of_max_over_time", _args("m"), since=(3, 5), stable=NEVER),
    Function("ts_of_min_over_time", _args("m"), since=(3, 5), stable=NEVER),
    Function("vector", _args("s")),
)

FUNCTIONS: dict[str, Function] = {function.name: function for function in _TABLE}

RENAMED: dict[str, str] = {
    "holt_winters": "double_exponential_smoothing",
    "double_exponential_smoothing": "holt_winters",
}


@dataclass(frozen=True, slots=True)
class Aggregation:
    """An aggregation operator; `parameter` is the type of its first argument when it takes two."""

    name: str
    parameter: ValueType | None = None
    since: Version = (0, 0)
    stable: Version = (0, 0)


AGGREGATIONS: dict[str, Aggregation] = {
    aggregation.name: aggregation
    for aggregation in (
        *(Aggregation(name) for name in ("avg", "count", "group", "max", "min", "stddev", "stdvar", "sum")),
        Aggregation("bottomk", "scalar"),
        Aggregation("count_values", "string"),
        Aggregation("limit_ratio", "scalar", since=(2, 54), stable=NEVER),
        Aggregation("limitk", "scalar", since=(2, 54), stable=NEVER),
        Aggregation("quantile", "scalar"),
        Aggregation("topk", "scalar"),
    )
}

PRECEDENCE: dict[str, int] = {
    "or": 1,
    "and": 2,
    "unless": 2,
    "==": 3,
    "!=": 3,
    "<": 3,
    "<=": 3,
    ">": 3,
    ">=": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "%": 5,
    "atan2": 5,
    "^": 6,
}
"""Binary operators; a higher number binds tighter. `^` alone is right-associative; a sign binds below `^`."""

POWER = PRECEDENCE["^"]
COMPARISONS: frozenset[str] = frozenset({"==", "!=", "<", "<=", ">", ">="})
SET_OPERATORS: frozenset[str] = frozenset({"and", "or", "unless"})

_NEVER_A_METRIC = frozenset({"atan2", "bool", "group_left", "group_right", "ignoring", "inf", "nan", "on"})
_NEVER_A_GROUPING_LABEL = frozenset({"inf", "nan", "without"})
_KEYWORDS = frozenset({"and", "by", "end", "offset", "or", "start", "unless", "without"}) | _NEVER_A_METRIC


def is_metric_word(word: str) -> bool:
    """Whether the (lower-case) word may stand bare as a metric name."""
    return word not in _NEVER_A_METRIC


def is_label_word(word: str) -> bool:
    """Whether the (lower-case) word may stand bare inside `by (...)` or `on (...)`."""
    return word not in _NEVER_A_GROUPING_LABEL


def is_keyword(word: str) -> bool:
    """Whether the (lower-case) word can never name a function."""
    return word in _KEYWORDS
