"""Dashboards in files: Grafana's JSON of any age, bare or in an envelope, with the line of each panel and query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from obs.diagnostic import DefinitionError, TextPlace
from obs.formats import json_places
from obs.formats.grafana_json import read as read_classic
from obs.formats.grafana_json.shape import MARK, Mark
from obs.formats.source import Source
from obs.importer.findings import Findings
from obs.model.dashboard import Dashboard
from obs.model.datasource import Datasource
from obs.origin import Origin

_ENTER = frozenset(("dashboard", "spec", "panels", "rows", "targets", "templating", "list", "annotations"))
_ENTER_V2 = _ENTER | {"elements", "data", "queries", "query", "variables"}
_MADE = frozenset(("title", "kind", "refId", "name", "spec"))
"""What panels, targets, variables, annotations and elements have."""
_TEXTS = ("expr", "legendFormat", "query", "definition", "title")


def looks_like_dashboard(value: Mapping[str, Any]) -> bool:
    """Whether an object can be a dashboard, in an envelope or not."""
    inner = value.get("dashboard")
    if isinstance(inner, Mapping) and "panels" not in value:
        return looks_like_dashboard(inner)
    if str(value.get("apiVersion", "")).startswith("dashboard.grafana.app/"):
        return isinstance(value.get("spec"), Mapping)
    if not isinstance(value.get("panels"), list) and not isinstance(value.get("rows"), list):
        return "elements" in value and "layout" in value
    return any(name in value for name in ("title", "schemaVersion", "templating", "uid", "annotations"))


def read_dashboards(
    source: Source, findings: Findings, datasources: tuple[Datasource, ...] = (), *, named: bool = False
) -> list[Dashboard] | None:
    """The dashboards of a JSON text; None when it is JSON of another kind, or broken and not one for sure.

    `named` tells that it must be a dashboard, so that a text that is none is a finding.
    """
    try:
        document = json_places.read(
            source.text, _ENTER_V2 if '"elements"' in source.text else _ENTER, _Marking(source)
        )
    except json_places.JsonError as error:
        if named or _hints(source.text):
            _broken(source, error, findings)
            return []
        return None
    value = document.value
    several = value if isinstance(value, list) else [value]
    wanted = [one for one in several if isinstance(one, dict) and looks_like_dashboard(one)]
    if not wanted:
        return None
    for name, again, first in document.duplicates:
        findings.at_line(
            "duplicate-key",
            f"{name!r} is given twice: only the last one counts",
            source,
            *_inner(source, again),
            severity="warning",
            fix=f"remove one; the other is in line {source.at(first)[0]}",
        )
    found = [_dashboard(one, source, findings, datasources) for one in wanted]
    return [one for one in found if one is not None]


def _hints(text: str) -> bool:
    return '"panels"' in text and ('"schemaVersion"' in text or '"targets"' in text or '"templating"' in text)


def _inner(source: Source, offset: int) -> tuple[int, int]:
    """Line and column within the text itself."""
    line = source.text.count("\n", 0, offset) + 1
    return line, offset - source.text.rfind("\n", 0, offset)


def _start(source: Source) -> tuple[int, int]:
    """Line and column of the text's first brace."""
    return _inner(source, max(source.text.find("{"), 0))


def _broken(source: Source, error: json_places.JsonError, findings: Findings) -> None:
    line, column = _inner(source, min(error.start, len(source.text)))
    findings.at_line("unreadable-file", f"is no JSON: {error.message}", source, line, column)


def _dashboard(
    json: dict[str, Any], source: Source, findings: Findings, datasources: tuple[Datasource, ...]
) -> Dashboard | None:
    mark = json.get(MARK)
    origin = mark.origin if isinstance(mark, Mark) else Origin(source.file, 1)
    document = json
    kept: tuple[str, ...] = ()
    if is_v2(json):
        from obs.importer.dashboard_v2 import to_classic

        document, kept = to_classic(json)
    try:
        found = read_classic(document, datasources=datasources, origin=origin, as_written=True)
    except DefinitionError as error:
        for one in error.diagnostics:
            findings.at_line(
                "invalid-dashboard-json", one.problem, source, *_start(source), why=one.why, fix=one.fix
            )
        return None
    if kept:
        findings.at_line(
            "partly-read-dashboard",
            f"dashboard {found.uid}: not read are {', '.join(kept)}",
            source,
            *_start(source),
            severity="info",
            why="Grafana's schema v2 is read as far as the classic schema has the same",
        )
    return found


def is_v2(json: Mapping[str, Any]) -> bool:
    """Whether it is written in Grafana's schema v2, with or without its envelope."""
    spec = json.get("spec")
    inner = spec if isinstance(spec, Mapping) else json
    return "elements" in inner and "layout" in inner and "panels" not in inner


class _Marking:
    """Writes into each object where it stands, for the reader of dashboards."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def __call__(self, found: dict[str, Any], start: int, offsets: dict[str, int]) -> None:
        if not ("expr" in found or "datasource" in found or "panels" in found or _MADE & found.keys()):
            return
        texts: dict[str, TextPlace] = {}
        for name in _TEXTS:
            text = found.get(name)
            if isinstance(text, str):
                texts[name] = json_places.string_place(self.source, offsets[name], text)
        found[MARK] = Mark(self.source.origin(start), texts)
