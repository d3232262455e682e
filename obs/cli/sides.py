"""The two sides of a comparison: a revision, the working tree, a folder, or files."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from obs.cli.revision import commit_of, top_of, unpack
from obs.diagnostic import Diagnostic, ObsError, Severity
from obs.graph.subject import Subject
from obs.origin import Origin
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.importer.subject import Pages


@dataclass(frozen=True, slots=True)
class Side:
    """A subject, what to call it, and the folder that its places are told from.

    `notes` say what could not be read, and so is not compared.
    """

    subject: Subject
    name: str
    root: Path
    notes: tuple[Diagnostic, ...] = ()

    def place(self, at: Origin | None) -> str:
        """`rules/cpu.py:17`, whatever folder the side was read in."""
        if at is None:
            return ""
        shown = self.file(at.file)
        return f"{shown}:{at.line}" if at.line else shown

    def file(self, name: str) -> str:
        """A file's path inside of the side."""
        path = Path(name)
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else name

    @property
    def unread(self) -> frozenset[str]:
        """The files that could not be read."""
        return frozenset(self.file(note.at.file) for note in self.notes if note.at is not None)


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a side's files are: a project's folder, or anything (`project` is no). `fixed`: it cannot be mended now."""

    path: Path
    name: str
    project: bool
    fixed: bool = False


@contextmanager
def sides(base: str, head: str, project: Path | None) -> Iterator[tuple[Side, Side]]:
    """Both sides, read; a revision is unpacked for as long as they are needed. Raises ObsError.

    A name is a path where there is one, else a Git revision, or a path of one (`main:dashboards/a.json`); an empty one
    is the working tree. Where the definitions of a revision do not build, the charts that both sides hold are compared.
    """
    with TemporaryDirectory(prefix="obs-diff-") as folder:
        scratch = Path(folder).resolve()
        there = _source(head, project, scratch / "head")
        here = _source(base, project, scratch / "base")
        pages: Pages = {}
        # the head first: when both sides are wrong, people care for theirs
        try:
            after = _read(there, pages)
            before = _read(here, pages)
        except _NoBuildError as error:
            before, after = _charts(here, there, error)
        yield before, after


def side(name: str, project: Path | None, scratch: Path) -> Side:
    """One of them; `scratch` is where a revision is unpacked, and must be there while it is read. Raises ObsError."""
    return _read(_source(name, project, scratch), {})


class _NoBuildError(ObsError):
    """The definitions of a revision do not build."""


def _source(name: str, project: Path | None, scratch: Path) -> _Source:
    if name and os.path.exists(name):
        full = Path(name).resolve()
        return _Source(full, name, full.is_dir() and _is_project(full))
    root, is_project = _root(project)
    if not name:
        return _Source(root, "working tree", is_project)
    revision, _, inside = name.partition(":")
    try:
        top = top_of(root)
        commit = commit_of(root, revision)
    except ObsError as error:
        if not name.endswith((".json", ".yaml", ".yml", os.sep)) and not name.startswith((".", os.sep)):
            raise
        raise ObsError([Diagnostic("no-file", "there is no such file", Origin(name, 0))]) from error
    wanted = Path(inside) if inside else root.relative_to(top)
    scratch.mkdir()
    unpack(top, commit, scratch, [wanted.as_posix()])
    there = scratch / wanted
    if not there.exists():
        problem = f"{revision} has no {wanted.as_posix()}"
        raise ObsError([Diagnostic("no-file", problem)])
    return _Source(there, name, there.is_dir() and not inside and is_project, fixed=True)


def _root(project: Path | None) -> tuple[Path, bool]:
    """The project's folder; outside of a project the working directory, whose files are read as they are."""
    from obs.api import read_settings

    try:
        return read_settings(project).root, True
    except ObsError as error:
        if project is not None or [one.check for one in error.diagnostics] != ["no-project"]:
            raise
        return Path.cwd().resolve(), False


def _read(source: _Source, pages: Pages) -> Side:
    if not source.project:
        return _of_files(source, pages=pages)
    try:
        return _of_project(source)
    except ObsError as error:
        if not source.fixed:
            raise
        first = error.diagnostics[0]
        place = Side(Subject(), source.name, source.path).place(first.at)
        where = f" ({place})" if place else ""
        problem = f"{source.name} does not build: {first.problem}{where}"
        raise _NoBuildError([_no_build(problem.replace(f"{source.path}{os.sep}", ""))]) from None


def _no_build(problem: str, severity: Severity = "error") -> Diagnostic:
    fix = "name a revision that builds"
    return Diagnostic("revision-does-not-build", problem, severity=severity, fix=fix)


def _of_project(source: _Source) -> Side:
    from obs.api import load_program
    from obs.graph.subject import of_program
    from obs.project.settings import load

    return Side(of_program(load_program(load(source.path))), source.name, source.path)


def _of_files(source: _Source, inside: Sequence[str] = (), pages: Pages | None = None) -> Side:
    """What any files hold; `inside` names those of a folder that are wanted. Files that are equal are read once."""
    from obs.importer.subject import read

    full = source.path
    root = full if full.is_dir() else full.parent
    subject, _ = read(
        [full / name for name in inside if (full / name).exists()] or [full], root=root, pages=pages
    )
    broken = tuple(found for found in subject.reader_findings if found.severity == "error")
    broken = (*broken, *_no_json(full, subject, broken))
    if broken and not (subject.rules or subject.dashboards or subject.documents):
        raise ObsError(broken)
    return Side(subject, source.name, root, broken)


def _no_json(folder: Path, subject: Subject, broken: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """JSON files that are none: it may have been a dashboard, so a comparison cannot pass it over as lint does."""
    from obs.importer.discover import JSON, MAX_JSON, files
    from obs.importer.findings import Findings

    known = {*subject.files, *(found.at.file for found in broken if found.at is not None)}
    for found in files([folder], folder, Findings()) if folder.is_dir() else ():
        path = Path(found.path)
        if found.path.endswith(JSON) and found.path not in known and path.stat().st_size <= MAX_JSON:
            try:
                json.loads(path.read_bytes())
            except (ValueError, RecursionError):
                yield Diagnostic("unreadable-json", "is no whole JSON document", Origin(found.path, 1))


def _charts(base: _Source, head: _Source, error: _NoBuildError) -> tuple[Side, Side]:
    """What both sides have generated and committed; raises the error where one has no chart."""
    charts = [_chart(one) for one in (base, head)]
    problem = f"{error.diagnostics[0].problem}; the charts that both sides hold are compared instead"
    found: list[Side] = []
    for source, chart in zip((base, head), charts, strict=True):
        if chart is None:
            raise error
        side = _of_files(_Source(chart, source.name, False), ("files", "values.yaml", "Chart.yaml"))
        note = (_no_build(problem, "warning"),) if source is base else ()
        found.append(Side(side.subject, side.name, source.path, (*note, *side.notes)))
    return found[0], found[1]


def _chart(source: _Source) -> Path | None:
    from obs.project.settings import load

    if not source.project:
        return source.path
    try:
        chart = source.path / load(source.path).chart
    except ObsError:
        return None
    return chart if chart.is_dir() else None


def _is_project(folder: Path) -> bool:
    settings = folder / "pyproject.toml"
    return settings.is_file() and "[tool.obs" in settings.read_text(encoding="utf-8", errors="replace")
