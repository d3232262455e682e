"""All about one panel: where it is written, what it asks, who relies on it, and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from obs.diagnostic import ObsError
from obs.graph.subject import Subject
from obs.graph.whole import Graph
from obs.lang.error import LanguageError
from obs.model.dashboard import Dashboard
from obs.model.panel import Panel
from obs.model.query import Query
from obs.preview.workspace import Snapshot, Workspace
from obs.redact import redact
from obs.report.text import where

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


def explained(query: Query) -> str:
    """The query in words; of one that is refused, why."""
    if not query.text.strip():
        return "Asks for nothing."
    try:
        if query.language == "promql":
            from obs.lang import promql
            from obs.lang.promql.explain import explain

            return explain(promql.check(query.text, grafana=True, version=(3, 9)).tree)
        if query.language == "logql":
            from obs.lang import logql
            from obs.lang.logql.explain import explain as explain_log

            return explain_log(logql.check(query.text, grafana=True))
    except LanguageError as error:
        return f"Refused: {error.message}"
    return ""


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


def related(graph: Graph, dashboard: Dashboard, panel: Panel) -> Sequence[tuple[str, str]]:
    """Names of alerts, and what each has to do with the panel."""
    found: dict[str, str] = {}
    own = panel_node(graph, dashboard, panel)
    for edge in graph.outgoing.get(own, ()):
        if edge.kind == "links to" and edge.target.startswith("alert/"):
            found[graph.nodes[edge.target].name] = "links here"
    above = {id for id in graph.above([own]) if id.startswith(("metric/", "record/"))} if own else set()
    for id in sorted(above):
        for edge in graph.outgoing.get(id, ()):
            if edge.target.startswith("alert/"):
                found.setdefault(graph.nodes[edge.target].name, f"watches {graph.nodes[id].name} too")
    return list(found.items())


def panel_node(graph: Graph, dashboard: Dashboard, panel: Panel) -> str:
    """The panel's id in the graph; empty where it has none."""
    wanted = f"{dashboard.uid}/{panel.key}"
    return next(
        (id for id, node in graph.nodes.items() if node.kind == "panel" and wanted in node.aliases), ""
    )


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
