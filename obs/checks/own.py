"""A project's own checks: Python files in its folder `checks`, written like those of this package.

Each is loaded as definitions are: by itself, within a time limit, and with its mistakes as diagnostics.
"""

from __future__ import annotations

from dataclasses import replace

from obs.checks.base import Check, checks, registering_into
from obs.diagnostic import Diagnostic, ObsError
from obs.origin import Origin
from obs.project.discover import definition_files
from obs.project.execute import load
from obs.project.settings import Settings


def own_checks(settings: Settings) -> list[Check]:
    """The checks of a project, by name; raises ObsError when a file cannot be loaded or takes a name of obs."""
    files = definition_files(replace(settings, definitions=(settings.checks,)))
    if not files:
        return []
    taken = {name for check in checks() for name in check.names}
    found: dict[str, Check] = {}
    with registering_into(found):
        load(settings, files)
    problems = [
        Diagnostic(
            "duplicate-name",
            f"the check {name} has the name of one that comes with obs",
            Origin(check.file, 1),
            fix="rename the function",
        )
        for name, check in found.items()
        if name in taken
    ]
    if problems:
        raise ObsError(problems)
    return [found[name] for name in sorted(found)]
