"""How Promtail turns a stage's YAML into its options: mapstructure, with its leniency and its words.

Keys match in any case, unknown keys are ignored, null leaves the default. A value of another type is an
error, unless the stage decodes weakly: then `"5"` is 5, 1 is true, and 1 is "1".

Source: mapstructure 1.5.1 (`Decode`, `WeakDecode`), as Promtail 3.0 pins it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Literal

from obs.lang.gotemplate.quote import quote
from obs.record import dataclass
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.go_values import float_text, kind, parse_float, show, signed, type_name

Basic = Literal["string", "bool", "int", "uint64", "size", "float64", "any"]
_Whole = Literal["int", "uint64", "size"]
_KEY = "<interface {} Value>"
_GO_TYPE = {"size": "flagext.ByteSize"}


@dataclass(frozen=True, slots=True)
class ListOf:
    item: Shape


@dataclass(frozen=True, slots=True)
class MapOf:
    item: Shape


@dataclass(frozen=True, slots=True)
class Optional:
    """A Go pointer: absent and null give None, not the zero value."""

    item: Basic


@dataclass(frozen=True, slots=True)
class Fields:
    """A Go struct: the keys it knows and their shapes."""

    keys: Mapping[str, Shape]


Shape = Basic | ListOf | MapOf | Optional | Fields
Options = dict[str, object]


def decode(raw: object, keys: Mapping[str, Shape], *, weak: bool = False) -> Options:
    """The options of a stage, every key of `keys` present. Raises ConfigError in mapstructure's words."""
    decoded = decode_value(raw, Fields(keys), weak=weak)
    assert isinstance(decoded, dict)
    return decoded


def decode_value(raw: object, shape: Shape, *, weak: bool = False) -> object:
    """As `decode`, for a stage whose configuration is a list or a map of free names."""
    decoder = _Decoder(weak)
    value = decoder.value("", raw, shape)
    if decoder.whole is not None:
        raise ConfigError(decoder.whole)
    if decoder.errors:
        points = "\n".join(sorted(f"* {error}" for error in decoder.errors))
        raise ConfigError(f"{len(decoder.errors)} error(s) decoding:\n\n{points}")
    return value


def zero(shape: Shape) -> object:
    if isinstance(shape, Fields):
        return {key: zero(item) for key, item in shape.keys.items()}
    if isinstance(shape, (Optional, ListOf, MapOf)) or shape == "any":
        return None
    return {"string": "", "bool": False, "int": 0, "uint64": 0, "size": 0, "float64": 0.0}[shape]


