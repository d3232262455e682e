"""All about one panel: where it is written, what it asks, who relies on it, and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from obs.diagnostic import ObsError
from obs.graph.subject import Subject
from obs.graph.whole import Graph
from obs.model.dashboard import Dashboard
from obs.model.panel import Panel
from obs.model.query import Query
from obs.preview.workspace import Snapshot, Workspace
from obs.redact import redact
from obs.report.text import where
from obs.site.explained import explained
from obs.site.panels import related

_AROUND = 3


def details(
    workspace: Workspace, snapshot: Snapshot, dashboard: Dashboard, panel: Panel
) -> Mapping[str, object]:
    """Everything that is known, as JSON."""
    root = workspace.project.root
    subject, graph = snapshot.subject, snapshot.graph
    return {
        "title": panel.title or panel.key,
        "key": panel.key,
        "type": panel.type,
        "description": panel.description,
        "at": where(panel.origin, root) if panel.origin is not None else "",
        "source": list(_source(panel, root)),
        "queries": [_query(one) for one in panel.queries],
        "alerts": list(_alerts(subject, graph, dashboard, panel, root)) if subject and graph else [],
        "changes": _changes(workspace, snapshot, dashboard, panel),
    }


def _source(panel: Panel, root: Path) -> Iterator[Mapping[str, object]]:
    """The lines of the definition around the panel."""
    if panel.origin is None or not Path(panel.origin.file).is_relative_to(root):
        return
    try:
        lines = Path(panel.origin.file).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    first = max(panel.origin.line - 1 - _AROUND, 0)
    for number, text in enumerate(lines[first : panel.origin.line + _AROUND * 2], first + 1):
        yield {"line": number, "text": redact(text)[:300], "here": number == panel.origin.line}


def _query(query: Query) -> Mapping[str, object]:
    return {
        "ref": query.ref_id,
        "text": redact(query.text),
        "language": query.language,
        "datasource": query.datasource.uid if query.datasource is not None else "",
        "legend": query.legend,
        "hidden": query.hide,
        "words": redact(explained(query)),
    }


def _alerts(
    subject: Subject, graph: Graph, dashboard: Dashboard, panel: Panel, root: Path
) -> Iterator[Mapping[str, object]]:
    """Those that link to the panel, and those that watch a metric that it shows."""
    rules = {rule.name: rule for rule in subject.alerts}
    for name, why in related(graph, dashboard, panel):
        rule = rules.get(name)
        if rule is not None:
            at = where(rule.origin, root)
            yield {"name": name, "why": why, "at": at, "expr": redact(rule.expr), "node": f"alert/{name}"}


def _changes(
    workspace: Workspace, snapshot: Snapshot, dashboard: Dashboard, panel: Panel
) -> Mapping[str, object]:
    """What differs from the base; a base that cannot be read says why."""
    try:
        base, review = workspace.review(snapshot)
    except ObsError as error:
        return {"base": "", "why": redact(error.diagnostics[0].problem), "changes": []}
    mine = [one for one in review.changes if one.dashboard == dashboard.uid and one.panel == panel.key]
    return {
        "base": base,
        "why": "",
        "mark": review.marks.get(dashboard.uid, {}).get(panel.key, ""),
        "changes": [
            {
                "sentence": redact(one.sentence), "risk": one.risk, "why": redact(one.why),
                "before": redact(one.before), "after": redact(one.after),
            }
            for one in mine
        ],
    }  # fmt: skip
