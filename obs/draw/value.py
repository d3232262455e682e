"""Numbers as Grafana writes them: scaled to their unit, with as many decimals as their size asks for.

Source: Grafana 11, `packages/grafana-data/src/valueFormats`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime

from obs.record import dataclass

_SI = ("", " K", " Mil", " Bil", " Tri", " Quadr", " Quint")
_SI_SMALL = ("f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y")
_ZERO = 5
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_DECIMAL = ("", "k", "M", "G", "T", "P", "E")

_BINARY_UNITS = {"bytes": "B", "bits": "b", "binBps": "B/s", "binbps": "b/s"}
_BINARY_FROM = {
    "kbytes": 1,
    "mbytes": 2,
    "gbytes": 3,
    "tbytes": 4,
    "pbytes": 5,
    "KiBs": 1,
    "MiBs": 2,
    "GiBs": 3,
}
_DECIMAL_UNITS = {"decbytes": "B", "decbits": "b", "Bps": "B/s", "bps": "b/s"}
_DECIMAL_FROM = {"deckbytes": 1, "decmbytes": 2, "decgbytes": 3, "dectbytes": 4, "KBs": 1, "MBs": 2, "GBs": 3}
_COUNTS = {
    "cps": "c/s", "ops": "ops/s", "reqps": "req/s", "rps": "rd/s", "wps": "wr/s", "iops": "io/s", "eps": "evt/s",
    "mps": "msg/s", "recps": "rec/s", "rowsps": "rows/s", "cpm": "c/m", "opm": "ops/m", "reqpm": "req/m",
    "rpm": "rd/m", "wpm": "wr/m", "epm": "evts/m", "mpm": "msgs/m", "recpm": "rec/m", "rowspm": "rows/m", "pps": "p/s",
}  # fmt: skip
_SCALED = {
    "hertz": "Hz",
    "watt": "W",
    "volt": "V",
    "amp": "A",
    "joule": "J",
    "ohm": "Ω",
    "flops": "FLOPS",
    "Hs": "H/s",
}
_PLAIN = {
    "celsius": "°C", "fahrenheit": "°F", "kelvin": "K", "degree": "°", "dB": "dB", "humidity": "%H", "ppm": "ppm",
    "pixel": "px", "rotrpm": "rpm", "lux": "lx", "candela": "cd",
}  # fmt: skip
_MONEY = {"currencyUSD": "$", "currencyEUR": "€", "currencyGBP": "£", "currencyJPY": "¥", "currencyKRW": "₩"}
_TIMES = (
    ("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3), ("s", 1.0), ("min", 60.0), ("hour", 3600.0), ("day", 86400.0),
    ("week", 604800.0), ("year", 31536000.0),
)  # fmt: skip
_SECONDS = {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DATES = ("dateTime", "time:")


@dataclass(frozen=True, slots=True)
class Shown:
    """A value in its parts; Grafana draws `suffix` smaller."""

    text: str
    suffix: str = ""
    prefix: str = ""

    def __str__(self) -> str:
        return f"{self.prefix}{self.text}{self.suffix}"


def shown(value: float | None, unit: str = "", decimals: int | None = None) -> Shown:
    """A value in its unit; `No data` for none, `NaN` and the infinities as Grafana writes them."""
    if value is None:
        return Shown("No data")
    if math.isnan(value):
        return Shown("NaN")
    if math.isinf(value):
        return Shown("+∞" if value > 0 else "-∞")
    return _in_unit(value, unit, decimals)


def _in_unit(value: float, unit: str, decimals: int | None) -> Shown:
    kind, _, own = unit.partition(":")
    if unit in ("", "none"):
        return Shown(fixed(value, decimals))
    if unit in ("percent", "percentunit"):
        return Shown(fixed(value * (100 if unit == "percentunit" else 1), decimals), "%")
    if unit in ("short", "sishort"):
        return _scaled(value, "", decimals, 1000, _SI)
    if unit in _SECONDS or unit in ("dtdurations", "dtdurationms", "clocks", "clockms"):
        return _duration(value * _SECONDS.get(unit, 0.001 if unit.endswith("ms") else 1.0), decimals)
    if unit in _BINARY_UNITS:
        return _scaled(value, _BINARY_UNITS[unit], decimals, 1024, _BINARY, " ")
    if unit in _BINARY_FROM:
        return _scaled(value * 1024 ** _BINARY_FROM[unit], "B/s" if unit.endswith("s") and unit[1] == "i" else "B",
                       decimals, 1024, _BINARY, " ")  # fmt: skip
    if unit in _DECIMAL_UNITS:
        return _scaled(value, _DECIMAL_UNITS[unit], decimals, 1000, _DECIMAL, " ")
    if unit in _DECIMAL_FROM:
        return _scaled(value * 1000 ** _DECIMAL_FROM[unit], "B/s" if unit.endswith("Bs") else "B", decimals, 1000,
                       _DECIMAL, " ")  # fmt: skip
    if unit in _COUNTS:
        return _scaled(value, f" {_COUNTS[unit]}", decimals, 1000, _SI)
    if unit in _SCALED:
        return _si(value, _SCALED[unit], decimals)
    if unit in _MONEY:
        found = _scaled(value, "", decimals, 1000, ("", "K", "M", "B", "T"))
        return Shown(found.text, found.suffix, _MONEY[unit])
    if unit.startswith("bool"):
        yes, no = {"bool_yes_no": ("Yes", "No"), "bool_on_off": ("On", "Off")}.get(unit, ("True", "False"))
        if own:
            yes, _, no = own.partition("/")
        return Shown(yes if value else no)
    if unit.startswith(_DATES):
        return Shown(moment(value / 1000))
    if kind == "prefix":
        return Shown(fixed(value, decimals), "", own)
    if kind == "count":
        return _scaled(value, f" {own}", decimals, 1000, _SI)
    if kind == "si":
        return _si(value, own, decimals)
    if kind == "currency":
        return Shown(fixed(value, decimals), "", own)
    suffix = own if kind == "suffix" else _PLAIN.get(unit, unit)
    return Shown(fixed(value, decimals), suffix if suffix.startswith(("°", "%")) else f" {suffix}")


def _scaled(
    value: float, suffix: str, decimals: int | None, step: float, names: Sequence[str], gap: str = ""
) -> Shown:
    power = 0
    while abs(value) >= step and power < len(names) - 1:
        value /= step
        power += 1
    return Shown(fixed(value, decimals), f"{gap}{names[power]}{suffix}")


def _si(value: float, suffix: str, decimals: int | None) -> Shown:
    power = _ZERO
    while value and abs(value) >= 1000 and power < len(_SI_SMALL) - 1:
        value, power = value / 1000, power + 1
    while value and abs(value) < 1 and power > 0:
        value, power = value * 1000, power - 1
    return Shown(fixed(value, decimals), f" {_SI_SMALL[power]}{suffix}")


def _duration(seconds: float, decimals: int | None) -> Shown:
    size = abs(seconds)
    name, scale = "s", 1.0
    if size:
        name, scale = next(
            ((name, scale) for name, scale in reversed(_TIMES) if size >= scale * 0.99999), _TIMES[0]
        )
    value = seconds / scale
    plural = "s" if name in ("hour", "day", "week", "year") and fixed(value, decimals) != "1" else ""
    return Shown(fixed(value, decimals), f" {name}{plural}")


def fixed(value: float, decimals: int | None) -> str:
    """With so many decimals, or with as many as show about three digits; no trailing zeros then."""
    if decimals is not None:
        text = f"{value:.{max(0, min(decimals, 12))}f}"
        return text[1:] if text.lstrip("-0.") == "" and text.startswith("-") else text
    size = abs(value)
    if not size:
        return "0"
    if size < 0.001:
        return f"{value:.3g}" if size >= 1e-4 else _exponent(value)
    places = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 else 4
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _exponent(value: float) -> str:
    mantissa, _, power = f"{value:.2e}".partition("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(power)}"


def moment(seconds: float, pattern: str = "%Y-%m-%d %H:%M:%S") -> str:
    """A time in UTC; empty for one that no calendar has."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime(pattern)
    except (OverflowError, ValueError, OSError):
        return ""
