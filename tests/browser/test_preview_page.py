"""The preview as people use it, in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched
from tests.preview.projects import BOARD, copied, edit, previewed

LIVE, SHORT = 'live, whole = "$__rate_interval"', 'live, whole = "1s"'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """One to edit."""
    return copied(tmp_path / "project")


def older(project: Path, base: Path) -> Path:
    """The project as it was: a limit was another."""
    shutil.copytree(project, base)
    edit(base / BOARD, ", 0.01, ", ", 0.02, ")
    return base


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A preview that the tests look at and leave as it is."""
    folder = tmp_path_factory.mktemp("looked-at")
    project = copied(folder / "project")
    with previewed(project, "--base", str(older(project, folder / "base"))) as found:
        yield found


def panel(watched: Watched, key: str):  # type: ignore[no-untyped-def]
    return watched.page.locator(f'.tile[data-key="{key}"]')


def opened(watched: Watched, address: str) -> Watched:
    """The page with one of its dashboards, linted."""
    watched.page.goto(f"{address}#board/gateway-api-traffic")
    expect(panel(watched, "status-codes")).to_be_visible()
    expect(watched.page.locator("#status")).to_contain_text("no findings")
    return watched


@pytest.fixture
def preview(address: str, watched: Watched) -> Watched:
    return opened(watched, address)


@pytest.fixture
def edited(project: Path, tmp_path: Path, watched: Watched) -> Iterator[Watched]:
    """A preview of the test's own project."""
    with previewed(project, "--base", str(older(project, tmp_path / "base"))) as found:
        yield opened(watched, found)
        watched.page.goto("about:blank")


def hover(watched: Watched, key: str, share: float = 0.5) -> None:
    plot = panel(watched, key).locator(".plot").bounding_box()
    assert plot is not None
    watched.page.mouse.move(plot["x"] + plot["width"] * share, plot["y"] + plot["height"] / 2)


def test_the_first_page(preview: Watched) -> None:
    page = preview.page
    expect(page.locator("h1")).to_have_text("Gateway API Traffic")
    assert page.locator("#boards a").count() > 2
    expect(page.locator("#status")).to_contain_text("sample data")
    assert preview.serious() == []
    preview.shot("preview-dark")


def test_the_moment_under_the_pointer(preview: Watched) -> None:
    hover(preview, "request-rate-by-route")
    tip = preview.page.locator("#tip")
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("req/s")
    expect(tip).to_contain_text("UTC")
    expect(tip.locator("tr")).to_have_count(5)
    # every chart shows the same moment
    assert preview.page.locator(".tile .line:visible").count() > 2
    preview.shot("preview-hover")
    preview.page.mouse.move(2, 2)
    expect(tip).to_be_hidden()


def test_the_legend(preview: Watched) -> None:
    one = panel(preview, "request-rate-by-route")
    one.locator(".legend", has_text="community").click()
    expect(one.locator(".series:visible")).to_have_count(1)
    expect(one.locator('.legend[aria-pressed="true"]')).to_have_text("community")
    hover(preview, "request-rate-by-route")
    expect(preview.page.locator("#tip tr")).to_have_count(1)
    expect(preview.page.locator("#details")).to_be_hidden()
    one.locator(".legend", has_text="community").focus()
    preview.page.keyboard.press("Enter")
    expect(one.locator(".series:visible")).to_have_count(5)
    one.locator(".legend", has_text="user").click(modifiers=["Control"])
    expect(one.locator(".series:visible")).to_have_count(4)
    preview.shot("preview-legend")


def test_variables(preview: Watched) -> None:
    page = preview.page
    page.locator("#var-route summary").click()
    page.get_by_label("study", exact=True).check()
    expect(panel(preview, "request-rate-by-route").locator(".series")).to_have_count(1)
    expect(page.locator("#var-route summary")).to_contain_text("study")
    assert "var-route=study" in page.url
    page.get_by_label("user", exact=True).check()
    expect(panel(preview, "request-rate-by-route").locator(".series")).to_have_count(2)
    assert preview.serious() == []
    preview.shot("preview-variables")
    page.get_by_label("All", exact=True).check()
    expect(panel(preview, "request-rate-by-route").locator(".series")).to_have_count(5)


