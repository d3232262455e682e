"""Each command is there, whether Typer was given all of them or only the one that was asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.main import get_command

from obs.cli.app import app

COMMANDS = sorted(get_command(app).commands)  # type: ignore[attr-defined]


def obs(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "obs", *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_explains_itself(name: str) -> None:
    done = obs(name, "--help")

    assert done.returncode == 0
    assert done.stdout.lstrip().startswith(f"Usage: obs {name} ")


def test_help_lists_all_of_them() -> None:
    shown = obs("--help").stdout

    assert [name for name in COMMANDS if f"\n  {name} " not in shown] == []


def test_one_that_is_misspelt_is_refused() -> None:
    done = obs("lnit")

    assert done.returncode == 2
    assert "No such command 'lnit'" in done.stderr
