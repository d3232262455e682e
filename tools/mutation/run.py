"""Lint the platform's definitions once for each mutant, in one process, on a copy that is put right in between."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from obs import api
from obs.checks.runner import Selection, at_least
from obs.cli.lint import Scope, lint
from obs.diagnostic import Diagnostic, ObsError
from obs.report import place
from tools.mutation.mutants import Mutant

ROOT = Path(__file__).parents[2]
FOLDERS = ("services", "promtail", "dashboards", "rules", "alertmanager")


@dataclass(frozen=True, slots=True)
class Result:
    """The names of the findings at warning or above, those of a refusal included."""

    mutant: Mutant
    checks: tuple[str, ...]

    @property
    def found(self) -> bool:
        return bool(self.checks)


def results(mutants: Iterable[Mutant]) -> Iterator[Result]:
    """What is found for each mutant; raises AssertionError where a mutant no longer applies, or nothing is broken."""
    with _platform() as root:
        clean = _findings(root)
        assert clean == [], f"the platform itself is not clean: {clean[0].problem}"
        for mutant in mutants:
            yield Result(mutant, tuple(dict.fromkeys(found.check for found in _of(mutant, root))))


def findings(mutant: Mutant) -> list[Diagnostic]:
    """What is found for one."""
    with _platform() as root:
        return _of(mutant, root)


def _of(mutant: Mutant, root: Path) -> list[Diagnostic]:
    file = root / mutant.file
    text = file.read_text(encoding="utf-8")
    assert mutant.old in text, f"{mutant}: {mutant.file} no longer has {mutant.old!r}"
    file.write_text(text.replace(mutant.old, mutant.new, 1), encoding="utf-8")
    try:
        return _findings(root)
    finally:
        file.write_text(text, encoding="utf-8")


def _findings(root: Path) -> list[Diagnostic]:
    place.forget()
    try:
        outcome = lint(Scope(root, api.read_settings(root)), Selection("strict"))
    except ObsError as error:
        return list(error.diagnostics)
    return at_least(outcome.findings, "warning")


@contextmanager
def _platform() -> Iterator[Path]:
    """A copy of the platform's definitions. No bytecode is kept: two edits in one second would look the same."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for name in FOLDERS:
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "obs.lock", root)
        (root / "pyproject.toml").write_text("[tool.obs]\n", encoding="utf-8")
        try:
            yield root
        finally:
            sys.dont_write_bytecode = before