class _Decoder:
    def __init__(self, weak: bool) -> None:
        self.weak = weak
        self.errors: list[str] = []
        self.whole: str | None = None

    def fail(self, name: str, message: str) -> None:
        """Record an error; one about the whole value stands alone, without the list around it."""
        if name:
            self.errors.append(message)
        else:
            self.whole = message

    def value(self, name: str, raw: object, shape: Shape) -> object:
        if raw is None:
            return zero(shape)
        if isinstance(shape, Optional):
            return self.basic(name, raw, shape.item)
        if isinstance(shape, ListOf):
            return self.list_of(name, raw, shape.item)
        if isinstance(shape, MapOf):
            return self.map_of(name, raw, shape.item)
        if isinstance(shape, Fields):
            return self.fields(name, raw, shape)
        return self.basic(name, raw, shape)

    def fields(self, name: str, raw: object, shape: Fields) -> object:
        if not isinstance(raw, Mapping):
            self.fail(name, f"'{name}' expected a map, got '{kind(raw)}'")
            return zero(shape)
        folded = {key.casefold(): key for key in reversed(list(raw)) if isinstance(key, str)}
        found: Options = {}
        for key, item in shape.keys.items():
            actual = key if key in raw else folded.get(key.casefold())
            path = f"{name}.{key}" if name else key
            found[key] = self.value(path, raw[actual] if actual is not None else None, item)
        return found

    def map_of(self, name: str, raw: object, shape: Shape) -> object:
        if not isinstance(raw, Mapping):
            self.fail(name, f"'{name}' expected a map, got '{kind(raw)}'")
            return None
        found: dict[str, object] = {}
        for key, item in raw.items():
            path = f"{name}[{_KEY}]"
            before = len(self.errors)
            decoded = "" if key is None else self.basic(path, key, "string")
            if len(self.errors) == before:
                found[str(decoded)] = self.value(path, item, shape)
        return found

    def list_of(self, name: str, raw: object, shape: Shape) -> object:
        items: list[object]
        if isinstance(raw, (list, tuple)):
            items = list(raw)
        elif not self.weak:
            self.fail(name, f"'{name}': source data must be an array or slice, got {kind(raw)}")
            return None
        else:
            items = [] if isinstance(raw, Mapping) and not raw else [raw]
        return [self.value(f"{name}[{index}]", item, shape) for index, item in enumerate(items)]

    def basic(self, name: str, raw: object, wanted: Basic) -> object:
        if wanted == "any":
            return raw
        decoded = _CONVERSIONS[wanted](self, name, raw)
        if decoded is not None:
            return decoded
        return zero(wanted)

    def unconvertible(self, name: str, wanted: Basic, raw: object) -> None:
        go_type = _GO_TYPE.get(wanted, wanted)
        self.fail(
            name,
            f"'{name}' expected type '{go_type}', got unconvertible type '{type_name(raw)}', "
            f"value: '{show(raw)}'",
        )

    def string(self, name: str, raw: object) -> str | None:
        if isinstance(raw, str):
            return raw
        if self.weak and isinstance(raw, bool):
            return "1" if raw else "0"
        if self.weak and isinstance(raw, (int, float)):
            return float_text(raw) if isinstance(raw, float) else str(raw)
        self.unconvertible(name, "string", raw)
        return None

    def boolean(self, name: str, raw: object) -> bool | None:
        if isinstance(raw, bool):
            return raw
        if self.weak and isinstance(raw, (int, float)):
            return raw != 0
        if self.weak and isinstance(raw, str):
            if raw in ("1", "t", "T", "TRUE", "true", "True"):
                return True
            if raw in ("", "0", "f", "F", "FALSE", "false", "False"):
                return False
            reason = f"strconv.ParseBool: parsing {quote(raw)}: invalid syntax"
            self.fail(name, f"cannot parse '{name}' as bool: {reason}")
            return None
        self.unconvertible(name, "bool", raw)
        return None

    def integer(self, name: str, raw: object) -> int | None:
        return self.number(name, raw, "int")

    def unsigned(self, name: str, raw: object) -> int | None:
        return self.number(name, raw, "uint64")

    def size(self, name: str, raw: object) -> int | None:
        return self.number(name, raw, "size")

    def number(self, name: str, raw: object, wanted: _Whole) -> int | None:
        if isinstance(raw, bool) and self.weak:
            return int(raw)
        if isinstance(raw, (int, float)) and not isinstance(raw, bool):
            if not math.isfinite(raw):
                return -(1 << 63) if wanted == "int" else 1 << 63
            whole = int(raw)
            if isinstance(raw, float) and not -(1 << 63) <= whole < 1 << 63:
                whole = -(1 << 63)  # what amd64 makes of it
            if wanted == "int":
                return signed(whole)
            if whole < 0 and not self.weak:
                self.fail(name, f"cannot parse '{name}', {whole} overflows uint")
                return None
            return whole % (1 << 64)
        if isinstance(raw, str) and self.weak:
            return self.number_text(name, raw or "0", wanted)
        self.unconvertible(name, wanted, raw)
        return None

    def number_text(self, name: str, text: str, wanted: _Whole) -> int | None:
        function, label, least, most = (
            ("ParseInt", "int", -(1 << 63), (1 << 63) - 1)
            if wanted == "int"
            else ("ParseUint", "uint", 0, (1 << 64) - 1)
        )
        value = _go_integer(text, signed=wanted == "int")
        if value is not None and least <= value <= most:
            return value
        reason = "invalid syntax" if value is None else "value out of range"
        self.fail(
            name, f"cannot parse '{name}' as {label}: strconv.{function}: parsing {quote(text)}: {reason}"
        )
        return None

    def real(self, name: str, raw: object) -> float | None:
        if isinstance(raw, bool) and self.weak:
            return float(raw)
        if isinstance(raw, (int, float)) and not isinstance(raw, bool):
            return float(raw)
        if isinstance(raw, str) and self.weak:
            value = parse_float(raw or "0")
            if value is None:
                reason = f"strconv.ParseFloat: parsing {quote(raw)}: invalid syntax"
                self.fail(name, f"cannot parse '{name}' as float: {reason}")
            return value
        self.unconvertible(name, "float64", raw)
        return None


_CONVERSIONS: Mapping[str, Callable[[_Decoder, str, object], object]] = {
    "string": _Decoder.string,
    "bool": _Decoder.boolean,
    "int": _Decoder.integer,
    "uint64": _Decoder.unsigned,
    "size": _Decoder.size,
    "float64": _Decoder.real,
}


def _go_integer(text: str, *, signed: bool) -> int | None:
    """A number as `strconv.ParseInt(text, 0, 64)` reads it: `0x1f`, `0b1`, `0o17`, `017`, `1_000`."""
    body = text[1:] if signed and text[:1] in ("+", "-") else text
    if not body.isascii() or not body[:1].isdigit() or len(body) > 100:
        return None
    if len(body) > 1 and body[0] == "0" and body[1] not in "xXbBoO":
        body = "0o" + body[1:]
    try:
        value = int(body, 0)
    except ValueError:
        return None
    return -value if text[0] == "-" else value
