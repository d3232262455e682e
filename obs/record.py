"""Frozen dataclasses that are made in a third of the time, for the modules that nearly every run imports.

The standard library compiles six functions from text for each class, which for a few hundred classes takes longer
than reading a project. Here one is compiled, `__init__`, when the first object is made; the others are closures over
the names of the fields. What `dataclasses` offers for its classes (`fields`, `replace`, `asdict`, `match`) works on
these too.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from dataclasses import field
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, cast

__all__ = ["dataclass", "field"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls: type | None = None, /, **options: bool) -> Any:
        """As `dataclasses.dataclass`; only for `frozen=True`, with or without slots, is it another one."""
        return _made(cls, options) if cls is not None else lambda one: _made(one, options)


_KNOWN = frozenset({"frozen", "slots", "eq", "kw_only"})


def _made(cls: type, options: dict[str, bool]) -> type:
    if not options.get("frozen") or not options.keys() <= _KNOWN or _unusual(cls):
        return dataclasses.dataclass(**options)(cls)
    own, slots, eq = dict(cls.__dict__), options.get("slots", False), options.get("eq", True)
    made: Any = _described(cls, options.get("kw_only", False), slots)
    fields = dataclasses.fields(made)
    names = tuple(one.name for one in fields)
    given: dict[str, Callable[..., Any]] = {
        "__init__": _init_at_first(made, fields, slots),
        "__repr__": _repr(tuple(one.name for one in fields if one.repr)),
        "__setattr__": _refusing(made, names, "assign to", "__setattr__"),
        "__delattr__": _refusing(made, names, "delete", "__delattr__"),
    }
    if eq:
        given["__eq__"] = _eq(tuple(one.name for one in fields if one.compare))
    if slots:
        given |= {"__getstate__": _getstate(names), "__setstate__": _setstate(names)}
    for name, function in given.items():
        if name not in own:
            function.__name__, function.__qualname__ = name, f"{made.__qualname__}.{name}"
            setattr(made, name, function)
    if eq and own.get("__hash__") is None:
        hashed = (one.name for one in fields if (one.compare if one.hash is None else one.hash))
        made.__hash__ = _hash(tuple(hashed))
    made.__record__ = True
    made.__dataclass_params__.frozen = True
    return cast(type, made)


@dataclasses.dataclass(frozen=True)
class _Standard:
    """What the standard library says of such a class."""


def _unusual(cls: type) -> bool:
    """Whether it has what is left to the standard library, or inherits from what that has made."""
    return (
        any(word in str(one) for one in inspect.get_annotations(cls).values() for word in _LEFT)
        or any(isinstance(one, dataclasses.Field) and not one.init for one in cls.__dict__.values())
        or any(
            "__dataclass_fields__" in base.__dict__ and "__record__" not in base.__dict__
            for base in cls.__mro__[1:]
        )
    )


_LEFT = ("InitVar", "KW_ONLY")


def _described(cls: type, kw_only: bool, slots: bool) -> type:
    """The class with what `dataclasses` knows a dataclass by, and with slots where it wants them; without methods."""
    fields: dict[str, dataclasses.Field[Any]] = {}
    for base in cls.__mro__[-1:0:-1]:
        fields |= getattr(base, "__dataclass_fields__", {})
    for name, kind in inspect.get_annotations(cls).items():
        if "ClassVar" not in str(kind):
            fields[name] = _field(cls, name, kind, kw_only)
    made: Any = cls if not slots else _slotted(cls, tuple(fields))
    made.__dataclass_fields__ = fields
    made.__dataclass_params__ = _Standard.__dataclass_params__  # type: ignore[attr-defined]
    matched = tuple(one.name for one in fields.values() if not one.kw_only)
    setattr(made, "__match_args__", matched)  # noqa: B010
    made.__doc__ = made.__doc__ or made.__name__
    return cast(type, made)


def _field(cls: type, name: str, kind: object, kw_only: bool) -> dataclasses.Field[Any]:
    """One that the class declares itself; its default is left to the class."""
    given = cls.__dict__.get(name, dataclasses.MISSING)
    found: Any = given if isinstance(given, dataclasses.Field) else field(default=given)
    if found.default.__class__.__hash__ is None:
        raise ValueError(
            f"mutable default {type(found.default)} for field {name} is not allowed: use default_factory"
        )
    found.name, found.type, found._field_type = name, kind, _IS_FIELD
    if found.kw_only is dataclasses.MISSING:
        found.kw_only = kw_only
    if found is given and found.default is dataclasses.MISSING:
        delattr(cls, name)
    elif found is given:
        setattr(cls, name, found.default)
    return cast("dataclasses.Field[Any]", found)


_IS_FIELD: object = dataclasses._FIELD  # type: ignore[attr-defined]


def _slotted(cls: type, names: tuple[str, ...]) -> type:
    """The class anew: slots cannot be given to one that is there."""
    taken = {slot for base in cls.__mro__[1:] for slot in base.__dict__.get("__slots__", ())}
    body = {name: value for name, value in cls.__dict__.items() if name not in ("__dict__", "__weakref__")}
    for name in names:
        body.pop(name, None)
    body["__slots__"] = tuple(name for name in names if name not in taken)
    made = type(cls)(cls.__name__, cls.__bases__, body)
    made.__qualname__ = cls.__qualname__
    return made


def _init_at_first(cls: type, fields: tuple[dataclasses.Field[Any], ...], slots: bool) -> Callable[..., Any]:
    """Makes way for the real one when the first object is made: most classes of most runs never have one."""

    def init(self: object, *arguments: object, **named: object) -> None:
        made = _init(cls, fields, slots)
        made.__name__, made.__qualname__ = "__init__", f"{cls.__qualname__}.__init__"
        if cls.__dict__.get("__init__") is init:
            cls.__init__ = made  # type: ignore[misc]
        made(self, *arguments, **named)

    return init


def _init(cls: type, fields: tuple[dataclasses.Field[Any], ...], slots: bool) -> Callable[..., Any]:
    """Writes into the slots, or past the refusing `__setattr__`."""
    known: dict[str, object] = {"_set": object.__setattr__, "_missing": dataclasses.MISSING}
    parameters, lines = [], []
    for one in sorted(fields, key=lambda one: one.kw_only is True):
        if one.kw_only is True and "*" not in parameters:
            parameters.append("*")
        name, value = one.name, one.name
        if one.default is not dataclasses.MISSING:
            known[f"_default_{name}"] = one.default
            parameters.append(f"{name}=_default_{name}")
        elif one.default_factory is not dataclasses.MISSING:
            known[f"_make_{name}"] = one.default_factory
            parameters.append(f"{name}=_missing")
            value = f"_make_{name}() if {name} is _missing else {name}"
        else:
            parameters.append(name)
        if slots:
            known[f"_set_{name}"] = getattr(cls, name).__set__
            lines.append(f"_set_{name}(self, {value})")
        else:
            lines.append(f"_set(self, {name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    body = "\n  ".join(lines) or "pass"
    signature = ", ".join(["self", *parameters])
    text = f"def make({', '.join(known)}):\n def __init__({signature}):\n  {body}\n return __init__"
    scope: dict[str, Any] = {}
    exec(text, {}, scope)  # the standard library does the same, from the same names
    made: Callable[..., Any] = scope["make"](**known)
    made.__annotations__ = {one.name: one.type for one in fields} | {"return": None}
    return made


def _values(names: tuple[str, ...]) -> Callable[[object], tuple[object, ...]]:
    if not names:
        return lambda one: ()
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda one: (only(one),)
    return attrgetter(*names)


def _eq(names: tuple[str, ...]) -> Callable[..., Any]:
    values = _values(names)

    def equal(self: object, other: object) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return values(self) == values(other)

    return equal


def _hash(names: tuple[str, ...]) -> Callable[[object], int]:
    values = _values(names)

    def hashed(self: object) -> int:
        return hash(values(self))

    return hashed


def _repr(names: tuple[str, ...]) -> Callable[[Any], str]:
    @recursive_repr()
    def shown(self: object) -> str:
        inner = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{self.__class__.__qualname__}({inner})"

    return shown


def _refusing(cls: type, names: tuple[str, ...], verb: str, method: str) -> Callable[..., None]:
    def refuse(self: object, name: str, *value: object) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot {verb} field {name!r}")
        getattr(super(cls, self), method)(name, *value)

    return refuse


def _getstate(names: tuple[str, ...]) -> Callable[[object], list[object]]:
    def taken(self: object) -> list[object]:
        return [getattr(self, name) for name in names]

    return taken


def _setstate(names: tuple[str, ...]) -> Callable[[object, list[object]], None]:
    def restored(self: object, state: list[object]) -> None:
        for name, value in zip(names, state, strict=True):
            object.__setattr__(self, name, value)

    return restored
