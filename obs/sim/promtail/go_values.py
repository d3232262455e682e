"""Values as the Go program sees them: numbers as text, sizes, and how `fmt` prints what YAML decoded to.

A configuration is what go-yaml v2 decodes: maps, lists, strings, int, float64, bool and nil.
Source: Go `strconv`, `fmt`; datasize.ByteSize.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal

from obs.lang.error import LanguageError
from obs.lang.gotemplate.quote import quote

Value = str | float | bool | None
"""What the extracted map holds."""

_DECIMAL = re.compile(r"[+-]?(?:[0-9_]+(?:\.[0-9_]*)?|\.[0-9_]+)(?:[eE][+-]?[0-9_]+)?\Z")
_HEXADECIMAL = re.compile(r"[+-]?0[xX](?:[0-9a-fA-F_]+(?:\.[0-9a-fA-F_]*)?|\.[0-9a-fA-F_]+)[pP][+-]?[0-9]+\Z")
_SPECIAL = re.compile(r"(?:[+-]?inf(?:inity)?|nan)\Z", re.IGNORECASE)
_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
_MAX_UINT64 = (1 << 64) - 1
_SIZE_UNITS = {
    **dict.fromkeys(("", "b", "byte"), 1),
    **dict.fromkeys(("k", "kb", "kilo", "kilobyte", "kilobytes"), 1 << 10),
    **dict.fromkeys(("m", "mb", "mega", "megabyte", "megabytes"), 1 << 20),
    **dict.fromkeys(("g", "gb", "giga", "gigabyte", "gigabytes"), 1 << 30),
    **dict.fromkeys(("t", "tb", "tera", "terabyte", "terabytes"), 1 << 40),
    **dict.fromkeys(("p", "pb", "peta", "petabyte", "petabytes"), 1 << 50),
    **dict.fromkeys(("e", "eb"), 1 << 60),
}


def text_bytes(text: str) -> bytes:
    """The bytes of a Go string; what is not UTF-8 is carried as surrogate escapes."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")


def byte_length(text: str) -> int:
    """Go's `len`."""
    return len(text) if text.isascii() else len(text_bytes(text))


def is_utf8(text: str) -> bool:
    if text.isascii():
        return True
    return not any("\ud800" <= char <= "\udfff" for char in text)


def float_text(value: float) -> str:
    """`strconv.FormatFloat(value, 'f', -1, 64)`: never an exponent."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    text = repr(value)
    if "e" in text:
        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


def general_float_text(value: float) -> str:
    """A float as `%v` and the text exposition print it: an exponent below 1e-4 and from 1e21 on."""
    if not math.isfinite(value):
        return float_text(value)
    magnitude = abs(value)
    if magnitude != 0 and not 1e-4 <= magnitude < 1e21:
        mantissa, _, exponent = (repr(value) if "e" in repr(value) else f"{value:e}").partition("e")
        digits = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return f"{digits}e{exponent[0]}{exponent[1:].zfill(2)}"
    return float_text(value)


def as_text(value: Value) -> str | None:
    """A value of the extracted map as text; None where Go reports that it cannot convert (nil)."""
    if type(value) is str:
        return value
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return float_text(value)
    return str(value)


def parse_float(text: str) -> float | None:
    """`strconv.ParseFloat(text, 64)`; None for a syntax error or a number out of range."""
    if "_" in text and not _underscores_separate(text):
        return None
    if _DECIMAL.match(text):
        value = float(text)
    elif _HEXADECIMAL.match(text):
        try:
            value = float.fromhex(text.replace("_", ""))
        except OverflowError:
            return None
    elif _SPECIAL.match(text):
        return float(text)
    else:
        return None
    return None if math.isinf(value) else value


def _underscores_separate(text: str) -> bool:
    digit = "0-9a-fA-F" if "x" in text.lower() else "0-9"
    return not re.search(f"_(?![{digit}])|(?<![{digit}xX])_", text)


def parse_int(text: str) -> int | None:
    """`strconv.ParseInt(text, 10, 64)`; None for a syntax error or a number out of range."""
    if len(text) > 64 and not text.lstrip("+-").lstrip("0"):
        return 0 if _INTEGER.match(text) else None
    if not _INTEGER.match(text) or len(text.lstrip("+-0")) > 20:
        return None
    value = int(text)
    return value if -(1 << 63) <= value < 1 << 63 else None


def parse_size(text: str) -> int:
    """Bytes of a size such as `1kb` (1024) in any case; raises LanguageError with Go's words.

    From 8 EB on the number is negative, as it is in the int that Promtail compares with.
    """
    shown = text.upper()
    digits = re.match(r"[0-9]*", shown)
    count = digits.group() if digits else ""
    factor = _SIZE_UNITS.get(shown[len(count) :].strip().lower())
    significant = count.lstrip("0")
    if text and not count:
        factor = None
    too_large = len(significant) > 20 or int(significant or 0) * (factor or 1) > _MAX_UINT64
    if too_large or factor is None:
        reason = "value out of range" if too_large and count else "invalid syntax"
        raise LanguageError(f"strconv.UnmarshalText: parsing {quote(shown)}: {reason}", 0, len(text))
    return signed(int(significant or 0) * factor)


def signed(value: int) -> int:
    """The low 64 bits as Go's int."""
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)


def kind(value: object) -> str:
    """The `reflect.Kind` of a decoded value."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int" if value < 1 << 63 else "uint64"
    if isinstance(value, float):
        return "float64"
    if isinstance(value, str):
        return "string"
    if isinstance(value, Mapping):
        return "map"
    return "slice"


def type_name(value: object) -> str:
    return {"map": "map[interface {}]interface {}", "slice": "[]interface {}"}.get(kind(value), kind(value))


def show(value: object) -> str:
    """`fmt.Sprintf("%v", value)`."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return general_float_text(value)
    if isinstance(value, Mapping):
        pairs = sorted(value.items(), key=lambda pair: _order(pair[0]))
        return "map[" + " ".join(f"{show(key)}:{show(item)}" for key, item in pairs) + "]"
    if isinstance(value, (list, tuple)):
        return "[" + " ".join(show(item) for item in value) + "]"
    return str(value)


def show_as_string(value: object) -> str:
    """`fmt.Sprintf("%s", value)`, which complains about what is not a string."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        pairs = sorted(value.items(), key=lambda pair: _order(pair[0]))
        return "map[" + " ".join(f"{show_as_string(key)}:{show_as_string(item)}" for key, item in pairs) + "]"
    if isinstance(value, (list, tuple)):
        return "[" + " ".join(show_as_string(item) for item in value) + "]"
    if value is None:
        return "<nil>"
    return f"%!s({kind(value)}={show(value)})"


def _order(key: object) -> tuple[int, float, str]:
    """Map keys in the order of `fmt`: nil, numbers, strings, each by value."""
    if isinstance(key, (int, float)):
        return 1, float(key), ""
    return 2, 0.0, str(key)
