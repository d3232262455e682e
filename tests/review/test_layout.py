"""What is only written otherwise is no change: of a whole project, and of what it generates."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from obs.cli.sides import sides
from obs.graph.subject import Subject
from obs.importer.subject import read
from obs.lang import logql, promql
from obs.lang.logql.layout import pretty
from obs.review.comparison import compare
from tests.review.edits import subject, world

ROOT = Path(__file__).parents[2]
CHART = ROOT / "charts" / "monitoring"
DEFINITIONS = ("dashboards", "rules", "alertmanager", "promtail", "services", "values", "applications")


def laid_out(expr: str, language: str) -> str:
    """The query as `obs promql --format` and `obs logql --format` write it, in narrow columns."""
    if language == "loki":
        return pretty(logql.check(expr, grafana=True), 40)
    return promql.format(expr, width=30, grafana=True)


def other_json(text: str) -> str:
    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            found = {key: walk(node[key]) for key in sorted(node, reverse=True)}
            source = node.get("datasource")
            if isinstance(node.get("expr"), str) and isinstance(source, dict):
                found["expr"] = laid_out(node["expr"], source["type"])
            return found
        return [walk(one) for one in node] if isinstance(node, list) else node

    return json.dumps(walk(json.loads(text)), indent=7, ensure_ascii=True)


def other_yaml(text: str) -> str:
    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            found = {key: walk(node[key]) for key in sorted(node, reverse=True)}
            if isinstance(node.get("expr"), str):
                found["expr"] = promql.format(node["expr"], width=20)
            return found
        return [walk(one) for one in node] if isinstance(node, list) else node

    return yaml.safe_dump(walk(yaml.safe_load(text)), default_flow_style=None, width=60, allow_unicode=False)


def other_python(text: str) -> str:
    return "# moved\n\n\n" + text.replace("\n\n", "\n\n# a remark\n\n\n")


def rewritten(folder: Path, change: dict[str, Callable[[str], str]]) -> int:
    count = 0
    for path in sorted(folder.rglob("*")):
        if path.suffix in change and path.is_file():
            text = path.read_text(encoding="utf-8")
            new = change[path.suffix](text)
            count += new != text
            path.write_text(new, encoding="utf-8")
    return count


def test_another_layout_of_generated_files(tmp_path: Path) -> None:
    shutil.copytree(CHART / "files", tmp_path / "files")
    assert rewritten(tmp_path, {".json": other_json, ".yaml": other_yaml}) == len(
        [*CHART.glob("files/*/*.*")]
    )
    before, _ = read([CHART / "files"], root=CHART)
    after, _ = read([tmp_path / "files"], root=tmp_path)
    assert before.dashboards
    assert compare(before, after).changes == ()


def test_moved_lines_of_the_definitions(tmp_path: Path) -> None:
    for name in DEFINITIONS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert rewritten(tmp_path, {".py": other_python}) > 8
    with sides(str(ROOT), str(tmp_path), None) as (before, after):
        assert compare(before.subject, after.subject).changes == ()


def test_definitions_and_what_they_generate_are_the_same(tmp_path: Path) -> None:
    with sides(str(ROOT), str(CHART), None) as (before, after):
        assert compare(before.subject, after.subject).changes == ()


@pytest.mark.parametrize("write", [other_json, other_yaml])
def test_another_layout_of_the_small_world(write: Callable[[str], str], tmp_path: Path) -> None:
    before = subject(world(), tmp_path / "before")
    shutil.copytree(tmp_path / "before", tmp_path / "after")
    suffix = ".json" if write is other_json else ".yaml"
    assert rewritten(tmp_path / "after", {suffix: write})
    after, _ = read([tmp_path / "after"], root=tmp_path / "after")
    assert compare(before, after).changes == ()
    assert isinstance(after, Subject)
