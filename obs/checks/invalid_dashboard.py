"""A dashboard that Grafana would show wrong or not at all: grid, ids, queries, variables, units."""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import check
from obs.diagnostic import Diagnostic
from obs.graph.program import Program


@check()
def invalid_dashboard(program: Program) -> Iterator[Diagnostic]:
    """What the dashboard says of itself; each finding has a name of its own."""
    from obs.model.validate import validate

    for dashboard in program.placed:
        yield from validate(dashboard)
