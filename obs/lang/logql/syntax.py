"""What a LogQL query is made of: frozen nodes, each with its place in the text.

`start` and `end` are character offsets, `end` exclusive. A node's class corresponds to what Loki calls its
type (`Query.type`); values are decoded: strings without quotes, durations in nanoseconds, sizes in bytes.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from obs.record import dataclass

MatchOp: TypeAlias = Literal["=", "!=", "=~", "!~"]
CompareOp: TypeAlias = Literal["=", "==", "!=", ">", ">=", "<", "<="]
LineOp: TypeAlias = Literal["|=", "!=", "|~", "!~", "|>", "!>"]


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a query."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Matcher(Node):
    """`label="value"` of a stream selector, or of `drop` and `keep`. Regular expressions match the whole
    value.
    """

    label: str
    op: MatchOp
    value: str


@dataclass(frozen=True, slots=True)
class Selector(Node):
    """`{app="api", env=~"prod|stg"}`."""

    matchers: tuple[Matcher, ...]


# ---------------------------------------------------------------------------------------------- stages


@dataclass(frozen=True, slots=True)
class LineValue(Node):
    """What a line filter looks for: a text, regular expression or pattern, or the addresses of
    `ip("...")`."""

    value: str
    ip: bool = False


@dataclass(frozen=True, slots=True)
class LineFilter(Node):
    """`|= "a" or "b"`: a line passes when one alternative is found (for a negated operator: when none is)."""

    op: LineOp
    alternatives: tuple[LineValue, ...]


@dataclass(frozen=True, slots=True)
class Extraction(Node):
    """`label="expression"` behind `json` or `logfmt`; a label alone is its own expression."""

    label: str
    expression: str


@dataclass(frozen=True, slots=True)
class Json(Node):
    """`json`, or `json status="response.status"`."""

    extractions: tuple[Extraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Logfmt(Node):
    """`logfmt --strict --keep-empty level`."""

    strict: bool = False
    keep_empty: bool = False
    extractions: tuple[Extraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Regexp(Node):
    """`regexp "(?P<name>...)"`: each named group becomes a label."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Pattern(Node):
    """`pattern "<ip> - <_>"`: each named capture becomes a label."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Unpack(Node):
    """`unpack`: undoes Promtail's pack stage."""


@dataclass(frozen=True, slots=True)
class Decolorize(Node):
    """`decolorize`: strips ANSI colours from the line."""


@dataclass(frozen=True, slots=True)
class LineFormat(Node):
    """`line_format "{{.level}}"`: a Go template gives the new line."""

    template: str


@dataclass(frozen=True, slots=True)
class LabelAssignment(Node):
    """`new=old` renames, `new="{{.old}}"` sets from a Go template."""

    label: str
    value: str
    rename: bool


@dataclass(frozen=True, slots=True)
class LabelFormat(Node):
    """`label_format lvl=level, svc="{{.app}}-x"`."""

    assignments: tuple[LabelAssignment, ...]


@dataclass(frozen=True, slots=True)
class LabelName(Node):
    """A label named alone in `drop` or `keep`."""

    label: str


@dataclass(frozen=True, slots=True)
class Drop(Node):
    """`drop __error__, level="debug"`: removes labels, or those whose value matches."""

    labels: tuple[LabelName | Matcher, ...]


@dataclass(frozen=True, slots=True)
class Keep(Node):
    """`keep level, app="api"`: removes all labels but these."""

    labels: tuple[LabelName | Matcher, ...]


# ---------------------------------------------------------------------------------------------- label filters


@dataclass(frozen=True, slots=True)
class StringFilter(Node):
    """`level=~"warn|error"`; regular expressions match the whole value."""

    label: str
    op: MatchOp
    value: str


@dataclass(frozen=True, slots=True)
class NumberFilter(Node):
    """`status >= 500`."""

    label: str
    op: CompareOp
    value: float


@dataclass(frozen=True, slots=True)
class DurationFilter(Node):
    """`latency > 1m30s`; the value is in nanoseconds."""

    label: str
    op: CompareOp
    value: int


