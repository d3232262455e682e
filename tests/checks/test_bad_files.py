"""Files that nothing can read: one finding at the right place, the other files are still linted, and never an exception."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from obs.checks.runner import Linted, Selection, run
from obs.diagnostic import Diagnostic
from obs.importer.subject import read

GOOD = b"groups:\n- name: good\n  rules:\n  - alert: Good\n    expr: queue\n"
RULE = "groups:\n- name: shop\n  rules:\n  - alert: Shop\n    expr: "

UNREADABLE = {
    "broken.yaml": (RULE + "up == 0\n   for: 5m\n", 6),
    "cut.yaml": (RULE + '"up == 0\n', 6),
    "tab.yaml": ("groups:\n- name: shop\n\trules: []\n", 3),
    "cyclic.yaml": ("groups: &all\n- name: shop\n  rules: *all\n", 3),
    "cyclic-labels.yaml": (RULE.replace("- name", "- &g\n  name") + "up == 0\n    labels: *g\n", 7),
    "laughs.yaml": (
        "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10))
        + "groups:\n- name: shop\n  rules: *a9\n",
        7,
    ),
    "deep.yaml": ("groups: " + "[" * 20_000 + "]" * 20_000, 1),
    "alias.yaml": ("groups: *nobody\n", 1),
    "nul.yaml": (RULE + "u\0p\n", 5),
    "latin.yaml": (RULE.encode() + b"up == 0 # caf\xe9\n", 5),
    "binary.yaml": (bytes(range(256)) * 8, 1),
    "cut.json": ('{"title": "Shop",\n "panels": [{"type": "stat", "targets": [{"expr": "up"', 2),
    "binary.json": (bytes(range(256)) * 8, 1),
    "latin.json": (b'{"panels": [],\n "title": "caf\xe9"}', 2),
}


def lint(*paths: Path, root: Path) -> list[Diagnostic]:
    subject, found = read(paths, root=root)
    told = run(Linted(subject, read=tuple(found), files=subject.files), Selection("strict"))
    assert [one.problem for one in told if one.check == "check-failed"] == []
    return told


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    content, line = UNREADABLE[name]
    (tmp_path / "zz-good.yaml").write_bytes(GOOD)
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    found = lint(tmp_path, root=tmp_path)
    [unreadable] = [one for one in found if one.check == "unreadable-file"]
    assert unreadable.at is not None
    assert (Path(unreadable.at.file).name, unreadable.at.line) == (name, line)
    assert "always-firing" in {one.check for one in found}, "the other file is linted"


def special(folder: Path) -> dict[str, Path]:
    """Things with the name of a rule file that are none."""
    os.mkfifo(folder / "pipe.yaml")
    (folder / "endless.yaml").symlink_to("/dev/zero")
    (folder / "dangling.yaml").symlink_to("nowhere.yaml")
    (folder / "itself.yaml").symlink_to("itself.yaml")
    (folder / "around").symlink_to(".")
    return {path.stem: path for path in folder.iterdir() if path.suffix}


@pytest.mark.parametrize("named", [False, True])
def test_pipes_devices_and_loops_are_not_opened(named: bool, tmp_path: Path) -> None:
    paths = special(tmp_path)
    (tmp_path / "good.yaml").write_bytes(GOOD)
    asked = [*paths.values(), tmp_path / "good.yaml"] if named else [tmp_path]
    found = lint(*asked, root=tmp_path)
    unreadable = {Path(one.at.file).stem for one in found if one.check == "unreadable-file" and one.at}
    assert unreadable == paths.keys()
    assert "always-firing" in {one.check for one in found}


@pytest.mark.parametrize("kind", ["pipe", "endless"])
def test_showing_a_finding_opens_no_pipe_and_no_device(kind: str, tmp_path: Path) -> None:
    from obs.checks.suppress import Source
    from obs.report.text import render

    path = special(tmp_path)[kind]
    assert Source(str(path)).text == ""
    assert kind in render(lint(path, root=tmp_path), tmp_path)


CHEAP = {
    "braces": RULE + "up == 0\n    annotations: {summary: '" + "{{" * 20_000 + "'}\n",
    "or": RULE + " or ".join(["up"] * 4_000) + "\n",
    "parentheses": RULE + "(" * 4_000 + "up" + ")" * 4_000 + "\n",
    "number": RULE + "up > " + "9" * 20_000 + "\n    for: " + "9" * 5_000 + "d\n",
    "regex": RULE + '\'up{shop=~"(a+)+$", shop="' + "a" * 60 + "!\"}'\n",
}


@pytest.mark.parametrize("name", CHEAP)
def test_no_text_makes_linting_slow(name: str, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(CHEAP[name])
    started = time.process_time()
    assert lint(tmp_path, root=tmp_path)
    assert time.process_time() - started < 5


PROMTAIL = """
scrape_configs:
- 5
- job_name: [a]
  pipeline_stages: {x: y}
