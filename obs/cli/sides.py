"""The two sides of a comparison: a revision, the working tree, a folder, or files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from obs.cli.revision import commit_of, top_of, unpack
from obs.diagnostic import Diagnostic, ObsError
from obs.graph.subject import Subject
from obs.origin import Origin

WORKING_TREE = ""


@dataclass(frozen=True, slots=True)
class Side:
    """A subject, what to call it, and the folder that its places are told from."""

    subject: Subject
    name: str
    root: Path

    def place(self, at: Origin | None) -> str:
        """`rules/cpu.py:17`, whatever folder the side was read in."""
        if at is None:
            return ""
        path = Path(at.file)
        shown = path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else at.file
        return f"{shown}:{at.line}" if at.line else shown


@contextmanager
def sides(base: str, head: str, project: Path | None) -> Iterator[tuple[Side, Side]]:
    """Both sides, read; a revision is unpacked for as long as they are needed. Raises ObsError.

    A name is a path where there is one, else a Git revision; an empty one is the working tree.
    """
    with TemporaryDirectory(prefix="obs-diff-") as folder:
        scratch = Path(folder).resolve()
        # the head first: when both sides are wrong, people care for theirs
        after = _side(head, project, scratch / "head")
        yield _side(base, project, scratch / "base"), after


def _side(name: str, project: Path | None, scratch: Path) -> Side:
    if name and (os.path.exists(name) or os.sep in name):
        return _of_path(Path(name))
    if not name:
        return _of_project(_root(project), "working tree")
    return _of_revision(name, _root(project), scratch)


def _root(project: Path | None) -> Path:
    from obs.api import read_settings

    return read_settings(project).root


def _of_project(root: Path, name: str) -> Side:
    from obs.api import load_program
    from obs.graph.subject import of_program
    from obs.project.settings import load

    return Side(of_program(load_program(load(root))), name, root)


def _of_revision(revision: str, root: Path, scratch: Path) -> Side:
    top = top_of(root)
    commit = commit_of(root, revision)
    inside = root.relative_to(top)
    scratch.mkdir()
    unpack(top, commit, scratch, [inside.as_posix()])
    try:
        return _of_project(scratch / inside, revision)
    except ObsError as error:
        first = error.diagnostics[0]
        place = Side(Subject(), revision, scratch / inside).place(first.at)
        where = f" ({place})" if place else ""
        problem = f"{revision} does not build, so nothing can be compared with it: {first.problem}{where}"
        fix = "name a revision that builds"
        raise ObsError(
            [Diagnostic("revision-does-not-build", problem.replace(f"{scratch}{os.sep}", ""), fix=fix)]
        ) from None


def _of_path(path: Path) -> Side:
    """A project's folder, or other people's files."""
    full = path.resolve()
    if not full.exists():
        raise ObsError([Diagnostic("no-file", "there is no such file", Origin(str(path), 0))])
    if full.is_dir() and _is_project(full):
        return _of_project(full, str(path))
    from obs.importer.subject import read

    subject, _ = read([full])
    root = full if full.is_dir() else full.parent
    broken = [found for found in subject.reader_findings if found.severity == "error"]
    if broken and not (subject.rules or subject.dashboards or subject.documents):
        raise ObsError(broken)
    return Side(subject, str(path), root)


def _is_project(folder: Path) -> bool:
    settings = folder / "pyproject.toml"
    return settings.is_file() and "[tool.obs" in settings.read_text(encoding="utf-8", errors="replace")
