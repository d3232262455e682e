"""Runs a parsed template on data, with the checks of types and the errors of Go's `text/template`.

Source: Go 1.23, `text/template`, with `missingkey=zero`, as Prometheus and Alertmanager set it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from obs.lang.error import LanguageError, Unsupported
from obs.lang.gotemplate import builtin
from obs.lang.gotemplate.printing import show
from obs.lang.gotemplate.quote import quote
from obs.lang.gotemplate.syntax import (
    Action,
    Bool,
    Branch,
    Call,
    Chain,
    Command,
    Dot,
    Field,
    Identifier,
    Leave,
    Nil,
    Node,
    Number,
    Operand,
    Pipe,
    String,
    Text,
    Variable,
)
from obs.lang.gotemplate.values import (
    Function,
    GoError,
    Integer,
    Map,
    Pointer,
    Slice,
    Struct,
    Value,
    encode,
    go_type,
    indirect,
    methods,
    truth,
)
from obs.record import dataclass

STEPS = 200_000
"""Nodes that one run may visit: a template may ask for exponential work in a few words."""

CALLS = 60
"""Templates that may be in use inside one another; Go stops at 100,000."""


class ExecutionError(LanguageError):
    """A template that parses and fails on its data.

    `context` is the part of the template that Go quotes, `at` the offset that Go names, `inside` the name of
    the defined template it happened in (empty for the text itself).
    """

    def __init__(
        self, message: str, start: int, end: int, context: str, *, at: int, inside: str = ""
    ) -> None:
        super().__init__(message, start, end)
        self.context = context
        self.at = at
        self.inside = inside

    def go(self, name: str, text: str) -> str:
        """The message as Go prints it, for the text (and its name) in which it happened."""
        before = text[: self.at]
        column = len(before[before.rfind("\n") + 1 :].encode("utf-8", "surrogateescape"))
        place = f"{name}:{before.count(chr(10)) + 1}:{column}"
        executing = quote(self.inside or name)
        return f"template: {place}: executing {executing} at <{self.context}>: {self.message}"


@dataclass(frozen=True, slots=True)
class Defined:
    """A named template that a text may call; `shared` when it comes from another text."""

    body: tuple[Node, ...]
    shared: bool = False


def run(
    body: tuple[Node, ...],
    data: Value,
    functions: Mapping[str, Function],
    defined: Mapping[str, Defined],
    variables: Mapping[str, Value] | None = None,
) -> str:
    """The output of a template.

    `functions` are the tool's own, which win over Go's; `variables` exist at the top level beside `$`.
    Raises ExecutionError, or Unsupported beyond STEPS or CALLS.
    """
    state = _State(functions, defined)
    state.variables = [("$", data), *(variables or {}).items()]
    try:
        state.nodes(body, data)
    except RecursionError:
        raise Unsupported("a template that nests this deep") from None
    return "".join(state.out)


Outcome = bool
"""Whether a branch was taken; of a `range`, whether there was anything."""

_watching: list[tuple[Branch, Outcome]] | None = None


@contextmanager
def watched() -> Iterator[list[tuple[Branch, Outcome]]]:
    """Every branch that is decided meanwhile, and how."""
    global _watching  # noqa: PLW0603
    before, _watching = _watching, []
    try:
        yield _watching
    finally:
        _watching = before


def _decided(node: Branch, outcome: Outcome) -> None:
    if _watching is not None:
        _watching.append((node, outcome))


class _Missing:
    """No value comes from an earlier command of the pipeline."""


_MISSING = _Missing()
_Final = Value | _Missing


class _Given(NamedTuple):
    """The words of a command, the first of which is what is called, and what the pipeline hands to it."""

    args: tuple[Operand, ...]
    final: _Final

    @property
    def any(self) -> bool:
        return len(self.args) > 1 or self.final is not _MISSING


_NOTHING = _Given((), _MISSING)


class _BreakError(Exception):
    """`{{break}}`, on its way to its loop."""


class _ContinueError(Exception):
    """`{{continue}}`, on its way to its loop."""


_CAN_BE_NIL = ("[]", "*", "map[")
_NILLABLE = frozenset(("interface {}", "reflect.Value", "template.queryResult"))
_INTERFACE = "interface {}"
_ANY = frozenset((_INTERFACE, "reflect.Value"))


class _State:
    __slots__ = ("calls", "defined", "functions", "inside", "node", "out", "steps", "variables")

    def __init__(self, functions: Mapping[str, Function], defined: Mapping[str, Defined]) -> None:
        self.functions = functions
        self.defined = defined
        self.variables: list[tuple[str, Value]] = []
        self.out: list[str] = []
        self.node: Node | Operand | Command | None = None
        self.calls: list[tuple[str, Call]] = []
        self.steps = 0

    def failure(self, message: str) -> ExecutionError:
        """The error at the node that is being worked on."""
        node = self.node
        assert node is not None  # every path to an error passes a node
        start, end = node.start, node.end
        for name, call in self.calls:
            if self.defined[name].shared:
                start, end = call.start, call.end
                break
        inside = self.calls[-1][0] if self.calls else ""
        return ExecutionError(message, start, end, str(node), at=node.at, inside=inside)

    # Bodies

    def nodes(self, nodes: tuple[Node, ...], dot: Value) -> None:
        for node in nodes:
            self.steps += 1
            if self.steps > STEPS:
                raise Unsupported(f"a run of more than {STEPS} steps", node.start, node.end)
            self.node = node
            if isinstance(node, Text):
                self.out.append(node.text)
            elif isinstance(node, Action):
                value = self.pipeline(dot, node.pipe)
                if not node.pipe.variables:
                    self.node = node
                    self.print(value)
            elif isinstance(node, Branch):
                mark = len(self.variables)
                self.branch(dot, node)
                del self.variables[mark:]
            elif isinstance(node, Call):
                self.template(dot, node)
            elif isinstance(node, Leave):
                raise _BreakError if node.kind == "break" else _ContinueError

    def print(self, value: Value) -> None:
        if value is None:
            self.out.append("<no value>")
        elif isinstance(value, Function):
            raise self.failure(f"can't print {self.node} of type {go_type(value)}")
        else:
            # A pointer at the top is printed as what it points to.
            self.out.append(show(indirect(value)))

    def branch(self, dot: Value, node: Branch) -> None:
        while node.kind != "range":
            value = self.pipeline(dot, node.pipe)
            _decided(node, truth(value))
            if truth(value):
                self.nodes(node.body, value if node.kind == "with" else dot)
                return
            following = node.otherwise or ()
            if len(following) != 1 or not isinstance(following[0], Branch):
                self.nodes(following, dot)
                return
            # `else if` is a branch alone in the other's place: chains of any length cost no depth.
            node = following[0]
        self.range(dot, node)

    def range(self, dot: Value, node: Branch) -> None:
        value = indirect(self.pipeline(dot, node.pipe))
        items: list[tuple[Value, Value]]
        if isinstance(value, Slice):
            items = list(enumerate(value))
        elif isinstance(value, Map):
            items = [(name, value[name]) for name in sorted(value, key=encode)]
        elif value is None:
            items = []
        else:
            raise self.failure(f"range can't iterate over {show(value)}")
        _decided(node, bool(items))
        mark = len(self.variables)
        try:
            for key, item in items:
                self.bind(node.pipe, key, item, mark)
                with suppress(_ContinueError):
                    self.nodes(node.body, item)
                del self.variables[mark:]
        except _BreakError:
            del self.variables[mark:]
        if not items and node.otherwise is not None:
            self.nodes(node.otherwise, dot)

    def bind(self, pipe: Pipe, key: Value, item: Value, mark: int) -> None:
        """Give the loop's variables their values; a declared pair was pushed by the pipeline itself."""
        if not pipe.variables:
            return
        values = (key, item) if len(pipe.variables) > 1 else (item,)
        for place, (variable, value) in enumerate(zip(pipe.variables, values, strict=True)):
            if pipe.assigns:
                self.assign(variable.idents[0], value)
            else:
                name = variable.idents[0]
                self.variables[mark - len(values) + place] = (name, value)

    def template(self, dot: Value, node: Call) -> None:
        found = self.defined.get(node.name)
        if found is None:
            raise self.failure(f"template {quote(node.name)} not defined")
        if len(self.calls) >= CALLS:
            if len({name for name, _ in self.calls[-3:]}) < 3:
                raise self.failure("exceeded maximum template depth (100000)")
            raise Unsupported(f"more than {CALLS} templates inside one another", node.start, node.end)
        value = self.pipeline(dot, node.pipe) if node.pipe is not None else None
        kept = self.variables
        self.variables = [("$", value)]
        self.calls.append((node.name, node))
        self.nodes(found.body, value)
        self.calls.pop()
        self.variables = kept

    # Variables

    def assign(self, name: str, value: Value) -> None:
        for place in range(len(self.variables) - 1, -1, -1):
            if self.variables[place][0] == name:
                self.variables[place] = (name, value)
                return
        raise self.failure(f"undefined variable: {name}")

    def variable(self, name: str) -> Value:
        for known, value in reversed(self.variables):
            if known == name:
                return value
        raise self.failure(f"undefined variable: {name}")

    # Pipelines and commands

    def pipeline(self, dot: Value, pipe: Pipe) -> Value:
        self.node = pipe
        value: _Final = _MISSING
        for command in pipe.commands:
            value = self.command(dot, command, value)
        result = None if isinstance(value, _Missing) else value
        for variable in pipe.variables:
            if pipe.assigns:
                self.assign(variable.idents[0], result)
            else:
                self.variables.append((variable.idents[0], result))
        return result

    def command(self, dot: Value, command: Command, final: _Final) -> Value:
        first = command.args[0]
        given = _Given(command.args, final)
        if isinstance(first, Field):
            self.node = first
            return self.fields(dot, dot, first, first.idents, given)
        if isinstance(first, Variable):
            return self.variable_node(dot, first, given)
        if isinstance(first, Identifier):
            return self.function(dot, first, command, given)
        if isinstance(first, Chain):
            return self.chain(dot, first, given)
        if not isinstance(first, Pipe):
            self.node = first
        if given.any:
            raise self.failure(f"can't give argument to non-function {first}")
        if isinstance(first, Pipe):
            return self.pipeline(dot, first)
        if isinstance(first, Nil):
            raise self.failure("nil is not a command")
        return self.literal(dot, first)

    def literal(self, dot: Value, node: Operand) -> Value:
        """A word that stands for itself, as `interface {}`."""
        if isinstance(node, String):
            return node.text
        if isinstance(node, Number):
            return self.ideal(node)
        if isinstance(node, Bool):
            return node.value
        if isinstance(node, Dot):
            return dot
        raise self.failure(f"can't handle assignment of {node} to empty interface argument")

    def ideal(self, node: Number) -> Value:
        """The type that Go gives a constant nobody asked a type of."""
        self.node = node
        if node.complex is not None:
            return node.complex
        text = node.text
        hexadecimal = len(text) > 2 and text[0] == "0" and text[1] in "xX"
        if node.real is not None and not hexadecimal and text[0] != "'" and any(c in text for c in ".eEpP"):
            return node.real
        if node.real is not None and hexadecimal and any(c in text for c in "pP"):
            return node.real
        if node.integer is not None:
            return node.integer
        if node.unsigned is not None:
            raise self.failure(f"{text} overflows int")
        return node.real

    def variable_node(self, dot: Value, node: Variable, given: _Given) -> Value:
        self.node = node
        value = self.variable(node.idents[0])
        if len(node.idents) == 1:
            if given.any:
                raise self.failure(f"can't give argument to non-function {node}")
            return value
        return self.fields(dot, value, node, node.idents[1:], given)

    def chain(self, dot: Value, node: Chain, given: _Given) -> Value:
        self.node = node
        if isinstance(node.node, Nil):
            raise self.failure(f"indirection through explicit nil in {node}")
        value = self.argument(dot, None, node.node)
        return self.fields(dot, value, node, node.idents, given)

    def fields(
        self,
        dot: Value,
        receiver: Value,
        node: Field | Variable | Chain,
        idents: tuple[str, ...],
        given: _Given,
    ) -> Value:
        static: str | None = None
        for ident in idents[:-1]:
            owner = receiver
            receiver = self.field(dot, receiver, ident, node, _NOTHING, static=static)
            static = _INTERFACE if _declared_interface(owner, ident) else None
        return self.field(dot, receiver, idents[-1], node, given, static=static)

    def field(
        self,
        dot: Value,
        receiver: Value,
        name: str,
        node: Field | Variable | Chain,
        given: _Given,
        *,
        static: str | None,
    ) -> Value:
        """`receiver.name`, called when it is a method; `static` is the declared type of an interface."""
        if receiver is None:
            if static is not None:
                raise self.failure(f"nil pointer evaluating {static}.{name}")
            return None
        make = methods(receiver).get(name)
        if make is not None:
            return self.call(dot, make(indirect(receiver)), node, name, given)
        target = indirect(receiver)
        if isinstance(target, Struct) and name in target.fields:
            if given.any:
                raise self.failure(f"{name} has arguments but cannot be invoked as function")
            return target.fields[name]
        if isinstance(target, Map):
            if given.any:
                raise self.failure(f"{name} is not a method but has arguments")
            return target.get(name, "" if target.element == "string" else None)
        if isinstance(target, Pointer):
            raise self.failure(f"nil pointer evaluating {target.go_type}.{name}")
        raise self.failure(f"can't evaluate field {name} in type {static or go_type(receiver)}")

    # Calls

    def function(
        self,
        dot: Value,
        node: Identifier,
        context: Command | Identifier,
        given: _Given,
    ) -> Value:
        self.node = node
        found = self.functions.get(node.name)
        if found is None:
            found = builtin.FUNCTIONS[node.name]
            if node.name in ("and", "or"):
                return self.short_circuit(dot, node.name, given)
        return self.call(dot, found, context, node.name, given)

    def short_circuit(self, dot: Value, name: str, given: _Given) -> Value:
        args, final = given
        if len(args) < 2 and not given.any:
            raise self.failure(
                f"wrong number of args for {name}: want at least 1 got {max(len(args) - 1, 0)}"
            )
        value: Value = None
        for argument in args[1:]:
            value = self.argument(dot, "reflect.Value", argument)
            if truth(value) == (name == "or"):
                return value
        return value if isinstance(final, _Missing) else final

    def call(
        self,
        dot: Value,
        function: Function,
        context: Command | Operand,
        name: str,
        given: _Given,
    ) -> Value:
        words, final = given.args[1:], given.final
        parameters = function.parameters
        count = len(words) + (final is not _MISSING)
        fixed = len(parameters) - function.variadic
        if function.variadic:
            if count < fixed:
                raise self.failure(f"wrong number of args for {name}: want at least {fixed} got {len(words)}")
        elif count != fixed:
            raise self.failure(f"wrong number of args for {name}: want {fixed} got {count}")
        if function.results > 2:
            message = f"function {name} has {function.results} return values; should be 1 or 2"
            raise self.failure(message)
        values: list[Value] = []
        for place, argument in enumerate(words):
            values.append(self.argument(dot, parameters[min(place, len(parameters) - 1)], argument))
        if not isinstance(final, _Missing):
            values.append(self.assignable(final, parameters[min(len(words), len(parameters) - 1)]))
        if name == "call" and isinstance(context, Command | Identifier):
            values.insert(0, str(words[0]) if words else _text_of(final))
        try:
            return _call(function.call, values)
        except GoError as error:
            self.node = context
            raise self.failure(f"error calling {name}: {error}") from None

    def argument(self, dot: Value, wanted: str | None, node: Operand) -> Value:
        self.node = node
        if isinstance(node, Dot):
            return self.assignable(dot, wanted)
        if isinstance(node, Nil):
            if wanted is not None and (wanted in _NILLABLE or wanted.startswith(_CAN_BE_NIL)):
                return None
            raise self.failure(f"cannot assign nil to {wanted}")
        if isinstance(node, Field):
            return self.assignable(self.fields(dot, dot, node, node.idents, _NOTHING), wanted)
        if isinstance(node, Variable):
            return self.assignable(self.variable_node(dot, node, _NOTHING), wanted)
        if isinstance(node, Pipe):
            return self.assignable(self.pipeline(dot, node), wanted)
        if isinstance(node, Identifier):
            return self.assignable(self.function(dot, node, node, _NOTHING), wanted)
        if isinstance(node, Chain):
            return self.assignable(self.chain(dot, node, _NOTHING), wanted)
        return self.constant(dot, wanted or _INTERFACE, node)

    def constant(self, dot: Value, wanted: str, node: Operand) -> Value:
        if wanted in _ANY:
            return self.literal(dot, node)
        if wanted == "string":
            if isinstance(node, String):
                return node.text
            raise self.failure(f"expected string; found {node}")
        if wanted == "bool":
            if isinstance(node, Bool):
                return node.value
            raise self.failure(f"expected bool; found {node}")
        if wanted == "float64":
            if isinstance(node, Number) and node.real is not None:
                return node.real
            raise self.failure(f"expected float; found {node}")
        if wanted in ("int", "time.Duration"):
            if isinstance(node, Number) and node.integer is not None:
                return node.integer if wanted == "int" else Integer(node.integer, wanted)
            raise self.failure(f"expected integer; found {node}")
        raise self.failure(f"can't handle {node} for arg of type {wanted}")

    def assignable(self, value: Value, wanted: str | None) -> Value:
        """The value as a parameter of that type takes it."""
        if wanted is None or wanted in _ANY:
            return value
        if value is None:
            if wanted in _NILLABLE or wanted.startswith(_CAN_BE_NIL):
                return None
            raise self.failure(f"invalid value; expected {wanted}")
        got = go_type(value)
        if got == wanted or (wanted, got) in _SAME_UNDERLYING:
            return value
        if isinstance(value, Pointer) and value.target is not None and value.target.go_type == wanted:
            return value.target
        raise self.failure(f"wrong type for value; expected {wanted}; got {got}")


_SAME_UNDERLYING = frozenset(
    (
        ("map[string]string", "template.KV"),
        ("template.KV", "map[string]string"),
    )
)


def _declared_interface(owner: Value, name: str) -> bool:
    target = indirect(owner)
    if isinstance(target, Struct):
        return name in target.interfaces
    return isinstance(target, Map) and target.element == _INTERFACE


def _text_of(value: _Final) -> str:
    """`reflect.Value.String`."""
    return value if isinstance(value, str) else f"<{go_type(value)} Value>"  # type: ignore[arg-type]


def _call(function: Callable[..., Any], values: list[Value]) -> Value:
    result: Value = function(*values)
    return result
