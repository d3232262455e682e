"""Definitions that go wrong: each is one clear message at the user's line, and nothing is written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from obs import api
from obs.cli.init import write_starter
from obs.diagnostic import Diagnostic, FindingsError, ObsError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The starter project, built once."""
    write_starter(tmp_path / "project")
    api.build(tmp_path / "project")
    return tmp_path / "project"


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not {".cache", "__pycache__"} & set(path.parts)
    }


def problems(project: Path) -> tuple[Diagnostic, ...]:
    before = tree(project)
    with pytest.raises(ObsError) as caught:
        api.build(project)
    assert tree(project) == before, "the old output must be untouched"
    return caught.value.diagnostics


def place(found: Diagnostic, project: Path) -> str:
    assert found.at is not None
    return f"{Path(found.at.file).relative_to(project).as_posix()}:{found.at.line}"


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


BROKEN = [
    # (file, appended text, check, words, line counted from the first appended one)
    ("rules/errors.py", "def broken(:\n", "syntax-error", "invalid syntax", 1),
    ("rules/errors.py", "x = 1 / 0\n", "definition-failed", "ZeroDivisionError: division by zero", 1),
    (
        "rules/errors.py",
        "def deep():\n    return deep()\ndeep()\n",
        "definition-failed",
        "calls itself without end",
        2,
    ),
    ("rules/errors.py", "import sys\nsys.exit(3)\n", "definition-failed", "sys.exit()", 2),
    ("rules/errors.py", "raise ValueError\n", "definition-failed", "ValueError", 1),
    (
        "rules/errors.py",
        "from promtail.pipeline import gone\n",
        "import-error",
        "cannot import name 'gone'",
        1,
    ),
    ("rules/errors.py", "import no_such_thing\n", "import-error", "No module named 'no_such_thing'", 1),
    (
        "rules/errors.py",
        "a = Alert('A', expr='up')\n",
        "definition-failed",
        "missing 2 required keyword-only arguments",
        1,
    ),
    (
        "rules/errors.py",
        "a = Alert('A', expr=5, summary='s', description='d')\n",
        "wrong-type",
        "Alert.expr must be str, not int 5",
        1,
    ),
    (
        "rules/errors.py",
        "a = Alert('A', expr='up', summary='s', description='d', colour='red')\n",
        "definition-failed",
        "unexpected keyword argument 'colour'",
        1,
    ),
    (
        "rules/errors.py",
        "a = Alert('A', expr='up', summary='s', description='d', severity='bad')\n",
        "wrong-type",
        "severity must be 'critical' or 'warning'",
        1,
    ),
    (
        "rules/errors.py",
        "a = Alert('A', expr='up', summary='s', description='d', for_='5 minutes')\n",
        "invalid-duration",
        "'5 minutes'",
        1,
    ),
    (
        "rules/errors.py",
        "a = Alert('A b', expr='up', summary='s', description='d')\n",
        "invalid-name",
        "'A b'",
        1,
    ),
    (
        "rules/errors.py",
        "a = Alert('A', expr='up', summary='s', description='d', labels={'a-b': 'c'})\n",
        "invalid-label-name",
        "'a-b'",
        1,
    ),
    (
        "rules/errors.py",
        "def make(name):\n    return Alert(name, expr='up', summary=1, description='d')\nmake('A')\n",
        "wrong-type",
        "summary must be str",
        2,
    ),
    ("promtail/pipeline.py", "p = Pattern(r'(?<n>a)')\n", "invalid-regex", "not a regular expression", 1),
    ("promtail/pipeline.py", "p = Pattern(r'a(b')\n", "invalid-regex", "missing closing )", 1),
    (
        "promtail/pipeline.py",
        "other = Pipeline(cri(), honor_labels=True)\n",
        "duplicate-name",
        "a project has one pipeline",
        1,
    ),
    (
        "rules/errors.py",
        "again = Alert('ErrorLogs', expr='up == 0', summary='s', description='d')\n",
        "duplicate-name",
        "two definitions are alert ErrorLogs",
        1,
    ),
    (
        "dashboards/errors.py",
        "again = Dashboard(uid='error-logs', title='Other', data=loki, rows=[[logs('x', lines)]])\n",
        "duplicate-name",
        "dashboard uid error-logs",
        1,
    ),
    (
        "services/stack.py",
        "other = Stack(release='a', namespace='b', charts=[], prometheus=stack.prometheus, alertmanager=stack.alertmanager, grafana=stack.grafana, operator='v0', loki='3', promtail='3')\n",
        "duplicate-name",
        "a project has one stack",
        1,
    ),
    (
        "rules/errors.py",
        "far = Alert('Far', expr='up == 0', summary='s', description='d', dashboard=dashboard, panel='Nope')\n",
        "dangling-link",
        "panel 'Nope'",
        1,
    ),
]


