"""A catalogue entry for what a `/metrics` page shows: names, types, units, labels and the values that occurred.

A page proves what exists, never what does not: values are kept as usual ones, and only of labels that hold words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from obs.catalogue.entry import CAPTURED, Entry, Group, Kind, Scrape, Type
from obs.catalogue.exposition import Family, PageError, Sample, is_open_metrics, read_page
from obs.catalogue.schema import LABEL_NAME, METRIC_NAME
from obs.catalogue.series import System
from obs.diagnostic import Diagnostic, ObsError
from obs.origin import Origin

if TYPE_CHECKING:
    from urllib.request import OpenerDirector

_MOST_VALUES = 12
_LONGEST = 1000
"""Characters of a name, a description or an address that an entry takes over."""
_WORD = re.compile(r"[A-Za-z][A-Za-z_ -]{0,29}")
_IDENTITIES = frozenset(
    [
        *("instance", "namespace", "pod", "container", "service", "node", "name", "host", "hostname"),
        *("id", "uid", "device", "path", "url", "uri", "user", "database"),
    ]
)
"""Labels whose values say who, not what: they are not written down."""
_UNITS = (
    *("seconds", "milliseconds", "microseconds", "nanoseconds", "bytes", "bits", "ratio", "percent"),
    *("celsius", "hertz", "volts", "amperes", "joules", "watts", "meters", "grams", "cores"),
)
LARGEST = 64 * 1024 * 1024
"""Bytes of one page."""


@dataclass(slots=True)
class _Seen:
    """What the samples of one metric have shown."""

    family: Family
    labels: dict[str, set[str]] = field(default_factory=dict)
    bounds: set[float] = field(default_factory=set)
    quantiles: set[float] = field(default_factory=set)
    always_one: bool = True
    samples: int = 0


def capture(text: str, *, name: str, source: str = "", open_metrics: bool | None = None) -> System:
    """The system that a page describes; raises PageError for a page that cannot be read.

    `name` is the id of the system, `source` says where the page came from. A build info metric gives the version.
    """
    is_open = is_open_metrics(text) if open_metrics is None else open_metrics
    return described(read_page(text, open_metrics=is_open), is_open=is_open, name=name, source=source)


def described(told: Iterable[Family | Sample], *, is_open: bool, name: str, source: str) -> System:
    """The system that families and samples describe; `is_open` says that they are named as OpenMetrics does."""
    metrics: dict[str, _Seen] = {}
    versions: Counter[str] = Counter()
    for found in told:
        if isinstance(found, Family):
            for stored in _stored_names(found, is_open):
                _add(metrics, stored, found)
            continue
        if found.name.endswith("_build_info"):
            versions.update(value for label, value in found.labels if label == "version")
        _take(metrics, found)
    entries = {name: _entry(name, one) for name, one in metrics.items() if _is_name(name, METRIC_NAME)}
    entries = _with_max(entries)
    group = Group("page", source[:_LONGEST])
    version = next(iter(versions)) if len(versions) == 1 else ""
    return System(
        id=name,
        title=name,
        version=version.removeprefix("v")[:100] or "unknown",
        module=name.replace("-", "_"),
        scrape=Scrape(job=name, how=CAPTURED),
        groups={group.name: group},
        entries={key: entries[key] for key in sorted(entries)},
    )


def _is_name(text: str, pattern: re.Pattern[str]) -> bool:
    return len(text) <= _LONGEST and pattern.fullmatch(text) is not None


def _stored_names(family: Family, is_open: bool) -> tuple[str, ...]:
    """The name under which Prometheus stores a family without samples; OpenMetrics leaves suffixes out of it."""
    if family.type == "gaugehistogram":
        return ()
    ending = {"counter": "_total" if is_open else "", "info": "_info"}.get(family.type, "")
    return (family.name.removesuffix(ending) + ending,)


def _add(metrics: dict[str, _Seen], name: str, family: Family) -> _Seen:
    seen = metrics.get(name)
    if seen is None:
        seen = metrics[name] = _Seen(family)
    return seen


def _take(metrics: dict[str, _Seen], sample: Sample) -> None:
    family = sample.family
    ending = sample.name[len(family.name) :]
    if ending == "_created" and family.type in ("counter", "histogram", "summary"):
        return
    grouped = family.type in ("histogram", "summary")
    seen = _add(metrics, family.name if grouped else sample.name, family)
    seen.samples += 1
    seen.always_one = seen.always_one and sample.value == 1
    reserved = {"histogram": "le", "summary": "quantile"}.get(family.type)
    for label, value in sample.labels:
        if label == reserved:
            if ending == "_bucket":
                seen.bounds.add(float(value))
            elif ending == "" and family.type == "summary":
                seen.quantiles.add(float(value))
        elif value and _is_name(label, LABEL_NAME):
            values = seen.labels.setdefault(label, set())
            if len(values) <= _MOST_VALUES:
                values.add(value)


def _entry(name: str, seen: _Seen) -> Entry:
    family = seen.family
    type_ = _type(family)
    kind = _kind(seen, name)
    state = family.name if kind == "stateset" else ""
    return Entry(
        name,
        type_,
        tuple(sorted(seen.labels)),
        " ".join(family.help.split())[:_LONGEST],
        _unit(name, family, kind),
        kind,
        state,
        usual=dict(_words(seen)),
        buckets=tuple(sorted(bound for bound in seen.bounds if abs(bound) < 1e300)),
        quantiles=tuple(sorted(one for one in seen.quantiles if 0 <= one <= 1)),
        open=seen.samples == 0,
        group="page",
    )


def _type(family: Family) -> Type:
    if family.type in ("counter", "gauge", "histogram", "summary", "untyped"):
        return family.type
    return "untyped" if family.type == "unknown" else "gauge"


def _kind(seen: _Seen, name: str) -> Kind:
    if seen.family.type == "stateset":
        return "stateset" if seen.family.name in seen.labels else ""
    is_info = seen.family.type == "info" or (seen.family.type == "gauge" and name.endswith("_info"))
    return "info" if is_info and seen.always_one and seen.samples else ""


def _unit(name: str, family: Family, kind: Kind) -> str:
    """What the page or the name says; empty when neither does."""
    if kind:
        return "info" if kind == "info" else "state"
    if family.unit:
        return family.unit
    stem = name.removesuffix("_total")
    if stem.endswith(("_timestamp_seconds", "_time_seconds")) and family.type == "gauge":
        return (
            "timestamp_seconds" if "timestamp" in stem or stem.endswith("start_time_seconds") else "seconds"
        )
    return next((unit for unit in _UNITS if stem.endswith(f"_{unit}")), "")


def _words(seen: _Seen) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Labels whose values look like a list that somebody wrote down."""
    for label, values in sorted(seen.labels.items()):
        plain = label not in _IDENTITIES and not label.endswith(("_id", "_name", "_addr", "_ip", "version"))
        if plain and len(values) <= _MOST_VALUES and all(_WORD.fullmatch(value) for value in values):
            yield label, tuple(sorted(values))


