"""Draws files: which one says what, which definitions import which, and what each is compiled to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from obs.graph.program import Program
from obs.graph.whole.sheet import Sheet


def draw(sheet: Sheet) -> None:
    """Every node with a place comes from its file; the definitions of a project import each other."""
    program = sheet.subject.program
    root = program.settings.root if program is not None else Path.cwd()
    for node in list(sheet.nodes.values()):
        if node.origin is None or not node.origin.line or node.kind in ("file", "lines"):
            continue
        file = _file(sheet, node.origin.file, root)
        sheet.edge(file, node.id, "builds", "says it", node.origin)
        for caller in node.origin.via:
            if caller.file != node.origin.file:
                sheet.edge(_file(sheet, caller.file, root), node.id, "builds", "makes it", caller)
    if program is not None:
        _imports(sheet, root)
        _artifacts(sheet, program)


def _file(sheet: Sheet, path: str, root: Path) -> str:
    name = Path(path)
    if name.is_absolute() and name.is_relative_to(root):
        name = name.relative_to(root)
    return sheet.node("file", name.as_posix(), "", aliases=(path,) if path != name.as_posix() else ())


def _imports(sheet: Sheet, root: Path) -> None:
    from obs.origin import Origin
    from obs.project.discover import definition_files

    program = sheet.subject.program
    assert program is not None
    files = {str(path.relative_to(root)): path for path in definition_files(program.settings)}
    modules = {Path(name).with_suffix("").as_posix().replace("/", "."): name for name in files}
    for name, path in files.items():
        for line, imported in _imported(path):
            other = modules.get(imported)
            if other is not None and other != name:
                source = sheet.node("file", Path(other).as_posix())
                target = sheet.node("file", Path(name).as_posix())
                sheet.edge(source, target, "imports", f"imports {imported}", Origin(str(path), line))


def _imported(path: Path) -> Iterator[tuple[int, str]]:
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{one.name}") for one in node.names)
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, one.name) for one in node.names)


def _artifacts(sheet: Sheet, program: Program) -> None:
    for node in list(sheet.nodes.values()):
        path = artifact_of(program, node.kind, node.name)
        if path:
            id = sheet.node("artifact", path, "a generated file")
            sheet.edge(node.id, id, "writes", "is compiled to it", node.origin)


def artifact_of(program: Program, kind: str, name: str) -> str:
    """The file of the chart that something is compiled to; empty for what is in none of its own."""
    files = f"{program.settings.chart}/files"
    if kind == "dashboard":
        return f"{files}/dashboards/{name}.json"
    if kind in ("alert", "record"):
        group = next((group for group, rules in program.groups.items() if name in map(str, rules)), "")
        return f"{files}/rules/{group}.yaml" if group else ""
    if kind == "route":
        known = {route.name for route in program.definitions.routes}
        own = name.partition("/")[0]
        return f"{files}/alertmanager/{own}.yaml" if own in known else ""
    if kind == "stage":
        return f"{program.settings.chart}/values.yaml"
    return ""
