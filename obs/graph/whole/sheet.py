"""The graph while it is drawn: nodes with unique ids, edges between nodes that are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from obs.graph.subject import Rule, Subject
from obs.graph.whole.nodes import KINDS, Edge, EdgeKind, Evidence, Graph, Node, NodeKind
from obs.lang import promql
from obs.lang.error import LanguageError
from obs.origin import Origin

LINES = "loki"
"""The name of the node for the lines as Loki has them."""
_ORDER = {kind: number for number, kind in enumerate(KINDS)}


@dataclass(slots=True)
class Sheet:
    """`rule_ids` are the nodes of rules by `id` of the rule; `series` maps a counter to the labels of its lines;
    `stored` are the labels of lines in Loki, none where no pipeline is known.
    """

    subject: Subject
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[tuple[str, str, EdgeKind], Edge] = field(default_factory=dict)
    rule_ids: dict[int, str] = field(default_factory=dict)
    series: dict[str, dict[str, str]] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    _metrics: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def node(
        self,
        kind: NodeKind,
        name: str,
        about: str = "",
        origin: Origin | None = None,
        aliases: Iterable[str] = (),
    ) -> str:
        """The id of the node of this kind and name, which is made when it is not there."""
        id = f"{kind}/{name}"
        known = self.nodes.get(id)
        if known is None:
            self.nodes[id] = Node(id, kind, name, about, origin, tuple(dict.fromkeys(aliases)))
        elif origin is not None and known.origin is None:
            self.nodes[id] = replace(known, origin=origin, about=known.about or about)
        return id

    def another(
        self, kind: NodeKind, name: str, about: str, origin: Origin | None, aliases: Iterable[str] = ()
    ) -> str:
        """The id of a new node, numbered when there is one of this name."""
        number, unique = 1, name
        while f"{kind}/{unique}" in self.nodes:
            number += 1
            unique = f"{name}~{number}"
        names = (*aliases, name) if unique != name else tuple(aliases)
        return self.node(kind, unique, about, origin, names)

    def edge(
        self,
        source: str,
        target: str,
        kind: EdgeKind,
        why: str = "",
        origin: Origin | None = None,
        *,
        likely: bool = False,
    ) -> None:
        """An edge between two nodes; of two of one kind the first stays, unless the other is certain."""
        if source == target:
            return
        evidence: Evidence = "likely" if likely else "certain"
        key = (source, target, kind)
        known = self.edges.get(key)
        if known is None or (known.evidence == "likely" and not likely):
            self.edges[key] = Edge(source, target, kind, evidence, why, origin)

    def metric(self, name: str) -> tuple[str, ...]:
        """The nodes of a metric: its recording rules, else the one of that name."""
        found = self._metrics.get(name)
        if found is None:
            recording = self.subject.recorded.get(name, ())
            found = tuple(self.rule_ids[id(rule)] for rule in recording) or (self.node("metric", name),)
            self._metrics[name] = found
        return found

    def panel_query(self, text: str) -> promql.Query | None:
        """A PromQL query of a dashboard; None when it is none."""
        server = self.subject.server
        version = server.version if server is not None and server.version is not None else _VERSION
        if self.subject.stack is not None:
            from obs.graph.queries import release

            version = release(self.subject.stack.prometheus.version)
        try:
            return promql.check(text, version=version, features=frozenset(), grafana=True)
        except LanguageError:
            return None

    def graph(self) -> Graph:
        """What was drawn, in an order that depends on the names alone."""
        nodes = sorted(self.nodes.values(), key=lambda node: (_ORDER[node.kind], node.id))
        edges = sorted(self.edges.values(), key=lambda edge: (edge.source, edge.target, edge.kind))
        return Graph({node.id: node for node in nodes}, tuple(edges))


_VERSION = (3, 0)
Draw = Callable[[Sheet], None]


def rule_id(sheet: Sheet, rule: Rule) -> str:
    """The node of a rule."""
    return sheet.rule_ids[id(rule)]