def _with_max(entries: dict[str, Entry]) -> dict[str, Entry]:
    """Micrometer's `<name>_max` gauges as a part of their timer."""
    found = dict(entries)
    for name, entry in entries.items():
        base = found.get(name.removesuffix("_max")) if name.endswith("_max") else None
        if base is not None and base.type in ("histogram", "summary") and entry.type == "gauge":
            found[base.name] = replace(base, max=True)
            del found[name]
    return found


def identifier(text: str) -> str:
    """An id for a system out of a host or file name."""
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return words[:60].strip("-") or "captured"


def is_url(place: str) -> bool:
    """Whether a place is an address rather than a file."""
    return "://" in place


def fetch(url: str, *, timeout: float = 10, largest: int = LARGEST) -> tuple[str, bool | None]:
    """The page at an http or https address, and whether its content type is OpenMetrics (None: it does not say).

    `timeout` is in seconds, for each wait for data. Raises ObsError; the address is shown without user and password.
    """
    import time
    from http.client import HTTPException
    from urllib.request import Request

    parts = _parts(url)
    if parts is None or parts[0] not in ("http", "https") or not parts[1]:
        raise _failed("only http:// and https:// addresses are read", url)
    if "@" in urlsplit(url).netloc:
        raise _failed("an address with a user is not read: save the page, and give the file", url)
    wanted = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
    deadline = time.monotonic() + 6 * timeout
    try:
        with _opener().open(Request(url, headers={"Accept": wanted}), timeout=timeout) as answer:
            body = bytearray()
            while chunk := answer.read1(1 << 16):
                body += chunk
                if len(body) > largest:
                    raise _failed(f"the page is larger than {_size(largest)}", url)
                if time.monotonic() > deadline:
                    raise _failed(f"the page took longer than {6 * timeout:g} seconds", url)
            kind = answer.headers.get("Content-Type") or ""
    except (OSError, HTTPException, ValueError) as error:
        raise _failed(f"cannot be read: {_reason(error)}", url) from None
    if kind.startswith("text/html"):
        raise _failed("this is a web page, not a page of metrics (is it the path /metrics?)", url)
    is_open = True if "openmetrics-text" in kind else False if "version=0.0.4" in kind else None
    return _decoded(bytes(body), url), is_open


