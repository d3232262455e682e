"""A revision of the repository, unpacked beside the working tree."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Sequence
from pathlib import Path

from obs.diagnostic import Diagnostic, ObsError


def top_of(folder: Path) -> Path:
    """The repository's folder; raises ObsError outside of one."""
    return Path(git(folder, "rev-parse", "--show-toplevel").rstrip("\n"))


def commit_of(root: Path, revision: str) -> str:
    try:
        return git(
            root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        ).strip()
    except ObsError:
        fix = "in CI, fetch it first: actions/checkout needs fetch-depth: 0"
        raise ObsError(
            [Diagnostic("unknown-revision", f"Git knows no commit {revision!r} here", fix=fix)]
        ) from None


def git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
        )
    except OSError:
        raise ObsError([Diagnostic("no-git", "this needs git, which is not on PATH")]) from None
    if done.returncode:
        words = done.stderr.strip().splitlines()
        raise ObsError([Diagnostic("git-failed", f"git {arguments[0]}: {words[-1] if words else 'failed'}")])
    return done.stdout


def unpack(top: Path, commit: str, there: Path, paths: Sequence[str]) -> None:
    """Write those of the paths that the commit has; links that lead out of it are left out."""
    known = git(
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
