"""Go templates inside `line_format` and `label_format`: whether Loki can read them, and which labels they
read.

The template's data is the map of labels: `.status` is a label that may be missing, `$.status` the same inside
`range` and `with`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from obs.lang.error import LanguageError
from obs.lang.gotemplate.names import BUILTINS
from obs.lang.gotemplate.parse import TemplateSyntaxError, parse
from obs.lang.gotemplate.syntax import (
    Action,
    Branch,
    Call,
    Chain,
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

FUNCTIONS = BUILTINS | {
    "Replace", "ToLower", "ToUpper", "Trim", "TrimLeft", "TrimPrefix", "TrimRight", "TrimSpace",
    "TrimSuffix", "__line__", "__timestamp__", "add", "addf", "alignLeft", "alignRight", "b64dec",
    "b64enc", "bytes", "ceil", "contains", "count", "date", "default", "div", "divf", "duration",
    "duration_seconds", "float64", "floor", "fromJson", "hasPrefix", "hasSuffix", "indent", "int",
    "lower", "max", "maxf", "min", "minf", "mod", "mul", "mulf", "nindent", "now",
    "regexReplaceAll", "regexReplaceAllLiteral", "repeat", "replace", "round", "sub", "subf",
    "substr", "title", "toDate", "toDateInZone", "trim", "trimAll", "trimPrefix", "trimSuffix",
    "trunc", "unixEpoch", "unixEpochMillis", "unixEpochNanos", "unixToTime", "upper", "urldecode",
    "urlencode",
}  # fmt: skip
"""What a template may call in Loki 3.4, each name asked of Loki itself."""


@dataclass(frozen=True, slots=True)
class TemplateRead:
    """A label that a template reads, with its place in the template; None for the whole map."""

    label: str | None
    start: int
    end: int


@lru_cache(maxsize=1024)
def _parsed(template: str) -> Tree:
    return parse(template, FUNCTIONS)


def fault(template: str, name: str) -> LanguageError | None:
    """What Go says of a template named `name` that it cannot read; None when it can."""
    try:
        _parsed(template)
    except TemplateSyntaxError as error:
        return LanguageError(error.go(name), error.start, error.end)
    except LanguageError as error:
        return error
    return None


def reads(template: str) -> tuple[TemplateRead, ...]:
    """The labels that the template reads, in the order of the text; none if it cannot be read."""
    if "{{" not in template:
        return ()
    try:
        tree = _parsed(template)
    except LanguageError:
        return ()
    found = list(_body(tree.body, dot=True))
    for body in tree.defined.values():
        found += _body(body, dot=False)
    return tuple(sorted(set(found), key=lambda read: (read.start, read.end)))


def _body(nodes: tuple[Node, ...], *, dot: bool) -> Iterator[TemplateRead]:
    """`dot` tells whether the dot is still the map of labels."""
    for node in nodes:
        if isinstance(node, Action):
            yield from _pipe(node.pipe, dot=dot)
        elif isinstance(node, Branch):
            yield from _pipe(node.pipe, dot=dot)
            yield from _body(node.body, dot=dot and node.kind == "if")
            if node.otherwise is not None:
                yield from _body(node.otherwise, dot=dot)
        elif isinstance(node, Call) and node.pipe is not None:
            yield from _pipe(node.pipe, dot=dot)


def _pipe(pipe: Pipe, *, dot: bool) -> Iterator[TemplateRead]:
    for command in pipe.commands:
        first = command.args[0]
        if isinstance(first, Identifier) and first.name == "index" and len(command.args) == 3:
            key = command.args[2]
            if _is_map(command.args[1], dot=dot) and isinstance(key, String):
                yield TemplateRead(key.text, key.start, key.end)
                continue
        for argument in command.args:
            yield from _operand(argument, dot=dot)


def _is_map(node: Operand, *, dot: bool) -> bool:
    return (isinstance(node, Dot) and dot) or (isinstance(node, Variable) and node.idents == ("$",))


def _operand(node: Operand, *, dot: bool) -> Iterator[TemplateRead]:
    if _is_map(node, dot=dot):
        yield TemplateRead(None, node.start, node.end)
    elif isinstance(node, Field) and dot:
        yield TemplateRead(node.idents[0], node.start, node.ends[0])
    elif isinstance(node, Variable) and node.idents[0] == "$" and len(node.idents) > 1:
        yield TemplateRead(node.idents[1], node.start, node.ends[1])
    elif isinstance(node, Pipe):
        yield from _pipe(node, dot=dot)
    elif isinstance(node, Chain):
        yield from _operand(node.node, dot=dot)
