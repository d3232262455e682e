"""A dashboard that Grafana would show wrong or not at all: grid, ids, queries, variables, units.

Each finding has a name of its own, so that it can be allowed by itself: panels that overlap or leave the grid, two
queries with one refId, thresholds that do not rise, a unit that Grafana does not know, a variable that is not defined
or that nobody uses, a query in another datasource's language, or none at all.

Flagged:
    dashboard = Dashboard(
        uid="up", title="Up", data=prometheus, rows=[[stat("Targets", 'sum(up{job="$job"})', unit="short")]]
    )

Instead:
    dashboard = Dashboard(
        uid="up",
        title="Up",
        data=prometheus,
        variables=[prometheus.label("up", "job")],
        rows=[[stat("Targets", 'sum(up{job=~"$job"})', unit="short")]],
    )

Flagged:
    dashboard = Dashboard(
        uid="up",
        title="Up",
        data=prometheus,
        rows=[[stat("Targets", "sum(up)", unit="short", thresholds=thresholds("green", 10, "orange", 2, "red"))]],
    )

Instead:
    dashboard = Dashboard(
        uid="up",
        title="Up",
        data=prometheus,
        rows=[[stat("Targets", "sum(up)", unit="short", thresholds=thresholds("green", 2, "orange", 10, "red"))]],
    )

Source: Grafana 11, dashboard JSON model.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import check
from obs.diagnostic import Diagnostic
from obs.graph.program import Program

NAMES = (
    "all-lists-every-value",
    "all-matches-nothing",
    "datasource-from-import-dialog",
    "datasource-without-uid",
    "duplicate-ref-id",
    "duplicate-variable",
    "empty-query",
    "invalid-refresh",
    "only-last-row-shown",
    "panel-outside-grid",
    "panel-without-query",
    "panels-overlap",
    "query-language-mismatch",
    "refresh-too-short",
    "thresholds-out-of-order",
    "undefined-variable",
    "unknown-unit",
    "unused-variable",
)


@check(finds=NAMES)
def invalid_dashboard(program: Program) -> Iterator[Diagnostic]:
    """What the dashboard says of itself; each finding has a name of its own."""
    from obs.model.validate import validate

    for dashboard in program.dashboards:
        yield from validate(dashboard)
