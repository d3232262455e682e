"""What every definition shares: it is frozen, knows its line, and refuses values of the wrong type at once."""

from __future__ import annotations

import builtins
import dataclasses
import sys
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, dataclass_transform

from obs.diagnostic import DefinitionError

T = TypeVar("T")
Check = Callable[[object], bool]


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def definition(cls: type[T]) -> type[T]:
    """A frozen dataclass whose fields are checked against their annotations when it is built.

    A wrong type raises DefinitionError at the user's line. A class may have `validate(self)`, called after that check.
    """
    checks: list[tuple[str, Check, str]] = []
    ready = [False]

    def prepare() -> None:
        names = _Names(cls)
        for field in dataclasses.fields(made):  # type: ignore[arg-type]
            hint = eval(field.type, {}, names) if isinstance(field.type, str) else field.type
            checks.append((field.name, _checker(hint), _words(hint)))
        ready[0] = True

    def post(self: Any) -> None:
        if not ready[0]:
            prepare()
        for name, accepts, expected in checks:
            value = getattr(self, name)
            if not accepts(value):
                raise DefinitionError(
                    f"{cls.__name__}.{name} must be {expected}, not {_shown(value)}",
                    check="wrong-type",
                    at=getattr(self, "origin", None),
                )
        validate = getattr(self, "validate", None)
        if validate is not None:
            validate()

    cls.__post_init__ = post  # type: ignore[attr-defined]
    made = dataclasses.dataclass(frozen=True, eq=False)(cls)
    return made


class _Names(dict[str, object]):
    """The names an annotation of this package may use; one imported only for type checkers accepts anything."""

    def __init__(self, cls: type) -> None:
        super().__init__(vars(builtins) | vars(sys.modules[cls.__module__]))

    def __missing__(self, name: str) -> object:
        return Any


def _shown(value: object) -> str:
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) < 60 else text[:57] + '...'}"


def _words(hint: object) -> str:
    origin = typing.get_origin(hint)
    if hint is type(None):
        return "None"
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_words(part) for part in typing.get_args(hint))
    if origin is typing.Literal:
        return " or ".join(repr(part) for part in typing.get_args(hint))
    if isinstance(origin, type):
        return f"a {origin.__name__.lower()}"
    return getattr(hint, "__name__", str(hint))


def _checker(hint: object) -> Check:
    """A predicate for one annotation; containers are checked one level deep."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any or isinstance(hint, TypeVar):
        return lambda value: True
    if origin in (typing.Union, types.UnionType):
        parts = [_checker(part) for part in args]
        return lambda value: any(part(value) for part in parts)
    if origin is typing.Literal:
        words = frozenset(part for part in args if isinstance(part, str))
        if len(words) == len(args):
            return lambda value: isinstance(value, str) and value in words
        return lambda value: any(value == part and type(value) is type(part) for part in args)
    if origin is not None and isinstance(origin, type):
        return _container(origin, args)
    if hint is float:
        return lambda value: isinstance(value, (int, float)) and not isinstance(value, bool)
    if hint is int:
        return lambda value: isinstance(value, int) and not isinstance(value, bool)
    if isinstance(hint, type):
        kind: type = hint
        return lambda value: isinstance(value, kind)
    return lambda value: True


def _container(origin: type, args: tuple[object, ...]) -> Check:
    if issubclass(origin, Mapping) and len(args) == 2:
        key, item = _checker(args[0]), _checker(args[1])
        return lambda value: isinstance(value, origin) and all(key(k) and item(v) for k, v in value.items())
    if issubclass(origin, Sequence) and args and not issubclass(origin, str):
        of = _checker(args[0])
        return lambda value: (
            isinstance(value, origin) and not isinstance(value, str) and all(of(v) for v in value)
        )
    return lambda value: isinstance(value, origin)
