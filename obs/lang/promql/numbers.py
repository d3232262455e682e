"""Numbers and durations of PromQL: from text to value as Go reads them, and back as Go prints them."""

from __future__ import annotations

import math
import re

from obs.lang import duration
from obs.lang.error import LanguageError

_DECIMAL = re.compile(r"[0-9]*\.?[0-9]*(?:[eE][+-]?[0-9]+)?")
_MAX_INT64 = (1 << 63) - 1


def number_value(text: str) -> float:
    """The value of a number token; `010` is octal and `0x1F` hexadecimal, as in Go. Raises LanguageError.

    Source: Go strconv.ParseInt with base 0, else ParseFloat.
    """
    lowered = text.lower()
    if lowered in {"inf", "nan"}:
        return float(lowered)
    whole = _integer(text)
    if whole is not None:
        return float(whole)
    plain = text.replace("_", "")
    if ("_" in text and not _underscores_separate_digits(text)) or not _DECIMAL.fullmatch(plain):
        raise LanguageError(f"bad number {duration.quote(text)}", 0, len(text))
    try:
        value = float(plain)
    except ValueError:
        raise LanguageError(f"bad number {duration.quote(text)}", 0, len(text)) from None
    if math.isinf(value):
        raise LanguageError(f"the number {duration.quote(text)} is out of range", 0, len(text))
    return value


def _integer(text: str) -> int | None:
    if not text[:1].isdigit() or ("_" in text and not _underscores_separate_digits(text)):
        return None
    digits = text.replace("_", "")
    try:
        if digits[:2] in {"0x", "0X"}:
            value = int(digits[2:], 16)
        elif digits[0] == "0" and len(digits) > 1:
            value = int(digits[1:], 8)
        else:
            value = int(digits) if digits.isdigit() and len(digits) < 20 else _MAX_INT64 + 1
    except ValueError:
        return None
    return value if value <= _MAX_INT64 else None


def _underscores_separate_digits(text: str) -> bool:
    """Whether each underscore is between digits, or between a base prefix and a digit."""
    hexadecimal = text[:2] in {"0x", "0X"}
    before = "0" if hexadecimal else ""
    for char in text[2:] if hexadecimal else text:
        if char in "0123456789" or (hexadecimal and char in "abcdefABCDEF"):
            before = "0"
        elif char == "_":
            if before != "0":
                return False
            before = "_"
        elif before == "_":
            return False
        else:
            before = "!"
    return before != "_"


def duration_seconds(text: str) -> float:
    """Seconds of a duration token, with Go's rounding. Raises LanguageError."""
    milliseconds = duration.parse(text)
    if milliseconds == 0:
        raise LanguageError("duration must be greater than 0", 0, len(text))
    seconds, rest = divmod(milliseconds, 1000)
    return seconds + rest * 1_000_000 / 1e9


def milliseconds(seconds: float) -> int | None:
    """A range or offset in whole milliseconds as Prometheus 2.55 cuts it off; None beyond Go's 292 years."""
    scaled = seconds * 1000
    if math.isnan(scaled) or abs(scaled) >= 2**63:
        return 0  # Go's conversion gives the least integer, whose product with 1,000,000 wraps to 0
    whole = int(scaled)
    return whole if abs(whole) * duration.MILLISECOND_NS <= _MAX_INT64 else None


def render_number(value: float) -> str:
    """The number as Prometheus prints it: shortest digits, exponent from 1e+06 on or below 1e-04."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    sign = "-" if value < 0 else ""
    digits, power = _digits(repr(abs(value)))
    if not -4 <= power < 6:
        tail = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{tail}e{'-' if power < 0 else '+'}{abs(power):02d}"
    return sign + _positional(digits, power)


def _digits(shortest: str) -> tuple[str, int]:
    """Significant digits without trailing zeros, and the power of ten of the first one."""
    number, _, exponent = shortest.partition("e")
    whole, _, fraction = number.partition(".")
    digits = (whole + fraction).lstrip("0")
    power = len(whole) - 1 + int(exponent or 0)
    if whole.strip("0") == "":
        power = -1 - (len(fraction) - len(fraction.lstrip("0"))) + int(exponent or 0)
    return digits.rstrip("0") or "0", power


def _positional(digits: str, power: int) -> str:
    if power < 0:
        return "0." + "0" * (-power - 1) + digits
    if len(digits) <= power + 1:
        return digits + "0" * (power + 1 - len(digits))
    return f"{digits[: power + 1]}.{digits[power + 1 :]}"
