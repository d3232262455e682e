"""JSON as the pipeline reads and writes it: every number is a float64, and `<`, `>`, `&` are written escaped.

Source: json-iterator's default configuration, which Promtail 3.0's json and pack stages use.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping

from obs.lang.error import LanguageError
from obs.sim.promtail.go_values import float_text

_ESCAPED = re.compile('[\\x00-\\x1f"\\\\<>&\u2028\u2029\ud800-\udfff]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPACE = " \t\r\n"


def _real(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError("number out of range")
    return value


def _constant(text: str) -> float:
    raise ValueError(f"{text} is not JSON")


_decoder = json.JSONDecoder(parse_int=_real, parse_float=_real, parse_constant=_constant)


def load(text: str) -> object:
    """The value of a JSON text. Raises LanguageError when it is malformed or has something behind it."""
    try:
        value, end = _decoder.raw_decode(text, len(text) - len(text.lstrip(_SPACE)))
    except ValueError as error:
        raise LanguageError("malformed json", getattr(error, "pos", 0)) from None
    except RecursionError:
        raise LanguageError("malformed json: exceeded max depth") from None
    if text[end:].strip(_SPACE):
        raise LanguageError("malformed json", end, len(text))
    return value


def load_object(text: str) -> dict[str, object]:
    """An object; `null` is an empty one, as it is for a Go map."""
    value = load(text)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise LanguageError("malformed json", 0, len(text))
    return value


def dump(value: object, *, standard: bool = False) -> str:
    """Compact JSON with sorted keys (json-iterator writes them in no order).

    `standard` is how Go's own encoding/json writes small and large numbers: `1e-7` for `1e-07`.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return dump_text(value)
    if isinstance(value, (int, float)):
        return _number(float(value), standard=standard)
    if isinstance(value, Mapping):
        return (
            "{"
            + ",".join(f"{dump_text(key)}:{dump(value[key], standard=standard)}" for key in sorted(value))
            + "}"
        )
    assert isinstance(value, list)
    return "[" + ",".join(dump(item, standard=standard) for item in value) + "]"


def dump_text(text: str) -> str:
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    char = found.group()
    if char in _SHORT:
        return _SHORT[char]
    if "\ud800" <= char <= "\udfff":
        return "\\ufffd"
    return f"\\u{ord(char):04x}"


def _number(value: float, *, standard: bool) -> str:
    if not math.isfinite(value):
        raise LanguageError(f"unsupported value: {float_text(value)}")
    if value != 0 and not 1e-6 <= abs(value) < 1e21:
        text = repr(value) if "e" in repr(value) else f"{value:e}"
        mantissa, _, exponent = text.partition("e")
        digits = exponent[1:].lstrip("0")
        return f"{mantissa}e{exponent[0]}{digits if standard else digits.zfill(2)}"
    return float_text(value)
