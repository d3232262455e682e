"""What a person means by a name: `HighNodeCPUUsage`, `alert/X`, `dashboard/panel`, `metric{label}`, a file, a label."""

from __future__ import annotations

from collections.abc import Iterator

from obs.graph.whole.nodes import Graph, Node
from obs.record import dataclass

SIMILAR = 5
"""How many names are proposed for one that is not known."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The nodes that a name means; several only where they are one thing to a person (a label of many metrics).

    Without nodes, `candidates` are what it may mean: several things with that name, or names like it.
    """

    nodes: tuple[Node, ...] = ()
    candidates: tuple[str, ...] = ()
    ambiguous: bool = False
    title: str = ""
    unread: str = ""
    """The label that is asked about, where something has it perhaps, and nothing reads it by its name."""


def meant(graph: Graph, name: str) -> Meant:
    """The nodes that are meant. Of names that fit equally well, none is taken."""
    for fits in (_by_id, _by_name, _as_label, _by_alias, _by_end, _in_any_case):
        found = list(fits(graph, name))
        if not found:
            continue
        kinds = {node.kind for node in found}
        one_thing = (
            len(found) == 1 or kinds == {"label"} or len({(one.kind, _bare(one)) for one in found}) == 1
        )
        if one_thing:
            title = str(found[0]) if len(found) == 1 else f"{found[0].kind} {name}"
            return Meant(tuple(_whole(graph, found)), title=title)
        return Meant(candidates=tuple(node.id for node in found), ambiguous=True)
    return Meant(candidates=tuple(_similar(graph, name)), unread=_unread(graph, name))


def _bare(node: Node) -> str:
    """The name without the number that tells it from its twins."""
    head, mark, number = node.name.rpartition("~")
    return head if mark and number.isdigit() else node.name


def _whole(graph: Graph, found: list[Node]) -> Iterator[Node]:
    """A branch of the routing tree holds those below it."""
    for node in found:
        yield node
        if node.kind == "route":
            inside = "" if node.name == "root" else node.name
            for other in graph.nodes.values():
                below = other.name.startswith((f"{inside}/", f"{inside}.")) if inside else other is not node
                if other.kind == "route" and below:
                    yield other


def _by_id(graph: Graph, name: str) -> Iterator[Node]:
    kind, slash, rest = name.partition("/")
    for id in (name, f"{kind}/{rest}" if slash else name.replace(" ", "/", 1)):
        if id in graph.nodes:
            yield graph.nodes[id]
            return


def _by_name(graph: Graph, name: str) -> Iterator[Node]:
    """A node of that name, and its twins."""
    for node in graph.nodes.values():
        if name == node.name or (name in node.aliases and name == _bare(node)):
            yield node


def _as_label(graph: Graph, name: str) -> Iterator[Node]:
    """`label pod` and a bare `pod`: the label wherever it comes from."""
    bare = name.removeprefix("label ").removeprefix("label/")
    bare = bare[1:-1] if bare.startswith("{") and bare.endswith("}") else bare
    return (node for node in graph.nodes.values() if node.kind == "label" and _label(node) == bare)


def _label(node: Node) -> str:
    return node.name[node.name.rfind("{") + 1 : -1]


def _by_alias(graph: Graph, name: str) -> Iterator[Node]:
    bare = name.partition("/")[2]
    for node in graph.nodes.values():
        if name in node.aliases or (bare and name.startswith(f"{node.kind}/") and bare in node.aliases):
            yield node


def _by_end(graph: Graph, name: str) -> Iterator[Node]:
    """The end of a path: `spring.py`, `rules/spring.py`."""
    return (node for node in graph.nodes.values() if node.name.endswith(f"/{name}"))


def _in_any_case(graph: Graph, name: str) -> Iterator[Node]:
    folded = name.casefold()
    for node in graph.nodes.values():
        if folded in (node.name.casefold(), *(alias.casefold() for alias in node.aliases)):
            yield node


def _unread(graph: Graph, name: str) -> str:
    """The label of `owner{label}` when the owner is known."""
    owner, brace, label = name.removeprefix("label/").partition("{")
    known = any(f"{kind}/{owner}" in graph.nodes for kind in ("metric", "record", "alert"))
    return label[:-1] if known and brace and label.endswith("}") else ""


def _similar(graph: Graph, name: str) -> list[str]:
    from difflib import get_close_matches

    known: dict[str, str] = {}
    for node in graph.nodes.values():
        if node.kind not in ("artifact", "query"):
            for one in (node.name, *node.aliases):
                known.setdefault(one.casefold(), one)
    folded = name.casefold()
    close = get_close_matches(folded, known, n=SIMILAR, cutoff=0.6)
    within = [one for one in known if folded in one] if len(folded) > 2 else []
    return [known[one] for one in dict.fromkeys([*close, *within])][:SIMILAR]
