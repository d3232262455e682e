"""`obs graph`, `obs why` and `obs impact`: how everything hangs together, what something comes from, what it breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from obs.cli.graph_impact import impact_lines
from obs.cli.graph_json import answer_document, graph_document
from obs.cli.graph_tree import OVERVIEW, overview, why_lines
from obs.cli.inputs import Inputs
from obs.cli.output import print_findings
from obs.cli.terminal import refuse, refuse_findings, say, say_json
from obs.diagnostic import ObsError
from obs.graph.whole import KINDS, Graph, Meant, meant
from obs.project.settings import FOLDERS

if TYPE_CHECKING:
    from obs.graph.subject import Subject

Direction = Literal["above", "below"]


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
    subject = linted(scope).subject
    unread = [found for found in subject.reader_findings if found.check == "unreadable-file"]
    print_findings(unread, scope.root)
    return subject, scope.root


def names_and_paths(given: Sequence[str], inputs: Inputs) -> tuple[list[str], Inputs]:
    """A word that is a file or folder of others' YAML or JSON is a path; all else is a name."""
    names: list[str] = []
    paths: list[str] = []
    for word in given:
        path = Path(word)
        own = word in FOLDERS and Inputs((word,)).definitions(
            Path.cwd()
        )  # also called like a target: promtail
        is_path = (
            word
            and not own
            and (path.is_dir() or (path.is_file() and path.suffix in (".yaml", ".yml", ".json")))
        )
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
    words = f"nothing here is named {error.name!r}"
    if found.unread:
        words = f"nothing here reads the label {found.unread!r} of {error.name.partition('{')[0]} by its name"
    return refuse("unknown-name", words, fix=fix, as_json=as_json)


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
        why_lines(graph, found, reached, root)
        if direction == "above"
        else impact_lines(graph, found, reached, root)
    )
    for line in lines:
        say(line)
    return 0


def _picture(graph: Graph, format: str) -> str:
    from obs.report.picture import Arrow, Box, dot, mermaid

    boxes = [Box(node.id, node.kind, node.name) for node in graph.nodes.values()]
    arrows = [
        Arrow(edge.source, edge.target, edge.kind, edge.weak or edge.evidence == "likely")
        for edge in graph.edges
    ]
    return (dot if format == "dot" else mermaid)(boxes, arrows)
