"""Put artifacts on disk: all of them or none, nothing a person edited, nothing outside the output folder.

A build stages every changed file, then writes a journal, then renames. A process that dies while staging leaves the
old files; one that dies while renaming is completed by the next build. The manifest holds the hash of every file
that obs made, which is how a hand edit and a file that is no longer made are known.
"""

from __future__ import annotations

import difflib
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Literal

from obs.artifact import Artifact
from obs.diagnostic import Diagnostic, FindingsError, ObsError
from obs.origin import Origin
from obs.record import dataclass

MANIFEST_FORMAT = 1
STAGE = ".obs-stage"
Change = Literal["added", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class Drift:
    """A file whose committed bytes are not what the definitions say. `difference` is its first differing line."""

    path: str
    change: Change
    difference: str


@dataclass(frozen=True, slots=True)
class Written:
    """What a build did to the output folder, paths sorted."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int

    @property
    def touched(self) -> int:
        """How many files are not as they were."""
        return len(self.added) + len(self.changed) + len(self.removed)


def digest(data: bytes) -> str:
    """SHA-256 in hex, as the manifest holds it."""
    return hashlib.sha256(data).hexdigest()


def _error(check: str, problem: str, path: Path | str, fix: str = "", why: str = "") -> ObsError:
    return ObsError([Diagnostic(check, problem, Origin(str(path), 0), fix=fix, why=why)])


def read_manifest(out: Path, manifest: str) -> dict[str, str]:
    """Path to hash, of what the last build made; empty when there was none."""
    try:
        document = json.loads((out / manifest).read_text(encoding="utf-8"))
        files = document["files"]
        return {str(path): str(value) for path, value in files.items()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _error("unreadable", f"cannot be read: {error.strerror}", out / manifest) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _error(
            "invalid-manifest",
            "is not a manifest that obs wrote",
            out / manifest,
            fix="restore it from Git, or delete it and run `obs build --force`",
        ) from None


def render_manifest(files: Mapping[str, str]) -> bytes:
    """The manifest of these paths and hashes."""
    document = {
        "note": "Files that obs generated. Do not edit.",
        "format": MANIFEST_FORMAT,
        "files": dict(sorted(files.items())),
    }
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


class _Places:
    """Where artifacts go in an output folder; each of its folders is looked at once."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._real = out.resolve()
        self._inside: dict[str, bool] = {}

    def __call__(self, path: str) -> Path:
        """The place of an artifact; ObsError when that is outside the output folder."""
        pure = PurePosixPath(path)
        place = self.out / pure
        if pure.is_absolute() or ".." in pure.parts:
            raise _error("link-outside", f"{path} is outside the output folder", self.out)
        folder = path.rpartition("/")[0]
        inside = self._inside.get(folder)
        if inside is None:
            inside = self._inside[folder] = self._is_inside(place.parent)
        if not inside or place.is_symlink():
            raise _error(
                "link-outside",
                "leads out of the output folder through a symbolic link",
                place,
                fix="replace the link by a folder or file of its own",
            )
        return place

    def _is_inside(self, folder: Path) -> bool:
        while not folder.exists() and folder != self.out:
            folder = folder.parent
        return folder.resolve().is_relative_to(self._real)


def _current(place: Path) -> bytes | None:
    try:
        return place.read_bytes()
    except FileNotFoundError:
        return None
    except (IsADirectoryError, NotADirectoryError):
        raise _error("unwritable", "there is a folder where a file belongs, or the reverse", place) from None
    except OSError as error:
        raise _error("unreadable", f"cannot be read: {error.strerror}", place) from None


def drift(out: Path, artifacts: Iterable[Artifact], manifest: str) -> list[Drift]:
    """How the folder differs from what the definitions say; empty when it does not."""
    made = {artifact.path: artifact.data for artifact in artifacts}
    made[manifest] = render_manifest({path: digest(data) for path, data in made.items()})
    found: list[Drift] = []
    place = _Places(out)
    for path, data in sorted(made.items()):
        current = _current(place(path))
        if current is None:
            found.append(Drift(path, "added", "the file is missing"))
        elif current != data:
            found.append(Drift(path, "changed", first_difference(current, data)))
    stale = set(read_manifest(out, manifest)) - set(made)
    found += [
        Drift(path, "removed", "no definition makes this file")
        for path in sorted(stale)
        if (out / path).exists()
    ]
    return found


def first_difference(old: bytes, new: bytes) -> str:
    """The first line that differs, as a reader of a diff would want it."""
    before = old.decode("utf-8", "replace").splitlines()
    after = new.decode("utf-8", "replace").splitlines()
    for number, (one, other) in enumerate(zip(before, after, strict=False), start=1):
        if one != other:
            return f"line {number}: is {_short(one)}, definitions say {_short(other)}"
    if len(before) != len(after):
        longer, word = (before, "is extra") if len(before) > len(after) else (after, "is missing")
        return (
            f"line {min(len(before), len(after)) + 1}: {_short(longer[min(len(before), len(after))])} {word}"
        )
    return "line endings or the final newline differ"


def _short(line: str) -> str:
    text = line.strip()
    return repr(text if len(text) <= 60 else text[:57] + "...")


def unified(out: Path, artifact: Artifact) -> str:
    """A unified diff from the file on disk to the artifact."""
    current = _current(_Places(out)(artifact.path)) or b""
    return "".join(
        difflib.unified_diff(
            current.decode("utf-8", "replace").splitlines(keepends=True),
            artifact.data.decode("utf-8", "replace").splitlines(keepends=True),
            f"a/{artifact.path}",
            f"b/{artifact.path}",
        )
    )


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """One build at a time in a folder; the lock goes with the process."""
    try:
        import fcntl
    except ImportError:  # no such lock on Windows
        yield
        return
    handle = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def commit(
    out: Path,
    artifacts: Iterable[Artifact],
    manifest: str,
    *,
    force: bool = False,
    keep: tuple[str, ...] = (),
    same: Mapping[str, str] | None = None,
) -> Written:
    """Write what changed and remove what is no longer made. Raises ObsError and leaves everything as it was.

    Files under a prefix in `keep` that an earlier build made stay, though this one does not make them. `same` are
    files that belong to this build too and are known to be on disk as they should be, with their hashes.
    """
    made = {artifact.path: artifact.data for artifact in artifacts}
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _alone(out):
            _finish_interrupted(out)
            return _commit(out, made, manifest, force, keep, same or {})
    except OSError as error:
        raise _cannot_write(error, out) from None


def _commit(
    out: Path,
    made: dict[str, bytes],
    manifest: str,
    force: bool,
    keep: tuple[str, ...],
    same: Mapping[str, str],
) -> Written:
    place = _Places(out)
    known = read_manifest(out, manifest) if not force else _lenient_manifest(out, manifest)
    kept = {path: known[path] for path in known.keys() - made.keys() if keep and path.startswith(keep)}
    hashes = {path: digest(data) for path, data in made.items()}
    made[manifest] = render_manifest({**same, **kept, **hashes})
    known = {path: value for path, value in known.items() if path not in kept and path not in same}
    added: list[str] = []
    changed: list[str] = []
    edited: list[str] = []
    for path, data in sorted(made.items()):
        current = _current(place(path))
        if current == data:
            continue
        (added if current is None else changed).append(path)
        if current is not None and path != manifest and digest(current) != known.get(path):
            edited.append(path)
    removed = [path for path in sorted(known.keys() - made.keys()) if _current(place(path)) is not None]
    edited += [path for path in removed if digest(_current(place(path)) or b"") != known[path]]
    if edited and not force:
        raise FindingsError(_edited(place(path), made.get(path), path in known) for path in edited)
    if added or changed or removed:
        _replace(out, {path: made[path] for path in (*added, *changed)}, removed)
    unchanged = len(made) + len(same) - len(added) - len(changed)
    return Written(tuple(added), tuple(changed), tuple(removed), unchanged)


def _lenient_manifest(out: Path, manifest: str) -> dict[str, str]:
    try:
        return read_manifest(out, manifest)
    except ObsError:
        return {}


def _edited(place: Path, wanted: bytes | None, known: bool) -> Diagnostic:
    who = "was edited by hand" if known else "exists and was not made by obs"
    difference = first_difference(_current(place) or b"", wanted) if wanted is not None else ""
    return Diagnostic(
        "hand-edited",
        f"{who}; a build would overwrite it",
        Origin(str(place), 0),
        why=difference,
        fix="move the change into the definitions, or `obs build --force` to discard it",
    )


SYNCED_ALONE = 16
"""Up to so many files are each made to reach the disk; for more, one call for all of them is faster."""


def _replace(out: Path, files: Mapping[str, bytes], removed: Iterable[str]) -> None:
    stage = out / STAGE
    alone = len(files) <= SYNCED_ALONE or not hasattr(os, "sync")
    try:
        stage.mkdir()
        for number, (path, data) in enumerate(files.items()):
            _write_new(stage / str(number), data, _mode(out / path), sync=alone)
        if not alone:
            os.sync()
        for path in (*files, *removed):
            _require_writable(out, path)
        journal = {"rename": list(files), "remove": list(removed)}
        _write_new(stage / "journal.new", json.dumps(journal).encode(), 0o644, sync=True)
        os.replace(stage / "journal.new", stage / "journal.json")
    except BaseException:
        if not (stage / "journal.json").exists():
            shutil.rmtree(stage, ignore_errors=True)
        raise
    _apply(out, journal)


def _require_writable(out: Path, path: str) -> None:
    """A folder that refuses a rename must be known before the first one."""
    folder = (out / path).parent
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "Permission denied", str(folder))


