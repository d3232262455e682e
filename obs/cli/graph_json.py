"""The graph and the answers about it as JSON; `version` changes when a key goes or changes its meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from obs.redact import redact
from obs.report.text import where

if TYPE_CHECKING:
    from obs.graph.whole import Edge, Graph, Node, Reached

VERSION = 1


def graph_document(graph: Graph, root: Path) -> dict[str, object]:
    """All nodes and all edges."""
    return {
        "version": VERSION,
        "nodes": [_node(node, root) for node in graph.nodes.values()],
        "edges": [_edge(edge, root) for edge in graph.edges],
    }


def answer_document(
    direction: str, asked: Sequence[Node], reached: Mapping[str, Reached], root: Path
) -> dict[str, object]:
    """What was found above or below some nodes, nearest first, each with the edge that led there."""
    return {
        "version": VERSION,
        "question": "why" if direction == "above" else "impact",
        "of": [_node(node, root) for node in asked],
        "found": [
            {
                **_node(one.node, root),
                "effect": one.effect,
                "evidence": "likely" if one.likely else "certain",
                "by": _edge(one.edge, root),
            }
            for one in reached.values()
        ],
    }


def _node(node: Node, root: Path) -> dict[str, object]:
    return {
        "id": node.id,
        "kind": node.kind,
        "name": node.name,
        "about": redact(node.about),
        "at": where(node.origin, root) if node.origin is not None else None,
    }


def _edge(edge: Edge, root: Path) -> dict[str, object]:
    return {
        "source": edge.source,
        "target": edge.target,
        "kind": edge.kind,
        "weak": edge.weak,
        "evidence": edge.evidence,
        "why": redact(edge.why),
        "at": where(edge.origin, root) if edge.origin is not None else None,
    }
