"""A LogQL query takes numbers out of lines, and fails when one line has none.

A label that is no number makes the whole query fail with a pipeline error; `| __error__=""` behind unwrap leaves out such
lines.

Flagged:
    panels:
      - type: timeseries
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, expr: 'sum(sum_over_time({app="shop"} | logfmt | unwrap took [5m]))'}]

Instead:
    panels:
      - type: timeseries
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, expr: 'sum(sum_over_time({app="shop"} | logfmt | unwrap took | __error__="" [5m]))'}]

Source: Loki 3.4, metric queries: `SampleExtractionErr`; pipeline errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.log_queries import log_queries, pipelines
from obs.graph.subject import Subject
from obs.lang.logql.syntax import (
    Filter,
    Json,
    LabelFilter,
    LabelFormat,
    Logfmt,
    LogicalFilter,
    Pipeline,
    Regexp,
    StringFilter,
    Unpack,
    Unwrap,
)
from obs.lang.logql.syntax import Pattern as Capture

_DIGITS = re.compile(r"(?:\\d|\[0-9\.?\]|\[\\d\.?\]|[0-9.\\?:()|+*]|\{[0-9,]+\})+")
"""A part of a regular expression that only matches numbers."""


@lint("warning")
def unguarded_unwrap(subject: Subject) -> Iterator[Finding]:
    """Silent where the label is filtered before, or captured by an expression of digits."""
    for owner, query in log_queries(subject):
        made = {read.label for read in query.reads(()) if read.kind == "unwrap" and read.available != "no"}
        for pipeline, around in pipelines(query):
            unwrap = around.unwrap if around is not None else None
            if unwrap is None or _is_guarded(unwrap) or _is_sure(pipeline, unwrap.label):
                continue
            if unwrap.label not in made:
                continue  # no stage makes it: a label of the stream, or of nobody, which is passed over
            yield Finding.in_rule(
                owner,
                f"{owner} fails as soon as one line has no number in {unwrap.label}",
                (unwrap.start, unwrap.end),
                why="unwrap then sets __error__, and Loki refuses the whole query",
                fix=f'| unwrap {unwrap.label} | __error__=""',
            )


def _is_guarded(unwrap: Unwrap) -> bool:
    return any(_names("__error__", one) for one in unwrap.filters)


def _is_sure(pipeline: Pipeline, label: str) -> bool:
    if _never_there(pipeline, label):
        return True
    for stage in pipeline.stages:
        if isinstance(stage, Filter) and _names(label, stage.condition):
            return True
        if isinstance(stage, Regexp):
            found = re.search(rf"\(\?P?<{re.escape(label)}>((?:[^()]|\((?:[^()])*\))*)\)", stage.pattern)
            if found is not None and _DIGITS.fullmatch(found[1]):
                return True
    return False


def _names(label: str, condition: LabelFilter) -> bool:
    """Whether a filter asks for the label; `__error__` must be empty."""
    if isinstance(condition, LogicalFilter):
        return _names(label, condition.left) or _names(label, condition.right)
    if label == "__error__":
        return isinstance(condition, StringFilter) and condition.label == label
    return condition.label == label


def _never_there(pipeline: Pipeline, label: str) -> bool:
    """Whether stages extract names that are all told, and this is none of them: said by unknown-log-label."""
    named = [stage.pattern for stage in pipeline.stages if isinstance(stage, (Regexp, Capture))]
    opens = any(isinstance(stage, (Json, Logfmt, Unpack, LabelFormat)) for stage in pipeline.stages)
    return bool(named) and not opens and not any(f"<{label}>" in pattern for pattern in named)
