"""Remember what a build read and made, so that a build without a change does nothing.

The record is in `.cache/obs/` of the project, is never shared, and is believed only when the bytes of every input and
of every output are those it names. Inputs are the definition files, whatever project file they opened or imported, the
settings, the lock, this package and the Python that ran it. A definition that reads the clock, the network or an
environment variable escapes this; `obs build --no-cache` and `--check` always compile.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from obs.artifact import Artifact
from obs.diagnostic import Diagnostic
from obs.origin import Origin
from obs.project.settings import Settings
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.api import Built

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the last build said, for one that has nothing to do."""

    files: int
    counts: dict[str, int]
    sizes: dict[str, int]
    findings: tuple[Diagnostic, ...]


def _record(settings: Settings, out: Path, environment: str | None) -> Path:
    name = sha256(f"{out}\0{environment or ''}".encode()).hexdigest()[:16]
    return settings.root / ".cache" / "obs" / f"build-{name}.json"


def compiler() -> str:
    """A fingerprint of this package and of the interpreter: size and time of each source file."""
    top = Path(__file__).parent
    parts = [sys.version]
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            status = os.stat(os.path.join(folder, name))
            parts.append(f"{folder[len(str(top)) :]}/{name} {status.st_size} {status.st_mtime_ns}")
    return sha256("\n".join(parts).encode()).hexdigest()


def _hash(path: Path) -> str | None:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


CLOCK_TICK = 10_000_000
"""Nanoseconds by which a file's time of change can lag behind the clock."""


def _saved_after(path: Path, moment: int) -> bool:
    try:
        return path.stat().st_mtime_ns >= moment
    except OSError:
        return True


def _definition_list(settings: Settings) -> list[str]:
    from obs.project.discover import definition_files

    return [path.relative_to(settings.root).as_posix() for path in definition_files(settings)]


_OPENED: list[set[str]] = []
_HOOKED: list[bool] = []


def _note_open(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _OPENED and isinstance(arguments[0], str) and arguments[1] in ("r", "rb", None):
        _OPENED[-1].add(arguments[0])


@contextmanager
def watch(settings: Settings) -> Iterator[set[str]]:
    """Collect the project's files that are read inside the block, as paths relative to the project."""
    if not _HOOKED:
        sys.addaudithook(_note_open)
        _HOOKED.append(True)
    opened: set[str] = set()
    inputs: set[str] = set()
    _OPENED.append(opened)
    try:
        yield inputs
    finally:
        _OPENED.pop()
        root = str(settings.root) + os.sep
        package = str(Path(__file__).parent) + os.sep
        for name in opened:
            path = os.path.abspath(name)
            if path.endswith(".pyc"):
                continue
            if path.startswith(root) and not path.startswith(package) and "site-packages" not in path:
                inputs.add(path[len(root) :].replace(os.sep, "/"))
        inputs.update(_definition_list(settings))
        inputs.add("pyproject.toml")


def remember(
    settings: Settings,
    out: Path,
    environment: str | None,
    inputs: set[str],
    artifacts: Sequence[Artifact],
    built: Built,
    since: int,
) -> None:
    """Write the record; failing to is no error, only a slower next build.

    `since` is when the build began to read, in nanoseconds: an input that was saved after it may not be what was read,
    so nothing is remembered then.
    """
    record = _record(settings, out, environment)
    if any(
        _saved_after(settings.root / path, since - CLOCK_TICK) for path in inputs if path != settings.lock
    ):
        record.unlink(missing_ok=True)
        return
    outputs = [*(artifact.path for artifact in artifacts), settings.manifest]
    document = {
        "format": FORMAT,
        "compiler": compiler(),
        "definitions": _definition_list(settings),
        "inputs": {path: _hash(settings.root / path) for path in sorted(inputs) if path != settings.lock},
        "outputs": {path: _hash(out / path) for path in sorted(outputs)},
        "counts": built.counts,
        "sizes": built.sizes,
        "findings": [_plain(found) for found in built.findings],
    }
    try:
        record.parent.mkdir(parents=True, exist_ok=True)
        temporary = record.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(document), encoding="utf-8")
        os.replace(temporary, record)
    except OSError:
        return


def recall(settings: Settings, out: Path, environment: str | None) -> Remembered | None:
    """The last build's words when nothing has changed since; None when it must be done again."""
    try:
        document = json.loads(_record(settings, out, environment).read_text(encoding="utf-8"))
        if document["format"] != FORMAT or document["compiler"] != compiler():
            return None
        if document["definitions"] != _definition_list(settings):
            return None
        same = all(
            _hash(settings.root / path) == value for path, value in document["inputs"].items()
        ) and all(
            value is not None and _hash(out / path) == value for path, value in document["outputs"].items()
        )
        if not same or (out / ".obs-stage").exists():
            return None
        findings = tuple(_diagnostic(found) for found in document["findings"])
        return Remembered(len(document["outputs"]), document["counts"], document["sizes"], findings)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _plain(found: Diagnostic) -> dict[str, object]:
    return {
        "check": found.check,
        "problem": found.problem,
        "severity": found.severity,
        "evidence": found.evidence,
        "why": found.why,
        "fix": found.fix,
        "at": [found.at.file, found.at.line] if found.at else None,
        "also": [[place.file, place.line, words] for place, words in found.also],
    }


def _diagnostic(plain: dict[str, object]) -> Diagnostic:
    at, also = plain["at"], plain["also"]
    assert isinstance(also, list)
    return Diagnostic(
        str(plain["check"]),
        str(plain["problem"]),
        Origin(str(at[0]), int(at[1])) if isinstance(at, list) else None,
        plain["severity"],  # type: ignore[arg-type]
        plain["evidence"],  # type: ignore[arg-type]
        str(plain["why"]),
        str(plain["fix"]),
        tuple((Origin(str(place), int(line)), str(words)) for place, line, words in also),
    )
