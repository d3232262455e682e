"""The phases in order, for the command line and for other Python programs.

import obs
result = obs.build("path/to/project")
result.written.changed  # paths
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from obs.artifact import Artifact
from obs.diagnostic import Diagnostic, FindingsError, ObsError
from obs.origin import Origin
from obs.project import settings as project_settings
from obs.project.settings import Settings
from obs.record import dataclass
from obs.write import Drift, Written

if TYPE_CHECKING:
    from obs.graph.program import Program
    from obs.graph.whole import Graph

Progress = Callable[[str, int, int], None]
"""Called with the name of a phase, how much of it is done, and how much there is."""


def _silent(_phase: str, _done: int, _all: int) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A program and everything that it compiles to; `findings` holds warnings only, errors raise."""

    settings: Settings
    program: Program
    artifacts: tuple[Artifact, ...]
    findings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Built:
    """What `build` did. `compiled` is None when nothing had changed since the last build."""

    settings: Settings
    out: Path
    written: Written
    counts: dict[str, int]
    sizes: dict[str, int]
    findings: tuple[Diagnostic, ...]
    fresh: bool


def read_settings(project: str | Path | None = None) -> Settings:
    """The settings of the project at a folder, or of the one around the working directory."""
    root = Path(project).resolve() if project is not None else project_settings.find_root(Path.cwd())
    return project_settings.load(root)


def load_program(settings: Settings, progress: Progress = _silent) -> Program:
    """Discover, load and link the definitions, and run the passes; raises ObsError."""
    from obs.graph.link import link
    from obs.passes.alert_links import alert_links
    from obs.passes.panel_ids import assign
    from obs.project.collect import collect
    from obs.project.discover import definition_files
    from obs.project.execute import load

    files = definition_files(settings)
    loaded = load(settings, files, lambda done: progress("load", done, len(files)))
    definitions, problems = collect(loaded)
    if any(found.severity == "error" for found in problems):
        raise ObsError(problems)
    program = link(settings, definitions)
    ids, _ = assign(program.dashboards, read_lock(settings))
    return alert_links(replace(program, panel_ids=ids))


def compile_project(
    settings: Settings, *, environment: str | None = None, progress: Progress = _silent
) -> Compiled:
    """Everything but the writing. Raises ObsError with all errors; warnings are in the result."""
    from obs.checks.base import artifact_findings, gates
    from obs.emit.everything import EMITTERS, artifacts

    program = load_program(settings, progress)
    if environment is not None:
        program = _only(program, environment)
    checks = [one.of_program for one in gates() if one.of_program is not None]
    findings: list[Diagnostic] = []
    for done, check in enumerate(checks):
        progress("check", done, len(checks))
        findings += check(program)
    _raise_errors(findings)
    made = artifacts(program, lambda done: progress("emit", done, len(EMITTERS)))
    made.append(Artifact(settings.lock, render_lock(program), (), "lock"))
    findings += artifact_findings(program, made)
    _raise_errors(findings)
    return Compiled(settings, program, tuple(sorted(made, key=lambda one: one.path)), tuple(findings))


def graph(project: str | Path | None = None, *, files: Sequence[str | Path] = ()) -> Graph:
    """Everything that a project holds, or that files of others say, as one graph; raises ObsError.

    obs.api.graph().below(["metric/node_cpu_seconds_total"])
    """
    from obs.graph.whole import build

    if files:
        from obs.importer.subject import read

        return build(read([Path(file).absolute() for file in files])[0])
    from obs.graph.subject import of_program

    return build(of_program(load_program(read_settings(project))))


def _only(program: Program, environment: str) -> Program:
    known = [one for one in program.definitions.environments if one.name == environment]
    if not known:
        names = ", ".join(one.name for one in program.definitions.environments) or "none"
        raise ObsError(
            [
                Diagnostic(
                    "unknown-environment", f"no environment is named {environment!r}", fix=f"one of: {names}"
                )
            ]
        )
    return replace(program, definitions=replace(program.definitions, environments=known))


def _raise_errors(findings: Sequence[Diagnostic]) -> None:
    if any(found.severity == "error" for found in findings):
        raise FindingsError(findings)


def raise_warnings(findings: Sequence[Diagnostic]) -> None:
    """FindingsError where anything is warned of: what `--strict` asks for."""
    told = [found for found in findings if found.severity != "info"]
    if told:
        raise FindingsError(told)


