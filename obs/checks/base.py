"""How a check is written, and how all of them are found and run."""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from obs.artifact import Artifact
from obs.diagnostic import Diagnostic, Evidence, Excerpt, Severity
from obs.graph.program import Program
from obs.origin import Origin

if TYPE_CHECKING:
    from obs.graph.subject import Subject

ProgramCheck = Callable[[Program], Iterable[Diagnostic]]
ArtifactCheck = Callable[[Program, Sequence[Artifact]], Iterable[Diagnostic]]
SubjectCheck = Callable[["Subject"], Iterable["Finding"]]
Stage = Literal["build", "lint"]
Profile = Literal["default", "strict", "mixin"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a lint check yields; its name and usual severity are the check's.

    `object` names what is at fault (`alert HighNodeCPUUsage`, `dashboard x / panel y`), for grouping and suppressing.
    `cause` is the same for findings that one edit would mend: they are told once, with all their places.
    """

    problem: str
    at: Origin | None = None
    why: str = ""
    fix: str = ""
    also: tuple[tuple[Origin, str], ...] = ()
    excerpt: Excerpt | None = None
    object: str = ""
    evidence: Evidence = "certain"
    severity: Severity | None = None
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """`stage="build"` gates every build: it finds only what the target would refuse, or what cannot work."""

    name: str
    stage: Stage
    of_program: ProgramCheck | None = None
    of_artifacts: ArtifactCheck | None = None
    of_subject: SubjectCheck | None = None
    severity: Severity = "error"
    profile: Profile = "default"
    page: str = ""


_FOUND: dict[str, Check] = {}


def check(stage: Stage = "build") -> Callable[[ProgramCheck], ProgramCheck]:
    """Register a function of the program; its name, with dashes, is the check's."""

    def register(function: ProgramCheck) -> ProgramCheck:
        name = _name(function)
        _FOUND[name] = Check(name, stage, of_program=function)
        return function

    return register


def artifact_check(stage: Stage = "build") -> Callable[[ArtifactCheck], ArtifactCheck]:
    """The same for a function of the program and the bytes that it compiles to."""

    def register(function: ArtifactCheck) -> ArtifactCheck:
        name = _name(function)
        _FOUND[name] = Check(name, stage, of_artifacts=function)
        return function

    return register


def lint(
    severity: Severity = "warning", profile: Profile = "default"
) -> Callable[[SubjectCheck], SubjectCheck]:
    """Register a function of the subject, for `obs lint`; the docstring of its module is its page.

    `severity` is its usual one: `error` for what cannot work or nobody hears of, `warning` for what is wrong under a
    named condition, `info` for taste. A check of another profile than `default` runs only when that one is chosen.
    """

    def register(function: SubjectCheck) -> SubjectCheck:
        name = _name(function)
        page = sys.modules[function.__module__].__doc__ or ""
        _FOUND[name] = Check(name, "lint", of_subject=function, severity=severity, profile=profile, page=page)
        return function

    return register


def _name(function: object) -> str:
    return str(getattr(function, "__name__")).replace("_", "-")  # noqa: B009


def checks() -> list[Check]:
    """Every check of the package, by name."""
    import obs.checks

    for module in pkgutil.iter_modules(obs.checks.__path__):
        if module.name not in ("base",):
            import_module(f"obs.checks.{module.name}")
    return [_FOUND[name] for name in sorted(_FOUND)]


def program_findings(program: Program, stages: tuple[Stage, ...] = ("build",)) -> Iterator[Diagnostic]:
    """What the program's checks find."""
    for one in checks():
        if one.of_program is not None and one.stage in stages:
            yield from one.of_program(program)


def subject_findings(subject: Subject, profiles: tuple[Profile, ...] = ("default",)) -> Iterator[Diagnostic]:
    """What the lint checks of these profiles find."""
    for one in checks():
        if one.of_subject is not None and one.profile in profiles:
            for found in one.of_subject(subject):
                yield Diagnostic(
                    one.name,
                    found.problem,
                    found.at,
                    found.severity or one.severity,
                    found.evidence,
                    found.why,
                    found.fix,
                    found.also,
                    found.excerpt,
                    found.object,
                )


def artifact_findings(
    program: Program, artifacts: Sequence[Artifact], stages: tuple[Stage, ...] = ("build",)
) -> Iterator[Diagnostic]:
    """What the checks of the compiled bytes find."""
    for one in checks():
        if one.of_artifacts is not None and one.stage in stages:
            yield from one.of_artifacts(program, artifacts)