@pytest.mark.parametrize(
    ("file", "text", "check", "words", "line"), BROKEN, ids=lambda value: str(value)[:40]
)
def test_a_broken_definition_is_one_message_at_its_line(
    project: Path, file: str, text: str, check: str, words: str, line: int
) -> None:
    path = project / file
    lines = len(path.read_text(encoding="utf-8").splitlines())
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    (found,) = problems(project)
    assert (found.check, place(found, project)) == (check, f"{file}:{lines + line}")
    assert words in found.problem


def test_a_definition_that_never_ends(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.obs]\nload_seconds = 0.3\n")
    (project / "rules/loop.py").write_text("x = 0\nwhile True:\n    x += 1\n")
    (found,) = problems(project)
    assert found.check == "definition-never-ends"
    assert place(found, project) in ("rules/loop.py:2", "rules/loop.py:3")


def test_a_definition_that_never_ends_and_swallows_its_interruption(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.obs]\nload_seconds = 0.3\n")
    (project / "rules/loop.py").write_text(
        "while True:\n    try:\n        x = 1\n    except BaseException:\n        pass\n"
    )
    before = tree(project)
    done = subprocess.run(
        [sys.executable, "-m", "obs", "build", "-C", str(project)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "rules/loop.py" in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(project) == before


def test_errors_of_several_files_come_in_one_run(project: Path) -> None:
    (project / "rules/one.py").write_text("1 / 0\n")
    (project / "rules/two.py").write_text("def (\n")
    assert [found.check for found in problems(project)] == ["definition-failed", "syntax-error"]


def test_a_broken_file_that_others_import_is_said_once(project: Path) -> None:
    replace(project / "promtail/pipeline.py", "pipeline = ", "boom = 1 / 0\npipeline = ")
    (found,) = problems(project)
    assert place(found, project).startswith("promtail/pipeline.py:")


def test_an_alert_that_no_module_holds_is_dangling(project: Path) -> None:
    (project / "alertmanager/other.py").write_text(
        "from obs import ChartAlert, Route\n"
        "from alertmanager.discord import discord, nobody\n"
        "route = Route('other', default=nobody, to={discord: [ChartAlert('Lost')]})\n"
    )
    (found,) = problems(project)
    assert (found.check, place(found, project)) == ("dangling-link", "alertmanager/other.py:3")


def test_a_project_without_a_stack(project: Path) -> None:
    for folder in ("rules", "alertmanager", "dashboards", "promtail"):
        for file in (project / folder).glob("*.py"):
            file.unlink()
    (project / "services/stack.py").write_text("")
    (found,) = problems(project)
    assert found.check == "no-stack"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.obs\n", "cannot be read"),
        ("[tool.obs]\nchart = '../outside'\n", "must be a path inside the project"),
        ("[tool.obs]\nchart = '/etc'\n", "must be a path inside the project"),
        ("[tool.obs]\nchrat = 'x'\n", "no setting 'chrat'"),
        ("[tool.obs]\ndefinitions = 'rules'\n", "must be a list"),
        ("[tool.obs]\nload_seconds = -1\n", "positive number"),
        ("[tool.other]\n", "no [tool.obs] table"),
    ],
)
def test_wrong_settings(project: Path, text: str, words: str) -> None:
    (project / "pyproject.toml").write_text(text)
    (found,) = problems(project)
    assert found.check == "invalid-settings"
    assert words in found.problem


