"""`python -m bench [start build synthetic lint review languages preview] [--quick]`: ratios to floors of one run.

Not a test: machines are noisy, so nothing here fails. What cannot be measured is said.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import languages, lint, review
from bench import preview as saves
from bench.processes import Figure, compile_all, run
from bench.synthetic import Size, change_one, write_project

ROOT = Path(__file__).parents[1]
FIVE = "import grafanalib.core, yaml, pydantic, typer, promql_parser; pydantic.BaseModel"


def line(name: str, figure: Figure, floor: Figure, aim: float | None = None) -> None:
    """One row of the table."""
    wanted = f"  (aim {aim:g}x)" if aim is not None else ""
    print(f"{name:44} {figure}  {figure.seconds / floor.seconds:6.2f}x{wanted}")


def start(repeats: int) -> None:
    """How long commands take to start, beside a bare interpreter."""
    bare = run("-c", "pass", repeats=repeats * 2)
    line("floor: python -c pass", bare, bare)
    line("obs --version", run("-m", "obs", "--version", repeats=repeats), bare)
    line("obs --help", run("-m", "obs", "--help", repeats=repeats), bare, 6)
    line("obs list", run("-m", "obs", "list", cwd=ROOT, repeats=repeats), bare)
    read = "from obs.catalogue import library; library.index()"
    line("the catalogue's index", run("-c", read, cwd=ROOT, repeats=repeats), bare)
    every = "from obs import catalogue; [len(one.entries) for one in catalogue.systems()]"
    line("all systems of the catalogue", run("-c", every, cwd=ROOT, repeats=repeats), bare)


def build(repeats: int) -> None:
    """This project: cold, warm, and the floors of importing and of writing."""
    floor = run("-c", FIVE, repeats=repeats)
    line("floor: import of the five packages", floor, floor)
    with tempfile.TemporaryDirectory() as folder:
        cold = run("-m", "obs", "build", "-q", "--no-cache", "--out", folder, cwd=ROOT, repeats=repeats)
        line("obs build, cold", cold, floor, 1)
        arguments = ("-m", "obs", "build", "-q", "--out", folder)
        run(*arguments, cwd=ROOT, repeats=1)
        warm = run(*arguments, cwd=ROOT, repeats=repeats)
        line("obs build, warm, beside the cold one", warm, cold, 0.5)
        copied = _write_bytes(Path(folder))
        print(f"{'floor: writing the same bytes':44} {copied:8.3f} s")


def _write_bytes(folder: Path) -> float:
    data = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    with tempfile.TemporaryDirectory() as target:
        started = time.perf_counter()
        for number, one in enumerate(data):
            (Path(target) / str(number)).write_bytes(one)
        return time.perf_counter() - started


def synthetic(repeats: int) -> None:
    """A large project beside others doing its parts; then one changed file; then growth."""
    few = max(1, repeats // 2)
    full = Size(1_000, 10_000)
    floor = run("-m", "bench.floors", "others", str(full.dashboards), str(full.rules), cwd=ROOT, repeats=few)
    line("floor: grafanalib + PyYAML + promql-parser", floor, floor)
    for size in (Size(10, 100), Size(100, 1_000), full):
        folder = Path(tempfile.mkdtemp())
        try:
            write_project(folder, size)
            cold = run("-m", "obs", "build", "-q", "--no-cache", "-C", str(folder), cwd=ROOT, repeats=few)
            name = f"obs build, {size.dashboards} dashboards, {size.rules} rules"
            if size is not full:
                each = cold.seconds / (size.dashboards + size.rules) * 1e6
                print(f"{name:44} {cold}  {each:.0f} us an object")
                continue
            line(name, cold, floor, 1.5)
            arguments = ("-m", "obs", "build", "-q", "-C", str(folder))
            run(*arguments, cwd=ROOT, repeats=1)
            line("  nothing changed", run(*arguments, cwd=ROOT, repeats=few), floor)
            change_one(folder, size, 0, "rules")
            line("  one file of rules changed", run(*arguments, cwd=ROOT, repeats=1), floor, 0.15)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def linting(repeats: int) -> None:
    """`obs lint` beside promtool's bare syntax check of the same rules; ratios are of the fastest runs."""
    for row in lint.rows(ROOT, repeats):
        print(row, flush=True)


def reviewing(repeats: int) -> None:
    """`obs diff` beside reading the same files, and dashboards drawn beside their JSON."""
    for row in review.rows(ROOT, repeats):
        print(row, flush=True)


def rooms(repeats: int) -> None:
    """The languages and the emulator."""
    print("\n".join(languages.table(ROOT, rounds=40 * repeats)))


def preview(repeats: int) -> None:
    """From a save until `obs preview` shows it: told to the page, drawn, seen in a browser. The aim is 0.3 s."""
    floor = run("-c", "pass", repeats=repeats)
    line("floor: python -c pass", floor, floor)
    for name, figure in saves.rows(ROOT, repeats):
        line(name, figure, floor)


PARTS: dict[str, Callable[[int], None]] = {
    "start": start,
    "build": build,
    "synthetic": synthetic,
    "lint": linting,
    "review": reviewing,
    "languages": rooms,
    "preview": preview,
}


def main() -> None:
    """Print the parts that were asked for, or all."""
    quick = "--quick" in sys.argv
    names = [name for name in sys.argv[1:] if not name.startswith("-")] or list(PARTS)
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        sys.exit(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    compile_all()
    for name in names:
        print(f"\n{name}: {(PARTS[name].__doc__ or '').splitlines()[0]}")
        PARTS[name](3 if quick else 7)
    print("\ngo-jsonnet rendering the same objects is not measured: no jsonnet program is built here.")


if __name__ == "__main__":
    main()
