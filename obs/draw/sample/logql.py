"""What a LogQL query would return: label sets of its series, or log lines that its filters let through."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from obs.draw.data import LogLine, Timeline
from obs.draw.sample import labels as names
from obs.draw.sample.noise import part, seed
from obs.draw.sample.promql import Shape
from obs.draw.value import moment
from obs.lang import logql, re2
from obs.lang.error import LanguageError
from obs.lang.logql.syntax import (
    BinaryOperation,
    Expr,
    LabelReplace,
    LineFilter,
    LineFormat,
    LogRange,
    Matcher,
    Pipeline,
    RangeAggregation,
    Regexp,
    Selector,
    VectorAggregation,
)

_ERRORS = (
    "Failed to load user 42: connection refused",
    "Servlet.service() for servlet [dispatcherServlet] threw exception",
    "Could not commit JPA transaction",
    "Read timed out after 2000 ms: http://user.user.svc.cluster.local:8081/users",
    "Refresh token rejected: signature does not match",
)
_LOGGERS = (
    "o.a.c.c.C.[.[.[/].[dispatcherServlet]",
    "c.checkmate.store.OrderService",
    "c.checkmate.user.TokenFilter",
)
_ACCESS = "reactor.netty.http.server.AccessLog"
_PATHS = ("/users", "/auth/login", "/study-groups", "/products/17", "/notices", "/inquiries/3", "/badges")


def read(text: str) -> Expr | None:
    """The query's tree; None where Loki would refuse it."""
    try:
        return logql.check(text, grafana=True).expr
    except LanguageError:
        return None


def shape(text: str, most: int, chosen: Mapping[str, Sequence[str]]) -> Shape:
    """The shape of a metric query; of one that cannot be read, one series without labels."""
    expr = read(text)
    if expr is None or isinstance(expr, (Selector, Pipeline)):
        return Shape()
    wanted, top = _grouping(expr)
    matchers = list(_matchers(expr))
    by_name = {name: names.values(name, [(one.op, one.value) for one in matchers if one.label == name], None, chosen)
               for name in wanted}  # fmt: skip
    found = names.combinations(wanted, by_name, min(most, top or most)) or [{}]
    op, window, unwrapped = _range(expr)
    counted = op in ("count_over_time", "bytes_over_time")
    if unwrapped or (op.endswith("_over_time") and not counted):
        size = 0.18 if "duration" in unwrapped else 120.0 if op != "sum_over_time" else 8000.0
        return Shape(tuple(found), size=size, source=unwrapped)
    per_second = op in ("rate", "bytes_rate")
    return Shape(
        tuple(found), size=1.4 if per_second else 34.0 * max(window / 300, 0.2), whole=not per_second
    )


def _grouping(expr: Expr) -> tuple[list[str], int | None]:
    """The labels of the result, and how many series there are at most."""
    top: int | None = None
    node: Expr = expr
    while True:
        if isinstance(node, VectorAggregation):
            if node.op in ("topk", "bottomk") and node.parameter:
                top = int(node.parameter)
                node = node.inner
                continue
            if node.grouping is not None and not node.grouping.without:
                return [label.label for label in node.grouping.labels], top
            return [], top
        if isinstance(node, RangeAggregation):
            if node.grouping is not None and not node.grouping.without:
                return [label.label for label in node.grouping.labels], top
            return ["namespace", "pod"], top
        if isinstance(node, BinaryOperation):
            node = (
                node.left
                if isinstance(node.left, (VectorAggregation, RangeAggregation, BinaryOperation))
                else node.right
            )
        elif isinstance(node, LabelReplace):
            node = node.inner
        else:
            return [], top


def _parts(expr: Expr) -> Iterator[Expr | LogRange]:
    waiting: list[object] = [expr]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (VectorAggregation, LabelReplace)):
            waiting.append(node.inner)
        elif isinstance(node, BinaryOperation):
            waiting += [node.right, node.left]
        elif isinstance(node, RangeAggregation):
            yield node
            waiting.append(node.range.log)
        elif isinstance(node, (Selector, Pipeline)):
            yield node


def _matchers(expr: Expr) -> Iterator[Matcher]:
    for node in _parts(expr):
        if isinstance(node, Pipeline):
            yield from node.selector.matchers
        elif isinstance(node, Selector):
            yield from node.matchers


