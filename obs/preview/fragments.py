"""The pages that are no dashboards, with addresses of the preview."""

from __future__ import annotations

from urllib.parse import quote

from obs.preview.workspace import Project, Snapshot
from obs.site import alerts, flow, metrics, pipelines, routes
from obs.site.holding import Holding

_PAGES = {"alerts": alerts.page, "routes": routes.page, "pipelines": pipelines.page, "metrics": metrics.page}
_KINDS = {
    "alert": "alerts",
    "record": "metrics",
    "metric": "metrics",
    "stage": "pipelines",
    "dashboard": "board",
}


def fragment(project: Project, snapshot: Snapshot, name: str, node: str) -> str | None:
    """A page by its name; None for an unknown one. `node` is the one that the graph is asked about."""
    if name not in _PAGES and name != "graph":
        return None
    if snapshot.subject is None or snapshot.graph is None:
        return ""
    held = Holding(snapshot.subject, snapshot.graph, project.words, address, project.root)
    return flow.page(held, node) if name == "graph" else _PAGES[name](held)


def address(kind: str, name: str) -> str:
    """A fragment of the preview's own page."""
    if kind == "panel":
        return f"#board/{quote(name.partition('/')[0], safe='')}"
    if kind == "node" or kind not in _KINDS:
        id = name if kind == "node" else f"{kind}/{name}"
        return f"#graph/{quote(id, safe='')}"
    return f"#{_KINDS[kind]}/{quote(name, safe='')}"
