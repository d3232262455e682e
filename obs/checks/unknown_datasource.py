"""A panel, variable or annotation names a datasource that nobody provisions.

Grafana shows an error, or quietly asks its default datasource, which may be of another kind.

Flagged:
    dashboard = Dashboard(
        uid="up", title="Up", data=Prometheus(uid="prom"), rows=[[stat("Targets", "sum(up)", unit="short")]]
    )

Instead:
    dashboard = Dashboard(uid="up", title="Up", data=prometheus, rows=[[stat("Targets", "sum(up)", unit="short")]])

Flagged:
    panels:
      - {type: stat, datasource: null, targets: [{refId: A, expr: sum(up)}]}

Instead:
    panels:
      - {type: stat, datasource: {type: prometheus, uid: prometheus}, targets: [{refId: A, expr: sum(up)}]}

Source: Grafana 11, provisioning: a dashboard refers to a datasource by its uid.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace

from obs.checks.base import Finding, also_of_files, check
from obs.diagnostic import Diagnostic
from obs.graph.program import Program
from obs.graph.subject import Subject
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


@also_of_files(unknown_datasource)
def in_files(subject: Subject) -> Iterator[Finding]:
    """The queries of panels, beside the datasources that the files provision, where they provision some."""
    known, one = subject.datasources, _one_grafana(subject)
    uids = {source.uid for source in known or ()} | {source.name for source in known or ()}
    for dashboard in subject.dashboards:
        told: set[str | None] = set()
        for what, source, origin in _uses(dashboard):
            if source is None:
                if None not in told and not what.startswith(("variable", "annotation")):
                    told.add(None)
                    yield _chosen_by_grafana(dashboard, what, origin)
            elif (
                known is not None
                and source.variable is None
                and source.uid not in {"", *told, *uids, *SPECIAL_UIDS}
            ):
                told.add(source.uid)
                found = _nobody_provisions(dashboard, what, source, origin, known)
                yield found if one else replace(found, severity="info", evidence="likely")


def _one_grafana(subject: Subject) -> bool:
    """Whether the datasources lie in one folder: of several, nobody knows which Grafana a dashboard is for."""
    return len({os.path.dirname(document.source.file) for document in subject.of_kind("datasources")}) <= 1


def _chosen_by_grafana(dashboard: Dashboard, what: str, origin: Origin | None) -> Finding:
    return Finding(
        f"{dashboard.uid} / {what} names no datasource, so Grafana asks whichever is its default",
        origin or dashboard.origin,
        why="it shows nothing, or something else, wherever another datasource is the default",
        fix='datasource: {"type": "...", "uid": "..."}',
        object=f"dashboard {dashboard.uid}",
        severity="warning",
    )


def _nobody_provisions(
    dashboard: Dashboard, what: str, source: Datasource, origin: Origin | None, known: Sequence[Datasource]
) -> Finding:
    names = ", ".join(f"{one.uid} ({one.type})" for one in known) or "none"
    return Finding(
        f"{dashboard.uid} / {what} asks datasource {source.uid!r}, which nobody provisions",
        origin or dashboard.origin,
        why=f"the files provision {names}",
        fix="use one of them, or provision it",
        object=f"dashboard {dashboard.uid}",
    )


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
