"""Two dashboards have the same title.

In one folder, Grafana refuses to write the second over the first while both are provisioned, and people cannot tell
them apart.

Flagged:
    one = Dashboard(uid="shop", title="Shop", data=prometheus, rows=[[stat("Up", "sum(up)", unit="short")]])
    two = Dashboard(uid="cart", title="Shop", data=prometheus, rows=[[stat("Up", "min(up)", unit="short")]])

Instead:
    one = Dashboard(uid="shop", title="Shop", data=prometheus, rows=[[stat("Up", "sum(up)", unit="short")]])
    two = Dashboard(uid="cart", title="Cart", data=prometheus, rows=[[stat("Up", "min(up)", unit="short")]])

Source: Grafana 11, provisioning: `the same title is used more than once` within a folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import panel_title
from obs.graph.subject import Subject
from obs.model.dashboard import Dashboard


@lint("warning")
def duplicate_dashboard_title(subject: Subject) -> Iterator[Finding]:
    """Of files, those of one folder."""
    seen: dict[tuple[str, str], Dashboard] = {}
    for dashboard in subject.dashboards:
        first = seen.setdefault((_folder(subject, dashboard), dashboard.title), dashboard)
        if first.uid != dashboard.uid:
            yield Finding(
                f"dashboards {first.uid} and {dashboard.uid} are both called {dashboard.title!r}",
                dashboard.origin,
                fix="say in the title what is different",
                also=((first.origin, "the other"),) if first.origin is not None else (),
                object=panel_title(dashboard),
                evidence="certain" if subject.program is not None else "likely",
            )


def _folder(subject: Subject, dashboard: Dashboard) -> str:
    if subject.program is not None or dashboard.origin is None:
        return ""
    return os.path.dirname(dashboard.origin.file)
