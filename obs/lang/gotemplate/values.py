"""Go values as templates see them, carried by Python ones.

`str`, `bool`, `int`, `float` and `complex` are Go's `string`, `bool`, `int`, `float64` and `complex128`;
None is both the untyped nil and "no value"; everything else is one of the classes here, which knows the
name of its Go type, because `text/template` checks types and names them in its messages.
Text is Unicode with surrogate escapes for bytes that are not UTF-8: lengths and slices count bytes, as in Go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from obs.record import dataclass

GoKind = Literal[
    "invalid",
    "bool",
    "int",
    "uint",
    "float64",
    "complex128",
    "string",
    "map",
    "slice",
    "struct",
    "ptr",
    "func",
]


class GoError(Exception):
    """What a Go function returns as its error."""


@dataclass(frozen=True, slots=True)
class Function:
    """A callable of a template: the Go types of its parameters, the last repeated when `variadic`.

    A Go function of more than two `results` cannot be called from a template.
    """

    parameters: tuple[str, ...]
    call: Callable[..., Value]
    variadic: bool = False
    results: int = 1


Methods = Mapping[str, Callable[..., Function]]
"""A type's methods: name to a maker of the bound function."""


class Integer(int):
    """A named or sized integer: `time.Duration`, `time.Month`, `uint8`."""

    go_type: str
    methods: Methods
    unsigned: bool

    def __new__(
        cls, value: int, go_type: str, methods: Methods | None = None, *, unsigned: bool = False
    ) -> Integer:
        self = super().__new__(cls, value)
        self.go_type = go_type
        self.methods = methods or {}
        self.unsigned = unsigned
        return self


class Html(str):
    """`template.HTML`: a string that is not assignable to `string`."""

    __slots__ = ()


class Map(dict[str, "Value"]):
    """A map with string keys; `element` is the Go type of its values."""

    __slots__ = ("element", "go_type", "methods")

    def __init__(
        self,
        items: Mapping[str, Value],
        go_type: str = "map[string]string",
        element: str = "string",
        methods: Methods | None = None,
    ) -> None:
        super().__init__(items)
        self.go_type = go_type
        self.element = element
        self.methods = methods or {}


class Slice(list["Value"]):
    """A slice; `go_type` such as `[]string`, or a named type."""

    __slots__ = ("go_type", "methods")

    def __init__(self, items: Sequence[Value], go_type: str, methods: Methods | None = None) -> None:
        super().__init__(items)
        self.go_type = go_type
        self.methods = methods or {}


@dataclass(frozen=True, slots=True, eq=False)
class Struct:
    """A struct; fields named in `interfaces` are declared as `interface {}`."""

    go_type: str
    fields: Mapping[str, Value]
    methods: Methods
    interfaces: frozenset[str] = frozenset()
    native: object = None
    """What the methods work on: for `time.Time`, the moment."""


@dataclass(frozen=True, slots=True, eq=False)
class Pointer:
    """A pointer to a struct; None is the nil pointer of that type."""

    go_type: str
    target: Struct | None


Value = str | bool | int | float | complex | Map | Slice | Struct | Pointer | Function | None

_KINDS: dict[type, GoKind] = {
    str: "string",
    Html: "string",
    bool: "bool",
    int: "int",
    Integer: "int",
    float: "float64",
    complex: "complex128",
    Map: "map",
    Slice: "slice",
    Struct: "struct",
    Pointer: "ptr",
    Function: "func",
    type(None): "invalid",
}
_TYPES: dict[type, str] = {str: "string", Html: "template.HTML", bool: "bool", int: "int", float: "float64"}


def kind(value: Value) -> GoKind:
    """Go's kind of a value."""
    if isinstance(value, Integer) and value.unsigned:
        return "uint"
    return _KINDS[type(value)]


def go_type(value: Value) -> str:
    """The Go type as its messages name it; `<nil>` for no value."""
    named = _TYPES.get(type(value))
    if named is not None:
        return named
    if isinstance(value, Integer | Map | Slice | Struct | Pointer):
        return value.go_type
    if isinstance(value, Function):
        return f"func({', '.join(value.parameters)})"
    return "<nil>" if value is None else "complex128"


def methods(value: Value) -> Methods:
    """The methods of a value, those of the struct behind a pointer included."""
    if isinstance(value, Pointer):
        return value.target.methods if value.target is not None else {}
    if isinstance(value, Integer | Map | Slice | Struct):
        return value.methods
    return {}


def truth(value: Value) -> bool:
    """Whether `if` takes a value: not the zero of its type; a struct always."""
    if isinstance(value, Struct):
        return True
    if isinstance(value, Pointer):
        return value.target is not None
    if isinstance(value, Function):
        return True
    return bool(value)


def is_nil(value: Value) -> bool:
    """No value, or a nil pointer."""
    return value is None or (isinstance(value, Pointer) and value.target is None)


def indirect(value: Value) -> Value:
    """What a pointer points to; a nil pointer itself."""
    if isinstance(value, Pointer) and value.target is not None:
        return value.target
    return value


def encode(text: str) -> bytes:
    """The bytes of a Go string."""
    return text.encode("utf-8", "surrogateescape")


def decode(data: bytes) -> str:
    """A Go string of bytes; what is not UTF-8 becomes surrogate escapes."""
    return data.decode("utf-8", "surrogateescape")


def stringer(value: Value) -> str | None:
    """The result of a value's `String` method, if it has one."""
    make = methods(value).get("String")
    if make is None:
        return None
    text = make(indirect(value)).call()
    return text if isinstance(text, str) else None
