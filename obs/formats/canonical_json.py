"""JSON whose bytes depend on the value alone: sorted keys, kept list order, UTF-8, a newline at the end.

Every reader of the chain sees the same value: numbers are written so that Go's float64, Go's int64 and
JavaScript agree, and characters that YAML forbids inside a ConfigMap are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from math import isfinite
from typing import Any, NoReturn

_DEPTH = 200
"""Levels of nesting; Grafana's deepest documents need about 20."""

_SAFE_INTEGER = 2**53
"""Above it JavaScript, and Go's untyped decoding, round to another number."""

_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Legal in JSON, but a line break for YAML or refused by it (YAML 1.2, `c-printable`, `b-char`)."""


class CanonicalJsonError(ValueError):
    """A value that JSON cannot carry unchanged; `path` leads to it, as in `$.panels[2].title`."""

    def __init__(self, problem: str, path: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.problem = problem
        self.path = path


def dumps(value: object) -> bytes:
    """The canonical bytes; raises CanonicalJsonError for NaN, keys that are no text, and so on."""
    return _encoded(value, "\n", "  ", "\n")


def minified(value: object) -> bytes:
    """The same value on one line, without blanks and without a final newline."""
    return _encoded(value, "", "", "")


def _encoded(value: object, newline: str, step: str, end: str) -> bytes:
    try:
        text = _text(value, newline, step, 0) + end
        return _NOT_IN_YAML.sub(_escaped, text).encode()
    except (_NotJsonError, UnicodeEncodeError) as error:
        _blame(value, "$", 0, str(error))


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


class _NotJsonError(Exception):
    """Something below is no JSON; where is found out by `_blame`."""


@lru_cache(maxsize=4096)
def _members(names: tuple[str, ...], step: str) -> tuple[tuple[str, str], ...]:
    """The keys of an object in order, each with its text; most objects of a document have the keys of another."""
    if not all(isinstance(name, str) for name in names):
        raise _NotJsonError
    return tuple((name, quoted(name) + (": " if step else ":")) for name in sorted(names))


def _text(value: object, newline: str, step: str, depth: int) -> str:
    """`newline` is the line break with the indentation of the line on which `value` starts."""
    write = _ATOMS.get(type(value))
    if write is not None:
        return write(value)
    if isinstance(value, (dict, Mapping)):  # the abstract type alone is slow to ask
        return _object(value, newline, step, depth)
    if isinstance(value, (list, tuple)):
        return _array(value, newline, step, depth)
    return _derived(value)


def _object(value: Mapping[str, object], newline: str, step: str, depth: int) -> str:
    if not value:
        return "{}"
    if depth >= _DEPTH:
        raise _NotJsonError
    inner = newline + step
    members = []
    try:
        keys = _members(tuple(value), step)
    except TypeError:
        raise _NotJsonError from None
    for name, key in keys:
        item = value[name]
        # Atoms here too: most members are, and a call costs as much as the work.
        write = _ATOMS.get(type(item))
        members.append(key + (write(item) if write is not None else _text(item, inner, step, depth + 1)))
    return "{" + inner + ("," + inner).join(members) + newline + "}"


def _array(value: list[object] | tuple[object, ...], newline: str, step: str, depth: int) -> str:
    if not value:
        return "[]"
    if depth >= _DEPTH:
        raise _NotJsonError
    inner = newline + step
    members = [_text(item, inner, step, depth + 1) for item in value]
    return "[" + inner + ("," + inner).join(members) + newline + "]"


def _derived(value: object) -> str:
    """An atom of a type that extends one of JSON's (IntEnum, StrEnum) counts as what it extends."""
    if isinstance(value, int):
        return _integer(int(value))
    if isinstance(value, float):
        return _float(float(value))
    if isinstance(value, str):
        return quoted(str.__str__(value))
    raise _NotJsonError


def _integer(value: int) -> str:
    if -_SAFE_INTEGER <= value <= _SAFE_INTEGER:
        return int.__repr__(value)
    raise _NotJsonError


def _float(value: float) -> str:
    if not isfinite(value):
        raise _NotJsonError
    if value.is_integer() and abs(value) <= _SAFE_INTEGER:
        return int.__repr__(int(value))  # 80.0 and 80 are one number to every reader
    return float.__repr__(value)


_ATOMS: dict[type, Callable[[Any], str]] = {
    str: quoted,
    bool: {True: "true", False: "false"}.__getitem__,
    int: _integer,
    float: _float,
    type(None): lambda value: "null",
}


def _blame(value: object, path: str, depth: int, fallback: str) -> NoReturn:
    """Raises for the first thing below `value` that JSON refuses."""
    for problem, where in _problems(value, path, depth):
        raise CanonicalJsonError(problem, where)
    raise CanonicalJsonError(fallback or "is no JSON", path)


def _problems(value: object, path: str, depth: int) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        if depth >= _DEPTH and value:
            return [(f"nested deeper than {_DEPTH} levels", path)]
        for name, item in value.items():
            if not isinstance(name, str):
                return [(f"the key {name!r} is no text", path)]
            found = _problems(name, f"{path}.{name!r}", depth) or _problems(item, f"{path}.{name}", depth + 1)
            if found:
                return found
        return []
    if isinstance(value, (list, tuple)):
        if depth >= _DEPTH and value:
            return [(f"nested deeper than {_DEPTH} levels", path)]
        for index, item in enumerate(value):
            if found := _problems(item, f"{path}[{index}]", depth + 1):
                return found
        return []
    problem = _scalar_problem(value)
    return [(problem, path)] if problem else []


def _scalar_problem(value: object) -> str:
    if isinstance(value, str):
        lone = any("\ud800" <= character <= "\udfff" for character in value)
        return "holds half of a surrogate pair, which UTF-8 cannot write" if lone else ""
    if isinstance(value, int):
        return "" if abs(value) <= _SAFE_INTEGER else f"{value} is beyond 2^53: JavaScript rounds it"
    if isinstance(value, float):
        return "" if isfinite(value) else f"{value} is no JSON number"
    return "" if value is None else f"{type(value).__name__} is no JSON value"
