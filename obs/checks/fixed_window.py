"""A curve is drawn over a window of fixed length, whatever the time range.

Zoomed out, the points lie further apart than the window is long, and what happens between two windows is not seen.
`$__rate_interval` (Loki: `$__auto`) grows with the distance of the points.

Flagged:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'rate(errors_total[5m])'}]

Instead:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'rate(errors_total[$__rate_interval])'}]

Source: Grafana 11, Prometheus: `$__rate_interval`; Loki: `$__auto`. dashboard-linter's target-rate-interval-rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import INSTANT_PANELS, PanelQuery
from obs.graph.subject import Subject
from obs.lang.promql.syntax import MatrixSelector


@lint("info")
def fixed_window(subject: Subject) -> Iterator[Finding]:
    """Rates in panels over time; told once for each dashboard and window."""
    for query in subject.asked:
        if query.instant or query.panel.type in INSTANT_PANELS or query.target.format == "table":
            continue
        better = "$__rate_interval" if query.query is not None else "$__auto"
        for text, start, end in (*_of_metrics(query), *_of_logs(query)):
            yield Finding(
                f"{query} takes the rate of {text} at a time, however far apart its points are",
                query.origin,
                fix=f"[{better}]",
                excerpt=query.excerpt(start, end),
                object=query.title,
                cause=f"{query.dashboard.uid} {text}",
            )


def _of_metrics(query: PanelQuery) -> Iterator[tuple[str, int, int]]:
    for call in query.parts.calls if query.parts is not None else ():
        inner = call.args[0] if call.args else None
        if call.function not in ("rate", "irate") or not isinstance(inner, MatrixSelector):
            continue
        if inner.range.milliseconds is not None:
            yield inner.range.text, inner.range.start, inner.range.end


def _of_logs(query: PanelQuery) -> Iterator[tuple[str, int, int]]:
    from obs.graph.log_ranges import log_ranges

    for found in log_ranges(query.log_query) if query.log_query is not None else ():
        if found.node.op in ("rate", "bytes_rate") and found.fixed:
            yield found.window, found.start, found.end
