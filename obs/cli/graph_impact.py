"""What breaks or changes when something goes, as a person reads it: by effect, with every reason."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from obs.cli.graph_tree import COLUMNS, fitted, head, shortened
from obs.cli.terminal import painter
from obs.graph.whole import KINDS, Edge, Effect, Graph, Meant, Reached
from obs.report.text import safe, where

_WORDS: dict[Effect, str] = {
    "breaks": "without it these cannot work",
    "loses": "these go on, with less or other input",
    "changes": "these show or do something else",
}
MOST_STARTS = MOST_REASONS = 8


def impact_lines(graph: Graph, found: Meant, reached: dict[str, Reached], root: Path) -> Iterator[str]:
    for node in found.nodes[:MOST_STARTS]:
        yield from head(node, root)
    if len(found.nodes) > MOST_STARTS:
        yield f"and {len(found.nodes) - MOST_STARTS} more"
    starts = {node.id for node in found.nodes}
    hidden = {"query", "artifact"}
    if not {node.kind for node in found.nodes} & {"label", "value", "stage"}:
        hidden |= {"label", "value"}
    shown = [one for one in reached.values() if one.node.kind not in hidden]
    if not shown:
        yield from ("", "nothing here needs it")
    for effect, words in _WORDS.items():
        some = [one for one in shown if one.effect == effect]
        if some:
            yield ""
            yield painter()("1", f"{words} ({len(some)})")
            yield from _listed(graph, some, starts, reached, root)
    yield from _written(starts, reached)


def _written(starts: Collection[str], reached: dict[str, Reached]) -> Iterator[str]:
    files = [
        one.node.name
        for one in reached.values()
        if one.node.kind == "artifact"
        and (one.edge.source in starts or reached[one.edge.source].effect == "breaks")
    ]
    if files:
        yield ""
        yield painter()("1", f"generated files that hold it ({len(files)})")
        yield from (f"  {shortened(name, COLUMNS - 2)}" for name in files)


def _listed(
    graph: Graph, some: Sequence[Reached], starts: set[str], reached: dict[str, Reached], root: Path
) -> Iterator[str]:
    order = {kind: number for number, kind in enumerate(KINDS)}
    for one in sorted(some, key=lambda one: order[one.node.kind]):
        node = one.node
        place = where(node.origin, root) if node.origin is not None else ""
        name = f"  {node.kind:10} {shortened(node.name, COLUMNS - 13)}"
        yield from fitted(name, place, "; ".join(_reasons(graph, one, starts, reached)), " " * 11)


def _reasons(graph: Graph, one: Reached, starts: set[str], reached: dict[str, Reached]) -> Iterator[str]:
    """Every way in which what goes was used, each once."""
    words: dict[str, None] = {}
    for edge in graph.incoming.get(one.node.id, ()):
        before = reached.get(edge.source)
        if edge.weak != one.edge.weak or (before is None and edge.source not in starts):
            continue
        if edge.kind == "builds" and edge.why == "says it":
            continue
        firm = before is None or not before.edge.weak  # behind a weak edge nothing is followed
        if firm and (before is None or before.effect in ("breaks", one.effect)):
            words[safe(_words(graph, reached, edge))] = None
    yield from [one for one in words if one][:MOST_REASONS]
    if one.likely:
        yield "likely"


def _words(graph: Graph, reached: dict[str, Reached], edge: Edge) -> str:
    """Why the edge is there; what a panel shows, its query says, and what a receiver hears, its route."""
    while edge.kind in ("shows", "tells") and edge.source in reached:
        edge = reached[edge.source].edge
    if edge.kind == "delivers":
        return f"nobody hears of it by {graph.nodes[edge.source].kind} {graph.nodes[edge.source].name}"
    return f"no longer hears of {graph.nodes[edge.source].name}" if edge.kind == "goes to" else edge.why
