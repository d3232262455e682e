"""The graph as trees of at most 80 columns: each node once, with its place and how it hangs together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from obs.cli.terminal import painter, wrapped
from obs.graph.whole import KINDS, Edge, Graph, Meant, Node, Reached
from obs.report.text import safe, where, width

HIDDEN = frozenset({"artifact", "file", "label", "query", "value"})
"""Kinds that a tree leaves out unless they are asked for: what leads through them is shown as leading directly."""
OVERVIEW = HIDDEN | {"stage", "exporter"}
COLUMNS = 80
MOST_LINES = 3
"""How many lines of reasons follow a name."""


@dataclass(slots=True)
class Tree:
    """Prints every node once; `upward` follows what it comes from."""

    graph: Graph
    root: Path
    upward: bool
    done: set[str] = field(default_factory=set)
    order: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.order = {id: number for number, id in enumerate(self.graph.nodes)}

    def lines(self, id: str) -> Iterator[str]:
        """The tree of a node."""
        self.done.add(id)
        yield from head(self.graph.nodes[id], self.root)
        yield from self.branches(id, "", top=True)

    def branches(self, id: str, lead: str, *, top: bool = False) -> Iterator[str]:
        """What is next to a node, what was printed before in one line for each kind."""
        new: list[tuple[Edge, Node]] = []
        old: dict[str, list[str]] = {}
        for edge, node in self.neighbours(id, top):
            if node.id in self.done:
                old.setdefault(node.kind, []).append(node.name)
            else:
                new.append((edge, node))
                self.done.add(node.id)
        count = len(new) + len(old)
        for number, (edge, node) in enumerate(new, start=1):
            below = lead + ("   " if number == count else "│  ")
            yield from self.branch(edge, node, lead + ("└─ " if number == count else "├─ "), below)
            if not (self.upward and edge.weak):
                yield from self.branches(node.id, below)
        for number, (kind, names) in enumerate(old.items(), start=len(new) + 1):
            start = lead + ("└─ " if number == count else "├─ ")
            shown = f"{kind} {', '.join(dict.fromkeys(names))}"
            yield f"{start}{shortened(shown, COLUMNS - width(start) - 11)}  {painter()('2', 'see above')}"

    def neighbours(self, id: str, top: bool) -> list[tuple[Edge, Node]]:
        edges = (self.graph.incoming if self.upward else self.graph.outgoing).get(id, ())
        if self.upward:
            edges = tuple(sorted(edges, key=lambda edge: (edge.weak, -self.order[edge.source])))
        found: dict[str, Edge] = {}
        for edge in edges:
            if not edge.weak or (top if self.upward else edge.kind == "goes to" and not self.by_route(edge)):
                found.setdefault(edge.source if self.upward else edge.target, edge)
        return [(edge, self.graph.nodes[other]) for other, edge in found.items()]

    def by_route(self, edge: Edge) -> bool:
        """Whether the receiver stands behind a branch of the routing tree that is shown."""
        return edge.target.startswith("receiver/") and any(
            other.kind == "goes to" and other.target.startswith("route/")
            for other in self.graph.outgoing[edge.source]
        )

    def branch(self, edge: Edge, node: Node, lead: str, below: str) -> Iterator[str]:
        """One node, with how it hangs together with the one before."""
        name = f"{lead}{node.kind} {shortened(node.name, COLUMNS - width(lead) - len(node.kind) - 1)}"
        notes = [edge.why] if edge.why else []
        if edge.evidence == "likely":
            notes.append("likely")
        place = where(node.origin, self.root) if node.origin is not None else ""
        yield from fitted(name, place, safe("; ".join(notes)), below)


def head(node: Node, root: Path) -> Iterator[str]:
    """The node that an answer is about: its name, place and what it is."""
    place = where(node.origin, root) if node.origin is not None else ""
    name = shortened(str(node), COLUMNS)
    beside = f"  {place}" if place and width(name) + 2 + width(place) <= COLUMNS else ""
    yield f"{painter()('1', name)}{beside}"
    if place and not beside:
        yield f"  {shortened(place, COLUMNS - 2)}"
    if node.about:
        yield f"  {shortened(node.about, COLUMNS - 2)}"


def fitted(name: str, place: str, note: str, below: str) -> Iterator[str]:
    """Name, place and note on one line where they fit, else the note (and the place) below."""
    paint = painter()
    used = width(name)
    line = name
    if place and used + 2 + width(place) <= COLUMNS:
        line += f"  {paint('36', place)}"
        used += 2 + width(place)
        place = ""
    rest = "  ".join(filter(None, (place, note)))
    if rest and used + 2 + width(rest) <= COLUMNS:
        yield f"{line}  {paint('2', rest)}"
        return
    yield line
    gap = f"{below}  "
    words = " ".join(shortened(word, COLUMNS - width(gap)) for word in rest.split())
    lines = list(wrapped(words, gap, room=COLUMNS)) if words else []
    for shown in lines[:MOST_LINES]:
        yield f"{gap}{paint('2', shown[len(gap) :])}"
    if len(lines) > MOST_LINES:
        yield f"{gap}{paint('2', '...')}"


def shortened(text: str, most: int) -> str:
    """One line of at most so many columns."""
    shown = safe(" ".join(text.split()))
    most = max(most, 12)
    if width(shown) <= most:
        return shown
    kept = ""
    for char in shown:
        if width(kept) + width(char) > most - 3:
            break
        kept += char
    return f"{kept}..."


def overview(graph: Graph, root: Path) -> Iterator[str]:
    """Trees from what comes from nothing, down to what nothing needs; what stands alone in one line each."""
    tree = Tree(graph, root, upward=False)
    firm = [edge for edge in graph.edges if not edge.weak]
    firm += [edge for edge in graph.edges if edge.kind == "goes to"]
    targets, sources = {edge.target for edge in firm}, {edge.source for edge in firm}
    starts = [id for id in graph.nodes if id not in targets and id in sources]
    circles = [id for id in graph.nodes if id in targets]
    for id in [*starts, *circles]:
        if id not in tree.done:
            if tree.done:
                yield ""
            yield from tree.lines(id)
    alone = [id for id in graph.nodes if id not in tree.done]
    if alone and tree.done:
        yield ""
    for id in alone:
        node = graph.nodes[id]
        place = where(node.origin, root) if node.origin is not None else ""
        yield from fitted(shortened(str(node), COLUMNS), place, "stands alone", "")
    if not graph.nodes:
        yield "nothing to draw"


def why_lines(graph: Graph, found: Meant, reached: dict[str, Reached], root: Path) -> Iterator[str]:
    ids = [node.id for node in found.nodes]
    own = {node.kind for node in found.nodes}
    hidden = HIDDEN - {"label", "value"} if own & {"label", "value"} else HIDDEN
    shown = [kind for kind in KINDS if kind in own or kind not in hidden]
    part = graph.only({*ids, *reached}).of_kinds(shown)
    tree = Tree(part, root, upward=True)
    for number, id in enumerate(ids):
        if id in tree.done:
            continue
        if number:
            yield ""
        yield from tree.lines(id)
        if not part.incoming.get(id):
            yield "  comes from nothing that is known here"
