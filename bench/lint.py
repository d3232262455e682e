"""`obs lint` beside `promtool check rules` on the same files, in the same run; and where its own time goes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.plain import change_one, write_plain
from bench.processes import Figure, environment, run

SMALL = (400, 40)
LARGE = (10_000, 0)
GROWTH = (1_250, 2_500, 5_000, 10_000)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; `ratio` is that of the fastest runs, the noise of a shared machine being one-sided."""

    name: str
    figure: Figure
    floor: Figure | None = None
    aim: str = ""

    def __str__(self) -> str:
        ratio = f"  {self.figure.least / self.floor.least:6.2f}x" if self.floor is not None else ""
        return f"{self.name:44} {self.figure}{ratio}{f'  (aim {self.aim})' if self.aim else ''}"


def rows(root: Path, repeats: int) -> Iterator[Row | str]:
    """Every measurement, as it is made."""
    promtool = root / ".tools/bin/promtool"
    if not promtool.exists():
        yield "promtool is not built here (`make tools`): ratios are to the bare Python read and parse instead"
    load = f"{os.cpu_count()} processors, {os.getloadavg()[0]:.1f} at work"
    yield f"{load}; obs lint forks for 3,000 rules and more where one is idle, promtool always uses several"
    with tempfile.TemporaryDirectory(prefix="obs-bench-") as folder:
        for (rules, dashboards), aim in ((SMALL, "5x, stretch 3x"), (LARGE, "3x, 300 MB")):
            yield from _beside(
                Path(folder) / str(rules), rules, dashboards, promtool, aim, repeats if rules < 1_000 else 2
            )
        yield from _growth(Path(folder), max(2, repeats // 3))
        yield from _since(Path(folder) / "since", max(1, repeats // 2))
        yield "  the slowest checks of 10,000 rules, with what they are the first to ask for:"
        yield from slowest(Path(folder) / str(LARGE[0]))


def _beside(
    folder: Path, rules: int, dashboards: int, promtool: Path, aim: str, repeats: int
) -> Iterator[Row | str]:
    files = [str(file) for file in write_plain(folder, rules, dashboards)]
    what = f"{rules:,} rules" + (f" + {dashboards} dashboards" if dashboards else "")
    bare = run("-m", "bench.lint", "floor", str(folder), repeats=repeats)
    floor = bare
    if promtool.exists():
        floor = run("check", "rules", *files, program=str(promtool), repeats=repeats)
        yield Row(f"floor: promtool check rules, {rules:,} rules", floor, floor)
    yield Row(f"bare Python read and parse, {what}", bare, floor)
    pint = shutil.which("pint")
    if pint is not None:
        yield Row(
            "pint --offline lint",
            run("--offline", "lint", "rules", program=pint, cwd=folder, repeats=repeats, fine=(0, 1)),
            floor,
        )
    else:
        yield "pint is not here to be measured (elsewhere 0.16 s and 6.7 s, 1.3x and 3.3x of promtool)"
    yield Row(f"obs lint, {what}", _lint(folder, repeats), floor, aim)


def _lint(folder: Path, repeats: int, *more: str) -> Figure:
    return run("-m", "obs", "lint", ".", *more, cwd=folder, repeats=repeats, fine=(0, 1))


def _growth(folder: Path, repeats: int) -> Iterator[str]:
    bare = run("-m", "obs", "lint", "--list", repeats=repeats).least
    for rules in GROWTH:
        here = folder / f"growth-{rules}"
        write_plain(here, rules, 0)
        least = _lint(here, repeats).least
        yield f"{f'  {rules:,} rules':44} {least:8.3f} s  {(least - bare) / rules * 1e6:.0f} us a rule beyond start-up"


def _since(folder: Path, repeats: int) -> Iterator[Row]:
    """One rule of one file changed since the commit; nothing is remembered of an earlier run."""
    rules, dashboards = 5_000, 40
    write_plain(folder, rules, dashboards)
    for words in (
        ("init", "-q"),
        ("add", "."),
        ("-c", "user.name=bench", "-c", "user.email=bench@example.com", "commit", "-qm", "all"),
    ):
        subprocess.run(["git", *words], cwd=folder, check=True, env=environment(), capture_output=True)
    change_one(folder)
    full = _lint(folder, repeats)
    yield Row(f"obs lint, {rules:,} rules + {dashboards} dashboards", full)
    with tempfile.TemporaryDirectory() as empty, _remembering_in(empty):
        yield Row("  --since HEAD, the first time", _lint(folder, 1, "--since", "HEAD"), full, "0.5x")
        yield Row("  --since HEAD, once more", _lint(folder, repeats, "--since", "HEAD"), full, "0.5x")


@contextmanager
def _remembering_in(folder: str) -> Iterator[None]:
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = folder
    try:
        yield
    finally:
        del os.environ["XDG_CACHE_HOME"]
        if before is not None:
            os.environ["XDG_CACHE_HOME"] = before


def slowest(folder: Path, count: int = 10) -> list[str]:
    """The checks that take longest, with their milliseconds."""
    from obs.checks.base import checks
    from obs.checks.runner import Linted, findings_of
    from obs.importer.subject import read

    subject, found = read([folder])
    linted = Linted(subject, None, tuple(found), subject.files)
    spent: list[tuple[float, str]] = []
    for check in checks():
        if check.profile == "default":
            started = time.perf_counter()
            findings_of(check, linted)
            spent.append((time.perf_counter() - started, check.name))
    total = sum(seconds for seconds, _ in spent)
    lines = [f"    {seconds * 1e3:8.1f} ms {name}" for seconds, name in sorted(spent, reverse=True)[:count]]
    return [*lines, f"    {total * 1e3:8.1f} ms all {len(spent)}"]


def floor(folder: Path) -> int:
    """Reads and parses all files with libraries alone; gives the number of expressions."""
    import promql_parser
    import yaml

    count = 0
    for file in sorted(folder.glob("rules/*.yaml")):
        document = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for group in document["groups"]:
            for rule in group["rules"]:
                promql_parser.parse(rule["expr"])
                count += 1
    for file in sorted(folder.glob("dashboards/*.json")):
        for panel in json.loads(file.read_text(encoding="utf-8"))["panels"]:
            for target in panel["targets"]:
                promql_parser.parse(target["expr"].replace("$__rate_interval", "5m"))
                count += 1
    return count


if __name__ == "__main__":
    assert sys.argv[1] == "floor"
    print(floor(Path(sys.argv[2])))
