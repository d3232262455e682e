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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from obs.artifact import Artifact
from obs.diagnostic import Diagnostic, FindingsError, ObsError
from obs.origin import Origin

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


def _place(out: Path, path: str) -> Path:
    """Where an artifact goes; ObsError when that is outside the output folder."""
    pure = PurePosixPath(path)
    place = out / pure
    if pure.is_absolute() or ".." in pure.parts:
        raise _error("link-outside", f"{path} is outside the output folder", out)
    folder = place.parent
    while not folder.exists() and folder != out:
        folder = folder.parent
    if not folder.resolve().is_relative_to(out.resolve()) or place.is_symlink():
        raise _error(
            "link-outside",
            "leads out of the output folder through a symbolic link",
            place,
            fix="replace the link by a folder or file of its own",
        )
    return place


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
    for path, data in sorted(made.items()):
        current = _current(_place(out, path))
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
    current = _current(_place(out, artifact.path)) or b""
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
) -> Written:
    """Write what changed and remove what is no longer made. Raises ObsError and leaves everything as it was.

    Files under a prefix in `keep` that an earlier build made stay, though this one does not make them.
    """
    made = {artifact.path: artifact.data for artifact in artifacts}
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _alone(out):
            _finish_interrupted(out)
            return _commit(out, made, manifest, force, keep)
    except OSError as error:
        raise _cannot_write(error, out) from None


def _commit(out: Path, made: dict[str, bytes], manifest: str, force: bool, keep: tuple[str, ...]) -> Written:
    known = read_manifest(out, manifest) if not force else _lenient_manifest(out, manifest)
    kept = (
        {path: value for path, value in known.items() if path not in made and path.startswith(keep)}
        if keep
        else {}
    )
    made[manifest] = render_manifest({path: digest(data) for path, data in made.items()} | kept)
    known = {path: value for path, value in known.items() if path not in kept}
    added: list[str] = []
    changed: list[str] = []
    edited: list[str] = []
    for path, data in sorted(made.items()):
        current = _current(_place(out, path))
        if current == data:
            continue
        (added if current is None else changed).append(path)
        if current is not None and path != manifest and digest(current) != known.get(path):
            edited.append(path)
    removed = [path for path in sorted(set(known) - set(made)) if _current(_place(out, path)) is not None]
    edited += [path for path in removed if digest(_current(_place(out, path)) or b"") != known[path]]
    if edited and not force:
        raise FindingsError(_edited(out, path, made.get(path), known) for path in edited)
    if added or changed or removed:
        _replace(out, {path: made[path] for path in (*added, *changed)}, removed)
    return Written(tuple(added), tuple(changed), tuple(removed), len(made) - len(added) - len(changed))


def _lenient_manifest(out: Path, manifest: str) -> dict[str, str]:
    try:
        return read_manifest(out, manifest)
    except ObsError:
        return {}


def _edited(out: Path, path: str, wanted: bytes | None, known: Mapping[str, str]) -> Diagnostic:
    who = "was edited by hand" if path in known else "exists and was not made by obs"
    difference = first_difference(_current(_place(out, path)) or b"", wanted) if wanted is not None else ""
    return Diagnostic(
        "hand-edited",
        f"{who}; a build would overwrite it",
        Origin(str(out / path), 0),
        why=difference,
        fix="move the change into the definitions, or `obs build --force` to discard it",
    )


def _replace(out: Path, files: Mapping[str, bytes], removed: Iterable[str]) -> None:
    stage = out / STAGE
    try:
        stage.mkdir()
        for number, (path, data) in enumerate(files.items()):
            _write_through(stage / str(number), data, _mode(out / path))
        journal = {"rename": list(files), "remove": list(removed)}
        _write_through(stage / "journal.new", json.dumps(journal).encode(), 0o644)
        os.replace(stage / "journal.new", stage / "journal.json")
    except BaseException:
        if not (stage / "journal.json").exists():
            shutil.rmtree(stage, ignore_errors=True)
        raise
    _apply(out, journal)


def _mode(place: Path) -> int:
    try:
        return place.stat().st_mode & 0o777
    except OSError:
        return 0o644


def _write_through(place: Path, data: bytes, mode: int) -> None:
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _apply(out: Path, journal: Mapping[str, list[str]]) -> None:
    stage = out / STAGE
    for number, path in enumerate(journal["rename"]):
        staged, place = stage / str(number), _place(out, path)
        if staged.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(staged, place)
    for path in journal["remove"]:
        place = _place(out, path)
        place.unlink(missing_ok=True)
        _remove_empty(place.parent, out)
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
