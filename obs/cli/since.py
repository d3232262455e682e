"""What was wrong at an earlier revision, so that only what a change introduced is told.

The revision is unpacked beside the working tree and linted in the same way, if anything is found at all, and only by
the checks that found something; its answer is remembered, for a revision never changes. Of other people's files, checks
that look at each rule alone are asked on both sides only about what the change can matter to.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from obs.checks.baseline import fingerprint
from obs.checks.runner import Selection
from obs.checks.suppress import any_comments
from obs.cli.lint import Changes, Scope, lint
from obs.cli.revision import commit_of, git, top_of, unpack
from obs.diagnostic import Diagnostic, ObsError

if TYPE_CHECKING:
    from obs.checks.base import Check
    from obs.graph.subject import Subject

FORMAT = 1
MOST_FILES = 200
"""Changed files; beyond them the difference is not worth its knowing."""


def findings_at(
    revision: str,
    scope: Scope,
    selection: Selection,
    found: Sequence[Diagnostic],
    known: Sequence[Check],
    changes: Changes | None = None,
) -> list[str]:
    """The fingerprints of the findings at a revision, repeats included; raises ObsError when it cannot be linted.

    Only those of the checks that `found` now, of all that are `known`; with `changes`, only those that they left to be
    found now.
    """
    if not found:
        return []
    selection = _same_checks(selection, found, known)
    top = _top(scope)
    commit = commit_of(scope.root, revision)
    record = _record(top, commit, scope, selection, changes)
    remembered = _recall(record)
    if remembered is not None:
        return remembered
    with tempfile.TemporaryDirectory(prefix="obs-since-") as folder:
        there = Path(folder).resolve()
        unpack(top, commit, there, _needed(scope, top))
        moved = changes.moved(lambda file: str(there / Path(file).relative_to(top))) if changes else None
        marks = _linted(revision, _moved(scope, top, there), selection, there, moved)
    _remember(record, marks)
    return marks


def _same_checks(selection: Selection, found: Sequence[Diagnostic], known: Sequence[Check]) -> Selection:
    """The checks that found something; all of them, where comments are judged too."""
    names = {one.check for one in found}
    by_name = {name: check for check in known for name in check.names}
    if not names <= by_name.keys() or any(by_name[name].of_comments for name in names):
        return selection
    return Selection(selection.profile, tuple(sorted(names)), selection.ignore)


def changes_since(revision: str, scope: Scope) -> Changes | None:
    """Which files differ from a revision; None where what they hold, or a comment, can matter to any finding."""
    if scope.settings is not None:
        return None
    top = _top(scope)
    commit = commit_of(scope.root, revision)
    files = _differing(top, commit, scope)
    if files is None or len(files) > MOST_FILES or any(Path(file).name == "Chart.yaml" for file in files):
        return None
    here = tuple(str(top / file) for file in files)
    with tempfile.TemporaryDirectory(prefix="obs-since-") as folder:
        there = Path(folder).resolve()
        unpack(top, commit, there, files)
        now = _read([Path(file) for file in here if os.path.isfile(file)], top)
        before = _read([there / file for file in files if os.path.isfile(there / file)], there)
        judged = any_comments([*_all_files(scope), *(str(there / file) for file in files)])
    if judged or not (_only_rules_and_dashboards(now) and _only_rules_and_dashboards(before)):
        return None
    names = {rule.name for subject in (now, before) for rule in subject.records}
    return Changes(here, tuple(sorted(names)))


def _differing(top: Path, commit: str, scope: Scope) -> list[str] | None:
    """Paths inside the repository; None when links lead where Git does not look."""
    needed = _needed(scope, top)
    known = set(_listed(top, "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit))
    found = set(
        _listed(top, "diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", commit, "--", *needed)
    )
    real = os.path.realpath(top)
    for file in _all_files(scope):
        name = os.path.relpath(file, top)
        if os.path.realpath(file) != os.path.join(real, name):
            return None
        if name not in known:
            found.add(name)
    return sorted(found)


def _all_files(scope: Scope) -> list[str]:
    from obs.importer import discover
    from obs.importer.findings import Findings

    return [one.path for one in discover.files(scope.foreign.all, scope.root, Findings())]


def _listed(top: Path, *arguments: str) -> list[str]:
    return [name for name in git(top, *arguments).split("\0") if name]


def _read(files: Sequence[Path], root: Path) -> Subject:
    from obs.importer.subject import read

    return read(files, root=root)[0]


def _only_rules_and_dashboards(subject: Subject) -> bool:
    """Whether the files say nothing that other files' rules depend on but what they record."""
    said = (subject.documents, subject.pipelines, subject.counters, subject.log_rules, subject.server)
    return not any(said) and subject.alertmanager is None


