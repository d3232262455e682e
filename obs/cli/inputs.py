"""Which files and folders a command line means: paths and globs."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from pathlib import Path

from obs.diagnostic import Diagnostic, ObsError
from obs.origin import Origin
from obs.record import dataclass


@dataclass(frozen=True, slots=True)
class Inputs:
    """Files, folders and globs as they were named, by option. What each file is, its content tells."""

    paths: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    dashboards: tuple[str, ...] = ()
    alertmanager: tuple[str, ...] = ()
    promtail: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    chart: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(name for field in fields(self) for name in getattr(self, field.name))

    @property
    def options(self) -> bool:
        """Whether any was given with an option."""
        return len(self.named) > len(self.paths)

    def resolved(self, folder: Path) -> Resolved:
        """Every file and folder that is meant, absolute, each once; raises ObsError for a name that means none."""
        return Resolved(
            **{
                field.name: tuple(
                    dict.fromkeys(
                        path for name in getattr(self, field.name) for path in resolve(name, folder)
                    )
                )
                for field in fields(self)
            }
        )

    def definitions(self, folder: Path) -> bool:
        """Whether plain paths alone were given, each a Python file or a folder that holds some."""
        found = [Path(os.path.abspath(folder / name)) for name in self.paths]
        return not self.options and all(map(_holds_python, found))


Given = Sequence[str] | None
"""What an option was given, if it was."""


def inputs_of(
    rules: Given = None,
    dashboards: Given = None,
    alertmanager: Given = None,
    promtail: Given = None,
    values: Given = None,
    chart: Given = None,
) -> Inputs:
    """The inputs of the options alone."""
    given = (rules, dashboards, alertmanager, promtail, values, chart)
    return Inputs((), *(tuple(one or ()) for one in given))


@dataclass(frozen=True, slots=True)
class Resolved:
    """The same as absolute paths."""

    paths: tuple[Path, ...] = ()
    rules: tuple[Path, ...] = ()
    dashboards: tuple[Path, ...] = ()
    alertmanager: tuple[Path, ...] = ()
    promtail: tuple[Path, ...] = ()
    values: tuple[Path, ...] = ()
    chart: tuple[Path, ...] = ()

    @property
    def all(self) -> tuple[Path, ...]:
        """All of them."""
        return tuple(path for field in fields(self) for path in getattr(self, field.name))

    def moved(self, move: Callable[[Path], Path]) -> Resolved:
        """The same files elsewhere, without those that are not there."""
        return Resolved(
            **{
                field.name: tuple(
                    there for path in getattr(self, field.name) if os.path.lexists(there := move(path))
                )
                for field in fields(self)
            }
        )


def resolve(name: str, folder: Path) -> list[Path]:
    """The path, or all that a glob matches; raises ObsError when nothing is there."""
    path = Path(os.path.abspath(folder / name))
    if os.path.lexists(path):
        return [path]
    found = sorted(glob.glob(name, root_dir=folder, recursive=True)) if glob.has_magic(name) else []
    if not found:
        problem = "matches no file" if glob.has_magic(name) else "there is no such file"
        raise ObsError([Diagnostic("no-file", problem, Origin(name, 0))])
    return [Path(os.path.abspath(folder / one)) for one in found]


def _holds_python(path: Path) -> bool:
    return path.suffix == ".py" if path.is_file() else path.is_dir() and _any_python(path)


def _any_python(top: Path) -> bool:
    return any(name.endswith(".py") for _, _, names in os.walk(top) for name in names)


def within(file: str, paths: Iterable[Path]) -> bool:
    """Whether a file is one of the paths or below one."""
    return any(Path(file).is_relative_to(path) for path in paths)
