"""Reads plain values (from YAML or JSON) into fields the way Alertmanager's strict YAML does.

Wrong types and unknown fields are collected and reported together, as go-yaml does; a rule of Alertmanager's
own that is broken stops at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from obs.lang import duration
from obs.lang.error import LanguageError
from obs.sim.routing.error import ConfigError, PathPart

Item = TypeVar("Item")
DEPTH = 100
"""How deep a configuration may nest."""


class Reader:
    """Where the reading is, and the complaints so far."""

    __slots__ = ("complaints", "path")

    def __init__(self) -> None:
        self.path: tuple[PathPart, ...] = ()
        self.complaints: list[tuple[str, tuple[PathPart, ...]]] = []

    def complain(self, message: object) -> None:
        """Note a wrong type or an unknown field, and read on."""
        self.complaints.append((str(message), self.path))

    def error(self, message: str) -> ConfigError:
        """A broken rule, here."""
        return ConfigError(message, self.path)

    def finish(self) -> None:
        """Raise what was noted."""
        if self.complaints:
            lines = "\n".join(f"  {message}" for message, _ in self.complaints)
            raise ConfigError(f"yaml: unmarshal errors:\n{lines}", self.complaints[0][1])

    def inside(self, part: PathPart, read: Callable[[object], Item], value: object) -> Item:
        """Read a part of the value that is being read."""
        outer = self.path
        if len(outer) >= DEPTH:
            raise ConfigError(f"not supported: nesting deeper than {DEPTH} levels", outer)
        self.path = (*outer, part)
        try:
            return read(value)
        finally:
            self.path = outer

    # Plain values

    def mapping(self, value: object, kind: str) -> Mapping[str, object] | None:
        """A mapping; None (noted) when it is something else."""
        if value is None:
            return {}
        if isinstance(value, Mapping):
            return {scalar_text(key): item for key, item in value.items()}
        self.complain(f"cannot unmarshal {shown(value)} into {kind}")
        return None

    def text(self, value: object) -> str:
        """A string; numbers and booleans count, as go-yaml takes their spelling."""
        if value is None:
            return ""
        if isinstance(value, str | int | float):
            return scalar_text(value)
        self.complain(f"cannot unmarshal {shown(value)} into string")
        return ""

    def flag(self, value: object) -> bool:
        """A boolean."""
        if value is None:
            return False
        if isinstance(value, bool):
            return value
        self.complain(f"cannot unmarshal {shown(value)} into bool")
        return False

    def number(self, value: object) -> int:
        """A whole number."""
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if value is not None:
            self.complain(f"cannot unmarshal {shown(value)} into int")
        return 0

    def items(self, value: object, read: Callable[[object], Item], kind: str) -> tuple[Item, ...]:
        """A list, each item read."""
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            self.complain(f"cannot unmarshal {shown(value)} into []{kind}")
            return ()
        return tuple(self.inside(index, read, item) for index, item in enumerate(value))

    def texts(self, value: object, kind: str = "string") -> tuple[str, ...]:
        """A list of strings."""
        return self.items(value, self.text, kind)

    def text_map(self, value: object, kind: str = "map[string]string") -> dict[str, str]:
        """A mapping of strings."""
        fields = self.mapping(value, kind) or {}
        return {key: self.inside(key, self.text, item) for key, item in fields.items()}

    def duration(self, value: object) -> int | None:
        """A Prometheus duration in milliseconds; None when absent."""
        if value is None:
            return None
        before = len(self.complaints)
        text = self.text(value)
        if len(self.complaints) > before:
            return None
        try:
            return duration.parse(text)
        except LanguageError as error:
            raise self.error(error.message) from None

    def fields(
        self, value: object, kind: str, readers: Mapping[str, Callable[[object], object]]
    ) -> dict[str, object] | None:
        """The known fields of a mapping, read in its own order; None when it is not one.

        A field that is not known is noted: `field x not found in type ...`.
        """
        mapping = self.mapping(value, kind)
        if mapping is None:
            return None
        out: dict[str, object] = {}
        for key, item in mapping.items():
            read = readers.get(key)
            if read is None:
                self.inside(key, self.complain, f"field {key} not found in type {kind}")
            else:
                out[key] = self.inside(key, read, item)
        return out


def keep(value: object) -> object:
    """A field that is carried as it is."""
    return value


def scalar_text(value: object) -> str:
    """A scalar as YAML spells it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def shown(value: object) -> str:
    """A value as go-yaml names it in its complaints."""
    if isinstance(value, Mapping):
        return "!!map"
    if isinstance(value, list | tuple):
        return "!!seq"
    kind = {bool: "bool", int: "int", float: "float"}.get(type(value), "str")
    text = scalar_text(value)
    return f"!!{kind} `{text[:7] + '...' if len(text) > 10 else text}`"