def test_a_definition_file_that_is_a_link_out_of_the_project(project: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text("x = 1\n")
    (project / "rules/link.py").symlink_to(tmp_path / "secret.py")
    (found,) = problems(project)
    assert found.check == "link-outside"


def test_a_huge_definition(project: Path) -> None:
    (project / "rules/huge.py").write_text("x = 1\n" * 800_000)
    (found,) = problems(project)
    assert found.check == "file-too-large"


def test_a_folder_that_shadows_an_installed_module(tmp_path: Path) -> None:
    write_starter(tmp_path / "project")
    (tmp_path / "project/pyproject.toml").write_text("[tool.obs]\ndefinitions = ['json', 'services']\n")
    (tmp_path / "project/json").mkdir()
    (tmp_path / "project/json/x.py").write_text("")
    with pytest.raises(ObsError, match="name of the installed module 'json'"):
        api.build(tmp_path / "project")


def test_two_projects_in_one_process_do_not_meet(tmp_path: Path) -> None:
    before = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "dashboards"}
    for name, title in (("one", "First"), ("two", "Second")):
        write_starter(tmp_path / name)
        replace(tmp_path / name / "dashboards/errors.py", '"Error logs"', f'"{title}"')
        api.build(tmp_path / name)
        text = (tmp_path / name / "charts/monitoring/files/dashboards/error-logs.json").read_text()
        assert f'"title": "{title}"' in text
    after = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "dashboards"}
    assert after == before


FINDINGS = [
    (
        "rules/errors.py",
        'expr=seen(errors, within="5m", by=("namespace", "pod")),',
        'expr="sum(rate(up[5m])",',
        "invalid-promql",
    ),
    ("rules/errors.py", "{{ $labels.namespace }}", "{{ $label.namespace }}", "invalid-template"),
    ("dashboards/errors.py", "(rate({lines} [$__auto]))", "(rate({lines} [$__auto])", "invalid-logql"),
    (
        "alertmanager/discord.py",
        '(or .Annotations.summary .Labels.alertname "alert")',
        "(nope .Annotations.summary)",
        "invalid-template",
    ),
    ("promtail/pipeline.py", "match_all=True", 'source="level"', "counter-without-source"),
    ("promtail/pipeline.py", "    decolorize(),", "    stage('nosuch', {}),", "invalid-pipeline"),
    ("promtail/pipeline.py", "    decolorize(),", "    labels('a-b'),", "invalid-pipeline"),
    (
        "promtail/pipeline.py",
        "    match('{namespace=~\".+\"}', errors, pattern=error),",
        "",
        "counter-without-source",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "check"), FINDINGS)
def test_what_a_target_would_refuse_is_never_written(
    project: Path, file: str, old: str, new: str, check: str
) -> None:
    replace(project / file, old, new)
    if "stage(" in new or "labels(" in new:
        replace(project / file, "from obs import ", "from obs import labels, stage, ")
    found = [one for one in problems(project) if one.severity == "error"]
    assert [one.check for one in found] == [check]
    with pytest.raises(FindingsError):
        api.build(project)


def test_a_counter_after_the_match_that_extracts_its_source_is_fed(project: Path) -> None:
    replace(project / "promtail/pipeline.py", "match_all=True", 'source="level"')
    replace(
        project / "promtail/pipeline.py",
        "match('{namespace=~\".+\"}', errors, pattern=error),",
        "match('{namespace=~\".+\"}', regex(r' (?P<level>ERROR) ')),\n    errors,",
    )
    replace(project / "promtail/pipeline.py", "from obs import ", "from obs import regex, ")
    api.build(project)


def test_a_webhook_address_is_an_error_that_does_not_repeat_it(project: Path) -> None:
    secret = "https://discord.com/api/webhooks/123456789012345678/abcDEF-secret"
    replace(project / "rules/errors.py", "At least one ERROR line", f"{secret} ")
    (found,) = problems(project)
    assert found.check == "webhook-literal"
    assert "abcDEF" not in f"{found.problem}{found.why}{found.fix}"


def test_an_unreadable_definition(project: Path) -> None:
    file = project / "rules/secret.py"
    file.write_text("x = 1\n")
    file.chmod(0)
    if os.access(file, os.R_OK):
        file.chmod(0o644)
        file.write_bytes(b"\xff\xfe\x00bad")  # root reads everything, but not this
    (found,) = problems(project)
    assert place(found, project).startswith("rules/secret.py")