def test_a_text_to_search_for(preview: Watched) -> None:
    page = preview.page
    page.get_by_role("link", name="Loki - Gateway API Requests").click()
    expect(page.locator("h1")).to_have_text("Loki - Gateway API Requests")
    page.locator("#var-path").fill('<img src=x onerror="alert(1)">')
    page.locator("#var-path").press("Enter")
    expect(page.locator("#var-path")).to_have_value('<img src=x onerror="alert(1)">')
    expect(panel(preview, "requests")).to_be_visible()
    assert page.locator("main img").count() == 0


def test_time_range(preview: Watched) -> None:
    page = preview.page
    before = panel(preview, "request-rate-by-route").inner_text()
    page.locator("#range").select_option("now-24h")
    page.wait_for_function("before => document.querySelector('.tile').innerText !== before", arg=before)
    expect(page.locator("#range")).to_have_value("now-24h")
    assert "from=now-24h" in page.url


def test_theme(preview: Watched) -> None:
    page = preview.page
    dark = panel(preview, "request-rate-by-route").locator("svg rect").first.get_attribute("fill")
    page.locator("#theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    expect(panel(preview, "request-rate-by-route").locator("svg rect").first).not_to_have_attribute(
        "fill", str(dark)
    )
    assert preview.serious() == []
    preview.shot("preview-light")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_a_panel(preview: Watched) -> None:
    page = preview.page
    panel(preview, "5xx-ratio-by-route").locator("svg").click(position={"x": 120, "y": 15})
    details = page.locator("#details")
    expect(details).to_be_visible()
    expect(details).to_be_focused()
    expect(details.locator("h2")).to_have_text("5xx ratio by route")
    expect(details).to_contain_text(f"{BOARD}:")
    expect(details.locator(".source .here")).to_contain_text("5xx ratio by route")
    expect(details).to_contain_text("spring_cloud_gateway_requests_seconds_count")
    expect(details).to_contain_text("per-second rate")
    expect(details).to_contain_text("Changes since")
    expect(details.locator(".badge.cosmetic, .badge.behaviour, .badge.breaking").first).to_be_visible()
    assert preview.serious() == []
    preview.shot("preview-panel")
    page.keyboard.press("Escape")
    expect(details).to_be_hidden()


def test_alerts_of_a_panel(preview: Watched) -> None:
    page = preview.page
    page.get_by_role("link", name="Loki - Error Logs").click()
    panel(preview, "error-logs").hover()
    panel(preview, "error-logs").get_by_role("button").click()
    link = page.locator("#details").get_by_role("link", name="SpringErrorLogsDetected")
    expect(link).to_be_visible()
    link.click()
    expect(page.locator("#content h1")).to_have_text("Alerts")


@pytest.mark.parametrize("name", ["Alerts", "Routes", "Pipelines", "Metrics", "Graph"])
def test_pages(preview: Watched, name: str) -> None:
    page = preview.page
    page.locator("#pages").get_by_role("link", name=name).click()
    expect(page.locator("#content h1")).to_have_text(name)
    assert preview.serious() == []
    preview.shot(f"preview-{name.lower()}")


def test_the_graph_is_walked(preview: Watched) -> None:
    page = preview.page
    page.locator("#pages").get_by_role("link", name="Graph").click()
    page.locator(".flow a", has_text="SpringErrorLogsDetected").first.click()
    expect(page.locator("#content h2")).to_have_text("alert SpringErrorLogsDetected")
    expect(page.locator("#content")).to_contain_text("reads promtail_custom_spring_error_logs_total")
    assert page.locator(".flow rect.lit").count() > 3
    preview.shot("preview-graph-of-an-alert")


def test_reload_on_save(edited: Watched, project: Path) -> None:
    page = edited.page
    page.evaluate("window.kept = true")
    edit(project / BOARD, '"Status codes"', '"Codes of answers"')
    fresh = page.locator(".tile.fresh")
    expect(fresh).to_have_count(1)
    expect(fresh).to_contain_text("Codes of answers")
    expect(fresh).to_have_attribute("data-mark", "changed")
    edited.shot("preview-flash")
    assert page.evaluate("window.kept") is True  # the page itself was not loaded again


