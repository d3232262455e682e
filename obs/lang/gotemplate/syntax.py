"""The tree of a Go template: one frozen class a node, with its place in the text as the user wrote it.

`start` and `end` are character offsets. `at` is the offset that Go's own messages name, which for `.a.b` is
the second field. `str(node)` is the node as Go prints it in messages.
"""

from __future__ import annotations

from typing import Literal

from obs.record import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Output as it stands."""

    start: int
    end: int
    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Identifier:
    """A function by name."""

    start: int
    end: int
    at: int
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Variable:
    """`$x.field.field`: `idents` are `("$x", "field", "field")`; `ends` are the offsets after each."""

    start: int
    end: int
    at: int
    idents: tuple[str, ...]
    ends: tuple[int, ...]

    def __str__(self) -> str:
        return ".".join(self.idents)


@dataclass(frozen=True, slots=True)
class Field:
    """`.a.b`: `idents` are `("a", "b")`; `ends` are the offsets after each."""

    start: int
    end: int
    at: int
    idents: tuple[str, ...]
    ends: tuple[int, ...]

    def __str__(self) -> str:
        return "".join("." + ident for ident in self.idents)


@dataclass(frozen=True, slots=True)
class Chain:
    """`(pipeline).a.b`, or a function's name followed by fields."""

    start: int
    end: int
    at: int
    node: Operand
    idents: tuple[str, ...]
    ends: tuple[int, ...]

    def __str__(self) -> str:
        inner = f"({self.node})" if isinstance(self.node, Pipe) else str(self.node)
        return inner + "".join("." + ident for ident in self.idents)


@dataclass(frozen=True, slots=True)
class Dot:
    """The cursor."""

    start: int
    end: int
    at: int

    def __str__(self) -> str:
        return "."


@dataclass(frozen=True, slots=True)
class Nil:
    """The untyped nil."""

    start: int
    end: int
    at: int

    def __str__(self) -> str:
        return "nil"


@dataclass(frozen=True, slots=True)
class Bool:
    """`true` or `false`."""

    start: int
    end: int
    at: int
    value: bool

    def __str__(self) -> str:
        return "true" if self.value else "false"


@dataclass(frozen=True, slots=True)
class Number:
    """An ideal constant: the value in every Go type that can hold it, None for the others."""

    start: int
    end: int
    at: int
    text: str
    integer: int | None
    unsigned: int | None
    real: float | None
    complex: complex | None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class String:
    """A literal: as written, and its value."""

    start: int
    end: int
    at: int
    quoted: str
    text: str

    def __str__(self) -> str:
        return self.quoted


@dataclass(frozen=True, slots=True)
class Command:
    """Words separated by spaces; the first decides."""

    start: int
    end: int
    at: int
    args: tuple[Operand, ...]

    def __str__(self) -> str:
        return " ".join(f"({arg})" if isinstance(arg, Pipe) else str(arg) for arg in self.args)


@dataclass(frozen=True, slots=True)
class Pipe:
    """Commands joined by `|`, and the variables that take the result."""

    start: int
    end: int
    at: int
    variables: tuple[Variable, ...]
    assigns: bool
    commands: tuple[Command, ...]

    def __str__(self) -> str:
        piped = " | ".join(map(str, self.commands))
        if not self.variables:
            return piped
        sign = "=" if self.assigns else ":="
        return f"{', '.join(map(str, self.variables))} {sign} {piped}"


Operand = Identifier | Variable | Field | Chain | Dot | Nil | Bool | Number | String | Pipe


@dataclass(frozen=True, slots=True)
class Action:
    """`{{ pipeline }}`."""

    start: int
    end: int
    at: int
    pipe: Pipe

    def __str__(self) -> str:
        return f"{{{{{self.pipe}}}}}"


@dataclass(frozen=True, slots=True)
class Branch:
    """`if`, `with` or `range`; `otherwise` is None without an `else`."""

    start: int
    end: int
    at: int
    kind: Literal["if", "with", "range"]
    pipe: Pipe
    body: tuple[Node, ...]
    otherwise: tuple[Node, ...] | None

    def __str__(self) -> str:
        return f"{{{{{self.kind} {self.pipe}}}}}"


@dataclass(frozen=True, slots=True)
class Call:
    """`{{ template "name" pipeline }}`, also the use that a `block` makes of itself."""

    start: int
    end: int
    at: int
    name: str
    pipe: Pipe | None

    def __str__(self) -> str:
        from obs.lang.gotemplate.quote import quote

        return f"{{{{template {quote(self.name)}{f' {self.pipe}' if self.pipe else ''}}}}}"


@dataclass(frozen=True, slots=True)
class Leave:
    """`break` or `continue`."""

    start: int
    end: int
    at: int
    kind: Literal["break", "continue"]

    def __str__(self) -> str:
        return f"{{{{{self.kind}}}}}"


Node = Text | Action | Branch | Call | Leave


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed text: the main body, and the templates that `define` and `block` make."""

    text: str
    body: tuple[Node, ...]
    defined: dict[str, tuple[Node, ...]]
