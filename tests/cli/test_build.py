"""`obs build` and its relatives as a person runs them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from obs.cli.init import write_starter

ROOT = Path(__file__).parents[2]


def obs(*arguments: str | Path, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "obs", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, **env},
        encoding="utf-8",
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_starter(tmp_path / "project")
    return tmp_path / "project"


def test_init_makes_a_project_that_is_clean(tmp_path: Path) -> None:
    assert obs("init", tmp_path / "new").returncode == 0
    done = obs("build", "--check", cwd=tmp_path / "new")
    assert (done.returncode, done.stderr) == (0, "")
    again = obs("init", tmp_path / "new")
    assert again.returncode == 2
    assert "not a new or empty folder" in again.stderr


def test_a_build_says_what_changed_and_then_has_nothing_to_do(project: Path) -> None:
    first = obs("build", cwd=project)
    assert first.returncode == 0
    assert "added    charts/monitoring/Chart.yaml" in first.stdout
    assert "1 dashboard, 2 panels, 1 alert, 1 pipeline, 1 counter, 1 route, 1 environment" in first.stdout
    second = obs("build", cwd=project / "rules")
    assert "nothing to do" in second.stdout
    assert (project / ".cache").is_dir()


def test_check_names_the_drift_and_its_first_difference(project: Path) -> None:
    obs("build", cwd=project)
    values = project / "charts/monitoring/values.yaml"
    values.write_text(values.read_text().replace("v2.55.0", "v2.54.1"))
    (project / "charts/monitoring/Chart.yaml").unlink()
    done = obs("build", "--check", cwd=project)
    assert done.returncode == 1
    assert "charts/monitoring/values.yaml" in done.stdout
    assert "definitions say 'tag: v2.55.0'" in done.stdout
    assert "charts/monitoring/Chart.yaml" in done.stdout
    assert not (project / "charts/monitoring/Chart.yaml").exists(), "--check writes nothing"
    document = json.loads(obs("build", "--check", "--json", cwd=project).stdout)
    assert [one["path"] for one in document["drift"]] == [
        "charts/monitoring/Chart.yaml",
        "charts/monitoring/values.yaml",
    ]


def test_a_hand_edit_is_refused_and_force_takes_it(project: Path) -> None:
    obs("build", cwd=project)
    chart = project / "charts/monitoring/Chart.yaml"
    chart.write_text(chart.read_text() + "# mine\n")
    done = obs("build", cwd=project)
    assert done.returncode == 1
    assert "edited by hand" in done.stderr
    assert "# mine" in chart.read_text()
    assert obs("build", "--force", cwd=project).returncode == 0
    assert "# mine" not in chart.read_text()


def test_what_is_no_longer_defined_is_pruned(project: Path) -> None:
    obs("build", cwd=project)
    rules = project / "charts/monitoring/files/rules/errors.yaml"
    assert rules.exists()
    (project / "rules/errors.py").unlink()
    (project / "alertmanager/discord.py").unlink()
    done = obs("build", cwd=project)
    assert done.returncode == 0, done.stderr
    assert "removed  charts/monitoring/files/rules/errors.yaml" in done.stdout
    assert not rules.exists()


def test_the_cache_sees_every_kind_of_change(project: Path) -> None:
    (project / "services/data.txt").write_text("v0.27.0")
    stack = project / "services/stack.py"
    stack.write_text(
        "from pathlib import Path\n\n"
        + stack.read_text().replace('"v0.27.0"', '(Path(__file__).parent / "data.txt").read_text()')
    )
    obs("build", cwd=project)
    assert "nothing to do" in obs("build", cwd=project).stdout
    values = project / "charts/monitoring/values.yaml"

    (project / "services/data.txt").write_text("v0.28.0")
    assert "1 changed" in obs("build", cwd=project).stdout or "v0.28.0" in values.read_text()
    assert "v0.28.0" in values.read_text()

    values.unlink()
    obs("build", cwd=project)
    assert values.exists()

    (project / "rules/new.py").write_text(
        "from obs import Alert\nnew = Alert('New', expr='up == 0', summary='s', description='d')\n"
    )
    done = obs("build", cwd=project)
    assert "files/rules/new.yaml" in done.stdout
    assert "alert-reaches-nobody" in done.stderr
    assert "alert-reaches-nobody" in obs("build", cwd=project).stderr, (
        "a warning is said again by a build that skips"
    )


def test_a_file_saved_during_a_build_is_built_by_the_next(project: Path) -> None:
    stack = project / "services/stack.py"
    (project / "rules/slow.py").write_text(
        "import pathlib, services.stack\n"
        "file = pathlib.Path(services.stack.__file__)\n"
        "text = file.read_text()\n"
        'file.write_text(text.replace("v0.27.0", "v0.28.0"))\n'
    )
    obs("build", cwd=project)
    (project / "rules/slow.py").write_text("")
    assert "v0.28.0" in stack.read_text()
    obs("build", cwd=project)
    assert "v0.28.0" in (project / "charts/monitoring/values.yaml").read_text()


def test_out_writes_elsewhere_and_env_writes_one_environment(project: Path, tmp_path: Path) -> None:
    stack = project / "services/stack.py"
    stack.write_text(
        stack.read_text() + "prod = Environment('prod', repository='https://git.example.com/x.git')\n"
    )
    done = obs("build", "--out", tmp_path / "out", "--env", "prod", cwd=project)
    assert done.returncode == 0
    assert not (project / "charts").exists()
    assert sorted(path.name for path in (tmp_path / "out/values").iterdir()) == ["prod"]
    obs("build", cwd=project)
    stack.write_text(stack.read_text().replace("x.git", "y.git"))
    done = obs("build", "--env", "prod", cwd=project)
    assert "applications/prod" in done.stdout
    assert (project / "values/dev/monitoring.yaml").exists(), "another environment's files stay"
    missing = obs("build", "--env", "nope", cwd=project)
    assert missing.returncode == 2
    assert "one of: dev, prod" in missing.stderr


def test_json_and_quiet(project: Path) -> None:
    document = json.loads(obs("build", "--json", cwd=project).stdout)
    assert document["counts"]["alerts"] == 1
    assert "charts/monitoring/Chart.yaml" in document["added"]
    assert obs("build", "--quiet", cwd=project).stdout == ""
    (project / "rules/bad.py").write_text("1 / 0\n")
    document = json.loads(obs("build", "--json", cwd=project).stdout)
    assert document["findings"][0]["at"] == "rules/bad.py:1"


def test_a_finding_shows_the_line_and_the_place_in_the_query(project: Path) -> None:
    rules = project / "rules/errors.py"
    rules.write_text(
        rules.read_text()
        + "bad = Alert('Bad', expr='sum(rate(up[5m]) by (job', summary='s', description='d')\n"
    )
    done = obs("build", cwd=project)
    assert done.returncode == 1
    line = len(rules.read_text().splitlines())
    assert f"rules/errors.py:{line}" in done.stderr
    assert "^" in done.stderr
    assert "1 error; nothing was written" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["build", "--nope"], "No such option"),
        (["bulid"], "No such command"),
        (["build", "--check", "--force"], "takes neither"),
        (["show"], "Missing argument"),
        (["show", "Nope"], "nothing here is named 'Nope'"),
        (["show", "ErrorLog"], "did you mean ErrorLogs"),
    ],
)
def test_a_wrong_call_ends_with_2(project: Path, arguments: list[str], words: str) -> None:
    done = obs(*arguments, cwd=project)
    assert done.returncode == 2
    assert words in done.stderr


def test_outside_of_a_project(tmp_path: Path) -> None:
    done = obs("build", cwd=tmp_path)
    assert done.returncode == 2
    assert "obs init" in done.stderr


def test_list_and_show() -> None:
    listed = json.loads(obs("list", "--json", "-C", ROOT).stdout)
    assert ("alert", "SpringErrorLogsDetected") in [(one["kind"], one["name"]) for one in listed]
    shown = obs("show", "SpringErrorLogsDetected", "-C", ROOT).stdout
    for words in (
        "rules/spring.py:",
        "files/rules/spring.yaml",
        "dashboard loki-error-logs",
        "receiver discord-webhook",
        "alert: SpringErrorLogsDetected",
    ):
        assert words in shown
    assert "off:" in obs("list", "-C", ROOT).stdout


def test_the_version_and_the_module() -> None:
    assert obs("--version").stdout.startswith("obs 0.")
    assert "build" in obs("--help").stdout


def test_completion_offers_the_commands() -> None:
    done = obs(_OBS_COMPLETE="complete_bash", COMP_WORDS="obs bu", COMP_CWORD="1")
    assert done.stdout.strip() == "build"


def test_two_machines_make_the_same_bytes(project: Path, tmp_path: Path) -> None:
    """Another folder, locale, hash seed, time zone, umask and order of files."""
    other = tmp_path / "deep er" / "프로젝트"
    shutil.copytree(project, other)
    obs("build", cwd=project, PYTHONHASHSEED="1", LC_ALL="C", TZ="UTC")
    obs("build", cwd=other, PYTHONHASHSEED="4242", LC_ALL="C.UTF-8", LANG="ko_KR.UTF-8", TZ="Asia/Seoul")

    def made(folder: Path) -> dict[str, bytes]:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for top in ("charts", "values", "applications")
            for path in (folder / top).rglob("*")
            if path.is_file()
        }

    assert made(project) == made(other)
    assert len(made(project)) > 10


def test_the_platform_itself_is_the_same_everywhere(tmp_path: Path) -> None:
    seeds = []
    for seed in ("0", "77"):
        out = tmp_path / seed
        done = obs(
            "build",
            "-C",
            ROOT,
            "--out",
            out,
            "--quiet",
            PYTHONHASHSEED=seed,
            LC_ALL="C" if seed == "0" else "C.UTF-8",
        )
        assert done.returncode == 0
        seeds.append({path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()})
    assert seeds[0] == seeds[1]


def test_what_is_committed_is_what_the_definitions_say() -> None:
    done = obs("build", "--check", "-C", ROOT)
    assert done.returncode == 0, done.stdout
