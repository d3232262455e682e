"""A legend names a label that the query's result does not have.

The name is empty there: all curves of the panel are called the same, or `{{pod}}` is only a blank.

Flagged:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: "sum by (job) (rate(errors_total[5m]))", legendFormat: "{{pod}}"}]

Instead:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: "sum by (job) (rate(errors_total[5m]))", legendFormat: "{{job}}"}]

Flagged:
    panels:
      - type: timeseries
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, expr: 'sum by (pod) (rate({app="shop"}[$__auto]))', legendFormat: "{{app}}"}]

Instead:
    panels:
      - type: timeseries
        datasource: {type: loki, uid: loki}
        targets: [{refId: A, expr: 'sum by (pod) (rate({app="shop"}[$__auto]))', legendFormat: "{{pod}}"}]

Source: Grafana 11, query options: the legend is a template over the labels of the result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import PanelQuery
from obs.graph.subject import Subject

_LABEL = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")


@lint("warning", alone=True)
def legend_label_missing(subject: Subject) -> Iterator[Finding]:
    """Labels that no branch of a PromQL expression can have, and that a LogQL query has removed."""
    for query in subject.asked:
        if query.target.format != "time_series" or "{{" not in query.target.legend:
            continue
        for label in dict.fromkeys(_LABEL.findall(query.target.legend)):
            why = _missing(query, label) if label != "__name__" else None
            if why is not None:
                yield Finding(
                    f"{query}: the legend names {label}, which its result does not have",
                    query.origin,
                    why,
                    f"keep {label} in the query, or name a label that is there",
                    object=query.title,
                    cause=f"{label} of {query.expr}",
                )


def _missing(query: PanelQuery, label: str) -> str | None:
    """Why the label cannot be there; None where it can, or nobody knows."""
    if query.flow is not None:
        live = query.flow.live
        lacking = query.flow.without(label)
        if not live or len(lacking) < len(live):
            return None
        reason = lacking[0].why(label)
        return reason.text if reason is not None else ""
    if query.log_query is not None and query.log_query.kind == "metric":
        available, why = query.log_query.labels_out().has(label)
        return why if available == "no" else None
    return None
