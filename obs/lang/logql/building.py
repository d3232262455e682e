"""Loki's second layer of errors: stages that can be read but not built.

Loki builds each stage in order and names the whole stage in its answer; line filters in a row are one stage.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator

from obs.lang import re2
from obs.lang.error import LanguageError
from obs.lang.logql.construction import GO
from obs.lang.logql.error import StageError
from obs.lang.logql.paths import check_json_path, check_logfmt_key
from obs.lang.logql.pattern import check_line_pattern
from obs.lang.logql.printer import render_stage
from obs.lang.logql.quoting import quote
from obs.lang.logql.syntax import (
    Extraction,
    Filter,
    IpFilter,
    Json,
    LabelFormat,
    LineFilter,
    LineFormat,
    LineValue,
    Logfmt,
    Node,
    Stage,
    Unpack,
)
from obs.lang.logql.tokens import LATEST, LokiVersion

_BOUNDARIES = (LineFormat, Unpack, Filter)
"""Stages that Loki moves no line filter across."""


def check_stages(stages: Iterable[Stage], text: str, version: LokiVersion = LATEST) -> None:
    """Raises StageError for the first stage of a pipeline that Loki cannot build; `text` is the whole query.

    Loki runs line filters as early as it can: those between two boundaries are one stage before the others.
    """
    line_filters: list[LineFilter] = []
    others: list[Stage] = []
    for stage in stages:
        if isinstance(stage, LineFilter):
            line_filters.append(stage)
            continue
        others.append(stage)
        if isinstance(stage, _BOUNDARIES):
            _check_segment(line_filters, others, text, version)
            line_filters, others = [], []
    _check_segment(line_filters, others, text, version)


def _check_segment(
    line_filters: list[LineFilter], others: list[Stage], text: str, version: LokiVersion
) -> None:
    shown = " ".join(render_stage(one, version) for one in line_filters) if line_filters else ""
    for one in line_filters:
        _check_line_filter(one, text, shown)
    for stage in others:
        _check_stage(stage, text, version)


def _check_line_filter(stage: LineFilter, text: str, shown: str) -> None:
    """`shown` is the row of line filters that it belongs to, as Loki prints it."""
    for position, value in enumerate(stage.alternatives):
        try:
            _check_line_value(stage.op, value, alone=len(stage.alternatives) == 1 and position == 0)
        except LanguageError as error:
            raise StageError(error.message, *_inside(text, value, value.value, error), stage=shown) from None


def _check_line_value(op: str, value: LineValue, *, alone: bool) -> None:
    if value.ip:
        if not alone:
            return
        if op not in ("|=", "!="):
            raise LanguageError("ip: invalid operation", 0, len(value.value))
        check_ip(value.value)
    elif op in ("|~", "!~"):
        re2.check(value.value, GO)
    elif op in ("|>", "!>"):
        check_line_pattern(value.value)


def check_ip(pattern: str) -> None:
    """An address, `first-last` or a network with its mask; raises LanguageError."""
    if not (_is_address(pattern) or _is_range(pattern) or _is_network(pattern)):
        raise LanguageError(f"ip: invalid pattern: {quote(pattern)}", 0, len(pattern))


def _is_address(text: str) -> bool:
    return _address(text) is not None


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _is_range(text: str) -> bool:
    first, dash, last = text.partition("-")
    low, high = _address(first), _address(last)
    if not dash or low is None or high is None or low.version != high.version:
        return False
    return int(low) <= int(high)


def _is_network(text: str) -> bool:
    address, slash, mask = text.rpartition("/")
    found = _address(address)
    if not slash or found is None or "%" in address or not (mask.isascii() and mask.isdigit()):
        return False
    return (mask == "0" or mask[0] != "0") and int(mask) <= found.max_prefixlen


def _check_stage(stage: Stage, text: str, version: LokiVersion) -> None:
    for node, value, fault in _faults(stage):
        shown = render_stage(stage, version)
        raise StageError(fault.message, *_inside(text, node, value, fault), stage=shown)


def _faults(stage: Stage) -> Iterator[tuple[Node, str, LanguageError]]:
    """What is wrong with a stage: the node, the text in it that was read, the fault with places in that
    text."""
    if isinstance(stage, Json | Logfmt):
        for extraction in stage.extractions:
            fault = _extraction_fault(extraction, key=isinstance(stage, Logfmt))
            if fault:
                yield extraction, extraction.expression, fault
    elif isinstance(stage, LineFormat):
        fault = template_fault(stage.template, "line")
        if fault:
            fault.message = f"invalid line template: {fault.message}"
            yield stage, stage.template, fault
    elif isinstance(stage, LabelFormat):
        yield from _label_format_faults(stage)
    elif isinstance(stage, Filter) and isinstance(stage.condition, IpFilter):  # Loki looks at no other `ip`
        fault = _ip_fault(stage.condition.pattern)
        if fault:
            yield stage.condition, stage.condition.pattern, fault


def _ip_fault(pattern: str) -> LanguageError | None:
    try:
        check_ip(pattern)
    except LanguageError as error:
        return error
    return None


def _extraction_fault(extraction: Extraction, *, key: bool) -> LanguageError | None:
    try:
        (check_logfmt_key if key else check_json_path)(extraction.expression)
    except LanguageError as error:
        return error
    return None


def _label_format_faults(stage: LabelFormat) -> Iterator[tuple[Node, str, LanguageError]]:
    seen: set[str] = set()
    for one in stage.assignments:
        if one.label == "__error__":
            message = "__error__ cannot be formatted"
            yield one, "", LanguageError(message, 0, 0)
        if one.label in seen:
            message = f"multiple label name '{one.label}' not allowed in a single format operation"
            yield one, "", LanguageError(message, 0, 0)
        seen.add(one.label)
    for one in stage.assignments:
        fault = None if one.rename else template_fault(one.value, "label")
        if fault:
            fault.message = f"invalid template for label '{one.label}': {fault.message}"
            yield one, one.value, fault


def template_fault(template: str, name: str) -> LanguageError | None:
    """What Go says of a template that it cannot read; None when it can."""
    if "{{" not in template:
        return None
    from obs.lang.logql.template import fault

    return fault(template, name)


def _inside(text: str, node: Node, value: str, fault: LanguageError) -> tuple[int, int]:
    """The place of a fault in the string that ends the node; the node's where escapes hide it."""
    end = node.end - (2 if text[node.end - 1] == ")" else 1)
    start = end - len(value)
    if not value or text[start:end] != value or text[start - 1] not in '"`':
        return node.start, node.end
    first = start + min(fault.start, len(value))
    last = start + min(max(fault.end, fault.start), len(value))
    return (first, last) if first < last else (start - 1, end + 1)
