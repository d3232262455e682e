"""Projects that previews are made of: this repository's own definitions in another folder, and the command over them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("services", "promtail", "dashboards", "rules", "alertmanager")
BOARD = "dashboards/gateway_api_traffic.py"


def copied(folder: Path) -> Path:
    """The platform's definitions, as a project of their own."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "pyproject.toml").write_text("[tool.obs]\n", encoding="utf-8")
    shutil.copy(ROOT / "obs.lock", folder / "obs.lock")
    return folder


def edit(file: Path, old: str, new: str) -> None:
    """Save a file with a change, as an editor does: written beside it and moved over it."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    other = file.with_suffix(".tmp")
    other.write_text(text.replace(old, new, 1), encoding="utf-8")
    os.replace(other, file)


@contextmanager
def previewed(project: Path, *options: str) -> Iterator[str]:
    """The address of an `obs preview` that runs until the block ends."""
    command = [sys.executable, "-m", "obs", "preview", "-C", str(project), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/\n", line), line
        yield line.strip()
    finally:
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(10) == 0
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def until(seconds: float = 5.0) -> Iterator[float]:
    """Tries until the time is up: `for _ in until(): if ...: break`, else the test fails."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield end - time.monotonic()
        time.sleep(0.01)
    raise AssertionError(f"did not happen within {seconds} s")
