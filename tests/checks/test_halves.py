"""Two processes find what one finds, in its order; where one of them fails, the other does it all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench.plain import write_plain
from obs.checks import halves
from obs.checks.base import Check, checks
from obs.checks.runner import Linted, Selection, findings_of, run
from obs.diagnostic import Diagnostic
from obs.importer.subject import read

pytestmark = pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="forks are made on Linux alone")


@pytest.fixture
def linted(tmp_path: Path) -> Linted:
    files = write_plain(tmp_path, 300, 4)
    for number, file in enumerate(files):
        text = file.read_text().replace("rate(", "irate(") if number % 2 else file.read_text()
        file.write_text(text.replace("$labels.instance", "$labels.nobody", 9))
    subject, found = read([tmp_path])
    return Linted(subject, None, tuple(found), subject.files)


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(halves, "LARGE", 10)
    monkeypatch.setattr(halves, "_idle", lambda: True)


def serial(linted: Linted, selection: Selection, monkeypatch: pytest.MonkeyPatch) -> list[Diagnostic]:
    with monkeypatch.context() as patch:
        patch.setattr(halves, "_idle", lambda: False)
        return run(linted, selection)


@pytest.mark.parametrize("profile", ["default", "strict", "mixin"])
@pytest.mark.usefixtures("forked")
def test_both_find_what_one_finds(linted: Linted, profile, monkeypatch: pytest.MonkeyPatch) -> None:
    selection = Selection(profile)
    expected = serial(linted, selection, monkeypatch)

    assert halves.findings_in_halves(checks(), linted, findings_of) is not None
    assert {one.check for one in expected} > {"irate-in-rule", "template-label-missing"}
    assert run(linted, selection) == expected


@pytest.mark.usefixtures("forked")
def test_a_fork_that_dies_is_made_up_for(linted: Linted, monkeypatch: pytest.MonkeyPatch) -> None:
    here = os.getpid()

    def ask(check: Check, linted: Linted) -> list[Diagnostic]:
        if os.getpid() != here:
            raise MemoryError
        return findings_of(check, linted)

    assert halves.findings_in_halves(checks(), linted, ask) is None


@pytest.mark.usefixtures("forked")
def test_a_failure_here_leaves_no_fork_behind(linted: Linted, monkeypatch: pytest.MonkeyPatch) -> None:
    here = os.getpid()
    forks: list[int] = []
    fork = os.fork

    def noted() -> int:
        forks.append(fork())
        return forks[-1]

    monkeypatch.setattr(os, "fork", noted)

    def ask(check: Check, linted: Linted) -> list[Diagnostic]:
        if os.getpid() == here:
            raise KeyboardInterrupt
        return findings_of(check, linted)

    with pytest.raises(KeyboardInterrupt):
        halves.findings_in_halves(checks(), linted, ask)
    [child] = forks
    with pytest.raises(ChildProcessError):
        os.waitpid(child, os.WNOHANG)
