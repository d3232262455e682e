"""What a panel has to do with the rest of the project."""

from __future__ import annotations

from collections.abc import Sequence

from obs.graph.whole import Graph
from obs.model.dashboard import Dashboard
from obs.model.panel import Panel


def panel_node(graph: Graph, dashboard: Dashboard, panel: Panel) -> str:
    """The panel's id in the graph; empty where it has none."""
    wanted = f"{dashboard.uid}/{panel.key}"
    return next(
        (id for id, node in graph.nodes.items() if node.kind == "panel" and wanted in node.aliases), ""
    )


def related(graph: Graph, dashboard: Dashboard, panel: Panel) -> Sequence[tuple[str, str]]:
    """Names of alerts that link to the panel or watch a metric that it shows, and which of both."""
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
