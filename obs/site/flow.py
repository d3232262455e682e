"""How everything hangs together, as a picture: from the line and the target on the left to the message on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from obs.draw import measure
from obs.draw.svg import attributes, escaped, number
from obs.graph.whole import Edge, Graph, Node
from obs.redact import redact
from obs.site.holding import Holding
from obs.site.html import anchor, link, table, tag, text

_COLUMNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Lines and targets", ("stream", "target", "exporter")),
    ("Stages that count", ("stage",)),
    ("Metrics and stored lines", ("metric", "record", "lines")),
    ("Alerts and dashboards", ("alert", "dashboard")),
    ("Messages", ("receiver",)),
)
_KINDS = tuple(kind for _, kinds in _COLUMNS for kind in kinds)
_WIDE, _TALL, _GAP, _BETWEEN, _TOP = 184.0, 26.0, 8.0, 46.0, 34.0
MOST = 400
"""Nodes of a picture; with more of them it shows nothing."""


def page(held: Holding, node: str = "") -> str:
    """The picture, and beside it what one node needs and what needs it."""
    graph = overview(held.graph)
    parts = [tag("h1", "Graph"), tag("p", "Each arrow leads from what is needed to what needs it.")]
    if len(graph.nodes) > MOST:
        parts.append(
            tag("p", text(f"{len(graph.nodes)} things are too many for a picture; ask for one of them."))
        )
    elif graph.nodes:
        parts.append(tag("div", picture(graph, held, node), class_="flow", tabindex="0", role="region",
                         aria_label="Picture of the graph"))  # fmt: skip
    if node in held.graph.nodes:
        parts.append(_about(held, held.graph.nodes[node]))
    return "".join(parts)


def overview(graph: Graph) -> Graph:
    """The kinds that the picture has, panels as their dashboard; no stages that count nothing, nothing alone."""
    counting = {edge.source for edge in graph.edges if edge.kind == "counts"}
    plain = graph.of_kinds((*_KINDS, "panel"))
    edges: dict[tuple[str, str], Edge] = {}
    for edge in plain.edges:
        source, target = _board(plain, edge.source), _board(plain, edge.target)
        stored = source.startswith("stream/") and target.startswith(
            "dashboard/"
        )  # by way of what Loki stores
        if source != target and not stored and source in plain.nodes and target in plain.nodes:
            edges.setdefault((source, target), replace(edge, source=source, target=target))
    ends = {id for pair in edges for id in pair}
    kept = {
        id: node
        for id, node in plain.nodes.items()
        if id in ends and node.kind != "panel" and (node.kind != "stage" or id in counting)
    }
    return Graph(kept, tuple(edge for edge in edges.values() if edge.source in kept and edge.target in kept))


def _board(graph: Graph, id: str) -> str:
    return f"dashboard/{graph.nodes[id].name.partition('/')[0]}" if graph.nodes[id].kind == "panel" else id


def _column(node: Node) -> int:
    return next(index for index, (_, kinds) in enumerate(_COLUMNS) if node.kind in kinds)


def ordered(graph: Graph) -> list[list[Node]]:
    """The nodes of each column; near those that they hang on, so that few lines cross."""
    columns: list[list[Node]] = [[] for _ in _COLUMNS]
    for node in graph.nodes.values():
        columns[_column(node)].append(node)
    for _ in range(4):
        for index in (*range(1, len(columns)), *reversed(range(len(columns) - 1))):
            _near(graph, columns, index)
    return columns


def _near(graph: Graph, columns: list[list[Node]], index: int) -> None:
    places = {node.id: (at + 0.5) / len(column) for column in columns for at, node in enumerate(column)}

    def middle(node: Node) -> float:
        others = [edge.source for edge in graph.incoming.get(node.id, ())]
        others += [edge.target for edge in graph.outgoing.get(node.id, ())]
        others = [one for one in others if _column(graph.nodes[one]) != index]
        return sum(places[one] for one in others) / len(others) if others else places[node.id]

    columns[index].sort(key=middle)


def picture(graph: Graph, held: Holding, chosen: str = "") -> str:
    """Columns of boxes with curves between them; what hangs on the chosen one is lit."""
    columns = ordered(graph)
    tallest = max(map(len, columns))
    places: dict[str, tuple[float, float]] = {}
    for index, column in enumerate(columns):
        gap = (tallest * (_TALL + _GAP)) / max(len(column), 1)
        for at, node in enumerate(column):
            places[node.id] = (10 + index * (_WIDE + _BETWEEN), _TOP + gap * (at + 0.5) - _TALL / 2)
    wide, high = len(columns) * (_WIDE + _BETWEEN) - _BETWEEN + 20, _TOP + tallest * (_TALL + _GAP) + 10
    lit = (
        {chosen, *held.graph.below([chosen]), *held.graph.above([chosen])}
        if chosen in held.graph.nodes
        else set()
    )
    drawn = [
        f'<text class="head" x="{number(10 + index * (_WIDE + _BETWEEN))}" y="20">{title}</text>'
        for index, (title, _) in enumerate(_COLUMNS)
    ]
    drawn += [_curve(edge, places, lit) for edge in graph.edges if edge.kind != "delivers"]
    drawn += [_box(node, places[node.id], held, node.id in lit) for node in graph.nodes.values()]
    size: dict[str, str | float | None] = {
        "width": wide,
        "height": high,
        "viewBox": f"0 0 {number(wide)} {number(high)}",
        "role": "group",
    }
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg"{attributes(size)} aria-label="Graph">{"".join(drawn)}</svg>'
    )


def _curve(edge: Edge, places: Mapping[str, tuple[float, float]], lit: set[str]) -> str:
    (x1, y1), (x2, y2) = places[edge.source], places[edge.target]
    if x1 >= x2:
        return ""
    x1, y1, y2 = x1 + _WIDE, y1 + _TALL / 2, y2 + _TALL / 2
    bend = (x2 - x1) / 2
    points = [(x1, y1), (x1 + bend, y1), (x2 - bend, y2), (x2, y2)]
    first, *others = (f"{number(x)},{number(y)}" for x, y in points)
    path = f"M{first}C{' '.join(others)}"
    names = ["likely"] if edge.evidence == "likely" else []
    names += ["lit"] if edge.source in lit and edge.target in lit else []
    return f"<path{attributes({'class': ' '.join(names) or None, 'd': path})}/>"


def _box(node: Node, at: tuple[float, float], held: Holding, lit: bool) -> str:
    x, y = at
    name = str(node) if node.kind in ("stream", "target", "exporter", "stage") else node.name
    said = measure.fitting(
        redact(name.rpartition("/")[2] if node.kind == "receiver" else name), _WIDE - 16, 12
    )
    box = attributes(
        {"x": x, "y": y, "width": _WIDE, "height": _TALL, "rx": 3, "class": "lit" if lit else None}
    )
    inner = (
        f"<title>{escaped(redact(f'{node}: {node.about}' if node.about else str(node)))}</title><rect{box}/>"
        f'<text x="{number(x + 8)}" y="{number(y + 17)}">{escaped(said)}</text>'
    )
    there = held.address("node", node.id)
    return f'<a href="{escaped(there)}">{inner}</a>' if there else f"<g>{inner}</g>"


def _about(held: Holding, node: Node) -> str:
    def rows(edges: Sequence[Edge], other: str) -> list[tuple[str, str, str]]:
        found = []
        for edge in edges:
            end = held.graph.nodes[getattr(edge, other)]
            found.append((link(held.address, "node", end.id, str(end)), text(edge.kind), text(edge.why)))
        return found

    needs = table(("What", "How", "Why"), rows(held.graph.incoming.get(node.id, ()), "source"), "It needs")
    needed = table(
        ("What", "How", "Why"), rows(held.graph.outgoing.get(node.id, ()), "target"), "It is needed by"
    )
    return tag(
        "section",
        tag("h2", text(str(node)), id=anchor("graph", node.id)),
        tag("p", text(node.about)),
        held.place(node.origin),
        tag("h3", "It needs") + (needs or tag("p", "nothing")),
        tag("h3", "It is needed by") + (needed or tag("p", "nothing")),
        class_="card",
    )
