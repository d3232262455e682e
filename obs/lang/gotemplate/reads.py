"""What a template reads: labels, annotations, variables and functions, each with its place.

The tree is walked with an abstract dot: `range .Alerts.Firing` makes the dot an alert, so `.Labels.pod`
inside is the label `pod`; `query "..." | first | label "job"` is a label of a query's answer, not of the
alert.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Literal

from obs.lang.gotemplate.syntax import (
    Action,
    Branch,
    Call,
    Chain,
    Command,
    Dot,
    Field,
    Identifier,
    Node,
    Operand,
    Pipe,
    String,
    Tree,
    Variable,
)
from obs.record import dataclass

Dialect = Literal["prometheus", "alertmanager"]
ReadKind = Literal["label", "annotation", "external label", "query label", "query", "variable", "function"]


@dataclass(frozen=True, slots=True)
class Read:
    """One place that reads something.

    `name` is None when every name is read: the whole set is printed, ranged over or indexed by a
    computed key.
    `of` names the set as Alertmanager has three of them: `Labels`, `CommonLabels`, `GroupLabels`; of a query it is
    `printf` where the name is the format that its text is made from.
    """

    kind: ReadKind
    name: str | None
    start: int
    end: int
    of: str = ""


class _Is(Enum):
    """What is known of a value."""

    OTHER = auto()
    DATA = auto()
    ALERTS = auto()
    ALERT = auto()
    SAMPLES = auto()
    SAMPLE = auto()


@dataclass(frozen=True, slots=True)
class _Set:
    """A set of named strings: labels or annotations."""

    kind: ReadKind
    of: str


_Value = _Is | _Set
_OTHER = _Is.OTHER

_FIELDS: dict[tuple[str, _Is, str], _Value] = {
    ("prometheus", _Is.DATA, "Labels"): _Set("label", "Labels"),
    ("prometheus", _Is.DATA, "ExternalLabels"): _Set("external label", "ExternalLabels"),
    ("prometheus", _Is.SAMPLE, "Labels"): _Set("query label", "Labels"),
    ("alertmanager", _Is.DATA, "GroupLabels"): _Set("label", "GroupLabels"),
    ("alertmanager", _Is.DATA, "CommonLabels"): _Set("label", "CommonLabels"),
    ("alertmanager", _Is.DATA, "CommonAnnotations"): _Set("annotation", "CommonAnnotations"),
    ("alertmanager", _Is.DATA, "Alerts"): _Is.ALERTS,
    ("alertmanager", _Is.ALERTS, "Firing"): _Is.ALERTS,
    ("alertmanager", _Is.ALERTS, "Resolved"): _Is.ALERTS,
    ("alertmanager", _Is.ALERT, "Labels"): _Set("label", "Labels"),
    ("alertmanager", _Is.ALERT, "Annotations"): _Set("annotation", "Annotations"),
}
_ELEMENT = {_Is.ALERTS: _Is.ALERT, _Is.SAMPLES: _Is.SAMPLE}
_SET_METHODS = frozenset(("SortedPairs", "Names", "Values", "Remove", "String"))
_KEEPS_QUIET = frozenset(("len", "not", "and", "or", "index", "args", "if"))

PREDECLARED: dict[Dialect, tuple[str, ...]] = {
    "prometheus": ("$labels", "$externalLabels", "$externalURL", "$value"),
    "alertmanager": (),
}
"""Variables that Prometheus declares in front of every template of a rule."""

_PREDECLARED_VALUES: dict[str, _Value] = {
    "$labels": _Set("label", "Labels"),
    "$externalLabels": _Set("external label", "ExternalLabels"),
}


def reads(tree: Tree, dialect: Dialect) -> tuple[Read, ...]:
    """Everything that the template reads, in the order of the text, each place once."""
    walk = _Walk(tree, dialect)
    variables: dict[str, _Value] = {"$": _Is.DATA}
    for name in PREDECLARED[dialect]:
        variables[name] = _PREDECLARED_VALUES.get(name, _OTHER)
    walk.body(tree.body, _Is.DATA, variables)
    for name in tree.defined:
        if not any(called == name for called, _ in walk.called):
            walk.defined(name, _OTHER)
    return tuple(sorted(walk.found, key=lambda read: (read.start, read.end, read.kind)))


class _Walk:
    def __init__(self, tree: Tree, dialect: Dialect) -> None:
        self.tree = tree
        self.dialect = dialect
        self.found: dict[Read, None] = {}
        self.called: set[tuple[str, _Value]] = set()

    def read(self, kind: ReadKind, name: str | None, start: int, end: int, of: str = "") -> None:
        self.found[Read(kind, name, start, end, of)] = None

    def whole(self, value: _Value, start: int, end: int) -> None:
        if isinstance(value, _Set):
            self.read(value.kind, None, start, end, value.of)

    # Bodies

    def body(self, nodes: tuple[Node, ...], dot: _Value, variables: dict[str, _Value]) -> None:
        for node in nodes:
            if isinstance(node, Action):
                value = self.pipe(node.pipe, dot, variables)
                if not node.pipe.variables:
                    self.whole(value, node.pipe.start, node.pipe.end)
            elif isinstance(node, Branch):
                self.branch(node, dot, variables)
            elif isinstance(node, Call):
                self.defined(node.name, self.pipe(node.pipe, dot, variables) if node.pipe else _OTHER)

    def branch(self, node: Branch, dot: _Value, variables: dict[str, _Value]) -> None:
        inner = dict(variables)
        while True:
            self.body(node.body, self.inside(node, dot, inner), dict(inner))
            following = node.otherwise or ()
            if len(following) != 1 or not isinstance(following[0], Branch):
                self.body(following, dot, inner)
                return
            node = following[0]

    def inside(self, node: Branch, dot: _Value, variables: dict[str, _Value]) -> _Value:
        """The dot inside of a branch; what its pipeline declares is added to the variables."""
        value = self.pipe(node.pipe, dot, variables)
        if node.kind == "if":
            return dot
        if node.kind == "with":
            return value
        self.whole(value, node.pipe.start, node.pipe.end)
        element = _ELEMENT.get(value, _OTHER) if isinstance(value, _Is) else _OTHER
        for place, variable in enumerate(node.pipe.variables):
            is_index = place == 0 and len(node.pipe.variables) > 1
            variables[variable.idents[0]] = _OTHER if is_index else element
        return element

    def defined(self, name: str, dot: _Value) -> None:
        if (name, dot) not in self.called:
            self.called.add((name, dot))
            self.body(self.tree.defined.get(name, ()), dot, {"$": dot})

    # Values

    def pipe(self, pipe: Pipe, dot: _Value, variables: dict[str, _Value]) -> _Value:
        value: _Value | None = None
        written: String | None = None
        for command in pipe.commands:
            if written is not None and _calls(command, "query"):
                self.read("query", written.text, written.start, written.end, "printf")
            value = self.command(command, value, dot, variables)
            written = _format(command)
        for variable in pipe.variables:
            variables[variable.idents[0]] = value or _OTHER
        return value or _OTHER

    def command(
        self, command: Command, final: _Value | None, dot: _Value, variables: dict[str, _Value]
    ) -> _Value:
        first = command.args[0]
        if isinstance(first, Identifier):
            self.read("function", first.name, first.start, first.end)
            return self.function(first.name, command, final, dot, variables)
        for argument in command.args[1:]:
            self.whole(self.operand(argument, dot, variables), argument.start, argument.end)
        return self.operand(first, dot, variables)

    def function(
        self, name: str, command: Command, final: _Value | None, dot: _Value, variables: dict[str, _Value]
    ) -> _Value:
        values = [self.operand(argument, dot, variables) for argument in command.args[1:]]
        if name not in _KEEPS_QUIET:
            for value, argument in zip(values, command.args[1:], strict=True):
                self.whole(value, argument.start, argument.end)
            if final is not None:
                self.whole(final, command.start, command.end)
        if final is not None:
            values.append(final)
        if name == "index" and values:
            return self.index(values[0], command)
        if name == "query" and len(command.args) > 1 and isinstance(command.args[1], String):
            literal = command.args[1]
            self.read("query", literal.text, literal.start, literal.end)
        if name == "query" and len(command.args) > 1 and isinstance(command.args[1], Pipe):
            written = _format(command.args[1].commands[-1]) if len(command.args[1].commands) == 1 else None
            if written is not None:
                self.read("query", written.text, written.start, written.end, "printf")
        if name == "label" and len(command.args) > 1 and isinstance(command.args[1], String):
            literal = command.args[1]
            self.read("query label", literal.text, literal.start, literal.end, "Labels")
        if name in ("and", "or"):
            return next((value for value in values if value is not _OTHER), _OTHER)
        if name in ("slice", "sortByLabel") and values:
            return values[0] if name == "slice" else _Is.SAMPLES
        return {"query": _Is.SAMPLES, "first": _Is.SAMPLE}.get(name, _OTHER)

    def index(self, value: _Value, command: Command) -> _Value:
        if isinstance(value, _Is):
            return _ELEMENT.get(value, _OTHER)
        key = command.args[2] if len(command.args) > 2 else None
        if isinstance(key, String):
            self.read(value.kind, key.text, key.start, key.end, value.of)
        else:
            self.whole(value, command.start, command.end)
        return _OTHER

    def operand(self, node: Operand, dot: _Value, variables: dict[str, _Value]) -> _Value:
        if isinstance(node, Field):
            return self.fields(dot, node.idents, node.ends)
        if isinstance(node, Variable):
            name = node.idents[0]
            if name != "$":
                self.read("variable", name, node.start, node.ends[0])
            return self.fields(variables.get(name, _OTHER), node.idents[1:], node.ends[1:])
        if isinstance(node, Dot):
            return dot
        if isinstance(node, Pipe):
            return self.pipe(node, dot, variables)
        if isinstance(node, Chain):
            return self.fields(self.operand(node.node, dot, variables), node.idents, node.ends)
        if isinstance(node, Identifier):
            self.read("function", node.name, node.start, node.end)
        return _OTHER

    def fields(self, value: _Value, idents: tuple[str, ...], ends: tuple[int, ...]) -> _Value:
        for ident, end in zip(idents, ends, strict=True):
            if isinstance(value, _Set):
                if self.dialect == "alertmanager" and ident in _SET_METHODS:
                    self.whole(value, end - len(ident), end)
                    value = value if ident == "Remove" else _OTHER
                    continue
                self.read(value.kind, ident, end - len(ident), end, value.of)
                value = _OTHER
            else:
                value = _FIELDS.get((self.dialect, value, ident), _OTHER)
        return value


def _calls(command: Command, name: str) -> bool:
    first = command.args[0]
    return isinstance(first, Identifier) and first.name == name


def _format(command: Command) -> String | None:
    """The literal format of a `printf`."""
    if not _calls(command, "printf") or len(command.args) < 2:
        return None
    return command.args[1] if isinstance(command.args[1], String) else None
