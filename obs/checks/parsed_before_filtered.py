"""Every line is parsed, although a label filter behind keeps only a few.

A line filter for the same text before the parser leaves out the others without parsing them.

Flagged:
    panels:
      - type: logs
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, expr: '{app="shop"} | json | level="error"'}]

Instead:
    panels:
      - type: logs
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, expr: '{app="shop"} |= "error" | json | level="error"'}]

Source: Loki 3.4, query best practices: line filters first.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.log_queries import log_queries, pipelines
from obs.graph.subject import Subject
from obs.lang.logql.syntax import Filter, Json, LineFilter, Logfmt, Pipeline, StringFilter

_SHORTEST = 3
"""Characters of a value that are worth looking for in a line."""


@lint("info", "strict")
def parsed_before_filtered(subject: Subject) -> Iterator[Finding]:
    """`json` and `logfmt` without any line filter, and an equality behind it whose value stands in the line."""
    for owner, query in log_queries(subject):
        for pipeline, _ in pipelines(query):
            found = _wanted(pipeline)
            if found is not None:
                parser, condition = found
                yield Finding.in_rule(
                    owner,
                    f"{owner} parses every line to keep those with {condition.label} {condition.value!r}",
                    (parser.start, parser.end),
                    fix=f'|= "{condition.value}" before it',
                )


def _wanted(pipeline: Pipeline) -> tuple[Json | Logfmt, StringFilter] | None:
    parser: Json | Logfmt | None = None
    for stage in pipeline.stages:
        if isinstance(stage, LineFilter):
            return None
        if isinstance(stage, Json | Logfmt):
            parser = parser or stage
        elif parser is not None and isinstance(stage, Filter) and isinstance(stage.condition, StringFilter):
            condition = stage.condition
            plain = (
                condition.value.replace("-", "").replace("_", "").isalnum() and condition.label[:2] != "__"
            )
            if condition.op == "=" and len(condition.value) >= _SHORTEST and plain:
                return parser, condition
    return None