def _top(scope: Scope) -> Path:
    return top_of(scope.root)


def _needed(scope: Scope, top: Path) -> list[str]:
    """The paths inside the repository that are linted, `.` for all of it."""
    paths = scope.foreign.all or (scope.root,)
    outside = [path for path in paths if not path.is_relative_to(top)]
    if outside:
        raise ObsError(
            [Diagnostic("outside-repository", f"{outside[0]} is not in the repository that --since asks")]
        )
    return [path.relative_to(top).as_posix() for path in paths]


def _moved(scope: Scope, top: Path, there: Path) -> Scope:
    """The same scope in the other folder; files that did not exist yet are left out."""

    def move(path: Path) -> Path:
        return there / path.relative_to(top)

    foreign = scope.foreign.moved(move)
    only = tuple(move(path) for path in scope.only)
    root = move(scope.root) if scope.root.is_relative_to(top) else there
    if scope.settings is None:
        return replace(scope, root=root, only=only, foreign=foreign)
    from obs.project.settings import load

    return replace(scope, root=root, settings=load(root), only=only, foreign=foreign)


def _linted(
    revision: str, scope: Scope, selection: Selection, there: Path, changes: Changes | None
) -> list[str]:
    if scope.settings is None and not scope.foreign.all:
        return []
    try:
        found = lint(scope, selection, changes).findings
    except ObsError as error:
        first = error.diagnostics[0]
        place = f" ({_inside(first.at.file, there)}:{first.at.line})" if first.at is not None else ""
        raise ObsError(
            [
                Diagnostic(
                    "revision-does-not-build",
                    f"{revision} cannot be linted, so nothing can be compared with it: "
                    f"{first.problem.replace(str(there) + os.sep, '')}{place}",
                    fix="name a revision that builds, or adopt a baseline with --write-baseline",
                )
            ]
        ) from None
    return [fingerprint(one) for one in found]


def _inside(file: str, there: Path) -> str:
    path = Path(file)
    return path.relative_to(there).as_posix() if path.is_relative_to(there) else file


def _record(top: Path, commit: str, scope: Scope, selection: Selection, changes: Changes | None) -> Path:
    """Where the answer is remembered: it depends on the commit, on what is linted and how, and on this program."""
    from obs.cache import compiler

    if scope.settings is None:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "obs"
    else:
        base = scope.root / ".cache" / "obs"
    asked = (str(top), commit, repr(scope), repr(selection), repr(changes))
    name = sha256("\0".join([*asked, compiler()]).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return base / f"lint-{name}.json"


def _recall(record: Path) -> list[str] | None:
    try:
        document = json.loads(record.read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            return None
        return [str(mark) for mark in document["marks"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _remember(record: Path, marks: Sequence[str]) -> None:
    """Failing to is no error, only a slower next run."""
    try:
        record.parent.mkdir(parents=True, exist_ok=True)
        temporary = record.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps({"format": FORMAT, "marks": list(marks)}), encoding="utf-8")
        os.replace(temporary, record)
    except OSError:
        return
