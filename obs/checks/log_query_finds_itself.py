"""A LogQL query over all streams finds the log lines in which Loki writes down that very query.

Loki logs each query with its text. Searched for in every namespace, the text is found there again, more often with each
look at the dashboard.

Flagged:
    panels:
      - type: logs
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, expr: '{namespace=~".+"} |= "OutOfMemoryError"'}]

Instead:
    panels:
      - type: logs
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, expr: '{namespace=~".+", container!="loki"} |= "OutOfMemoryError"'}]

Source: Loki 3.4, `metrics.go`: the query is part of each query's log line.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.log_queries import log_queries, pipelines
from obs.graph.subject import Subject
from obs.lang.logql.syntax import LineFilter, Pipeline

_ANYTHING = (".+", ".*")


@lint("info", "strict")
def log_query_finds_itself(subject: Subject) -> Iterator[Finding]:
    """Selectors that leave nothing out, with plain texts alone to look for."""
    for owner, query in log_queries(subject):
        for pipeline, _ in pipelines(query):
            if _takes_everything(pipeline) and _looks_for_text(pipeline):
                yield Finding.in_rule(
                    owner,
                    f"{owner} also finds the lines in which Loki logs this query",
                    (pipeline.selector.start, pipeline.selector.end),
                    fix='leave Loki out: container!="loki"',
                    evidence="likely",
                )


def _takes_everything(pipeline: Pipeline) -> bool:
    return all(one.op == "=~" and one.value in _ANYTHING for one in pipeline.selector.matchers)


def _looks_for_text(pipeline: Pipeline) -> bool:
    filters = [stage for stage in pipeline.stages if isinstance(stage, LineFilter)]
    return bool(filters) and len(filters) == len(pipeline.stages) and all(one.op == "|=" for one in filters)
