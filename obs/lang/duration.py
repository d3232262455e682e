"""Durations as text: Prometheus's (`1h30m`, whole numbers, biggest unit first) and Go's (`1m30.5s`).

Sources: prometheus/common model.ParseDuration and Duration.String (used by Prometheus 2.55, Alertmanager 0.27
and Loki 3.4), Go's time.ParseDuration and Duration.String.
"""

from __future__ import annotations

import re

from obs.lang.error import LanguageError

MILLISECOND_NS = 1_000_000
_MAX_NS = (1 << 63) - 1  # Go's time.Duration: about 292 years
_MAX_UINT64 = (1 << 64) - 1

_UNIT_MS: dict[str, int] = {
    "y": 365 * 86_400_000,
    "w": 7 * 86_400_000,
    "d": 86_400_000,
    "h": 3_600_000,
    "m": 60_000,
    "s": 1_000,
    "ms": 1,
}
_RANK = {unit: rank for rank, unit in enumerate(_UNIT_MS)}
_PART = re.compile(r"([0-9]+)([^0-9]+)")

_GO_UNIT_NS: dict[str, int] = {
    "ns": 1,
    "us": 1_000,
    "\u00b5s": 1_000,  # micro sign
    "\u03bcs": 1_000,  # Greek mu
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_GO_PART = re.compile(r"([0-9]*)(\.([0-9]*))?([^0-9.]*)")


def parse(text: str) -> int:
    """Milliseconds of a Prometheus duration: `1h30m`, `90s`, `500ms`, or the bare `0`.

    Units y (365 days), w, d, h, m, s, ms; each at most once, biggest first, whole numbers, no sign.
    """
    if text == "0":
        return 0
    if not text:
        raise LanguageError("empty duration string", 0, 0)
    total = position = 0
    rank = -1
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            raise _not_a_duration(text, position)
        number, unit = part.groups()
        if len(number.lstrip("0")) > 20 or int(number) > _MAX_UINT64:
            raise _not_a_duration(text, position, part.end())
        if unit not in _UNIT_MS:
            message = f"unknown unit {quote(unit)} in duration {quote(text)}"
            raise LanguageError(message, position + len(number), part.end())
        if _RANK[unit] <= rank:
            raise _not_a_duration(text, position, part.end())
        rank = _RANK[unit]
        total += int(number) * _UNIT_MS[unit]
        if total * MILLISECOND_NS > _MAX_NS:
            raise LanguageError("duration out of range", 0, len(text))
        position = part.end()
    return total


def _not_a_duration(text: str, start: int, end: int | None = None) -> LanguageError:
    message = f"not a valid duration string: {quote(text)}"
    return LanguageError(message, start, len(text) if end is None else end)


def render(milliseconds: int) -> str:
    """The canonical Prometheus text: `5m`, `1h30m`, `90d`; years and weeks only when nothing is left over."""
    if milliseconds == 0:
        return "0s"
    parts = ["-"] if milliseconds < 0 else []
    rest = abs(milliseconds)
    for unit, size in _UNIT_MS.items():
        if unit in {"y", "w"} and rest % size:
            continue
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
        if not rest:
            break
    return "".join(parts)


def parse_go(text: str) -> int:
    """Nanoseconds of a Go duration: `300ms`, `-1.5h`, `1m30.5s`, `1us`, `1µs`, or the bare `0`."""
    sign = -1 if text.startswith("-") else 1
    position = 1 if text[:1] in {"+", "-"} else 0
    if text[position:] == "0":
        return 0
    if position == len(text):
        raise _not_go(text)
    total = 0
    while position < len(text):
        part = _GO_PART.match(text, position)
        whole, point, fraction, unit = part.groups() if part else ("", None, None, "")
        if not whole and not fraction:
            raise _not_go(text, position)
        if len(whole.lstrip("0")) > 19 or int(whole or 0) > 1 << 63:
            raise _not_go(text, position)
        if not unit:
            raise LanguageError(f"time: missing unit in duration {_time_quote(text)}", position, len(text))
        at = position + len(whole) + len(point or "")
        if unit not in _GO_UNIT_NS:
            message = f"time: unknown unit {_time_quote(unit)} in duration {_time_quote(text)}"
            raise LanguageError(message, at, at + len(unit))
        total += int(whole or 0) * _GO_UNIT_NS[unit] + _fraction_ns(fraction or "", _GO_UNIT_NS[unit])
        if total > 1 << 63:
            raise _not_go(text, position)
        position = at + len(unit)
    if total > _MAX_NS and sign > 0:
        raise _not_go(text)
    return sign * total


def _fraction_ns(digits: str, unit_ns: int) -> int:
    """Go keeps as many digits as fit 63 bits and multiplies as float64."""
    value, scale = 0, 1.0
    for digit in digits[:20]:
        longer = value * 10 + int(digit)
        if value > _MAX_NS // 10 or longer > 1 << 63:
            break
        value, scale = longer, scale * 10
    return int(float(value) * (float(unit_ns) / scale))


def _not_go(text: str, start: int = 0) -> LanguageError:
    return LanguageError(f"time: invalid duration {_time_quote(text)}", start, len(text))


def render_go(nanoseconds: int) -> str:
    """Go's own text: `1h30m0s`, `1.5s`, `250ms`, `10µs`, `0s`."""
    if nanoseconds == 0:
        return "0s"
    sign, rest = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    if rest < 1_000_000_000:
        unit, size = next((u, s) for u, s in (("ms", 1_000_000), ("µs", 1_000), ("ns", 1)) if rest >= s)
        return f"{sign}{_decimal(rest, size)}{unit}"
    minutes, rest = divmod(rest, 60_000_000_000)
    hours, minutes = divmod(minutes, 60)
    text = f"{_decimal(rest, 1_000_000_000)}s"
    if hours:
        return f"{sign}{hours}h{minutes}m{text}"
    return f"{sign}{minutes}m{text}" if minutes else f"{sign}{text}"


def _decimal(value: int, size: int) -> str:
    whole, rest = divmod(value, size)
    return f"{whole}.{rest:0{len(str(size)) - 1}d}".rstrip("0") if rest else str(whole)


def _time_quote(text: str) -> str:
    """Go's time package escapes byte by byte."""
    characters = (
        f"\\{byte:c}" if byte in b'"\\' else chr(byte) for byte in text.encode("utf-8", "surrogatepass")
    )
    return '"' + "".join(c if " " <= c[0] < "\x80" else f"\\x{ord(c):02x}" for c in characters) + '"'


_SHORT_ESCAPES = dict(zip('\\"\n\t\r\a\b\f\v', '\\"ntrabfv', strict=True))


def quote(text: str) -> str:
    """The text in double quotes with Go's escapes, as the tools print it; lone surrogates are bytes."""
    return '"' + "".join(map(_escape, text)) + '"'


def _escape(char: str) -> str:
    if char in _SHORT_ESCAPES:
        return "\\" + _SHORT_ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    if code < 0x80:
        return f"\\x{code:02x}"
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8, as surrogateescape keeps it
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
