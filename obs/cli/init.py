"""`obs init`: a small project, complete from a log line to a message, that builds at once."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from obs.diagnostic import Diagnostic, ObsError
from obs.origin import Origin


def run_init(directory: Path) -> int:
    """Write the starter and build it once; the folder must be new or empty."""
    from obs import api
    from obs.cli.output import print_findings

    try:
        written = write_starter(directory)
        built = api.build(directory)
    except ObsError as error:
        print_findings(error.diagnostics, directory)
        return 2
    print(
        f"{directory}: {len(written)} files written, {built.written.unchanged + built.written.touched} generated"
    )
    print("Next: edit the definitions, then run `obs build` there and commit what it writes.")
    return 0


def write_starter(directory: Path) -> list[Path]:
    """Copy the starter's files; raises ObsError and writes nothing when the folder holds anything."""
    try:
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            raise ObsError(
                [
                    Diagnostic(
                        "not-empty",
                        "is not a new or empty folder",
                        Origin(str(directory), 0),
                        fix="choose another",
                    )
                ]
            )
        directory.mkdir(parents=True, exist_ok=True)
        written: list[Path] = []
        _copy(files("obs.cli").joinpath("starter"), directory, written)
    except OSError as error:
        raise ObsError(
            [Diagnostic("unwritable", f"cannot be written: {error.strerror}", Origin(str(directory), 0))]
        ) from None
    return sorted(written)


def _copy(source: Traversable, target: Path, written: list[Path]) -> None:
    for entry in source.iterdir():
        if entry.name == "__pycache__":
            continue
        place = target / entry.name.removesuffix(".in")
        if entry.is_dir():
            place.mkdir(exist_ok=True)
            _copy(entry, place, written)
        else:
            place.write_bytes(entry.read_bytes())
            written.append(place)
