"""`obs graph`, `obs why` and `obs impact`: how everything hangs together, what something comes from, what it breaks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Literal

from obs.cli.graph_json import answer_document, graph_document
from obs.cli.inputs import Inputs
from obs.cli.terminal import painter, refuse, refuse_findings, say, say_json
from obs.diagnostic import ObsError
from obs.graph.whole import KINDS, Edge, Effect, Graph, Meant, Node, Reached, meant
from obs.report.text import safe, where, width

if TYPE_CHECKING:
    from obs.graph.subject import Subject

Direction = Literal["above", "below"]
HIDDEN = frozenset({"artifact", "file", "label", "query", "value"})
"""Kinds that a tree leaves out unless they are asked for: what leads through them is shown as leading directly."""
OVERVIEW = HIDDEN | {"stage", "exporter"}
COLUMNS = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line said: `given` are names and, for files of others, paths."""

    given: Sequence[str] = ()
    project: Path | None = None
    inputs: Inputs = field(default_factory=Inputs)
    format: str = "text"
    from_: str = ""
    to: str = ""
    kinds: str = ""


class UnknownNameError(Exception):
    """A name that means nothing, or too much."""

    def __init__(self, name: str, found: Meant) -> None:
        super().__init__(name)
        self.name = name
        self.found = found


def subject_of(project: Path | None, inputs: Inputs) -> tuple[Subject, Path]:
    """What a command looks at, as `obs lint` would, and the folder that paths are told from; raises ObsError."""
    from obs.cli.lint import Options, linted, scope_of

    scope = scope_of(Options(inputs=inputs, project=project))
    return linted(scope).subject, scope.root


def names_and_paths(given: Sequence[str], inputs: Inputs) -> tuple[list[str], Inputs]:
    """A word that is a file or folder of others' YAML or JSON is a path; all else is a name."""
    names: list[str] = []
    paths: list[str] = []
    for word in given:
        path = Path(word)
        is_path = word and (path.is_dir() or (path.is_file() and path.suffix in (".yaml", ".yml", ".json")))
        (paths if is_path else names).append(word)
    if not paths:
        return names, inputs
    return names, Inputs(
        (*inputs.paths, *paths),
        inputs.rules,
        inputs.dashboards,
        inputs.alertmanager,
        inputs.promtail,
        inputs.values,
        inputs.chart,
    )


def run_graph(asked: Asked) -> int:
    """Draw the graph, or the part around some names; 0, or 2 for what cannot be read."""
    as_json = asked.format == "json"
    if asked.format not in ("text", "dot", "mermaid", "json"):
        return refuse(
            "usage", f"no format is called {asked.format!r}", fix="one of: text, dot, mermaid, json"
        )
    names, inputs = names_and_paths(asked.given, asked.inputs)
    try:
        kinds = _kinds(asked.kinds)
        subject, root = subject_of(asked.project, inputs)
        graph = _part(_built(subject), names, asked)
    except ObsError as error:
        return refuse_findings(error, asked.project, as_json=as_json)
    except UnknownNameError as error:
        return unknown(error, as_json=as_json)
    except ValueError as error:
        return refuse("usage", str(error), fix=f"kinds are {', '.join(KINDS)}", as_json=as_json)
    if kinds or not as_json:
        graph = graph.of_kinds(kinds or [kind for kind in KINDS if kind not in OVERVIEW])
    if as_json:
        say_json(graph_document(graph, root))
    elif asked.format == "text":
        for line in overview(graph, root):
            say(line)
    else:
        say(_picture(graph, asked.format).rstrip("\n"))
    return 0


def _built(subject: Subject) -> Graph:
    from obs.graph.whole import build

    return build(subject)


def _kinds(text: str) -> frozenset[str]:
    names = {name.strip() for name in text.split(",") if name.strip()}
    if names == {"all"}:
        return frozenset(KINDS)
    wrong = sorted(names - set(KINDS))
    if wrong:
        raise ValueError(f"no kind is called {wrong[0]!r}")
    return frozenset(names)