def build(
    project: str | Path | None = None,
    *,
    out: str | Path | None = None,
    environment: str | None = None,
    force: bool = False,
    cache: bool = True,
    strict: bool = False,
    progress: Progress = _silent,
) -> Built:
    """Compile a project and write its chart. Raises ObsError and changes nothing when anything is wrong.

    `out` is the folder to write to (default: the project), `environment` compiles that one alone, `force` overwrites
    hand edits, `cache=False` compiles even when no input changed, `strict` refuses what is warned of.
    """
    from obs import cache as build_cache
    from obs import write

    settings = read_settings(project)
    target = Path(out).absolute() if out is not None else settings.root
    remembered = build_cache.recall(settings, target, environment) if cache and not force else None
    if remembered is not None:
        if strict:
            raise_warnings(remembered.findings)
        return Built(
            settings,
            target,
            Written((), (), (), remembered.files),
            remembered.counts,
            remembered.sizes,
            remembered.findings,
            fresh=True,
        )
    since = time.time_ns()
    with build_cache.watch(settings) as inputs:
        compiled = compile_project(settings, environment=environment, progress=progress)
    if strict:
        raise_warnings(compiled.findings)
    written = write.commit(
        target, compiled.artifacts, settings.manifest, force=force, keep=_kept(settings, environment)
    )
    built = Built(
        settings, target, written, counts(compiled.program), sizes(compiled), compiled.findings, fresh=False
    )
    build_cache.remember(settings, target, environment, inputs, compiled.artifacts, built, since)
    return built


def check(
    project: str | Path | None = None, *, out: str | Path | None = None
) -> tuple[list[Drift], Compiled]:
    """Compile a project and compare it with what is on disk; raises ObsError like `build`, writes nothing."""
    from obs import write

    settings = read_settings(project)
    compiled = compile_project(settings)
    target = Path(out).absolute() if out is not None else settings.root
    return write.drift(target, compiled.artifacts, settings.manifest), compiled


def _kept(settings: Settings, environment: str | None) -> tuple[str, ...]:
    """Folders whose files stay when one environment alone is built: those of the others."""
    if environment is None:
        return ()
    return (f"{settings.values}/", f"{settings.applications}/")


def counts(program: Program) -> dict[str, int]:
    """How many of what a program has."""
    definitions = program.definitions
    return {
        "dashboards": len(definitions.dashboards),
        "panels": sum(len(dashboard.panels()) for dashboard in definitions.dashboards),
        "alerts": len(definitions.alerts),
        "recording rules": len(definitions.records),
        "pipelines": len(definitions.pipelines),
        "counters": len(list(program.counters())),
        "routes": len(definitions.routes),
        "environments": len(definitions.environments),
    }


def sizes(compiled: Compiled) -> dict[str, int]:
    """Bytes: of the largest dashboard, of all files, and of the release that Helm would keep."""
    from obs.checks.size_limit import release_bytes

    dashboards = [len(one.data) for one in compiled.artifacts if one.kind == "dashboards"]
    found = {
        "largest dashboard": max(dashboards, default=0),
        "all files": sum(len(one.data) for one in compiled.artifacts),
    }
    if compiled.settings.helm_release:
        found["helm release"] = release_bytes(compiled.program, compiled.artifacts)
    return found


def read_lock(settings: Settings) -> dict[str, dict[str, int]]:
    """Panel ids that are taken for good: dashboard uid, panel key, id."""
    file = settings.root / settings.lock
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        return {
            str(uid): {str(key): int(number) for key, number in ids.items()}
            for uid, ids in document["panels"].items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ObsError(
            [
                Diagnostic(
                    "invalid-lock",
                    "is not a lock file that obs wrote, so the panels' ids are unknown",
                    Origin(str(file), 1),
                    fix="restore it from Git; deleting it gives new ids wherever two panels once collided",
                )
            ]
        ) from None


def render_lock(program: Program) -> bytes:
    """The lock file: ids of the panels that there are."""
    document = {
        "note": "Panel ids, kept by obs so that links survive. Commit this file.",
        "panels": {uid: dict(sorted(ids.items())) for uid, ids in sorted(program.panel_ids.items())},
    }
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()
