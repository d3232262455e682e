"""docs/graph.md shows what the commands print; numbers of lines may have moved since."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from obs.graph.whole.nodes import KINDS, EdgeKind

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "graph.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```text\n\$ (obs .*)\n((?:.*\n)*?)```", PAGE)


def without_lines(text: str) -> str:
    """Places without their line, and all white space alike: a longer number wraps elsewhere."""
    return " ".join(re.sub(r"(\.py):\d+", r"\1", text).split())


@pytest.mark.parametrize(("command", "wanted"), SHOWN, ids=[command for command, _ in SHOWN])
def test_an_example_is_what_the_command_prints(command: str, wanted: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "obs", *shlex.split(command)[1:]], capture_output=True, cwd=ROOT, check=False
    )
    printed = without_lines((done.stdout + done.stderr).decode())
    position = 0
    for part in re.split(r"^\.\.\.$", wanted, flags=re.MULTILINE):
        found = printed.find(without_lines(part), position)
        assert found >= 0, part
        position = found + len(without_lines(part))


def test_the_page_names_every_kind() -> None:
    assert SHOWN
    prose = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
    names = set(re.findall(r"`([^`]+)`", " ".join(prose.split())))
    assert {*KINDS, *get_args(EdgeKind)} <= names
