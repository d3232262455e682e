"""Files that nobody should write: broken, old, foreign, huge. Never a traceback; what can be read is still compared."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from obs.cli.diff import run_diff
from obs.cli.review import run_review
from obs.cli.sides import sides
from obs.diagnostic import ObsError
from obs.review.comparison import compare
from tests.draw.boards import HOSTILE
from tests.review.edits import edited, subject, world

BROKEN: dict[str, bytes] = {
    "empty": b"",
    "binary": bytes(range(256)) * 20,
    "truncated": json.dumps(world()["board.json"]).encode()[:700],
    "not an object": b"[1, 2, 3]",
    "a number": b"7",
    "deep": b"[" * 100_000,
    "nulls": b'{"panels": null, "title": null, "uid": null, "schemaVersion": null, "templating": null}',
    "wrong types": b'{"panels": {"a": 1}, "title": 7, "uid": [], "schemaVersion": "x", "templating": {"list": 3}}',
    "lone surrogate": b'{"uid": "a", "title": "\\ud800", "schemaVersion": 39, "panels": [{"type": "text", "title": "\\udfff"}]}',
    "UTF-16": '{"uid": "a", "title": "x", "panels": []}'.encode("utf-16"),
}


def old_board(version: int, expr: str = "up") -> dict[str, Any]:
    """What a Grafana of that schema wrote: rows and graphs at first, a grid later."""
    panel: dict[str, Any] = {"id": 1, "type": "graph" if version < 33 else "timeseries", "title": "Up", "datasource": "Prometheus",
                             "targets": [{"refId": "A", "expr": expr}], "span": 6, "fill": 1, "lines": True}  # fmt: skip
    board: dict[str, Any] = {
        "uid": "old",
        "title": "Old",
        "schemaVersion": version,
        "time": {"from": "now-1h", "to": "now"},
    }
    if version < 16:
        return {**board, "rows": [{"title": "Row", "height": "250px", "panels": [panel]}]}
    return {**board, "panels": [{**panel, "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8}}]}


def new_board(expr: str = "up") -> dict[str, Any]:
    """The second schema of Grafana 13."""
    query = {
        "kind": "DataQuery",
        "group": "prometheus",
        "version": "v0",
        "datasource": {"name": "prometheus"},
        "spec": {"expr": expr},
    }
    data = {
        "kind": "QueryGroup",
        "spec": {"queries": [{"kind": "PanelQuery", "spec": {"refId": "A", "query": query}}]},
    }
    viz = {
        "kind": "VizConfig",
        "group": "timeseries",
        "version": "13",
        "spec": {"options": {}, "fieldConfig": {"defaults": {}, "overrides": []}},
    }
    panel = {"kind": "Panel", "spec": {"id": 1, "title": "Up", "data": data, "vizConfig": viz}}
    item = {
        "kind": "GridLayoutItem",
        "spec": {
            "x": 0,
            "y": 0,
            "width": 12,
            "height": 8,
            "element": {"kind": "ElementReference", "name": "panel-1"},
        },
    }
    layout = {"kind": "GridLayout", "spec": {"items": [item]}}
    spec = {
        "title": "New",
        "elements": {"panel-1": panel},
        "layout": layout,
        "variables": [],
        "annotations": [],
        "timeSettings": {},
    }
    return {
        "apiVersion": "dashboard.grafana.app/v2",
        "kind": "Dashboard",
        "metadata": {"name": "new"},
        "spec": spec,
    }


def huge(count: int, expr: str) -> dict[str, Any]:
    panels = [
        {"id": number + 1, "type": ("stat", "acme-panel", "timeseries")[number % 3], "title": f"Panel {number}",
         "gridPos": {"x": number % 4 * 6, "y": number // 4 * 8, "w": 6, "h": 8},
         "targets": [{"refId": "A", "expr": expr}]}
        for number in range(count)
    ]  # fmt: skip
    return {"uid": "huge", "title": "Huge", "schemaVersion": 39, "panels": panels}


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    subject(world(), tmp_path / "a")
    subject(edited(world(), [("board.json:title", "Other")]), tmp_path / "b")
    return tmp_path / "a", tmp_path / "b"


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("broken", [0, 1])
def test_what_can_be_read_is_compared(
    content: bytes,
    broken: int,
    folders: tuple[Path, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (folders[0] / "other.json").write_text(json.dumps(old_board(39)))
    (folders[1] / "other.json").write_text(json.dumps(old_board(39)))
    (folders[broken] / "other.json").write_bytes(content)
    assert run_diff(*map(str, folders), None, as_json=False) == 1
    said = capsys.readouterr().out
    assert "renamed from 'Traffic' to 'Other'" in said
    assert run_review(*map(str, folders), None, tmp_path / "out", acknowledged=True, quiet=True) in (1, 2)
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"review.md", "review.html", "review.json"}


@pytest.mark.parametrize("broken", [0, 1])
def test_a_broken_file_is_named_and_its_dashboard_not_called_gone(
    broken: int, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    (folders[broken] / "board.json").write_bytes(BROKEN["truncated"])
    code = run_review(*map(str, folders), None, tmp_path / "out", acknowledged=True, quiet=True)
    comment = (tmp_path / "out" / "review.md").read_text()
    assert "board.json" in comment
    assert "removed" not in comment
    assert "new dashboard" not in comment
    assert code == (1 if broken else 0)  # of the head it is a fault of the change


@pytest.mark.parametrize("version", range(1, 43))
def test_every_schema_version(version: int, tmp_path: Path) -> None:
    for name, expr in (("a", "up"), ("b", "rate(up[5m])")):
        subject({"old.json": old_board(version, expr)}, tmp_path / name)
    with sides(str(tmp_path / "a"), str(tmp_path / "b"), None) as (before, after):
        found = compare(before.subject, after.subject).changes
    assert [change.sentence for change in found] == ["now inside rate()"]


def test_the_second_schema(tmp_path: Path) -> None:
    before, after = (
        subject({"new.json": new_board(expr)}, tmp_path / name)
        for name, expr in (("a", "up"), ("b", "up > 0"))
    )
    assert [change.sentence for change in compare(before, after).changes] == ["shows only values > 0"]


def test_five_hundred_panels(tmp_path: Path) -> None:
    before = subject({"huge.json": huge(500, "sum by (pod) (up)")}, tmp_path / "a")
    after = subject({"huge.json": huge(500, "sum by (job) (up)")}, tmp_path / "b")
    causes = compare(before, after).causes
    assert [cause.sentence for cause in causes] == [
        "label `pod` dropped from by() (500 panels)",
        "label `job` added to by() (500 panels)",
    ]


def test_hostile_words_everywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = HOSTILE[:300] + "\x1b]0;title\x07\x1b[31m"
    edits: list[tuple[str, object]] = [
        ("board.json:title", hostile),
        ("board.json:panels/0/title", hostile),
        ("board.json:panels/1/targets/0/legendFormat", hostile),
        ("board.json:templating/list/0/label", hostile),
        ("rules.yaml:groups/0/rules/1/annotations/summary", hostile.replace("\x00", "")),
        ("chart/values.yaml:grafana/enabled", hostile.replace("\x00", "")),
    ]
    subject(world(), tmp_path / "a")
    subject(edited(world(), edits), tmp_path / "b")
    out = tmp_path / "out"
    run_diff(str(tmp_path / "a"), str(tmp_path / "b"), None, as_json=False)
    assert "\x1b]0;" not in capsys.readouterr().out
    assert (
        run_review(str(tmp_path / "a"), str(tmp_path / "b"), None, out, acknowledged=False, quiet=True) == 2
    )
    assert "<script>alert" not in (out / "review.html").read_text()
    outside_of_code = re.sub(r"(`+).+?\1", "", (out / "review.md").read_text())
    assert "<script" not in outside_of_code
    assert "\u202e" not in (out / "review.html").read_text() + (out / "review.md").read_text()
    for picture in (out / "pictures").iterdir():
        assert "<script" not in picture.read_text()


def git(folder: Path, *words: str) -> None:
    names = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *names, *words], check=True, capture_output=True)


def test_a_base_that_does_not_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from obs.cli.init import run_init

    project = tmp_path / "project"
    assert run_init(project) == 0
    git(tmp_path, "init", "-q", str(project))
    rules = project / "rules" / "errors.py"
    good = rules.read_text()
    rules.write_text(good + "\nthis is no Python\n")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "broken")
    rules.write_text(good)
    board = next((project / "charts").rglob("dashboards/*.json"))
    board.write_text(board.read_text().replace('"title": "', '"title": "Other ', 1))
    with sides("HEAD", "", project) as (before, after):
        said = [note.problem for note in before.notes]
        assert len(said) == 1
        assert said[0].startswith("HEAD does not build: ")
        assert "the charts that both sides hold are compared instead" in said[0]
        assert "rules/errors.py" in said[0]
        assert compare(before.subject, after.subject).changes


def test_a_head_that_does_not_build_is_an_error(tmp_path: Path) -> None:
    from obs.cli.init import run_init

    assert run_init(tmp_path / "p") == 0
    git(tmp_path, "init", "-q", str(tmp_path / "p"))
    git(tmp_path / "p", "add", "-A")
    git(tmp_path / "p", "commit", "-qm", "good")
    (tmp_path / "p" / "rules" / "errors.py").write_text("this is no Python")
    with pytest.raises(ObsError), sides("HEAD", "", tmp_path / "p"):
        pass


def test_other_peoples_repositories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a project the working directory is compared, and a file of a revision can be named."""
    git(tmp_path, "init", "-q")
    subject({"dashboards/old.json": old_board(39)}, tmp_path)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    subject({"dashboards/old.json": old_board(39, "rate(up[5m])")}, tmp_path)
    monkeypatch.chdir(tmp_path)
    for base, head in (
        ("HEAD", ""),
        ("HEAD:dashboards/old.json", "dashboards/old.json"),
        ("HEAD:dashboards", "dashboards"),
    ):
        with sides(base, head, None) as (before, after):
            assert [one.sentence for one in compare(before.subject, after.subject).changes] == [
                "now inside rate()"
            ]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nowhere/a.json", "there is no such file"),
        ("no-such-branch", "Git knows no commit 'no-such-branch'"),
        ("HEAD:nowhere", "has no nowhere"),
    ],
)
def test_a_side_that_does_not_exist(
    name: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "-q")
    subject({"old.json": old_board(39)}, tmp_path)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ObsError, match=says), sides(name, "", None):
        pass