- job_name: shop
  pipeline_stages: [5, null, {}, {match: 5}, {match: {selector: 7, stages: 8}}, {metrics: [5]}, {metrics: {x: 5}},
    {regex: []}, {json: {expressions: 5}}, {logfmt: {mapping: true}}, {a: 1, b: 2}]
"""
DASHBOARD = """{"title": "x", "panels": [null, 5, {"type": 5, "targets": {"a": 1}, "gridPos": "x", "title": {}},
 {"targets": [null, {"expr": 5, "datasource": [], "refId": {}}]}, {"type": "row", "panels": 5}, {"fieldConfig":
 {"defaults": {"thresholds": {"steps": 5}, "unit": 7, "mappings": {}}, "overrides": [1, {"matcher": 2}]}}],
 "templating": {"list": [null, {"name": 5, "type": [], "query": {"query": 7}}]}, "annotations": {"list": [5]}}"""


@pytest.mark.parametrize(("name", "text"), [("promtail.yaml", PROMTAIL), ("shop.json", DASHBOARD)])
def test_wrong_types_everywhere_stop_no_check(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    lint(tmp_path, root=tmp_path)


def test_a_key_given_twice_is_found_also_where_the_last_one_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("groups: []\ngroups:\n- name: shop\n  rules: []\n")
    assert ("duplicate-key", 2) in {(one.check, one.at and one.at.line) for one in lint(path, root=tmp_path)}


def test_an_object_without_a_mapping_under_spec(tmp_path: Path) -> None:
    (tmp_path / "rule.yaml").write_text(
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: shop}\nspec:\n- groups: []\n"
    )
    assert "wrong-yaml-type" in {one.check for one in lint(tmp_path, root=tmp_path)}


def test_a_file_that_the_user_names_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services: {shop: {image: shop}}\n")
    [found] = lint(tmp_path / "compose.yaml", root=tmp_path)
    assert (found.check, found.severity) == ("unreadable-file", "info")
    assert lint(tmp_path, root=tmp_path) == []


def test_helm_does_not_run_the_values_of_a_chart(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 1.0.0\n")
    (tmp_path / "values.yaml").write_text(
        "name: '{{ include \"shop.name\" . }}'\n# groups:\n#   - summary: '{{ $labels.job }} is slow'\n"
    )
    assert lint(tmp_path, root=tmp_path) == []
    (tmp_path / "templates" / "rules.yaml").write_text((tmp_path / "values.yaml").read_text())
    assert {one.check for one in lint(tmp_path, root=tmp_path)} >= {"eaten-by-helm"}


def test_a_folder_of_others_that_holds_python_needs_no_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from obs.cli.inputs import Inputs
    from obs.cli.lint import Options, scope_of

    (tmp_path / "backup.py").write_text("print()\n")
    (tmp_path / "rules.yaml").write_bytes(GOOD)
    monkeypatch.chdir(tmp_path)
    scope = scope_of(Options(inputs=Inputs((".",))))
    assert scope.settings is None
    assert [path.name for path in scope.foreign.paths] == [tmp_path.name]