def read_text(path: Path, *, largest: int = LARGEST) -> str:
    """The page in a file; raises ObsError."""
    try:
        with path.open("rb") as file:
            body = file.read(largest + 1)
    except OSError as error:
        raise _failed(f"cannot be read: {error.strerror}", str(path)) from None
    if len(body) > largest:
        raise _failed(f"the page is larger than {_size(largest)}", str(path))
    return _decoded(body, str(path))


def capture_place(place: str, *, name: str = "", timeout: float = 10, largest: int = LARGEST) -> System:
    """The system that the page at an address or in a file describes; raises ObsError with the line at fault."""
    if is_url(place):
        text, open_metrics = fetch(place, timeout=timeout, largest=largest)
        parts = _parts(place)
        host, path = (parts[1], parts[2]) if parts else ("", "")
    else:
        text, open_metrics, host, path = read_text(Path(place), largest=largest), None, Path(place).stem, ""
    try:
        found = capture(
            text,
            name=name or identifier(host),
            source=_shown(place) if is_url(place) else Path(place).name,
            open_metrics=open_metrics,
        )
    except PageError as error:
        raise _failed(error.message, place, error.line) from None
    if not found.entries:
        raise _failed("the page has no metrics", place)
    return replace(found, scrape=replace(found.scrape, path=path or found.scrape.path))


def _opener() -> OpenerDirector:
    """Reads http and https only, also where a server redirects to; asks no proxy for a local address."""
    from urllib import request

    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPDefaultErrorHandler(),
        request.HTTPRedirectHandler(),
        request.HTTPErrorProcessor(),
        request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _parts(url: str) -> tuple[str, str, str] | None:
    """Scheme, host and path of an address."""
    try:
        split = urlsplit(url)
        return split.scheme, split.hostname or "", split.path
    except ValueError:
        return None


def _shown(place: str) -> str:
    """An address without its user, password and query, any of which may be secret."""
    if not is_url(place):
        return place
    scheme, _, rest = place.partition("://")
    host, slash, path = rest.partition("?")[0].partition("#")[0].partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def _decoded(body: bytes, place: str) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _failed("not UTF-8 text", place, body.count(b"\n", 0, error.start) + 1) from None


def _failed(problem: str, place: str, line: int = 0) -> ObsError:
    """One finding: at the line of a file, or with the address, which is no file, in its words."""
    if is_url(place):
        words = f"{_shown(place)}{f', line {line}' if line else ''}: {problem}"
        return ObsError([Diagnostic("invalid-metrics-page", words)])
    return ObsError([Diagnostic("invalid-metrics-page", problem, Origin(place, line or 1))])


def _reason(error: BaseException) -> str:
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError

    if isinstance(error, HTTPError):
        return f"the server answers {error.code}"
    if isinstance(error, HTTPException):
        return f"{type(error).__name__}: no answer that is HTTP, or no address"
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror
    return (str(reason).splitlines() or [type(reason).__name__])[0][:200]


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:g} MiB" if count >= 1024 * 1024 else f"{count} bytes"