@dataclass(frozen=True, slots=True)
class BytesFilter(Node):
    """`size > 20MB`; the value is in bytes."""

    label: str
    op: CompareOp
    value: int


@dataclass(frozen=True, slots=True)
class IpFilter(Node):
    """`addr = ip("192.168.4.0/24")`: an address, a range or a network."""

    label: str
    op: Literal["=", "!="]
    pattern: str


@dataclass(frozen=True, slots=True)
class LogicalFilter(Node):
    """Two label filters; a comma and mere juxtaposition mean `and`."""

    op: Literal["and", "or"]
    left: LabelFilter
    right: LabelFilter


LabelFilter: TypeAlias = StringFilter | NumberFilter | DurationFilter | BytesFilter | IpFilter | LogicalFilter


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """A label filter as a stage: `| level="error" and status>=500`."""

    condition: LabelFilter


Stage: TypeAlias = (
    LineFilter
    | Json
    | Logfmt
    | Regexp
    | Pattern
    | Unpack
    | Decolorize
    | LineFormat
    | LabelFormat
    | Drop
    | Keep
    | Filter
)

# ---------------------------------------------------------------------------------------------- queries


@dataclass(frozen=True, slots=True)
class Pipeline(Node):
    """A selector and at least one stage."""

    selector: Selector
    stages: tuple[Stage, ...]


LogExpr: TypeAlias = Selector | Pipeline


@dataclass(frozen=True, slots=True)
class Unwrap(Node):
    """`unwrap bytes(size) | __error__=""`: the label whose value is the sample, and the filters behind it."""

    name: LabelName
    conversion: Literal["", "bytes", "duration", "duration_seconds"]
    filters: tuple[LabelFilter, ...]

    @property
    def label(self) -> str:
        """The label that is unwrapped."""
        return self.name.label


@dataclass(frozen=True, slots=True)
class LogRange(Node):
    """`{...} | json | unwrap v [5m] offset 1h`; interval and offset are in nanoseconds."""

    log: LogExpr
    interval: int
    offset: int
    unwrap: Unwrap | None


@dataclass(frozen=True, slots=True)
class Grouping(Node):
    """`by (a, b)` or `without (a, b)`."""

    without: bool
    labels: tuple[LabelName, ...]


@dataclass(frozen=True, slots=True)
class RangeAggregation(Node):
    """`quantile_over_time(0.99, {...} | unwrap v [5m]) by (uri)`."""

    op: str
    range: LogRange
    parameter: float | None
    grouping: Grouping | None


@dataclass(frozen=True, slots=True)
class VectorAggregation(Node):
    """`topk(5, ...)`, `sum by (pod) (...)`."""

    op: str
    inner: MetricExpr
    parameter: int | None
    grouping: Grouping | None


@dataclass(frozen=True, slots=True)
class Matching:
    """`bool`, `on (...)`, `ignoring (...)`, `group_left (...)` of a binary operation.

    `include` holds the labels of `group_left (...)` or `group_right (...)`.
    """

    return_bool: bool = False
    on: bool | None = None
    labels: tuple[LabelName, ...] = ()
    group: Literal["", "left", "right"] = ""
    include: tuple[LabelName, ...] = ()


@dataclass(frozen=True, slots=True)
class BinaryOperation(Node):
    """Two metric expressions; `matching` is there also when nothing is written."""

    op: str
    left: MetricExpr
    right: MetricExpr
    matching: Matching


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number, or an operation between numbers, which Loki computes while it parses."""

    value: float


@dataclass(frozen=True, slots=True)
class Vector(Node):
    """`vector(1)`: one sample without labels."""

    value: float


@dataclass(frozen=True, slots=True)
class LabelReplace(Node):
    """`label_replace(..., "destination", "replacement", "source", "regex")`."""

    inner: MetricExpr
    destination: str
    replacement: str
    source: LabelName
    regex: str


MetricExpr: TypeAlias = (
    RangeAggregation | VectorAggregation | BinaryOperation | Number | Vector | LabelReplace
)
Expr: TypeAlias = LogExpr | MetricExpr