def _range(expr: Expr) -> tuple[str, float, str]:
    """The first range aggregation: its name, its window in seconds, and the label that it unwraps."""
    for node in _parts(expr):
        if isinstance(node, RangeAggregation):
            unwrap = node.range.unwrap
            return node.op, min(node.range.interval / 1e9, 86400.0), unwrap.name.label if unwrap else ""
    return "", 300.0, ""


def lines(text: str, count: int, timeline: Timeline, chosen: Mapping[str, Sequence[str]]) -> list[LogLine]:
    """Lines that the query's filters let through, newest first, as its formats leave them."""
    expr = read(text)
    if expr is None:
        return []
    pipeline = expr if isinstance(expr, Pipeline) else None
    stages = pipeline.stages if pipeline else ()
    filters = [stage for stage in stages if isinstance(stage, LineFilter)]
    matchers = [(one.op, one.value) for one in _matchers(expr) if one.label == "namespace"]
    services = names.values("namespace", matchers, None, chosen)
    start = seed("logs", *services)
    found: list[LogLine] = []
    at = timeline.end
    for number in range(count * 12):
        at -= 4 + 70 * part(start, number * 3)
        service = services[int(part(start, number * 3 + 1) * len(services))]
        level, line = _raw(service, at, int(part(start, number * 3 + 2) * 1e6), number)
        if at > timeline.start and all(_passes(line, one) for one in filters):
            labels = {"namespace": service, "pod": names.pod(service, number % 2)}
            found.append(LogLine(at, _formatted(line, stages), labels, level))
            if len(found) == count:
                break
    return found


def _raw(service: str, at: float, salt: int, number: int) -> tuple[str, str]:
    stamp = f"{moment(at, '%Y-%m-%dT%H:%M:%S')}.{salt % 1000:03}Z"
    if number % 2:
        status = (200, 200, 201, 200, 404, 200, 200, 304, 500, 200, 200)[salt % 11]
        path, method = _PATHS[salt % len(_PATHS)], ("GET", "GET", "POST")[salt % 3]
        clf = moment(at, "%d/%b/%Y:%H:%M:%S +0000")
        request = f'"{method} {path} HTTP/1.1" {status} {salt % 4000 + 20} {salt % 320 + 2}'
        head = f"{stamp}  INFO 1 --- [{service}] [or-http-epoll-{salt % 4 + 1}] {_ACCESS:40} : "
        return "info", f"{head}10.42.0.{salt % 50 + 2} - - [{clf}] {request}"
    logger = _LOGGERS[salt % len(_LOGGERS)]
    thread = f"nio-8080-exec-{salt % 9 + 1}"
    return (
        "error",
        f"{stamp} ERROR 1 --- [{service}] [{thread:>15}] {logger:40} : {_ERRORS[salt % len(_ERRORS)]}",
    )


def _passes(line: str, stage: LineFilter) -> bool:
    hits = False
    for value in stage.alternatives:
        if "$" in value.value or value.ip or stage.op in ("|>", "!>"):
            return True
        plain = stage.op in ("|=", "!=")
        hits = hits or (value.value in line if plain else _matches(value.value, line))
    return hits if stage.op.startswith("|") else not hits


def _matches(pattern: str, line: str) -> bool:
    try:
        return re2.compile(pattern).search(line) is not None
    except (LanguageError, ValueError):
        return True


_FIELD = re.compile(r"\{\{-?\s*\.(\w+)\s*-?\}\}")


def _formatted(line: str, stages: Sequence[object]) -> str:
    """The line after `regexp` and `line_format`; a template that does more than print labels leaves it as it is."""
    labels: dict[str, str] = {}
    for stage in stages:
        if isinstance(stage, Regexp):
            try:
                found = re2.compile(stage.pattern).search(line)
            except (LanguageError, ValueError):
                continue
            if found is not None:
                labels |= {name: value or "" for name, value in found.groupdict().items()}
        elif isinstance(stage, LineFormat):
            text = _filled(stage.template, labels)
            if "{{" not in text and labels:
                line = text
    return line


def _filled(template: str, labels: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda one: labels.get(one[1], ""), template)