def test_no_secret_leaves_in_any_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    address = "https://discord.com/api/webhooks/1234567890/s3cr3t-t0ken"
    edits: list[tuple[str, object]] = [
        ("board.json:title", address),
        ("board.json:description", address),
        ("board.json:panels/0/title", f"Post to {address}"),
        ("board.json:panels/0/targets/0/legendFormat", address),
        ("board.json:templating/list/0/label", address),
        ("board.json:links/0/url", address),
        ("rules.yaml:groups/0/rules/1/annotations/summary", address),
        ("rules.yaml:groups/0/rules/1/labels/hook", address),
        ("alertmanager.yml:receivers/1/discord_configs/0/webhook_url", address),
        ("chart/values.yaml:grafana/hook", address),
    ]
    subject(world(), tmp_path / "a")
    subject(edited(world(), edits), tmp_path / "b")
    sides_ = (str(tmp_path / "a"), str(tmp_path / "b"))
    run_review(*sides_, None, tmp_path / "out", acknowledged=True, quiet=False)
    for as_json in (True, False):
        run_diff(*sides_, None, as_json=as_json)
    said = capsys.readouterr().out
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(files) > 5
    assert [path.name for path in files if b"s3cr3t" in path.read_bytes()] == []
    assert "s3cr3t" not in said
    assert "first" not in said.partition("address")[2]
