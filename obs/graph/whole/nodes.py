"""The graph of everything: nodes, edges with their evidence, and the two questions that are asked of it.

An edge leads from what is needed to what needs it, so that `below` is what an end of something breaks, and `above` is
all that something comes from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Literal, get_args

from obs.origin import Origin
from obs.record import dataclass, field

NodeKind = Literal[
    "file", "service", "stream", "stage", "value", "lines", "label", "target", "exporter", "metric", "record",
    "alert", "inhibition", "route", "receiver", "secret", "datasource", "dashboard", "variable", "query", "panel",
    "artifact",
]  # fmt: skip
EdgeKind = Literal[
    "adds to",
    "answers", "builds", "carries", "contains", "counts", "delivers", "exposes", "feeds", "fills in", "goes to",
    "has", "holds", "imports", "links to", "logs", "mutes", "opens", "reads", "selects", "sets", "shows", "tells",
    "then", "writes",
]  # fmt: skip
Evidence = Literal["certain", "likely"]
Effect = Literal["breaks", "loses", "changes"]
"""Without something: it cannot work; it goes on with less or other input (a route that one alert no longer reaches);
it shows or does something else."""
KINDS: tuple[NodeKind, ...] = get_args(NodeKind)
WEAK: frozenset[EdgeKind] = frozenset({"delivers", "goes to", "links to", "mutes", "reads"})
"""What still works, in another way, when the other end is gone; so nothing beyond it changes."""


@dataclass(frozen=True, slots=True)
class Node:
    """`id` is `kind/name` and unique; `about` says in a few words what it is; `aliases` are further names."""

    id: str
    kind: NodeKind
    name: str
    about: str = ""
    origin: Origin | None = field(default=None, compare=False)
    aliases: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Edge:
    """`target` needs `source`; `why` says how in words, `origin` is the line that says so."""

    source: str
    target: str
    kind: EdgeKind
    evidence: Evidence = "certain"
    why: str = ""
    origin: Origin | None = field(default=None, compare=False)

    @property
    def weak(self) -> bool:
        """Whether the target goes on without the source."""
        return self.kind in WEAK


@dataclass(frozen=True)
class Reached:
    """A node that an answer holds, and the edge by which it was first reached; `likely` if one on the way is."""

    node: Node
    edge: Edge
    effect: Effect
    likely: bool


@dataclass(frozen=True)
class Graph:
    """All nodes by id and all edges, both in a fixed order."""

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[Edge, ...]]:
        """The edges that start at a node."""
        return _by(self.edges, "source")

    @cached_property
    def incoming(self) -> Mapping[str, tuple[Edge, ...]]:
        """The edges that end at a node."""
        return _by(self.edges, "target")

    def below(self, starts: Iterable[str]) -> dict[str, Reached]:
        """What breaks or changes without these nodes, nearest first. Behind a weak edge nothing is followed."""
        return self._walk(tuple(starts), down=True)

    def above(self, starts: Iterable[str]) -> dict[str, Reached]:
        """All that these nodes come from, nearest first: exactly the nodes that have one of them `below`."""
        return self._walk(tuple(starts), down=False)

    def _walk(self, starts: tuple[str, ...], *, down: bool) -> dict[str, Reached]:
        """Upwards only the first step may be weak, downwards only the last: the same paths."""
        walk = _Walk(self, dict.fromkeys(starts, False))
        level, first = list(walk.doubts), True
        weakly: list[tuple[str, str, Edge]] = []
        while level:
            following: list[str] = []
            for here in level:
                for edge in (self.outgoing if down else self.incoming).get(here, ()):
                    there = edge.target if down else edge.source
                    if not edge.weak:
                        following += walk.reach(there, here, edge)
                    elif down or first:
                        weakly.append((there, here, edge))
            first, level = False, following
        level = [new for there, here, edge in weakly for new in walk.reach(there, here, edge)]
        while level and not down:  # what a link leads to has its own sources
            level = [
                new
                for here in level
                for edge in self.incoming.get(here, ())
                if not edge.weak
                for new in walk.reach(edge.source, here, edge)
            ]
        return walk.found

    def effect(self, before: Effect, edge: Edge) -> Effect:
        """What becomes of the target of an edge when this has become of its source."""
        if before == "changes" or (edge.weak and edge.kind not in ("delivers", "goes to")):
            return "changes"
        if before == "loses" or edge.kind in ("delivers", "goes to", "then"):
            return "loses"
        if edge.kind == "adds to":
            others = sum(one.kind == "adds to" for one in self.incoming[edge.target])
            return "loses" if others > 1 else "breaks"
        return "breaks"

    def only(self, ids: Collection[str]) -> Graph:
        """These nodes and the edges among them."""
        kept = set(ids)
        return Graph(
            {id: node for id, node in self.nodes.items() if id in kept},
            tuple(edge for edge in self.edges if edge.source in kept and edge.target in kept),
        )

    def of_kinds(self, kinds: Collection[str]) -> Graph:
        """The nodes of these kinds; what led through others leads directly now, in the words of the last edge.

        Nothing leads through a label: what hangs on one is asked for by its name.
        """
        kept = {id: node for id, node in self.nodes.items() if node.kind in kinds}
        edges: dict[tuple[str, str], Edge] = {}
        for id in kept:
            for edge in self._onward(id, kept):
                edges.setdefault((edge.source, edge.target), edge)
        return Graph(kept, tuple(sorted(edges.values(), key=lambda edge: (edge.source, edge.target))))

    def _onward(self, start: str, kept: Collection[str]) -> list[Edge]:
        found: list[Edge] = []
        waiting: list[tuple[str, Edge | None]] = [(start, None)]
        seen = {start}
        while waiting:
            here, last = waiting.pop(0)
            for edge in self.outgoing.get(here, ()):
                if (edge.weak and here != start and edge.kind != "goes to") or (
                    edge.target not in kept and self._is_label(edge.target)
                ):
                    continue
                told = last if last is not None and edge.kind == "shows" else edge
                doubt = "likely" in (edge.evidence, last.evidence if last is not None else "")
                evidence: Evidence = "likely" if doubt else "certain"
                onward = Edge(start, edge.target, told.kind, evidence, told.why, told.origin)
                if edge.target in kept:
                    if edge.target != start:
                        found.append(onward)
                elif edge.target not in seen and not edge.weak:
                    seen.add(edge.target)
                    waiting.append((edge.target, onward))
        return found

    def _is_label(self, id: str) -> bool:
        return self.nodes[id].kind == "label"


@dataclass(slots=True)
class _Walk:
    graph: Graph
    doubts: dict[str, bool]
    found: dict[str, Reached] = field(default_factory=dict)

    def reach(self, there: str, here: str, edge: Edge) -> list[str]:
        """The node, unless it was reached before."""
        if there in self.doubts:
            return []
        doubt = self.doubts[there] = self.doubts[here] or edge.evidence == "likely"
        before = self.found[here].effect if here in self.found else "breaks"
        self.found[there] = Reached(self.graph.nodes[there], edge, self.graph.effect(before, edge), doubt)
        return [there]


def _by(edges: Iterable[Edge], end: Literal["source", "target"]) -> dict[str, tuple[Edge, ...]]:
    found: dict[str, list[Edge]] = {}
    for edge in edges:
        found.setdefault(getattr(edge, end), []).append(edge)
    return {id: tuple(some) for id, some in found.items()}
