"""All artifacts of a program, in one list."""

from __future__ import annotations

from collections.abc import Callable

from obs.artifact import Artifact
from obs.diagnostic import Diagnostic, ObsError
from obs.emit import alertmanager, chart, dashboards, monitors, rules, runbooks, slo, values
from obs.graph.program import Program
from obs.lang.error import LanguageError

EMITTERS = (
    chart.chart_files,
    values.value_files,
    dashboards.dashboard_files,
    rules.rule_files,
    alertmanager.route_files,
    monitors.monitor_files,
    chart.application_files,
    runbooks.runbook_files,
    slo.slo_files,
)


def artifacts(program: Program, progress: Callable[[int], None] = lambda done: None) -> list[Artifact]:
    """Every file that the program compiles to, sorted by path; two of one path are an error."""
    made: list[Artifact] = []
    try:
        for done, emit in enumerate(EMITTERS):
            progress(done)
            made += emit(program)
    except LanguageError as error:
        raise ObsError([Diagnostic("cannot-be-written", error.message)]) from None
    first: dict[str, Artifact] = {}
    problems: list[Diagnostic] = []
    for artifact in made:
        other = first.setdefault(artifact.path.lower(), artifact)
        if other is not artifact:
            problems.append(
                Diagnostic(
                    "duplicate-name",
                    f"two definitions would write {artifact.path}",
                    artifact.origins[0] if artifact.origins else None,
                    also=((other.origins[0], "the other one"),) if other.origins else (),
                )
            )
    if problems:
        raise ObsError(problems)
    return sorted(made, key=lambda artifact: artifact.path)
