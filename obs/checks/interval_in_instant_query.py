"""A query for a single value looks at `$__interval`, a piece of time that nobody chose.

`$__interval` is the distance of two points, by the panel's width. A single value over it is that of the last moment;
over `$__range` it is that of the whole time range.

Flagged:
    panels:
      - type: stat
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'sum(increase(errors_total[$__interval]))', instant: true}]

Instead:
    panels:
      - type: stat
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'sum(increase(errors_total[$__range]))', instant: true}]

Source: Grafana 11, global variables: `$__interval`, `$__range`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.log_ranges import log_ranges
from obs.graph.panel_query import PanelQuery
from obs.graph.subject import Subject
from obs.lang.promql.syntax import MatrixSelector


@lint("info")
def interval_in_instant_query(subject: Subject) -> Iterator[Finding]:
    """Instant queries of both languages."""
    for query in subject.asked:
        for start, end in _windows(query) if query.instant and "__interval" in query.expr else ():
            yield Finding.in_rule(
                query,
                f"{query} asks for one value, of the last $__interval only",
                (start, end),
                why="how long that is depends on the width of the panel",
                fix="use $__range, or a fixed window",
            )


def _windows(query: PanelQuery) -> Iterator[tuple[int, int]]:
    if query.parts is not None:
        for node in query.parts.ranges:
            if isinstance(node, MatrixSelector) and node.range.text.strip("${}") == "__interval":
                yield node.range.start, node.range.end
    elif query.log_query is not None:
        for found in log_ranges(query.log_query):
            if found.window.strip("${}") == "__interval":
                yield found.start, found.end
