"""The static site: complete, inert, linked within itself, and the same bytes every time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from typer.testing import CliRunner

from obs import api
from obs.cli.app import app
from obs.cli.words import words
from obs.graph.subject import Rule, Subject, of_program
from obs.graph.whole import build
from obs.origin import Origin
from obs.site.holding import Holding
from obs.site.html import tag, text
from obs.site.whole import address, site
from tests.draw.boards import HOSTILE, TYPES, board, panel

ROOT = Path(__file__).parents[2]


class Page(HTMLParser):
    """Its elements, ids, links, and words."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(content.decode())
        self.ids = [str(given["id"]) for _, given in self.elements if "id" in given]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def of(self, name: str) -> Iterator[dict[str, str | None]]:
        return (given for tag, given in self.elements if tag == name)


def made(subject: Subject) -> dict[str, bytes]:
    return site(Holding(subject, build(subject), words, address, ROOT), "project")


@pytest.fixture(scope="module")
def own() -> dict[str, bytes]:
    return made(of_program(api.load_program(api.read_settings(ROOT))))


def pages(files: dict[str, bytes]) -> dict[str, Page]:
    return {name: Page(data) for name, data in files.items() if name.endswith(".html")}


def test_every_link_leads_somewhere(own: dict[str, bytes]) -> None:
    found = pages(own)
    for name, page in found.items():
        for given in page.of("a"):
            there, _, place = str(given["href"]).partition("#")
            if there.startswith("http"):
                continue
            target = unquote(there) or name
            assert target in own, (name, given)
            if place:
                assert unquote(place) in found[target].ids, (name, given)
        for given in page.of("img"):
            assert str(given["src"]) in own
            assert given["alt"]


def test_ids_are_unique(own: dict[str, bytes]) -> None:
    for name, page in pages(own).items():
        assert len(page.ids) == len(set(page.ids)), name
        assert not [one for one in page.ids if " " in one]


def test_an_alert_has_all_that_matters(own: dict[str, bytes]) -> None:
    words = " ".join(Page(own["alerts.html"]).words.split())
    assert "SpringErrorLogsDetected" in words
    assert "Fires when: " in words
    assert "monitoring/monitoring-discord/discord-webhook" in words
    assert "best typical worst" in words
    assert "When it is over" in words
    links = [str(given["href"]) for given in Page(own["alerts.html"]).of("a")]
    assert "dashboard-loki-error-logs.html#panel/loki-error-logs/Error-logs" in links


def test_metrics_pipelines_routes(own: dict[str, bytes]) -> None:
    assert "promtail_custom_spring_error_logs_total" in Page(own["metrics.html"]).words
    assert "target promtail" in Page(own["metrics.html"]).words
    assert "takes the container runtime's framing off" in Page(own["pipelines.html"]).words
    assert "everything else" in Page(own["routes.html"]).words


def test_search_has_everything(own: dict[str, bytes]) -> None:
    found = json.loads(own["search.js"].decode().removeprefix("window.OBS_SEARCH = ").removesuffix(";\n"))
    kinds = {kind for kind, *_ in found}
    assert {"dashboard", "panel", "alert", "metric", "stage"} <= kinds
    assert all(len(one) == 4 and one[3] for one in found)


def test_the_same_project_has_the_same_bytes(own: dict[str, bytes]) -> None:
    assert made(of_program(api.load_program(api.read_settings(ROOT)))) == own


def test_nothing_is_loaded_from_elsewhere(own: dict[str, bytes]) -> None:
    for page in pages(own).values():
        sources = [str(given.get("src") or "") for _, given in page.elements]
        sources += [str(given["href"]) for given in page.of("link")]
        assert not [one for one in sources if "//" in one]
        assert not [given for _, given in page.elements if any(name.startswith("on") for name in given)]
        policy = next(given["content"] for given in page.of("meta") if given.get("http-equiv"))
        assert "default-src 'none'" in str(policy)
        assert "unsafe" not in str(policy)


def hostile() -> Subject:
    at = Origin("/rules/a.py", 3)
    labels = {"severity": '"><script>alert(1)</script>'}
    rule = Rule(
        "alert",
        "A<script>",
        "up == 0",
        "<g>",
        at,
        labels,
        {"runbook_url": "javascript:alert(1)", "summary": HOSTILE},
    )
    record = Rule("record", "a:b", "sum(", "<g>", at)
    boards = [board(panel("stat", HOSTILE, "sum(")), *(board(panel(kind), uid=f"b{kind}") for kind in TYPES)]
    return Subject(rules=(rule, record), dashboards=tuple(boards))  # fmt: skip


def test_hostile_texts_are_text() -> None:
    files = made(hostile())
    for page in pages(files).values():
        assert {str(given.get("src")) for given in page.of("script")} == {"search.js", "site.js"}
        assert not [given for given in page.of("a") if str(given["href"]).lower().startswith("javascript")]
    assert b"</script>" not in files["search.js"]
    assert "<script>" in Page(files["alerts.html"]).words


def test_an_empty_project_has_pages() -> None:
    files = made(Subject())
    assert "No alerts." in Page(files["index.html"]).words
    assert "No routes are known here." in Page(files["routes.html"]).words


def test_secrets_are_taken_out() -> None:
    assert "SECRET" not in text("https://discord.com/api/webhooks/1/SECRET")
    assert (
        tag("a", "x", href='"><b>', data_x=None, hidden=True) == '<a href="&quot;&gt;&lt;b&gt;" hidden>x</a>'
    )


def test_written_whole_and_pruned(tmp_path: Path) -> None:
    out = tmp_path / "site"
    run = CliRunner().invoke(app, ["docs", "-C", str(ROOT), "--out", str(out)])
    assert run.exit_code == 0, run.output
    first = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert "index.html" in first
    assert not [data for data in first.values() if str(ROOT).encode() in data]
    (out / "alerts.html").write_text("mine")
    again = CliRunner().invoke(app, ["docs", "-C", str(ROOT), "--out", str(out)])
    assert again.exit_code == 2
    assert (out / "alerts.html").read_text() == "mine"
    forced = CliRunner().invoke(app, ["docs", "-C", str(ROOT), "--out", str(out), "--force", "-q"])
    assert (forced.exit_code, forced.output) == (0, "")
    assert (out / "alerts.html").read_bytes() == first["alerts.html"]


def test_a_project_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.obs]\n")
    (tmp_path / "dashboards").mkdir()
    (tmp_path / "dashboards/a.py").write_text("def\n")
    run = CliRunner().invoke(app, ["docs", "-C", str(tmp_path), "--out", str(tmp_path / "site")])
    assert run.exit_code == 2
    assert not (tmp_path / "site").exists()
