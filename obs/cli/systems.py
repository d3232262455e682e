"""`obs list --systems`: a table of the systems, what observes each, and what is missing."""

from __future__ import annotations

import json
from pathlib import Path

from obs import api
from obs.cli.output import print_findings
from obs.diagnostic import ObsError
from obs.graph.systems import System, state, systems
from obs.report.text import width


def run_systems(project: Path | None, *, as_json: bool) -> int:
    """One row for each system; what is missing stands below its row."""
    try:
        program = api.load_program(api.read_settings(project))
    except ObsError as error:
        print_findings(error.diagnostics, project)
        return 2
    found = systems(program)
    if as_json:
        print(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=2))
        return 0
    rows = [("SYSTEM", "DASHBOARD", "ALERTS", "SCRAPE")] + [_row(one) for one in found]
    widths = [max(width(row[column]) for row in rows) for column in range(4)]
    for number, row in enumerate(rows):
        cells = [cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=True)]
        print("  ".join(cells).rstrip())
        for missing in found[number - 1].missing if number else ():
            print(f"    missing  {missing}")
    return 0


def _row(one: System) -> tuple[str, str, str, str]:
    first, *more = one.dashboards or ("-",)
    return (
        one.name,
        f"{first} +{len(more)}" if more else first,
        str(len(one.alerts)) if one.alerts else "-",
        _scrape(one),
    )


def _scrape(one: System) -> str:
    """`on`, `off`, `ready` (the monitor waits), or how many of several are on."""
    states = {state(target) for target in one.targets}
    if len(states) == 1:
        pushed = all(target.monitor == "push" for target in one.targets)
        return "pushed" if pushed and states == {"on"} else next(iter(states))
    return f"{one.on} of {len(one.targets)} on"


def _plain(one: System) -> dict[str, object]:
    return {
        "system": one.name,
        "dashboards": list(one.dashboards),
        "alerts": list(one.alerts),
        "scrape": [
            {
                "target": target.name,
                "state": state(target),
                "monitor": target.monitor,
                "provided_by": target.provided_by,
            }
            for target in one.targets
        ],
        "missing": list(one.missing),
    }
