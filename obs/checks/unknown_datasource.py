"""A panel, variable or annotation names a datasource that nobody provisions.

Grafana shows an error, or quietly asks its default datasource, which may be of another kind.

Flagged:
    dashboard = Dashboard(
        uid="up", title="Up", data=Prometheus(uid="prom"), rows=[[stat("Targets", "sum(up)", unit="short")]]
    )

Instead:
    dashboard = Dashboard(uid="up", title="Up", data=prometheus, rows=[[stat("Targets", "sum(up)", unit="short")]])

Source: Grafana 11, provisioning: a dashboard refers to a datasource by its uid.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import check
from obs.diagnostic import Diagnostic
from obs.graph.program import Program
from obs.model.dashboard import Dashboard
from obs.model.datasource import SPECIAL_UIDS, Datasource
from obs.origin import Origin


@check()
def unknown_datasource(program: Program) -> Iterator[Diagnostic]:
    """Everything on a dashboard that asks a datasource."""
    known = {(source.type, source.uid) for source in program.definitions.datasources}
    for dashboard in program.dashboards:
        variables = {variable.name for variable in dashboard.variables if variable.kind == "datasource"}
        for what, source, origin in _uses(dashboard):
            if source is None:
                yield _missing(dashboard, what, origin)
            elif source.variable is not None:
                if source.variable not in variables:
                    yield _unknown(program, dashboard, what, source, origin)
            elif source.uid not in SPECIAL_UIDS and (source.type, source.uid) not in known:
                yield _unknown(program, dashboard, what, source, origin)


def _uses(dashboard: Dashboard) -> Iterator[tuple[str, Datasource | None, Origin | None]]:
    for panel in dashboard.panels():
        for query in panel.queries:
            yield (
                f"{panel.title or panel.key}: query {query.ref_id}",
                query.datasource,
                query.origin or panel.origin,
            )
        if not panel.queries and panel.datasource is not None:
            yield panel.title or panel.key, panel.datasource, panel.origin
    for variable in dashboard.variables:
        if variable.kind == "query":
            yield f"variable {variable.name}", variable.datasource, variable.origin
    for annotation in dashboard.annotations:
        yield f"annotation {annotation.name}", annotation.datasource, annotation.origin


def _missing(dashboard: Dashboard, what: str, origin: Origin | None) -> Diagnostic:
    return Diagnostic(
        "unknown-datasource",
        f"{dashboard.uid} / {what} names no datasource, so Grafana would ask whichever is its default",
        origin or dashboard.origin,
        fix="give the dashboard data=, or the query datasource=",
    )


def _unknown(
    program: Program, dashboard: Dashboard, what: str, source: Datasource, origin: Origin | None
) -> Diagnostic:
    names = ", ".join(f"{known.uid} ({known.type})" for known in program.definitions.datasources) or "none"
    return Diagnostic(
        "unknown-datasource",
        f"{dashboard.uid} / {what} asks datasource {source.uid!r} ({source.type or 'any type'}), "
        "which nobody provisions",
        origin or dashboard.origin,
        fix=f"use one of: {names}; or define it in services/",
    )
