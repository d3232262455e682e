"""A query uses a variable that Grafana fills in by itself, under a name that is a slip away from it.

Grafana leaves it in the text as it stands, and the server refuses the query.

Flagged:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'sum(rate(requests_total[$__rate_intervall]))'}]

Instead:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'sum(rate(requests_total[$__rate_interval]))'}]

Source: Grafana 11, global variables.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.catalogue.typos import Typos
from obs.checks.base import Finding, dashboard_check
from obs.graph.panel_query import panel_title
from obs.graph.variable_uses import variable_uses
from obs.lang.grafana_variables import BUILT_IN
from obs.model.dashboard import Dashboard


@dashboard_check()
def misspelt_global_variable(dashboard: Dashboard) -> Iterator[Finding]:
    """Names that begin with two underscores; other ones are told as undefined."""
    typos: Typos | None = None
    told: set[str] = set()
    for use in variable_uses(dashboard):
        if not use.name.startswith("__") or use.name in BUILT_IN or use.name in told:
            continue
        typos = typos or Typos(BUILT_IN, shortest=6)
        meant = typos.meant(use.name)
        if meant:
            told.add(use.name)
            yield Finding(
                f"{use.what} uses ${use.name}, which Grafana does not know",
                use.at or dashboard.origin,
                fix=f"${meant}",
                excerpt=use.excerpt,
                object=panel_title(dashboard, use.panel),
            )
