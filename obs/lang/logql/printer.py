"""Writes a query the way Loki itself writes it: one line, one spelling for each meaning.

Some of Loki's choices lose something, and are kept: sizes are rounded (`21MB` for 20MiB), `vector(...)` has
six decimals, an operation between numbers is its value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from obs.lang import duration
from obs.lang.logql.line_regex import is_plain
from obs.lang.logql.quoting import quote
from obs.lang.logql.syntax import (
    BinaryOperation,
    BytesFilter,
    Decolorize,
    Drop,
    DurationFilter,
    Expr,
    Extraction,
    Filter,
    Grouping,
    IpFilter,
    Json,
    Keep,
    LabelFilter,
    LabelFormat,
    LabelName,
    LabelReplace,
    LineFilter,
    LineFormat,
    Logfmt,
    LogicalFilter,
    LogRange,
    Matcher,
    Matching,
    Number,
    NumberFilter,
    Pattern,
    Pipeline,
    RangeAggregation,
    Regexp,
    Selector,
    Stage,
    StringFilter,
    Unpack,
    Unwrap,
    Vector,
)
from obs.lang.logql.tokens import LATEST, LokiVersion

_LABEL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def render(expr: Expr, version: LokiVersion = LATEST) -> str:
    """The whole query."""
    return _Printer(version).expression(expr)


def render_stage(stage: Stage, version: LokiVersion = LATEST) -> str:
    """One stage, with the bar before it."""
    return _Printer(version).stage(stage)


class _Printer:
    """Writes for one version of Loki: since 3.4 it quotes label names that are no plain words."""

    def __init__(self, version: LokiVersion) -> None:
        self.quotes_names = version >= (3, 4)

    def expression(self, root: Expr) -> str:
        """Without recursion along operations: what is still to write waits on a stack."""
        pieces: list[str] = []
        waiting: list[Expr | str] = [root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, str):
                pieces.append(node)
            elif isinstance(node, BinaryOperation):
                middle = f" {node.op}{_matching(node.matching)} "
                waiting += [")", node.right, middle, node.left, "("]
            else:
                pieces.append(self.operand(node))
        return "".join(pieces)

    def operand(self, node: Expr) -> str:
        if isinstance(node, Selector):
            return self.selector(node)
        if isinstance(node, Pipeline):
            return f"{self.selector(node.selector)} {self.stages(node.stages)}"
        if isinstance(node, RangeAggregation):
            parameter = "" if node.parameter is None else f"{number(node.parameter)},"
            grouping = f" {_grouping(node.grouping)}" if node.grouping else ""
            return f"{node.op}({parameter}{self.range(node.range)}){grouping}"
        if isinstance(node, Number):
            return _shortest(node.value)
        if isinstance(node, Vector):
            return f"vector({node.value:f})"
        if isinstance(node, LabelReplace):
            texts = (node.destination, node.replacement, node.source.label, node.regex)
            return f"label_replace({self.expression(node.inner)},{','.join(map(quote, texts))})"
        assert not isinstance(node, BinaryOperation)
        grouping = f" {_grouping(node.grouping)}" if node.grouping else ""
        parameter = "" if node.parameter is None else f"{node.parameter},"
        return f"{node.op}{grouping}({parameter}{self.expression(node.inner)})"

    # ------------------------------------------------------------------------------------------ log queries

    def selector(self, selector: Selector) -> str:
        return "{" + ", ".join(map(self.matcher, selector.matchers)) + "}"

    def matcher(self, matcher: Matcher | StringFilter) -> str:
        name = matcher.label
        if self.quotes_names and not _LABEL_NAME.fullmatch(name):
            name = quote(name)
        return f"{name}{matcher.op}{quote(matcher.value)}"

    def stages(self, stages: Iterable[Stage]) -> str:
        return " ".join(map(self.stage, stages))

    def stage(self, stage: Stage) -> str:
        if isinstance(stage, LineFilter):
            return f"{stage.op} " + " or ".join(
                f"ip({quote(value.value)})" if value.ip else quote(value.value)
                for value in stage.alternatives
            )
        return f"| {self.stage_body(stage)}"

    def stage_body(self, stage: Stage) -> str:
        if isinstance(stage, Filter):
            return self.label_filter(stage.condition)
        if isinstance(stage, Json):
            return " ".join(["json", *_extractions(stage.extractions)])
        if isinstance(stage, Logfmt):
            flags = ["--strict"] * stage.strict + ["--keep-empty"] * stage.keep_empty
            return " ".join(["logfmt", *flags, *_extractions(stage.extractions)])
        if isinstance(stage, Regexp):
            return f"regexp {quote(stage.pattern)}"
        if isinstance(stage, Pattern):
            return f"pattern {quote(stage.pattern)}"
        if isinstance(stage, LineFormat):
            return f"line_format {quote(stage.template)}"
        if isinstance(stage, LabelFormat):
            return "label_format " + ",".join(
                f"{one.label}={one.value if one.rename else quote(one.value)}" for one in stage.assignments
            )
        if isinstance(stage, Drop | Keep):
            word = "drop " if isinstance(stage, Drop) else "keep "
            return word + ",".join(
                one.label if isinstance(one, LabelName) else self.matcher(one) for one in stage.labels
            )
        if isinstance(stage, Unpack):
            return "unpack"
        assert isinstance(stage, Decolorize)
        return "decolorize"

    def label_filter(self, root: LabelFilter) -> str:
        pieces: list[str] = []
        waiting: list[LabelFilter | str] = [root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, str):
                pieces.append(node)
            elif isinstance(node, LogicalFilter):
                word = " or " if node.op == "or" else " , "
                waiting += [" )", node.right, word, node.left, "( "]
            else:
                pieces.append(self.comparison(node))
        return "".join(pieces)

    def comparison(self, node: StringFilter | NumberFilter | DurationFilter | BytesFilter | IpFilter) -> str:
        if isinstance(node, StringFilter):
            if node.op == "=~" and not is_plain(node.value):
                return f"{node.label}=~`{node.value}`"
            return self.matcher(node)
        if isinstance(node, IpFilter):
            return f"{node.label}{node.op}ip({quote(node.pattern)})"
        if isinstance(node, DurationFilter):
            value = duration.render_go(node.value)
        elif isinstance(node, BytesFilter):
            value = size(node.value)
        else:
            value = number(node.value)
        return f"{node.label}{node.op}{value}"

    def range(self, selected: LogRange) -> str:
        log, unwrap = selected.log, selected.unwrap
        offset = f" offset {duration.render_go(selected.offset)}" if selected.offset else ""
        interval = f"[{duration.render(selected.interval // duration.MILLISECOND_NS)}]{offset}"
        return f"{self.operand(log)}{self.unwrap(unwrap) if unwrap else ''}{interval}"

    def unwrap(self, unwrap: Unwrap) -> str:
        label = f"{unwrap.conversion}({unwrap.label})" if unwrap.conversion else unwrap.label
        return f" | unwrap {label}" + "".join(f" | {self.label_filter(one)}" for one in unwrap.filters)


def _extractions(extractions: tuple[Extraction, ...]) -> list[str]:
    return [",".join(f"{one.label}={quote(one.expression)}" for one in extractions)] if extractions else []


def _grouping(grouping: Grouping) -> str:
    return f"{'without' if grouping.without else 'by'} ({_names(grouping.labels)})"


def _names(labels: tuple[LabelName, ...]) -> str:
    return ",".join(label.label for label in labels)


def _matching(matching: Matching) -> str:
    text = " bool" if matching.return_bool else ""
    if matching.on is None or (not matching.on and not matching.labels):
        return text
    text += f" {'on' if matching.on else 'ignoring'} ({_names(matching.labels)}) "
    if matching.group:
        text += f"group_{matching.group}"
        if matching.include:
            text += f" ({_names(matching.include)})"
    return text


def number(value: float) -> str:
    """Go's `%f` with as many decimals as needed: `0.0000001`, `1000000`."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
    text = repr(value)
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        return mantissa.removesuffix(".0")
    return f"{value:.{max(0, len(mantissa.partition('.')[2]) - int(exponent))}f}"


def _shortest(value: float) -> str:
    """Go's shortest text of a float: with an exponent below 0.0001 and from a million on."""
    if not math.isfinite(value) or value == 0 or 1e-4 <= abs(value) < 1e6:
        return number(value)
    digits = len(repr(value).partition("e")[0].strip("-").replace(".", "").strip("0")) - 1
    mantissa, _, exponent = f"{value:.{max(digits, 0)}e}".partition("e")
    return f"{mantissa}e{int(exponent):+03d}"


_UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB")


def size(value: int) -> str:
    """Bytes in powers of 1000, rounded to two digits as Loki's library does: `5.0MB`, `20MB`, `1.2kB`."""
    if value < 10:
        return f"{value}B"
    power = math.floor(math.log(value) / math.log(1000))
    scaled = math.floor(value / 1000**power * 10 + 0.5) / 10
    return f"{scaled:.1f}{_UNITS[power]}" if scaled < 10 else f"{scaled:.0f}{_UNITS[power]}"
