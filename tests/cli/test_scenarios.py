"""`obs test`: what it runs, prints and ends with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from obs.cli.app import app
from obs.testing.tools import Tools

HERE = Path(__file__).resolve().parents[2]
GOOD = """
from obs.testing import cases, spring

def test_one_error(scenario):
    scenario.log("gateway", spring("boom"))
    scenario.run("4m")
    assert scenario.discord.only().at <= "3m"

@cases(service=["user", "store"])
def test_each(scenario, service):
    scenario.log(service, spring())
    scenario.run("4m")
    assert service in scenario.discord.only().text
"""
BAD = """
from obs.testing import spring

def test_late(scenario):
    scenario.log("gateway", spring("boom"))
    scenario.run("4m")
    message = scenario.discord.only()
    assert message.at <= "1m" and "gateway" in message.text

def test_silent(scenario):
    scenario.log("gateway", spring("boom", level="WARN"))
    scenario.run("4m")
    scenario.discord.only()

def test_asks_for_more(scenario, tmp_path):
    pass

def test_unknown_service(scenario):
    scenario.log("shop", spring())
"""


def run(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["test", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


def file(folder: Path, text: str, name: str = "test_some.py") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_all_pass(tmp_path: Path) -> None:
    code, out, _ = run(file(tmp_path, GOOD))
    assert code == 0, out
    assert "passed   test_each[store]" in out
    assert "3 passed in" in out
    assert "rules evaluated by" in out


def test_what_fails_says_where_and_why(tmp_path: Path) -> None:
    code, out, _ = run(file(tmp_path, BAD))
    assert code == 1
    assert "test_some.py:8" in out
    assert "assert message.at <= '1m'" in out
    assert "message.at is 2m" in out
    assert "SpringErrorLogsDetected dies at metrics stage: the match of stage 5 asks for |~" in out
    assert "test_asks_for_more" in out
    assert "it asks for tmp_path" in out
    assert "no service of the project is named 'shop'; there are community, eureka, gateway" in out


def test_a_keyword_chooses(tmp_path: Path) -> None:
    code, out, _ = run(file(tmp_path, GOOD), "-k", "each*user*")
    assert code == 0
    assert "1 passed" in out
    code, _, _ = run(file(tmp_path, GOOD), "-k", "nothing of this name")
    assert code == 2


def test_times_are_shown_when_asked(tmp_path: Path) -> None:
    _, out, _ = run(file(tmp_path, GOOD), "-v", "-k", "one_error")
    assert "SpringErrorLogsDetected: pending 30s, firing 1m30s" in out
    assert "2m discord-webhook: SpringErrorLogsDetected (first) Discord answered 204" in out


def test_json(tmp_path: Path) -> None:
    code, out, _ = run(file(tmp_path, BAD), "--json")
    document = json.loads(out)
    assert code == 1
    assert document["passed"] is False
    assert {one["name"]: one["outcome"] for one in document["tests"]} == {
        "test_late": "failed",
        "test_silent": "failed",
        "test_asks_for_more": "error",
        "test_unknown_service": "error",
    }


def test_junit(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    code, _, _ = run(file(tmp_path, BAD), "--format", "junit", "-o", report)
    assert code == 1
    suite = ElementTree.parse(report).getroot().find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "2", "2")
    failure = suite.find("testcase[@name='test_silent']/failure")
    assert failure is not None
    assert "dies at metrics stage" in (failure.text or "")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("test_x.py", "def test_x(scenario:\n", "test_x.py:1"),
        ("test_x.py", "\n\nimport no_such_module_at_all\n", "test_x.py:3: ModuleNotFoundError"),
        ("test_x.yaml", "rule_files: [a]\ntests:\n  - nope: 1\n", "a test has no field 'nope'"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_2(tmp_path: Path, name: str, text: str, said: str) -> None:
    code, _, errors = run(file(tmp_path, text, name))
    assert code == 2
    assert said in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "there is no nowhere"),
        (["--format", "yaml"], "--format may be human, json, junit"),
        (["--rules", "thanos"], "--rules may be auto, engine, python"),
    ],
)
def test_mistakes_end_with_2(arguments: list[str], said: str) -> None:
    code, _, errors = run(*arguments)
    assert code == 2
    assert said in errors


def test_pytest_marks_are_read(tmp_path: Path) -> None:
    text = """
import pytest

@pytest.mark.parametrize("service", ["user", pytest.param("store", id="shop")])
@pytest.mark.parametrize(("line", "times"), [("x", 1), ("y", 2)])
def test_each(scenario, service, line, times):
    scenario.log(service, line, times=times)
    scenario.run("1m")
    scenario.discord.none()

@pytest.mark.skip
def test_later(scenario):
    assert False
