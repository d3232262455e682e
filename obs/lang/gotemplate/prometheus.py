"""The functions and data of Prometheus's rule templates.

Source: Prometheus 2.55, `template` and its documentation; numbers measured with promtool 2.55.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import unquote, urlsplit

from obs.lang import duration
from obs.lang.error import LanguageError
from obs.lang.gotemplate.builtin import query_escape
from obs.lang.gotemplate.clock import SECOND, Moment, time_pointer
from obs.lang.gotemplate.parse import parse_float
from obs.lang.gotemplate.printing import show, sprintf
from obs.lang.gotemplate.quote import quote
from obs.lang.gotemplate.strings import SHARED, title
from obs.lang.gotemplate.values import (
    Function,
    GoError,
    Html,
    Integer,
    Map,
    Pointer,
    Slice,
    Struct,
    Value,
    go_type,
)
from obs.record import dataclass, field


@dataclass(frozen=True, slots=True)
class Sample:
    """One series of the answer to a `query`."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class AlertData:
    """What a rule's template sees: labels and value of one alert, and the server's own settings.

    `queries` answers `query`, by the text of the query; a query that is not there is answered with nothing.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    value: float = 0.0
    external_labels: Mapping[str, str] = field(default_factory=dict)
    external_url: str = ""
    queries: Mapping[str, Sequence[Sample]] = field(default_factory=dict)


def values(data: AlertData) -> tuple[Struct, dict[str, Value]]:
    """The dot, and the variables that Prometheus declares in front of every template."""
    labels = Map(data.labels)
    external = Map(data.external_labels)
    value = float(data.value)
    dot = Struct(
        "struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string;"
        " Value interface {} }",
        {"Labels": labels, "ExternalLabels": external, "ExternalURL": data.external_url, "Value": value},
        {},
        frozenset(("Value",)),
    )
    variables: dict[str, Value] = {
        "$labels": labels,
        "$externalLabels": external,
        "$externalURL": data.external_url,
        "$value": value,
    }
    return dot, variables


PREAMBLE = (
    "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}"
    "{{$externalURL := .ExternalURL}}{{$value := .Value}}"
)
"""What Prometheus writes in front of a template; its messages count columns with it."""


# Numbers


def _number(value: Value) -> float:
    if isinstance(value, bool):
        raise GoError("can't convert bool to float")
    if isinstance(value, Integer):
        if value.go_type == "time.Duration":
            return int(value) / SECOND
        if value.go_type != "int64":
            raise GoError(f"can't convert {value.go_type} to float")
        return float(value)
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str) and not isinstance(value, Html):
        return _parsed(value)
    raise GoError(f"can't convert {go_type(value)} to float")


_WORDS = {"inf": math.inf, "infinity": math.inf, "nan": math.nan}


def _parsed(text: str) -> float:
    """`strconv.ParseFloat`."""
    bare = text[1:] if text[:1] in ("+", "-") else text
    word = _WORDS.get(bare.lower())
    if word is not None and not (math.isnan(word) and bare != text):
        return -word if text[0] == "-" else word
    found = parse_float(text)
    if found is not None:
        return found
    too_large = parse_float(text.partition("e")[0].partition("E")[0]) is not None or _is_digits(bare)
    reason = "value out of range" if too_large and _has_exponent(bare) else "invalid syntax"
    raise GoError(f"strconv.ParseFloat: parsing {quote(text)}: {reason}")


def _is_digits(text: str) -> bool:
    return text.isascii() and text.replace(".", "", 1).isdigit()


def _has_exponent(text: str) -> bool:
    digits, _, power = text.lower().partition("e")
    return _is_digits(digits) and (not power or (power.lstrip("+-").isdigit() and power.isascii()))


def _general(value: float, unit: str = "") -> str:
    return sprintf("%.4g", [value]) + unit


def _scaled(value: float, units: Sequence[str], step: float, *, up: bool) -> tuple[float, str]:
    unit = ""
    for candidate in units:
        if (abs(value) < step) if up else (abs(value) >= 1):
            break
        unit = candidate
        value = value / step if up else value * step
    return value, unit


_LARGE = ("k", "M", "G", "T", "P", "E", "Z", "Y")
_SMALL = ("m", "u", "n", "p", "f", "a", "z", "y")
_BINARY = ("ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi")


def _humanize(value: Value) -> str:
    number = _number(value)
    if number == 0 or not math.isfinite(number):
        return _general(number)
    if abs(number) >= 1:
        return _general(*_scaled(number, _LARGE, 1000, up=True))
    return _general(*_scaled(number, _SMALL, 1000, up=False))


def _humanize_1024(value: Value) -> str:
    number = _number(value)
    if abs(number) <= 1 or not math.isfinite(number):
        return _general(number)
    return _general(*_scaled(number, _BINARY, 1024, up=True))


def _int64(value: float) -> int:
    """A float as Go converts it on amd64: toward zero, and the lowest number when it does not fit."""
    return int(value) if -(2.0**63) <= value < 2.0**63 else -(1 << 63)


def _humanize_duration(value: Value) -> str:
    number = _number(value)
    if not math.isfinite(number):
        return _general(number)
    if number == 0:
        return _general(number, "s")
    if abs(number) < 1:
        scaled, unit = _scaled(number, _SMALL, 1000, up=False)
        return _general(scaled, unit + "s")
    sign = "-" if number < 0 else ""
    number = abs(number)
    seconds = _int64(number)
    days = _over(seconds, 86_400)
    hours = _rest(_over(seconds, 3600), 24)
    minutes = _rest(_over(seconds, 60), 60)
    rest = _rest(seconds, 60)
    if days:
        return f"{sign}{days}d {hours}h {minutes}m {rest}s"
    if hours:
        return f"{sign}{hours}h {minutes}m {rest}s"
    if minutes:
        return f"{sign}{minutes}m {rest}s"
    return sign + _general(number, "s")


def _over(value: int, divisor: int) -> int:
    """Division toward zero."""
    return -(-value // divisor) if value < 0 else value // divisor


def _rest(value: int, divisor: int) -> int:
    """The remainder of a division toward zero."""
    return value - _over(value, divisor) * divisor


def _humanize_percentage(value: Value) -> str:
    return _general(_number(value) * 100, "%")


def _moment(number: float) -> Moment:
    ns = number * 1e9
    if ns > 2.0**63 or ns < -(2.0**63):
        shown = show(number)
        raise GoError(f"{shown} cannot be represented as a nanoseconds timestamp since it overflows int64")
    milliseconds = _over(_int64(ns), 1_000_000)
    return Moment(milliseconds * 1_000_000)


def _to_time(value: Value) -> Pointer:
    number = _number(value)
    if not math.isfinite(number):
        raise GoError("value is NaN or Inf")
    return time_pointer(_moment(number))


def _humanize_timestamp(value: Value) -> str:
    number = _number(value)
    return str(_moment(number)) if math.isfinite(number) else _general(number)


def _parse_duration(text: str) -> float:
    try:
        return duration.parse(text) / 1000
    except LanguageError as error:
        raise GoError(error.message) from None


# Samples

_RESULT = "template.queryResult"
_SAMPLE = "*template.sample"


def _sample(sample: Sample) -> Pointer:
    fields: dict[str, Value] = {"Labels": Map(sample.labels), "Value": float(sample.value)}
    return Pointer(_SAMPLE, Struct("template.sample", fields, {}, frozenset(("Value",))))


def _field(sample: Value, name: str) -> Value:
    if not isinstance(sample, Pointer) or sample.target is None:
        raise GoError("runtime error: invalid memory address or nil pointer dereference")
    return sample.target.fields[name]


def _first(samples: Slice | None) -> Value:
    if not samples:
        raise GoError("first() called on vector with no elements")
    return samples[0]


def _label(sample: Value, name: str) -> str:
    labels = _field(sample, "Labels")
    assert isinstance(labels, Map)
    return str(labels.get(name, ""))


def _sort_by_label(name: str, samples: Slice | None) -> Value:
    if samples is None:
        return Slice((), _RESULT)
    samples.sort(key=lambda sample: _label(sample, name).encode("utf-8", "surrogateescape"))
    return samples


# Addresses


def _split_host_port(text: str) -> tuple[str, str] | None:
    """`net.SplitHostPort`; None where it gives an error."""
    colon = text.rfind(":")
    if colon < 0:
        return None
    if text[0] == "[":
        close = text.find("]")
        if close < 0 or close + 1 != colon:
            return None
        host, rest = text[1:close], text[close + 1 :]
        if "[" in text[1:] or "]" in rest:
            return None
    else:
        host, rest = text[:colon], text[colon:]
        if ":" in host or "[" in text or "]" in text:
            return None
    return host, rest[1:]


def _strip_port(text: str) -> str:
    split = _split_host_port(text)
    return text if split is None else split[0]


def _strip_domain(text: str) -> str:
    split = _split_host_port(text)
    host, port = split if split is not None else (text, "")
    if _is_address(host):
        return text
    host = host.split(".", 1)[0]
    if not port:
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return "%" not in host


def _arguments(*arguments: Value) -> Value:
    named = {f"arg{place}": argument for place, argument in enumerate(arguments)}
    return Map(named, "map[string]interface {}", "interface {}")


_FIXED: dict[str, Function] = {
    **SHARED,
    "title": Function(("string",), title),
    "first": Function((_RESULT,), _first),
    "label": Function(("string", _SAMPLE), lambda name, sample: _label(sample, name)),
    "value": Function((_SAMPLE,), lambda sample: _field(sample, "Value")),
    "strvalue": Function((_SAMPLE,), lambda sample: _label(sample, "__value__")),
    "args": Function(("interface {}",), _arguments, variadic=True),
    "sortByLabel": Function(("string", _RESULT), _sort_by_label),
    "graphLink": Function(("string",), lambda query: f"/graph?g0.expr={query_escape(query)}&g0.tab=0"),
    "tableLink": Function(("string",), lambda query: f"/graph?g0.expr={query_escape(query)}&g0.tab=1"),
    "stripPort": Function(("string",), _strip_port),
    "stripDomain": Function(("string",), _strip_domain),
    "humanize": Function(("interface {}",), _humanize),
    "humanize1024": Function(("interface {}",), _humanize_1024),
    "humanizeDuration": Function(("interface {}",), _humanize_duration),
    "humanizePercentage": Function(("interface {}",), _humanize_percentage),
    "humanizeTimestamp": Function(("interface {}",), _humanize_timestamp),
    "toTime": Function(("interface {}",), _to_time),
    "parseDuration": Function(("string",), _parse_duration),
}


def functions(data: AlertData) -> dict[str, Function]:
    """Prometheus's functions over this data."""

    def query(text: str) -> Value:
        return Slice([_sample(sample) for sample in data.queries.get(text.strip(), ())], _RESULT)

    def external_url() -> str:
        return data.external_url

    def path_prefix() -> str:
        return unquote(urlsplit(data.external_url).path)

    bound: dict[str, Callable[..., Value]] = {"externalURL": external_url, "pathPrefix": path_prefix}
    return {
        **_FIXED,
        "query": Function(("string",), query),
        **{name: Function((), call) for name, call in bound.items()},
    }
