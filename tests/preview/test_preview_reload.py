"""What is read again after a save: soon, whole, and without anything left over."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from obs.cli.preview import Definitions
from obs.preview import watch
from obs.preview.workspace import Workspace
from obs.project import settings
from tests.preview.projects import BOARD, copied, edit

TITLE = "Request rate by route"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copied(tmp_path / "project")


def workspace_of(project: Path, base: str = "") -> Workspace:
    made = Workspace(Definitions(settings.load(project), base))
    made.read()
    assert made.current.errors == ()
    return made


@pytest.fixture
def watched(project: Path) -> Iterator[Workspace]:
    workspace = workspace_of(project)
    over = threading.Event()
    thread = threading.Thread(target=watch.watch, args=(workspace, over))
    thread.start()
    yield workspace
    over.set()
    thread.join(10)


def titles(workspace: Workspace) -> list[str]:
    assert workspace.current.subject is not None
    return [panel.title for board in workspace.current.subject.dashboards for panel in board.panels()]


def test_every_save_counts_even_in_one_second(project: Path) -> None:
    """Python tells compiled files apart by whole seconds and size; here both stay the same."""
    workspace = workspace_of(project)
    moment = (project / BOARD).stat().st_mtime
    before = TITLE
    for number in range(5):
        after = f"Request rate by rout{number}"
        edit(project / BOARD, before, after)
        os.utime(project / BOARD, (moment, moment))
        workspace.read()
        assert after in titles(workspace)
        before = after


def test_what_a_save_changed_is_marked(project: Path) -> None:
    workspace = workspace_of(project)
    edit(project / BOARD, '"Status codes"', '"Codes"')
    marks = workspace.read().marks["gateway-api-traffic"]
    assert set(marks.values()) <= {"changed", "added", "removed", "moved"}
    assert "codes" in marks
    assert workspace.read().marks == {}


def test_a_mistake_and_its_mending(project: Path) -> None:
    workspace = workspace_of(project)
    edit(project / BOARD, '"Status codes"', '"Status codes')
    found = workspace.read()
    assert [(one.check, Path(one.at.file).name) for one in found.errors if one.at] == [
        ("syntax-error", Path(BOARD).name)
    ]
    assert TITLE in titles(workspace)
    edit(project / BOARD, '"Status codes', '"Status codes"')
    assert workspace.read().errors == ()


def test_findings_come_and_go(project: Path) -> None:
    workspace = workspace_of(project)
    edit(project / "rules/cpu.py", "> 0.80", "> 80")
    workspace.read()
    found = workspace.check().findings
    assert found is not None
    assert any("HighNodeCPUUsage" in one.object + one.problem for one in found if one.severity != "info")
    edit(project / "rules/cpu.py", "> 80", "> 0.80")
    workspace.read()
    assert not [one for one in workspace.check().findings or () if one.severity != "info"]


def test_nothing_is_left_over(project: Path) -> None:
    workspace = workspace_of(project)
    workspace.read()
    workspace.check()
    gc.collect()

    def modules() -> int:
        return sum(isinstance(one, ModuleType) for one in gc.get_objects())

    before, known = modules(), len(gc.get_objects())
    for _ in range(10):
        workspace.read()
        workspace.check()
    gc.collect()
    assert modules() <= before
    assert len(gc.get_objects()) < known * 1.1


def test_a_save_is_seen_and_linted_when_it_is_quiet(project: Path, watched: Workspace) -> None:
    first = watched.after(1, 10)
    assert first is not None
    assert first.findings is not None
    started = time.monotonic()
    edit(project / BOARD, TITLE, "Another title")
    second = watched.after(first.version, 5)
    taken = time.monotonic() - started
    assert second is not None
    assert second.findings is None
    assert "Another title" in titles(watched)
    assert taken < 2  # what it really takes is measured by the bench
    third = watched.after(second.version, 10)
    assert third is not None
    assert third.findings is not None


def test_new_and_removed_files_are_seen(project: Path, watched: Workspace) -> None:
    assert watched.after(1, 10) is not None
    version = watched.current.version
    new = project / "dashboards/another.py"
    new.write_text(
        "from obs import Dashboard, stat\nfrom services.datasources import prometheus\n\n"
        'another = Dashboard(uid="another", title="Another", data=prometheus, panels=[stat("Nobody has this", "sum(up)")])\n',
        encoding="utf-8",
    )
    seen = watched.after(version, 5)
    assert seen is not None
    assert "Nobody has this" in titles(watched)
    new.unlink()
    seen = watched.after(watched.current.version, 5)
    while seen is not None and "Nobody has this" in titles(watched):
        seen = watched.after(watched.current.version, 5)
    assert "Nobody has this" not in titles(watched)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": (1, 10, 1)}, {"a": (2, 0, 1)}, True),
        ({"a": (1, 10, 1)}, {"a": (2, 12, 1)}, False),
        ({"a": (1, 0, 1)}, {"a": (2, 0, 1)}, False),
        ({}, {"a": (2, 0, 1)}, False),
    ],
)
def test_half_written(before: watch.Status, after: watch.Status, expected: bool) -> None:
    assert watch.half_written(before, after) is expected


def test_what_changed_since_the_base(project: Path, tmp_path: Path) -> None:
    base = copied(tmp_path / "base")
    workspace = workspace_of(project, str(base))
    edit(project / BOARD, '"Status codes"', '"Codes"')
    workspace.read()
    workspace.prepare()
    name, review = workspace.review(workspace.current)
    assert name == str(base)
    assert {change.dashboard for change in review.changes} == {"gateway-api-traffic"}
