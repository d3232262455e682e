"""Runbooks that annotations name by a relative path."""

from pathlib import Path

import pytest

from obs.graph.runbooks import anchor_of, missing


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("docs/runbooks/down.md", ""),
        ("./docs/runbooks/down.md#what-to-do", ""),
        ("docs/runbooks/down.md#what-else", "docs/runbooks/down.md has no heading for #what-else"),
        ("docs/runbooks/up.md", "there is no docs/runbooks/up.md"),
        ("https://runbooks.example/up.md", ""),
        ("Restart the pod. See up.md for more.", ""),
        ("../../etc/passwd.md", ""),
        ("{{ $labels.job }}.md", ""),
        ("", ""),
    ],
)
def test_missing(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "docs/runbooks").mkdir(parents=True)
    (tmp_path / "docs/runbooks/down.md").write_text("# Down\n\n## What to do?\n")
    (tmp_path / "rules").mkdir()
    assert missing(text, str(tmp_path / "rules/shop.yaml")) == problem


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [("What to do?", "what-to-do"), ("`kubectl` first", "kubectl-first"), ("무엇을 할까", "무엇을-할까")],
)
def test_anchor_of(heading: str, anchor: str) -> None:
    assert anchor_of(heading) == anchor
