"""Pages that are opened from a disk: the review of a change, and the site of a project."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect
from typer.testing import CliRunner

from obs.cli.app import app
from tests.browser.conftest import Watched
from tests.preview.projects import BOARD, copied, edit

HOSTILE = "<script>alert(1)</script><img src=//evil.example/x onerror=alert(2)>"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("pages") / "project")


@pytest.fixture(scope="module")
def review(project: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A review of a title, a limit, a threshold and an alert that is gone."""
    folder = tmp_path_factory.mktemp("review")
    head = folder / "head"
    shutil.copytree(project, head)
    edit(head / BOARD, '"Status codes"', f'"{HOSTILE}"')
    edit(head / BOARD, ", 0.01, ", ", 0.02, ")
    edit(head / "rules/cpu.py", "> 0.80", "> 0.90")
    done = CliRunner().invoke(
        app, ["review", "--base", str(project), "--head", str(head), "--out", str(folder / "out")]
    )
    assert done.exit_code in (2, 3), done.output
    return (folder / "out" / "review.html").as_uri()


@pytest.fixture(scope="module")
def site(project: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("site")
    done = CliRunner().invoke(app, ["docs", "-C", str(project), "--out", str(folder)])
    assert done.exit_code == 0, done.output
    return folder.as_uri()


def test_the_review(review: str, watched: Watched) -> None:
    page = watched.page
    page.goto(review)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".entry").first).to_be_visible()
    assert page.locator("main script, .entry img").count() == 0
    assert page.evaluate("[...document.images].every((one) => one.naturalWidth > 0)")
    assert watched.serious() == []
    watched.shot("review-dark")


def test_the_review_by_keyboard(review: str, watched: Watched) -> None:
    page = watched.page
    page.goto(review)
    page.keyboard.press("j")
    expect(page.locator(".entry").first).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(".entry").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator(".entry").first).to_be_focused()
    theme = page.locator("html").get_attribute("data-theme")
    page.keyboard.press("t")
    expect(page.locator("html")).not_to_have_attribute("data-theme", str(theme))
    assert watched.serious() == []
    watched.shot("review-light")


def test_pictures_of_the_review(review: str, watched: Watched) -> None:
    page = watched.page
    page.goto(review)
    board = page.locator(".board").first
    old, new = board.locator(".layer.before"), board.locator(".layer.after")
    expect(old).to_be_visible()
    expect(new).to_be_visible()
    board.get_by_role("button", name="Overlay").click()
    board.locator('input[type="range"]').fill("80")
    expect(new).to_have_css("opacity", "0.8")
    board.get_by_role("button", name="Before", exact=True).click()
    expect(old).to_be_visible()
    expect(new).to_be_hidden()
    assert watched.serious() == []
    board.scroll_into_view_if_needed()
    watched.shot("review-pictures")


PAGES = ("index", "alerts", "routes", "pipelines", "metrics", "graph", "dashboard-loki-error-logs")


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_the_site(site: str, watched: Watched, name: str) -> None:
    page = watched.page
    page.goto(f"{site}/{name}.html")
    expect(page.locator("h1")).to_be_visible()
    assert watched.serious() == []
    page.locator("#theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert watched.serious() == []
    watched.shot(f"docs-{name}")


def test_pictures_of_the_site(site: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{site}/dashboard-loki-error-logs.html")
    shown = page.locator(".picture img:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_have_attribute("src", "pictures/loki-error-logs-dark.svg")
    assert shown.evaluate("one => one.naturalWidth") > 0
    page.locator("#theme").click()
    expect(shown).to_have_attribute("src", "pictures/loki-error-logs-light.svg")


def test_search(site: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{site}/index.html")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("spring error")
    expect(page.locator("#told")).to_contain_text("found")
    link = page.locator("#found").get_by_role("link", name="alert SpringErrorLogsDetected")
    expect(link).to_be_visible()
    assert watched.serious() == []
    watched.shot("docs-search")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#found a").first).to_be_focused()
    link.click()
    assert page.url.endswith("alerts.html#alerts/SpringErrorLogsDetected")
    page.locator("#search").fill("<img src=x onerror=alert(1)>")
    expect(page.locator("#told")).to_have_text("0 found")
