"""A rate over `$__interval`, which is shorter than two scrapes when the panel is zoomed in.

`rate()` needs two samples. Zoomed in, `$__interval` is a few seconds: the curve has gaps, or is not there.

Flagged:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'rate(errors_total[$__interval])'}]

Instead:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'rate(errors_total[$__rate_interval])'}]

Source: Grafana 11, Prometheus: `$__rate_interval` is at least four scrape intervals.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.lang.promql.metric_types import RATES
from obs.lang.promql.syntax import MatrixSelector

_NEED_TWO = RATES | {"delta", "idelta", "deriv", "predict_linear"}


@lint("warning", alone=True)
def interval_shorter_than_scrapes(subject: Subject) -> Iterator[Finding]:
    """A shortest step of the query or of the panel keeps the interval long enough."""
    for query in subject.asked:
        if query.parts is None or query.target.min_step or query.panel.min_interval or query.instant:
            continue
        for call in query.parts.calls:
            inner = call.args[0] if call.args else None
            if call.function not in _NEED_TWO or not isinstance(inner, MatrixSelector):
                continue
            if inner.range.text.strip("${}") == "__interval":
                yield Finding.in_rule(
                    query,
                    f"{query}: {call.function}() over $__interval has gaps when the panel is zoomed in",
                    (inner.range.start, inner.range.end),
                    why="it is then shorter than two scrapes",
                    fix="use $__rate_interval, or give the query a shortest step",
                    cause="$__interval",
                )
