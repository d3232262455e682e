"""The page of a review as reviewers use it, from a file, in a real browser."""

from __future__ import annotations

import pytest

from obs.cli.review import run_review
from tests.browser.conftest import Watched
from tests.draw.boards import HOSTILE
from tests.review.edits import GONE, edited, subject, world

EDITS: list[tuple[str, object]] = [
    ("board.json:panels/0/targets/0/expr", "sum by (pod) (rate(http_requests_total[1m]))"),
    ("board.json:panels/1/title", HOSTILE),
    ("board.json:panels/3", GONE),
    ("rules.yaml:groups/0/rules/1/annotations/summary", HOSTILE.replace("\x00", "")),
    ("rules.yaml:groups/0/rules/2/for", "20m"),
    ("alertmanager.yml:route/routes/1", GONE),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("review")
    subject(world(), folder / "a")
    subject(edited(world(), EDITS), folder / "b")
    assert (
        run_review(str(folder / "a"), str(folder / "b"), None, folder / "out", acknowledged=False, quiet=True)
        == 3
    )
    return (folder / "out" / "review.html").as_uri()


@pytest.fixture
def review(address: str, watched: Watched) -> Watched:
    watched.page.goto(address)
    return watched


def loaded(review: Watched) -> list[int]:
    """The widths of the pictures that are seen, 0 for one that is broken."""
    script = "[...document.images].filter((one) => one.checkVisibility()).map((one) => one.naturalWidth)"
    found = review.page.evaluate(script)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_page_is_accessible_in_both_themes(theme: str, review: Watched) -> None:
    page = review.page
    if page.locator("html").get_attribute("data-theme") != theme:
        page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-theme") == theme
    assert page.get_by_role("heading", name="Breaking").is_visible()
    assert loaded(review) == [1200, 1200]
    assert review.serious() == []
    review.shot(f"review-{theme}")


def test_the_views_of_a_dashboard(review: Watched) -> None:
    page = review.page
    board = page.locator(".board").first
    for name, shown in (
        ("Before", [True, False]),
        ("After", [False, True]),
        ("Overlay", [True, True]),
        ("Before and after", [True, True]),
    ):
        button = board.get_by_role("button", name=name, exact=True)
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        assert [board.locator(f".layer.{side}").is_visible() for side in ("before", "after")] == shown
    board.get_by_role("button", name="Overlay").click()
    slider = board.get_by_role("slider")
    slider.fill("90")
    assert board.locator(".layer.after").evaluate("(one) => getComputedStyle(one).opacity") == "0.9"
    assert review.serious() == []
    review.shot("review-overlay")


def test_the_keyboard(review: Watched) -> None:
    page = review.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the changes"
    before = page.locator("html").get_attribute("data-theme")
    page.keyboard.press("t")
    assert page.locator("html").get_attribute("data-theme") != before
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.querySelector('h3').textContent")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.querySelector('h3').textContent") != first
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.querySelector('h3').textContent") == first


def test_a_link_leads_to_the_picture(review: Watched) -> None:
    review.page.get_by_role("link", name="picture of traffic").first.click()
    assert review.page.url.endswith("#board-0")
    assert review.page.locator("#board-0").is_visible()


def test_hostile_words_are_words(review: Watched) -> None:
    assert "<script>alert('x')</script>" in (review.page.locator("main").inner_text())


def test_a_narrow_screen(review: Watched) -> None:
    review.page.set_viewport_size({"width": 420, "height": 900})
    assert review.page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    assert review.serious() == []


def test_without_scripts_both_pictures_are_there(address: str, watched: Watched) -> None:
    browser = watched.page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert [page.locator(f".layer.{side}").first.is_visible() for side in ("before", "after")] == [True, True]
    context.close()
