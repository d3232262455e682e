"""`obs build` and `obs build --check`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from obs import api
from obs.cli.output import ProgressBar, plain, plural, print_findings, size
from obs.diagnostic import FindingsError, ObsError
from obs.write import Drift, Written

SHOWN = 12
"""How many paths a summary names before it counts the rest."""


def run_build(
    project: Path | None,
    out: Path | None,
    environment: str | None,
    *,
    force: bool,
    cache: bool,
    strict: bool = False,
    as_json: bool,
    quiet: bool,
) -> int:
    """Build, and say in a few lines what changed; when `strict`, write nothing where there is a warning."""
    started = time.perf_counter()
    bar = ProgressBar(enabled=not (quiet or as_json))
    try:
        built = api.build(
            project,
            out=out,
            environment=environment,
            force=force,
            cache=cache,
            strict=strict,
            progress=bar,
        )
    except ObsError as error:
        bar.clear()
        return _failed(error, project, as_json)
    bar.clear()
    seconds = time.perf_counter() - started
    root = built.settings.root
    if as_json:
        print(json.dumps(_document(built, seconds), ensure_ascii=False, indent=2))
        return 0
    told = [found for found in built.findings if found.severity != "info"]
    print_findings(told, root)
    if not quiet:
        if told:
            sys.stderr.write("\n")
            sys.stderr.flush()
        print("\n".join(_summary(built, seconds)))
    return 0


def run_check(
    project: Path | None, out: Path | None, *, strict: bool = False, as_json: bool, quiet: bool
) -> int:
    """Compare what is on disk with the definitions; 1 when they differ, or when `strict` and something is warned of."""
    try:
        drifts, compiled = api.check(project, out=out)
        if strict:
            api.raise_warnings(compiled.findings)
    except ObsError as error:
        return _failed(error, project, as_json)
    if as_json:
        print(
            json.dumps(
                {"clean": not drifts, "drift": [_drift(one) for one in drifts]}, ensure_ascii=False, indent=2
            )
        )
        return 1 if drifts else 0
    if not drifts:
        if not quiet:
            print(f"clean: {plural(len(compiled.artifacts), 'file')} are what the definitions say")
        return 0
    print(
        f"{plural(len(drifts), 'file')} not what the definitions say; run `obs build` and commit the result:"
    )
    for one in drifts:
        print(f"  {one.change:8} {one.path}\n           {one.difference}")
    return 1


def _failed(error: ObsError, project: Path | None, as_json: bool) -> int:
    root = project.resolve() if project is not None else _root()
    if as_json:
        findings = [plain(found, root) for found in error.diagnostics]
        print(json.dumps({"error": True, "findings": findings}, ensure_ascii=False, indent=2))
    else:
        print_findings(error.diagnostics, root)
        errors = sum(found.severity == "error" for found in error.diagnostics)
        warnings = sum(found.severity == "warning" for found in error.diagnostics)
        told = plural(errors, "error") if errors or not warnings else plural(warnings, "warning")
        sys.stderr.write(f"\n{told}; nothing was written\n")
    return exit_code(error)


def exit_code(error: ObsError) -> int:
    """1 when the definitions are readable and something in them is wrong, 2 when the project cannot be read."""
    return 1 if isinstance(error, FindingsError) else 2


def _root() -> Path | None:
    try:
        return api.read_settings(None).root
    except ObsError:
        return None


def _summary(built: api.Built, seconds: float) -> list[str]:
    written = built.written
    lines: list[str] = []
    paths = [
        *((path, "added") for path in written.added),
        *((path, "changed") for path in written.changed),
        *((path, "removed") for path in written.removed),
    ]
    for path, what in paths[:SHOWN]:
        lines.append(f"  {what:8} {path}")
    if len(paths) > SHOWN:
        lines.append(f"  ... and {len(paths) - SHOWN} more")
    counts = ", ".join(plural(count, what) for what, count in built.counts.items() if count)
    lines.append(f"{counts}")
    sizes = f"largest dashboard {size(built.sizes['largest dashboard'])}"
    if "helm release" in built.sizes:
        sizes += f", Helm release {size(built.sizes['helm release'])} of 1 MiB"
    lines.append(f"{_files(written)}; {sizes}; {seconds:.2f} s")
    return lines


def _files(written: Written) -> str:
    if not written.touched:
        return f"nothing to do, {plural(written.unchanged, 'file')} unchanged"
    parts = [
        f"{len(paths)} {what}"
        for what, paths in (
            ("added", written.added),
            ("changed", written.changed),
            ("removed", written.removed),
        )
        if paths
    ]
    return f"{', '.join(parts)}, {written.unchanged} unchanged"


def _drift(one: Drift) -> dict[str, str]:
    return {"path": one.path, "change": one.change, "difference": one.difference}


def _document(built: api.Built, seconds: float) -> dict[str, object]:
    return {
        "error": False,
        "added": list(built.written.added),
        "changed": list(built.written.changed),
        "removed": list(built.written.removed),
        "unchanged": built.written.unchanged,
        "counts": built.counts,
        "sizes": built.sizes,
        "findings": [plain(found, built.settings.root) for found in built.findings],
        "seconds": round(seconds, 3),
    }