def test_an_error_is_shown_and_cleared(edited: Watched, project: Path) -> None:
    page = edited.page
    problems = page.locator("#problems")
    expect(problems).to_be_hidden()
    edit(project / BOARD, '"Status codes"', '"Status codes')
    expect(problems).to_be_visible()
    expect(problems).to_contain_text("syntax-error")
    expect(problems).to_contain_text(f"{BOARD}:")
    expect(panel(edited, "status-codes")).to_be_visible()  # the last good state stays
    expect(page.locator("#status")).to_contain_text("1 error")
    assert edited.serious() == []
    edited.shot("preview-error")
    edit(project / BOARD, '"Status codes', '"Status codes"')
    expect(problems).to_be_hidden()
    expect(page.locator("#status")).to_contain_text("no findings")


def test_findings_are_shown_in_place(edited: Watched, project: Path) -> None:
    page = edited.page
    edit(project / BOARD, LIVE, SHORT)
    badge = page.locator(".tile .found")
    expect(badge.first).to_be_visible()
    expect(page.locator("#problems summary")).to_contain_text("of obs lint")
    page.locator("#problems summary").click()
    expect(page.locator("#problems pre").first).to_contain_text(BOARD)
    assert edited.serious() == []
    edited.shot("preview-findings")
    edit(project / BOARD, SHORT, LIVE)
    expect(badge).to_have_count(0)
    expect(page.locator("#problems")).to_be_hidden()


def test_a_hostile_title_is_text(edited: Watched, project: Path) -> None:
    page = edited.page
    hostile = "<script>alert(1)</script><img src=//evil.example/x onerror=alert(2)> \\u202e \U0001f642"
    edit(project / BOARD, '"Status codes"', f'"{hostile}"')
    one = page.locator(".tile.fresh")
    expect(one).to_have_count(1)
    one.get_by_role("button", name="Details").click(force=True)
    expect(page.locator("#details h2")).to_contain_text("<script>alert(1)</script>")
    assert page.locator("main script, main img, #details img").count() == 0
    edited.shot("preview-hostile")


def test_a_narrow_window(preview: Watched) -> None:
    preview.page.set_viewport_size({"width": 800, "height": 900})
    panel(preview, "5xx-ratio-by-route").get_by_role("button", name="Details").click(force=True)
    expect(preview.page.locator("#details")).to_be_visible()
    preview.shot("preview-narrow")
    assert preview.serious() == []


def test_the_end_is_said(project: Path, watched: Watched) -> None:
    with previewed(project, "--base", str(project)) as address:
        watched.page.goto(address)
        expect(watched.page.locator("#status")).to_contain_text("no findings")
    expect(watched.page.locator("#status")).to_contain_text("has ended")
    watched.wrong.clear()  # the browser says that nobody answers any more


FOLDED = '''"""A dashboard with a row that is closed."""

from obs import Dashboard, Row, stat
from services.datasources import prometheus

dashboard = Dashboard(
    uid="aaa-folded", title="Folded", data=prometheus,
    rows=[Row("Details", [stat("Inside", "sum(up)")], collapsed=True), [stat("Below", "sum(up)")]],
)
'''


def test_rows_are_opened_and_closed(project: Path, watched: Watched) -> None:
    (project / "dashboards/folded.py").write_text(FOLDED, encoding="utf-8")
    page = watched.page
    with previewed(project, "--base", str(project)) as address:
        page.goto(f"{address}#board/aaa-folded")
        expect(page.locator(".tile")).to_have_count(1)
        page.get_by_role("button", name="Show 1 panel").click()
        expect(page.locator(".tile")).to_have_count(2)
        expect(page.get_by_role("button", name="Hide 1 panel")).to_be_focused()
        assert watched.serious() == []
        watched.shot("preview-row")
        page.keyboard.press("Enter")
        expect(page.locator(".tile")).to_have_count(1)
        page.goto("about:blank")


def test_it_starts_with_a_mistake(project: Path, watched: Watched) -> None:
    edit(project / "rules/cpu.py", '"HighNodeCPUUsage"', '"HighNodeCPUUsage')
    page = watched.page
    with previewed(project, "--base", str(project)) as address:
        page.goto(address)
        expect(page.locator("#problems")).to_contain_text("rules/cpu.py:")
        expect(page.locator(".tile")).to_have_count(0)
        assert watched.serious() == []
        watched.shot("preview-broken-at-start")
        edit(project / "rules/cpu.py", '"HighNodeCPUUsage', '"HighNodeCPUUsage"')
        expect(page.locator("#problems")).to_be_hidden()
        expect(page.locator(".tile").first).to_be_visible()
        page.goto("about:blank")
