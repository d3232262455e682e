"""A panel asks one fixed datasource, so that the dashboard works in one Grafana only.

By the conventions of monitoring mixins, a variable of type datasource chooses it.

Flagged:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'up'}]

Instead:
    templating:
      list:
        - {type: datasource, name: datasource, query: prometheus}
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: "${datasource}"}
        targets: [{refId: A, expr: 'up'}]

Source: dashboard-linter's template-datasource-rule and panel-datasource-rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject
from obs.model.datasource import SPECIAL_UIDS


@lint("info", "mixin", alone=True)
def fixed_datasource(subject: Subject) -> Iterator[Finding]:
    """Queries of every panel; what Grafana itself answers, and mixed panels, are none."""
    for query in subject.asked:
        data = query.target.datasource
        if data is not None and data.variable is None and data.uid not in SPECIAL_UIDS:
            yield Finding(
                f"{query} asks {data.uid}, whatever the Grafana",
                query.origin,
                fix='a variable of type datasource, and "${datasource}" for the uid',
                object=panel_title(query.dashboard, query.panel),
                cause=f"datasources of {query.dashboard.uid}",
            )
