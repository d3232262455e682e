"""A real Chromium that may talk to this machine alone; everything that it says or asks is kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.conftest import unavailable

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHOTS = Path(os.environ.get("OBS_SCREENSHOTS", ".cache/screenshots"))
AXE = """
async () => (await axe.run(document, { resultTypes: ["violations"], preload: false })).violations
  .filter((one) => one.impact === "serious" || one.impact === "critical")
  .map((one) => `${one.id}: ${one.nodes.map((node) => `${node.html.slice(0, 160)} ${node.any.map((a) => a.message)}`).slice(0, 4).join(" | ")}`)
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or Chrome; a missing one fails in CI and skips on a laptop."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)
    found = os.environ.get("OBS_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        unavailable("no Chromium: apt-get install chromium, or name one in OBS_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


class Watched:
    """A page, and what must not happen on it: errors in the console, requests that leave this machine."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[str] = []
        page.on("console", lambda message: self._said(message.type, message.text))
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("request", lambda request: self._asked(request.url))
        page.on("dialog", self._dialog)

    def _dialog(self, dialog: Any) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.wrong.append(f"console {kind}: {text}")

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "file") and parts.hostname != "127.0.0.1":
            self.wrong.append(f"request: {url}")

    def serious(self) -> list[str]:
        """What axe-core calls serious or critical."""
        import axe_playwright_python

        script = Path(axe_playwright_python.__file__).parent / "axe.min.js"
        self.page.evaluate(script.read_text(encoding="utf-8"))
        found = self.page.evaluate(AXE)
        assert isinstance(found, list)
        return [str(one) for one in found]

    def shot(self, name: str) -> None:
        """Keep a picture, for whoever reads the CI's output."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(SHOTS / f"{name}.png"))


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """A fresh page; a test fails for anything wrong that it did not expect."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark")
    found = Watched(context.new_page())
    found.page.set_default_timeout(30_000)
    yield found
    context.close()
    assert found.wrong == []
