"""How a check is written, and how all of them are found and run."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from obs.artifact import Artifact
from obs.diagnostic import Diagnostic
from obs.graph.program import Program

ProgramCheck = Callable[[Program], Iterable[Diagnostic]]
ArtifactCheck = Callable[[Program, Sequence[Artifact]], Iterable[Diagnostic]]
Stage = Literal["build", "lint"]


@dataclass(frozen=True, slots=True)
class Check:
    """`stage="build"` gates every build: it finds only what the target would refuse, or what cannot work."""

    name: str
    stage: Stage
    of_program: ProgramCheck | None = None
    of_artifacts: ArtifactCheck | None = None


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


def artifact_findings(
    program: Program, artifacts: Sequence[Artifact], stages: tuple[Stage, ...] = ("build",)
) -> Iterator[Diagnostic]:
    """What the checks of the compiled bytes find."""
    for one in checks():
        if one.of_artifacts is not None and one.stage in stages:
            yield from one.of_artifacts(program, artifacts)