def _mode(place: Path) -> int:
    try:
        return place.stat().st_mode & 0o777
    except OSError:
        return 0o644


def _write_new(place: Path, data: bytes, mode: int, *, sync: bool) -> None:
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        if sync:
            file.flush()
            os.fsync(file.fileno())


def _apply(out: Path, journal: Mapping[str, list[str]]) -> None:
    stage = out / STAGE
    place = _Places(out)
    folders: set[Path] = set()
    for number, path in enumerate(journal["rename"]):
        staged, target = stage / str(number), place(path)
        if target.parent not in folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            folders.add(target.parent)
        with suppress(FileNotFoundError):  # renamed before the build that this one completes was killed
            os.replace(staged, target)
    for path in journal["remove"]:
        target = place(path)
        target.unlink(missing_ok=True)
        _remove_empty(target.parent, out)
    shutil.rmtree(stage)


def _remove_empty(folder: Path, out: Path) -> None:
    while folder != out:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def _finish_interrupted(out: Path) -> None:
    """Complete a build that died while renaming; forget one that died before."""
    stage = out / STAGE
    if not stage.is_dir() or stage.is_symlink():
        return
    try:
        journal = json.loads((stage / "journal.json").read_text(encoding="utf-8"))
        _apply(out, {"rename": list(journal["rename"]), "remove": list(journal["remove"])})
    except FileNotFoundError:
        shutil.rmtree(stage)
    except (ValueError, KeyError, TypeError):
        raise _error(
            "invalid-manifest",
            "holds a broken journal of an interrupted build",
            stage,
            fix="delete this folder",
        ) from None


def _cannot_write(error: OSError, out: Path) -> ObsError:
    place = error.filename or out
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _error("disk-full", "the disk is full; nothing was changed", place)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _error(
            "unwritable",
            "cannot be written (permission denied); nothing was changed",
            place,
            fix="make the folder writable, or write elsewhere with --out",
        )
    return _error("unwritable", f"cannot be written: {error.strerror}; nothing was changed", place)
