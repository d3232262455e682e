"""How long it takes from a save until the browser shows it, beside a Python that starts and does nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from bench.processes import Figure, environment
from bench.synthetic import Size, write_project

FOLDERS = ("services", "promtail", "dashboards", "rules", "alertmanager")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync")  # fmt: skip
SEEN = """
() => new Promise((found) => new MutationObserver((_, self) => {
  if (document.querySelector(".tile.fresh")) { self.disconnect(); requestAnimationFrame(() => found(Date.now())); }
}).observe(document.body, { subtree: true, childList: true, attributes: true }))
"""


def rows(root: Path, repeats: int) -> Iterator[tuple[str, Figure]]:
    """Every measurement: this project's definitions, and a large one's."""
    with TemporaryDirectory(prefix="obs-bench-") as folder:
        own = Path(folder) / "own"
        for name in FOLDERS:
            shutil.copytree(root / name, own / name, ignore=shutil.ignore_patterns("__pycache__"))
        (own / "pyproject.toml").write_text("[tool.obs]\n", encoding="utf-8")
        yield from _project(
            "this project", own, own / "dashboards/gateway_api_traffic.py", "gateway-api-traffic", repeats
        )
        large = Path(folder) / "large"
        write_project(large, Size(100, 1_000))
        first = min((large / "dashboards").glob("*.py"))
        yield from _project("100 dashboards, 1000 rules", large, first, "", repeats)


def _project(name: str, project: Path, board: Path, uid: str, repeats: int) -> Iterator[tuple[str, Figure]]:
    """`uid` is that of the dashboard in the file `board`; empty for the first of all."""
    with _previewed(project) as address:
        told, drawn = [], []
        with urllib.request.urlopen(f"{address}events") as events:
            uid = uid or _settled(events)["boards"][0]["uid"]
            for number in range(repeats):
                started = _save(board, number)
                _next(events)
                told.append(time.perf_counter() - started)
                urllib.request.urlopen(f"{address}board?uid={uid}").read()
                drawn.append(time.perf_counter() - started)
                _settled(events)
                time.sleep(0.5)  # nobody saves while lint reports
        yield f"{name}: save to news", _figure(told)
        yield f"{name}: save to pictures", _figure(drawn)
        browser = shutil.which("chromium")
        if browser is not None:
            yield (
                f"{name}: save to seen in Chromium",
                _figure(_in_browser(browser, f"{address}#board/{uid}", board, repeats)),
            )


def _figure(seconds: list[float]) -> Figure:
    return Figure(statistics.median(seconds), min(seconds), max(seconds), 0)


def _in_browser(browser: str, address: str, board: Path, repeats: int) -> list[float]:
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser, args=list(FLAGS))
        page = opened.new_page()
        page.goto(address)
        page.locator(".tile").first.wait_for()
        for number in range(repeats):
            page.locator("#status .count.good, #status .count.warning").wait_for()
            page.wait_for_timeout(4200)  # until the last flash is over
            page.evaluate(f"window.seen = ({SEEN})(); undefined")
            started = time.time()
            _save(board, 100 + number)
            found.append(page.evaluate("window.seen") / 1000 - started)
        opened.close()
    return found


def _save(file: Path, number: int) -> float:
    """Change a panel's title, as an editor saves; when it was done."""
    text = file.read_text(encoding="utf-8")
    changed = re.sub(r'((?:timeseries|stat|bargauge|table|gauge)\(\s*f?")', rf"\g<1>{number} ", text, count=1)
    assert changed != text, f"no panel in {file}"
    other = file.with_suffix(".tmp")
    other.write_text(changed, encoding="utf-8")
    os.replace(other, file)
    return time.perf_counter()


def _next(events: IO[bytes]) -> dict[str, object]:
    while True:
        line = events.readline()
        if line.startswith(b"data: "):
            return dict(json.loads(line.removeprefix(b"data: ")))


def _settled(events: IO[bytes]) -> dict[str, object]:
    """The first news with findings."""
    while True:
        state = _next(events)
        assert not state["errors"], state["errors"]
        if state["findings"] is not None:
            return state


@contextmanager
def _previewed(project: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "obs", "preview", "-C", str(project), "--base", str(project)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
