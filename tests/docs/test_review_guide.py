"""The guide to obs diff and obs review says what they do; the workflows that obs init writes do it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from obs.cli.init import run_init
from obs.review.markdown import MARKER

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "review.md").read_text(encoding="utf-8")


def git(folder: Path, *words: str) -> None:
    names = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *names, *words], check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A new project on main, and a branch that makes its alert slower."""
    folder = tmp_path / "project"
    assert run_init(folder) == 0
    git(tmp_path, "init", "-q", "-b", "main", str(folder))
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    git(folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    rules = folder / "rules" / "errors.py"
    text = rules.read_text(encoding="utf-8")
    new = re.sub(r'for_="\w+"', 'for_="30m"', text)
    assert new != text
    rules.write_text(new, encoding="utf-8")
    return folder


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH with this obs, and a `gh` that keeps what it is asked and knows one comment."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "obs").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m obs "$@"\n')
    (programs / "gh").write_text(
        '#!/bin/sh\nprintf "%s\\n" "$*" >> "$GH_LOG"\ncase "$*" in *--paginate*) printf "%s" "$KNOWN";; esac\n'
    )
    for one in programs.iterdir():
        one.chmod(0o755)
    return f"{programs}{os.pathsep}{os.environ['PATH']}"


def run(script: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def steps(project: Path) -> list[dict[str, Any]]:
    workflow = yaml.safe_load((project / ".github/workflows/review.yaml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = workflow["jobs"]["review"]["steps"]
    return found


def script(project: Path, part: str) -> str:
    return next(str(step["run"]) for step in steps(project) if part in str(step.get("run", "")))


def test_the_workflow_of_github(project: Path, path: str, tmp_path: Path) -> None:
    output, summary = tmp_path / "output", tmp_path / "summary"
    done = run(script(project, "obs review"), project, PATH=path, BASE="origin/main", ACK="", GITHUB_OUTPUT=str(output),
               GITHUB_STEP_SUMMARY=str(summary))  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert output.read_text() == "code=2\n"
    assert "fires later" in summary.read_text()
    assert run(script(project, 'test "$CODE"'), project, CODE="2").returncode == 0
    assert run(script(project, 'test "$CODE"'), project, CODE="3").returncode == 1


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ("", "--method POST repos/a/b/issues/7/comments"),
        ("41", "--method PATCH repos/a/b/issues/comments/41"),
    ],
)
def test_one_comment_is_kept_up_to_date(
    known: str, asked: str, project: Path, path: str, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    (project / "review").mkdir()
    (project / "review" / "review.md").write_text(f"{MARKER}\n")
    comment = script(project, "gh api")
    assert MARKER in comment
    done = run(comment, project, PATH=path, NUMBER="7", KNOWN=known, GH_LOG=str(log), GITHUB_REPOSITORY="a/b")
    assert done.returncode == 0, done.stderr
    assert f"{asked} -F body=@review/review.md" in log.read_text().splitlines()[-1]


def test_nothing_of_the_pull_request_is_pasted_into_a_script(project: Path) -> None:
    assert not [step for step in steps(project) if "${{" in str(step.get("run", ""))]


def test_the_job_of_gitlab(project: Path, path: str) -> None:
    job = yaml.safe_load((project / ".gitlab/review.yml").read_text(encoding="utf-8"))["obs-review"]
    lines = "\n".join(line for line in job["script"] if "pip install" not in line)
    done = run(
        lines, project, PATH=path, CI_MERGE_REQUEST_DIFF_BASE_SHA="origin/main", CI_MERGE_REQUEST_LABELS="a,b"
    )
    assert done.returncode == 0, done.stderr
    assert MARKER in (project / "review" / "review.md").read_text()
    assert MARKER in lines
    assert "review/" in job["artifacts"]["paths"]


def test_the_fields_of_json(project: Path) -> None:
    done = run(f'"{sys.executable}" -m obs diff HEAD --json', project)
    document = json.loads(done.stdout)
    top, change = (
        {
            name
            for row in table.splitlines()
            for name in re.findall(r"`(\w+)`", row.split("|")[1] if "|" in row else "")
        }
        for table in (one.split("\n\n")[0] for one in GUIDE.split("| key | type | meaning |")[1:3])
    )
    assert top == set(document)
    assert change == set(document["changes"][0])
    assert done.returncode == 1


def test_the_options_exist() -> None:
    helps = "".join(
        run(f'"{sys.executable}" -m obs {name} --help', ROOT).stdout for name in ("diff", "review", "draw")
    )
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", GUIDE))
    assert [option for option in sorted(named) if option not in helps] == []
