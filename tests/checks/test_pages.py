"""Every check's page: `obs lint` reports each Flagged example by that very check, and no Instead example."""

from __future__ import annotations

import ast
import json
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import obs
from obs.checks.base import Check, checks
from obs.checks.runner import Selection
from obs.cli.init import write_starter
from obs.cli.inputs import Inputs
from obs.cli.lint import Options, run_lint

CHECKS = {check.name: check for check in checks()}
EVERYTHING = "services.stack"
"""Where an example finds the datasources and servers that it does not define itself."""


@dataclass(frozen=True)
class Told:
    """A finding as the command tells it."""

    check: str
    problem: str
    file: str


@dataclass(frozen=True)
class Example:
    check: str
    kind: str
    number: int
    text: str

    def __str__(self) -> str:
        return f"{self.check}-{self.kind}-{self.number}"


def examples(page: str) -> Iterator[tuple[str, str]]:
    """`Flagged` or `Instead`, and the indented block below it."""
    for match in re.finditer(r"^(Flagged|Instead):\n((?:(?: {4}.*)?\n)+)", page, re.MULTILINE):
        yield match[1], textwrap.dedent(match[2]).strip("\n") + "\n"


EXAMPLES = [
    Example(check.name, kind, number, text)
    for check in CHECKS.values()
    for number, (kind, text) in enumerate(examples(check.page))
]


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_has_a_page_with_both_kinds_of_examples(name: str) -> None:
    check = CHECKS[name]
    assert check.summary.endswith((".", "?")), "the first sentence says what is wrong"
    kinds = [kind for kind, _ in examples(check.page)]
    assert "Flagged" in kinds
    assert "Instead" in kinds
    assert re.search(r"^Source: \S", check.page, re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_of_a_page(example: Example, tmp_path: Path) -> None:
    check = CHECKS[example.check]
    found = [one for one in findings(check, example.text, tmp_path) if one.check in check.names]
    if example.kind == "Flagged":
        assert found, "the example is not reported"
    else:
        assert [one.problem for one in found] == []


def findings(check: Check, text: str, folder: Path) -> list[Told]:
    selection = Selection("strict", select=check.names)
    if check.of_comments is not None:
        selection = Selection("strict")
    if is_definitions(text):
        return of_definitions(text, folder, selection)
    return of_files(text, folder, selection)


def is_definitions(text: str) -> bool:
    """Python rather than YAML: it parses as such, and is more than names and numbers."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return False
    return any(
        isinstance(node, (ast.Assign, ast.Call, ast.Import, ast.ImportFrom)) for node in ast.walk(tree)
    )


def of_definitions(text: str, folder: Path, selection: Selection) -> list[Told]:
    """The example as the only definitions beside a stack of servers and datasources."""
    write_starter(folder / "project")
    root = folder / "project"
    for room in ("promtail", "dashboards", "rules", "alertmanager"):
        for file in (root / room).glob("*.py"):
            file.unlink()
    tree = ast.parse(text)
    used = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    own = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    if "stack" in own:
        _without_stack(root / "services" / "stack.py")
    public = sorted(name for name in used - own if hasattr(obs, name))
    given = sorted((used - own - set(public)) & {"prometheus", "loki", "alertmanager", "stack", "dev"})
    lines = [f"from obs import {', '.join(public)}"] if public else []
    lines += [f"from services.stack import {', '.join(given)}"] if given else []
    (root / "rules" / "example.py").write_text("\n".join(lines) + "\n" + text, encoding="utf-8")
    return told(folder, Options(project=root, selection=selection))


def told(folder: Path, options: Options) -> list[Told]:
    """What the command tells, infos included."""
    report = folder / ".told.json"
    assert run_lint(replace(options, severity="info", format="json", output=report)) in (0, 1)
    rows = json.loads(report.read_text(encoding="utf-8"))
    return [Told(row["name"], row["message"], row["file"]) for row in rows]


def _without_stack(file: Path) -> None:
    """Takes the stack out of a file, for an example that has one of its own."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    tree.body = [
        node
        for node in tree.body
        if not (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and "Stack" in ast.dump(node.value.func)
        )
    ]
    file.write_text(ast.unparse(tree), encoding="utf-8")


def of_files(text: str, folder: Path, selection: Selection) -> list[Told]:
    """The example as the files that somebody else would have."""
    config = None
    if text.startswith("["):
        settings, text = text.split("---\n", 1)
        config = folder / ".obs.toml"
        config.write_text(settings, encoding="utf-8")
    for name, content in files(text):
        (folder / name).write_text(content, encoding="utf-8")
    return told(folder, Options(Inputs((str(folder),)), selection=selection, config=config))


def files(text: str) -> Iterator[tuple[str, str]]:
    """An example split into the files that its parts would be in."""
    if re.match(r"(#.*\n)*- (alert|record):", text):
        yield "rules.yaml", "groups:\n  - name: example\n    rules:\n" + textwrap.indent(text, "      ")
    elif re.match(r"(#.*\n)*- \w+:", text):
        yield (
            "promtail.yaml",
            "server: {http_listen_port: 9080}\nclients: [{url: 'http://loki:3100/loki/api/v1/push'}]\n"
            "scrape_configs:\n  - job_name: example\n    pipeline_stages:\n"
            + textwrap.indent(text, "      "),
        )
    elif "\ngroups:\n" in text and text.startswith("route:"):
        routes, groups = text.split("\ngroups:\n", 1)
        yield "alertmanager.yaml", routes + "\n"
        yield "rules.yaml", "groups:\n" + groups
    elif text.startswith("route:"):
        yield "alertmanager.yaml", text
    elif re.match(r"type:|\{\s*\"type\":", text) or "\ntype:" in f"\n{text}".split("\npanels:")[0]:
        yield "dashboard.json", dashboard([text])
    elif text.startswith("{") or "\npanels:" in f"\n{text}":
        yield "dashboard.json", dashboard(text)
    else:
        yield "example.yaml", text


def dashboard(text: str | list[str]) -> str:
    """A panel, or a dashboard that says only what matters, as Grafana's JSON."""
    from obs.formats.yaml import loads

    panels = isinstance(text, list)
    document = {"panels": [loads(one) for one in text]} if panels else dict(loads(text))
    whole = {
        "uid": "example",
        "title": "Example",
        "schemaVersion": 39,
        "templating": {"list": []},
        **document,
    }
    for number, panel in enumerate(whole.get("panels", ())):
        panel.setdefault("id", number + 1)
        panel.setdefault("gridPos", {"x": 0, "y": 8 * number, "w": 12, "h": 8})
        panel.setdefault("title", f"Panel {number + 1}")
    return json.dumps(whole, indent=2)
