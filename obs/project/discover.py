"""Which files of a project hold definitions."""

from __future__ import annotations

import os
from pathlib import Path

from obs.diagnostic import Diagnostic, ObsError
from obs.origin import Origin
from obs.project.settings import Settings

LARGEST = 4 * 1024 * 1024
"""Bytes of one definition file; a larger one is data that should be read, not source."""


def definition_files(settings: Settings) -> tuple[Path, ...]:
    """Every `*.py` below the definition folders, sorted by path; names that start with `_` or `.` are left out.

    Raises ObsError for a link that leads out of the project, an unreadable folder or a file larger than 4 MiB.
    """
    found: list[Path] = []
    problems: list[Diagnostic] = []
    for folder in settings.definitions:
        top = settings.root / folder
        if top.is_dir():
            _walk(top, settings.root, found, problems)
    if problems:
        raise ObsError(problems)
    return tuple(sorted(found, key=lambda path: path.relative_to(settings.root).as_posix()))


def _walk(folder: Path, root: Path, found: list[Path], problems: list[Diagnostic]) -> None:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        problems.append(Diagnostic("unreadable", f"cannot be read: {error.strerror}", Origin(str(folder), 0)))
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith((".", "_")):
            continue
        if entry.is_symlink() and not path.resolve().is_relative_to(root):
            problems.append(
                Diagnostic(
                    "link-outside",
                    "is a symbolic link that leads out of the project",
                    Origin(str(path), 0),
                    fix="copy the file into the project",
                )
            )
        elif entry.is_dir():
            _walk(path, root, found, problems)
        elif entry.name.endswith(".py"):
            if entry.stat().st_size > LARGEST:
                problems.append(
                    Diagnostic(
                        "file-too-large",
                        f"is {entry.stat().st_size:,} bytes; definitions end at {LARGEST:,}",
                        Origin(str(path), 0),
                        fix="split it, or read the data from a file",
                    )
                )
            else:
                found.append(path)
