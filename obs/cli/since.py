"""What was wrong at an earlier revision, so that only what a change introduced is told.

The revision is unpacked beside the working tree and linted in the same way; its answer is remembered, for a revision
never changes.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from obs.checks.baseline import fingerprint
from obs.checks.runner import Selection
from obs.cli.lint import Scope, lint
from obs.diagnostic import Diagnostic, ObsError

FORMAT = 1


def findings_at(revision: str, scope: Scope, selection: Selection) -> list[str]:
    """The fingerprints of all findings at a revision, repeats included; raises ObsError when it cannot be linted."""
    top = Path(_git(scope.root, "rev-parse", "--show-toplevel").strip())
    commit = _commit(scope.root, revision)
    record = _record(top, commit, scope, selection)
    remembered = _recall(record) if record is not None else None
    if remembered is not None:
        return remembered
    with tempfile.TemporaryDirectory(prefix="obs-since-") as folder:
        there = Path(folder).resolve()
        _unpack(top, commit, there, _needed(scope, top))
        marks = _linted(revision, _moved(scope, top, there), selection, there)
    if record is not None:
        _remember(record, marks)
    return marks


def _commit(root: Path, revision: str) -> str:
    try:
        return _git(
            root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        ).strip()
    except ObsError:
        fix = "in CI, fetch it first: actions/checkout needs fetch-depth: 0"
        raise ObsError(
            [Diagnostic("unknown-revision", f"Git knows no commit {revision!r} here", fix=fix)]
        ) from None


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
        )
    except OSError:
        raise ObsError([Diagnostic("no-git", "--since needs git, which is not on PATH")]) from None
    if done.returncode:
        words = done.stderr.strip().splitlines()
        raise ObsError([Diagnostic("git-failed", f"git {arguments[0]}: {words[-1] if words else 'failed'}")])
    return done.stdout


def _needed(scope: Scope, top: Path) -> list[str]:
    """The paths inside the repository that are linted, `.` for all of it."""
    paths = scope.foreign.all or (scope.root,)
    outside = [path for path in paths if not path.is_relative_to(top)]
    if outside:
        raise ObsError(
            [Diagnostic("outside-repository", f"{outside[0]} is not in the repository that --since asks")]
        )
    return [path.relative_to(top).as_posix() for path in paths]


def _unpack(top: Path, commit: str, there: Path, paths: Sequence[str]) -> None:
    """Write those of the paths that the commit has; links that lead out of it are left out."""
    known = _git(
        top, "ls-tree", "-z", "--name-only", commit, "--", *(f"{path}" for path in paths if path != ".")
    )
    listed = [name for name in known.split("\0") if name] if "." not in paths else ["."]
    if not listed:
        return
    done = subprocess.run(
        ["git", "-C", str(top), "archive", "--format=tar", commit, "--", *listed],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise ObsError(
            [Diagnostic("git-failed", f"git archive: {done.stderr.decode('utf-8', 'replace').strip()}")]
        )
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        for member in archive:
            _extract(archive, member, there)


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, there: Path) -> None:
    path = there / member.name
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True)
    elif member.isfile() and (data := archive.extractfile(member)) is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.read())
    elif member.issym() and (path.parent / member.linkname).resolve().is_relative_to(there):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(member.linkname)


def _moved(scope: Scope, top: Path, there: Path) -> Scope:
    """The same scope in the other folder; files that did not exist yet are left out."""

    def move(path: Path) -> Path:
        return there / path.relative_to(top)

    foreign = scope.foreign.moved(move)
    only = tuple(move(path) for path in scope.only)
    if scope.settings is None:
        return Scope(
            move(scope.root) if scope.root.is_relative_to(top) else there, None, only, foreign, scope.config
        )
    from obs.project.settings import load

    return Scope(move(scope.root), load(move(scope.root)), only, foreign, scope.config)


def _linted(revision: str, scope: Scope, selection: Selection, there: Path) -> list[str]:
    if scope.settings is None and not scope.foreign.all:
        return []
    try:
        found = lint(scope, selection).findings
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


def _record(top: Path, commit: str, scope: Scope, selection: Selection) -> Path | None:
    """Where the answer is remembered: it depends on the commit, on what is linted and how, and on this program."""
    from obs.cache import compiler

    if scope.settings is None:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "obs"
    else:
        base = scope.root / ".cache" / "obs"
    asked = (str(top), commit, repr(scope), repr(selection))
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