def _part(graph: Graph, names: Sequence[str], asked: Asked) -> Graph:
    """What lies behind `--from`, before `--to`, and on the ways through the names."""
    kept = set(graph.nodes)
    if names:
        kept &= {id for name in names for id in _around(graph, name)}
    if asked.from_:
        starts = ids_of(graph, asked.from_)
        kept &= {*starts, *graph.below(starts)}
    if asked.to:
        ends = ids_of(graph, asked.to)
        kept &= {*ends, *graph.above(ends)}
    return graph if len(kept) == len(graph.nodes) else graph.only(kept)


def _around(graph: Graph, name: str) -> set[str]:
    ids = ids_of(graph, name)
    return {*ids, *graph.above(ids), *graph.below(ids)}


def ids_of(graph: Graph, name: str) -> tuple[str, ...]:
    """The nodes that a name means; raises UnknownNameError."""
    return tuple(node.id for node in _meant(graph, name).nodes)


def _meant(graph: Graph, name: str) -> Meant:
    found = meant(graph, name)
    if not found.nodes:
        raise UnknownNameError(name, found)
    return found


def unknown(error: UnknownNameError, *, as_json: bool) -> int:
    """Say what was meant, perhaps; 2."""
    found = error.found
    if found.ambiguous:
        shown = [*found.candidates[:8], *(["..."] if len(found.candidates) > 8 else [])]
        return refuse(
            "ambiguous-name", f"{error.name!r} may be {len(found.candidates)} things",
            fix=f"say which one: {', '.join(map(repr, shown))}", as_json=as_json,
        )  # fmt: skip
    fix = (
        f"did you mean {', '.join(map(repr, found.candidates))}?"
        if found.candidates
        else "`obs graph` shows all"
    )
    return refuse("unknown-name", f"nothing here is named {error.name!r}", fix=fix, as_json=as_json)


def run_answer(given: Sequence[str], asked: Asked, direction: Direction, *, as_json: bool) -> int:
    """`obs why X` (above) and `obs impact X` (below); 2 for a name that means nothing or several things."""
    names, inputs = names_and_paths(given[1:], asked.inputs)
    try:
        subject, root = subject_of(asked.project, inputs)
        graph = _built(subject)
        found = _meant(graph, " ".join([*given[:1], *names]))
    except ObsError as error:
        return refuse_findings(error, asked.project, as_json=as_json)
    except UnknownNameError as error:
        return unknown(error, as_json=as_json)
    starts = tuple(node.id for node in found.nodes)
    reached = graph.above(starts) if direction == "above" else graph.below(starts)
    if as_json:
        say_json(answer_document(direction, found.nodes, reached, root))
        return 0
    lines = (
        _why(graph, found, reached, root) if direction == "above" else _impact(graph, found, reached, root)
    )
    for line in lines:
        say(line)
    return 0


# Trees


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
    for words in wrap(rest, max(COLUMNS - width(below) - 2, 20), max_lines=3, placeholder=" ..."):
        yield f"{below}  {paint('2', words)}"


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


def _why(graph: Graph, found: Meant, reached: dict[str, Reached], root: Path) -> Iterator[str]:
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


# Impact

_WORDS: dict[Effect, str] = {
    "breaks": "without it these cannot work",
    "loses": "these go on, with less or other input",
    "changes": "these show or do something else",
}
MOST_STARTS = MOST_REASONS = 8


def _impact(graph: Graph, found: Meant, reached: dict[str, Reached], root: Path) -> Iterator[str]:
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


# Pictures


def _picture(graph: Graph, format: str) -> str:
    from obs.report.picture import Arrow, Box, dot, mermaid

    boxes = [Box(node.id, node.kind, node.name) for node in graph.nodes.values()]
    arrows = [
        Arrow(edge.source, edge.target, edge.kind, edge.weak or edge.evidence == "likely")
        for edge in graph.edges
    ]
    return (dot if format == "dot" else mermaid)(boxes, arrows)
