"""A dashboard in an old form of Grafana's JSON, or made by grafanalib, was read with changes.

What was mended or passed through is told, as is what has no counterpart any more.

Flagged:
    from grafanalib.core import BarChart, Target
    dashboard = Dashboard(
        uid="up", title="Up", data=prometheus,
        rows=[[BarChart(title="Up", targets=[Target(expr="up")], extraJson={"cacheTimeout": "60"})]],
    )

Instead:
    dashboard = Dashboard(uid="up", title="Up", data=prometheus, rows=[[timeseries("Up", "up", unit="short")]])

Source: Grafana 11, migrations of the dashboard schema, V13 to V42.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import check
from obs.diagnostic import Diagnostic
from obs.graph.program import Program

OWN = frozenset({"datasource-from-import-dialog", "datasource-without-uid", "dashboard-without-uid"})
"""Notes that have a check of their own."""


@check(severity="info", finds=("old-dialect-mended", "old-dialect-lost", "unknown-key-kept"))
def old_dialect(program: Program) -> Iterator[Diagnostic]:
    """The notes of the reader, on the project's own dashboards; those of others are Grafana's to read."""
    for dashboard in program.dashboards:
        yield from (note for note in dashboard.notes if note.check not in OWN)