"""
    code, out, _ = run(file(tmp_path, text))
    assert code == 0, out
    assert "4 passed, 1 skipped" in out


# The three breakages that the platform really had, put back into its definitions.
BREAKAGES = {
    "never increments": (
        "promtail/pipeline.py",
        "    match('{namespace=~\".+\"}', spring_errors, pattern=spring_error),\n",
        "    regex(r'.* ERROR [0-9]+ --- .*'),\n    Counter('spring_error_logs_total', help='x', source='spring_error_logs_total'),\n",
        "dies at metrics stage: source `spring_error_logs_total` was never extracted",
    ),
    "names the pod of Promtail": (
        "promtail/pipeline.py",
        "honor_labels=True",
        "honor_labels=False",
        "goes wrong at scrape labels: scraped as exported_pod",
    ),
    "never fires for a single error": (
        "rules/spring.py",
        'pods_with_errors = seen(spring_errors, within="5m", by=("namespace", "pod"))',
        'pods_with_errors = f"sum by (namespace, pod) (increase({spring_errors}[5m])) > 0"',
        "dies at the rule: increase() of a series that was born at 1 is 0",
    ),
}


@pytest.mark.parametrize(("path", "good", "bad", "said"), BREAKAGES.values(), ids=BREAKAGES.keys())
def test_the_historic_breakages(tmp_path: Path, path: str, good: str, bad: str, said: str) -> None:
    for folder in ("services", "promtail", "dashboards", "rules", "alertmanager", "tests/scenarios"):
        shutil.copytree(HERE / folder, tmp_path / folder)
    shutil.copy(HERE / "obs.lock", tmp_path / "obs.lock")
    (tmp_path / "pyproject.toml").write_text("[tool.obs]\n")
    broken = tmp_path / path
    text = broken.read_text(encoding="utf-8")
    assert good in text
    broken.write_text(text.replace(good, bad), encoding="utf-8")
    scenarios = tmp_path / "tests" / "scenarios" / "test_spring_errors.py"
    code, out, errors = run(scenarios, "--project", tmp_path, "-k", "one_error_reaches_discord")
    assert code == 1, out + errors
    assert said in out


# For people who have only promtool.


def test_exported_scenarios_pass_in_the_real_promtool(tools: Tools, tmp_path: Path) -> None:
    code, _, errors = run("--export", tmp_path, "--format", "json", "-o", tmp_path / "report.json")
    assert code == 0, errors
    assert "not exported" in errors
    files = sorted(tmp_path.glob("*.yaml"))
    assert {"test_cpu", "test_outages", "test_spring_errors"} <= {one.stem for one in files}
    for one in files:
        done = tools.promtool_test_rules(one)
        assert done.code == 0, done.output
        code, out, _ = run(one)
        assert code == 0, out


def test_an_exported_scenario_can_fail(tools: Tools, tmp_path: Path) -> None:
    run(file(tmp_path, GOOD), "--export", tmp_path / "out")
    exported = tmp_path / "out" / "test_some.yaml"
    exported.write_text(
        exported.read_text().replace('pod=\\"', 'pod=\\"another-').replace('pod="', 'pod="another-', 1)
    )
    assert tools.promtool_test_rules(exported).code == 1
    assert run(exported)[0] == 1


def test_what_scenarios_prove_is_counted(tmp_path: Path) -> None:
    """Each scenario is remembered for it, whatever runs them on two processors otherwise."""
    asked = ("--coverage", "--mutate", "--sample", 12, "--seed", 3, "--json")
    code, out, errors = run(file(tmp_path, GOOD), *asked)
    assert code == 0, errors
    found = json.loads(out)
    done = {(one["what"], one["part"]): one["tests"] for one in found["coverage"]["items"]}
    assert done["SpringErrorLogsDetected", "firing"]
    assert not done["HighNodeCPUUsage", "firing"]
    assert len(found["mutation"]["mutants"]) == 12
    assert "obs test: 12 of 12 changes tried" in errors
    run_again = run(file(tmp_path, GOOD), *asked)
    assert json.loads(run_again[1])["mutation"] == found["mutation"]


def test_build_writes_them_too(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["build", "--out", str(tmp_path / "chart"), "--tests", str(tmp_path / "tests")]
    )
    assert done.exit_code == 0, done.output
    assert (tmp_path / "tests" / "rules" / "spring.yaml").is_file()
    assert (tmp_path / "tests" / "test_cpu.yaml").is_file()


def test_a_new_project_comes_with_scenarios_that_pass(tmp_path: Path) -> None:
    from obs.cli.init import write_starter

    write_starter(tmp_path / "new")
    code, out, errors = run("--project", tmp_path / "new")
    assert code == 0, out + errors
    assert "2 passed" in out


def test_a_function_that_the_python_evaluator_does_not_know_is_named(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("groups: [{name: g, rules: [{record: r, expr: 'topk(1, up)'}]}]")
    tests = file(
        tmp_path, "rule_files: [rules.yaml]\ntests: [{promql_expr_test: [{expr: r, eval_time: 0}]}]", "t.yaml"
    )
    code, out, _ = run(tests, "--rules", "python")
    assert code == 1
    assert (
        "not supported: the aggregation topk() of the rule r by obs's own evaluator; `make tools` builds"
        in out
    )
