"""What a change reaches downstream, from the graph of the side that has the thing: told, not counted as changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from obs.graph.subject import Subject
from obs.graph.whole import Graph, build
from obs.record import dataclass
from obs.review.change import Change, with_impact

_SHOWN = ("alert", "record", "panel", "variable", "receiver")
_MOST = 200


@dataclass(frozen=True)
class _Graphs:
    """Both graphs, each drawn when it is first asked."""

    before: Subject
    after: Subject

    @cached_property
    def old(self) -> Graph:
        return build(self.before)

    @cached_property
    def new(self) -> Graph:
        return build(self.after)

    def below(self, ids: Iterable[str]) -> Iterator[str]:
        """Names of what hangs on these nodes as it is now, or as it was where they are gone."""
        some = list(ids)
        graph = self.new if any(id in self.new.nodes for id in some) else self.old
        known = [id for id in some if id in graph.nodes]
        for reached in graph.below(known).values():
            if reached.node.kind in _SHOWN and (graph is self.new or reached.node.id in self.new.nodes):
                yield str(reached.node)


def added(changes: Iterable[Change], before: Subject, after: Subject) -> Iterator[Change]:
    """The changes of records, counters and variables with what reads them."""
    graphs = _Graphs(before, after)
    for change in changes:
        ids = _nodes(change)
        reached = list(dict.fromkeys(graphs.below(ids)))[:_MOST] if ids else []
        yield with_impact(change, reached) if reached else change


def _nodes(change: Change) -> list[str]:
    name = change.object.partition(" ")[2]
    if change.kind == "record" and change.risk != "cosmetic":
        return [f"record/{name}", *([f"record/{change.before}"] if change.field == "name" else [])]
    if change.kind == "variable" and change.risk != "cosmetic" and " / variable " in change.object:
        return [f"variable/{change.dashboard}/{change.object.rpartition(' ')[2]}"]
    if change.kind == "pipeline":
        return [f"metric/{metric}" for metric in change.about]
    return []
