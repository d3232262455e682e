from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from obs.testing.tools import ToolFailedError, ToolMissingError, Tools

ECHO = """#!/bin/sh
for argument in "$@"; do printf '%s\n' "$argument"; done
echo "$KUBECONFIG $HELM_CONFIG_HOME" >&2
exit ${CODE:-0}
"""


@pytest.fixture
def fake(tmp_path: Path) -> Tools:
    """Commands that print their arguments, one a line, and exit with $CODE."""
    folder = tmp_path / ".tools" / "bin"
    folder.mkdir(parents=True)
    for name in ("amtool", "promtool", "helm"):
        (folder / name).write_text(ECHO)
        (folder / name).chmod(0o755)
    return Tools(folder)


def test_find_looks_upwards(fake: Tools, tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert Tools.find(tmp_path / "a" / "b") == fake


def test_a_missing_tool_names_the_command_that_builds_it(
    fake: Tools, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with pytest.raises(ToolMissingError, match=r"etcd is not in .*: run `make tools`"):
        fake.path("etcd")
    with pytest.raises(ToolMissingError, match=r"CRDs are not in .*: run `make tools`"):
        _ = fake.crds
    with pytest.raises(ToolMissingError, match="run `make tools`"):
        Tools.find(tmp_path_factory.mktemp("elsewhere"))


def test_calls_know_nothing_of_the_persons_clusters(fake: Tools) -> None:
    code, output = fake.helm("lint", Path("chart"))
    assert (code, output) == (0, f"lint\nchart\n/dev/null {fake.bin.parent}/helm/config\n")
    assert fake.helm_template("chart") == "template\nchart\n"


def test_label_values_are_quoted(fake: Tools) -> None:
    (listed,) = fake.amtool_routes_test(Path("c.yaml"), {"a": 'x "y" 한\n', "b": "\\d"})
    assert listed == 'config\nroutes\ntest\n--config.file=c.yaml\na="x \\"y\\" 한\\n"\nb="\\\\d"'


def test_a_refusal_is_the_tools_own_words(fake: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODE", "3")
    assert fake.promtool_check_rules(Path("r.yaml")).code == 3
    with pytest.raises(ToolFailedError, match="/dev/null"):
        fake.helm_template("chart")
    with pytest.raises(ToolFailedError, match="amtool: "):
        fake.amtool_routes_test(Path("c.yaml"), {})


@pytest.mark.parametrize(
    ("environment", "outcome"),
    [
        ({}, pytest.skip.Exception),
        ({"CI": "true"}, pytest.fail.Exception),
        ({"OBS_REQUIRE_TOOLS": "1"}, pytest.fail.Exception),
    ],
)
def test_nothing_is_skipped_where_the_tools_must_be_there(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    outcome: type[BaseException],
) -> None:
    for name in ("CI", "OBS_REQUIRE_TOOLS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    conftest = request.config.pluginmanager.get_plugin(str(Path(__file__).parents[1] / "conftest.py"))
    assert isinstance(conftest, ModuleType)
    with pytest.raises(outcome, match="run `make tools`"):
        conftest.unavailable("run `make tools`")
