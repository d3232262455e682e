"""A LogQL query makes one series for each path, address or request.

Loki stops at 500 series of a query (`max_query_series`); a rule writes all of them into Prometheus.

Flagged:
    panels:
      - type: timeseries
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, expr: 'sum by (path) (count_over_time({app="shop"} | json [5m]))'}]

Instead:
    panels:
      - type: timeseries
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, expr: 'topk(10, sum by (path) (count_over_time({app="shop"} | json [5m])))'}]

Source: Loki 3.4, limits: `max_query_series`; best practices: cardinality.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.log_queries import log_queries
from obs.graph.log_ranges import log_ranges
from obs.graph.subject import Subject
from obs.lang.logql.syntax import Grouping, LabelName

_MANY = frozenset(
    [
        "path",
        "url",
        "uri",
        "request_uri",
        "request_path",
        "referer",
        "user_agent",
        "useragent",
        "user_id",
        "userid",
        "session_id",
        "sessionid",
        "request_id",
        "requestid",
        "trace_id",
        "traceid",
        "span_id",
        "spanid",
        "correlation_id",
        "client_ip",
        "clientip",
        "remote_addr",
        "remote_ip",
        "ip",
        "message",
        "msg",
        "query",
    ]
)
"""Labels whose values nobody can count."""


@lint("info")
def high_cardinality_grouping(subject: Subject) -> Iterator[Finding]:
    """Unless topk() or its kin, or a further aggregation, keeps a few."""
    for owner, query in log_queries(subject):
        for found in log_ranges(query):
            groupings = [(one.op, one.grouping) for one in found.around]
            if any(op in ("topk", "bottomk", "approx_topk") for op, _ in groupings):
                continue
            outer = groupings[-1][1] if groupings else found.node.grouping
            for name in _many(outer):
                yield Finding.in_rule(
                    owner,
                    f"{owner} makes one series for each {name.label}",
                    (name.start, name.end),
                    why="Loki refuses a result of more than 500 series",
                    fix="topk(10, ...) around it, or group by a label with few values",
                    evidence="likely",
                )


def _many(grouping: Grouping | None) -> list[LabelName]:
    if grouping is None or grouping.without:
        return []
    return [one for one in grouping.labels if one.label.lower() in _MANY]
