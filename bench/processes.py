"""Whole processes, timed: wall clock and peak memory, several times, byte-compiled beforehand."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """Seconds (median, least, most) of several runs, and the largest peak memory in MB."""

    seconds: float
    least: float
    most: float
    megabytes: float

    def __str__(self) -> str:
        return f"{self.seconds:8.3f} s ({self.least:.3f}-{self.most:.3f}), {self.megabytes:.0f} MB"


def environment() -> dict[str, str]:
    """This process's, but free to write and use byte code."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def compile_all() -> None:
    """Byte-compile what the runs import, so that none of them pays for it."""
    packages = Path(next(path for path in sys.path if path.endswith("site-packages")))
    names = ["typer", "yaml", "pydantic", "grafanalib", "promql_parser", "attr", "attrs", "re2"]
    folders = [str(packages / name) for name in names if (packages / name).exists()]
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", "obs", *folders],
        check=False,
        env=environment(),
        capture_output=True,
    )


def run(
    *arguments: str,
    cwd: Path | None = None,
    repeats: int = 5,
    program: str = sys.executable,
    fine: tuple[int, ...] = (0,),
) -> Figure:
    """Time `python arguments`, or another program's; raises CalledProcessError for an exit code that is not `fine`."""
    seconds: list[float] = []
    peak = 0
    for _ in range(repeats):
        started = time.perf_counter()
        process = subprocess.Popen(
            [program, *arguments],
            cwd=cwd,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        said = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        seconds.append(time.perf_counter() - started)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in fine:
            raise subprocess.CalledProcessError(
                process.returncode, arguments, stderr=said.decode(errors="replace")
            )
        peak = max(peak, usage.ru_maxrss)
    return Figure(statistics.median(seconds), min(seconds), max(seconds), peak / 1024)
