"""Every metric that something reads: where it comes from and who reads it."""

from __future__ import annotations

from obs.graph.whole import Node
from obs.site.holding import Holding
from obs.site.html import anchor, link, table, tag, text


def page(held: Holding) -> str:
    """All of them, by name."""
    nodes = [one for one in held.graph.nodes.values() if one.kind in ("metric", "record")]
    rows = [_row(held, one) for one in sorted(nodes, key=lambda one: one.name)]
    told = table(("Metric", "What it is", "Comes from", "Read by"), rows, "Metrics")
    return tag("h1", "Metrics") + (told or tag("p", "Nothing here reads a metric."))


def _row(held: Holding, node: Node) -> tuple[str, str, str, str]:
    comes = []
    for edge in held.graph.incoming.get(node.id, ()):
        source = held.graph.nodes[edge.source]
        if source.kind in ("stage", "target", "exporter", "metric", "record"):
            comes.append(f"{link(held.address, source.kind, source.name, str(source))}{_weak(edge.why)}")
    read = {}
    for id, reached in held.graph.below([node.id]).items():
        if reached.node.kind in ("alert", "panel", "record") and reached.effect != "changes":
            read[id] = link(held.address, reached.node.kind, reached.node.name, str(reached.node))
    about = node.about or _known(node.name)
    return (
        tag("span", text(node.name), id=anchor("metrics", node.id.partition("/")[2]))
        + tag("div", held.place(node.origin)),
        text(about),
        "<br>".join(comes) or "not known here",
        "<br>".join(read.values()) or "nothing",
    )


def _weak(why: str) -> str:
    return tag("span", text(f" ({why})"), class_="weak") if why else ""


def _known(name: str) -> str:
    """What the catalogue of exporters says of it."""
    from obs.catalogue.library import default

    for one in default().metric(name):
        return one.entry.help
    return ""
