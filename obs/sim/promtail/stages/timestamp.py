"""timestamp: an extracted value becomes the entry's time.

A text that cannot be read leaves the time alone (`skip`) or, by default, takes the last good time of the same
labels plus one nanosecond (`fudge`), so that the order of lines stays.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from obs.lang.error import LanguageError
from obs.sim.promtail import config, go_time
from obs.sim.promtail.entry import Entry, Stream
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.go_values import as_text, parse_int, signed
from obs.sim.promtail.stage import Clock, Context, Processor

_REMEMBERED = 10_000
_UNITS = {"UnixMs": 1_000_000, "UnixUs": 1_000, "UnixNs": 1}

Parse = Callable[[str], int]


class Timestamp(Processor):
    kind = "timestamp"

    def __init__(self, raw: object, context: Context) -> None:
        super().__init__(context)
        options = config.decode(
            raw,
            {
                "source": "string",
                "format": "string",
                "fallback_formats": config.ListOf("string"),
                "location": config.Optional("string"),
                "action_on_failure": config.Optional("string"),
            },
        )
        self.source = str(options["source"])
        if not self.source:
            raise ConfigError("timestamp source value is required if timestamp is specified")
        if not options["format"]:
            raise ConfigError("timestamp format is required")
        location = _location(options["location"])
        action = options["action_on_failure"]
        if action not in (None, "skip", "fudge"):
            raise ConfigError("invalid action on failure (supported values are [skip fudge])")
        self.fudge = action != "skip"
        fallbacks = options["fallback_formats"]
        formats = [options["format"], *(fallbacks if isinstance(fallbacks, list) else [])]
        self.parsers = [parser(str(layout), location, context.clock) for layout in formats]
        self.last: dict[Stream, int] = {}

    def process(self, entry: Entry) -> None:
        text = as_text(entry.extracted.get(self.source))
        timestamp = self.parse(text) if text is not None else None
        if timestamp is not None:
            entry.timestamp = timestamp
            if self.fudge:
                self.remember(entry.stream, timestamp)
            return
        self.context.note = f"cannot read {text!r}" if text is not None else f"no source {self.source!r}"
        if self.fudge:
            stream = entry.stream
            last = self.last.get(stream)
            if last is not None:
                entry.timestamp = last + 1
                self.remember(stream, last + 1)
                self.context.note += ", took the last time plus 1 ns"

    def parse(self, text: str) -> int | None:
        for parse in self.parsers:
            try:
                return parse(text)
            except LanguageError:
                continue
        return None

    def remember(self, stream: Stream, timestamp: int) -> None:
        self.last.pop(stream, None)
        self.last[stream] = timestamp
        if len(self.last) > _REMEMBERED:
            del self.last[next(iter(self.last))]

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.source,)


def _location(name: object) -> tzinfo | None:
    if name is None:
        return None
    try:
        return go_time.load_location(str(name))
    except LanguageError as error:
        raise ConfigError(f"invalid location specified: {error.message}") from None


def parser(layout: str, location: tzinfo | None, clock: Clock) -> Parse:
    """What reads texts of a format: a name such as `RFC3339` or `UnixMs`, or a Go layout.

    `location` only applies to layouts. A layout without `06` has no year: the year is guessed from now.
    """
    if layout == "Unix":
        return _unix
    if layout in _UNITS:
        unit = _UNITS[layout]
        return lambda text: signed(_integer(text) * unit)
    if layout in go_time.PREDEFINED:
        predefined = go_time.PREDEFINED[layout]
        return lambda text: go_time.parse(predefined, text)
    if "06" in layout:
        return lambda text: go_time.parse(layout, text, location)
    return lambda text: without_year(layout, location, text, clock.now())


def _integer(text: str) -> int:
    value = parse_int(text)
    if value is None:
        raise LanguageError(f"not a whole number: {text!r}", 0, len(text))
    return value


def _unix(text: str) -> int:
    if text.count(".") != 1:
        return _integer(text) * go_time.SECOND
    whole, fraction = text.split(".")
    scale = 10.0 ** (9 - len(fraction)) if len(fraction) < 300 else 0.0
    return _integer(whole) * go_time.SECOND + int(float(_integer(fraction)) * scale)


def without_year(layout: str, location: tzinfo | None, text: str, now: int) -> int:
    """A time without a year, in the year of `now`; around New Year in the year that is nearer."""
    civil = go_time.parse_civil(layout, text)
    if civil.year != 0:
        raise LanguageError(f"timestamp '{text}' is expected to not contain the year date component")
    year, month, _ = go_time.civil_from_days(now // go_time.SECOND // 86400)
    if civil.month == 12 and month == 1:
        year -= 1
    elif civil.month == 1 and month == 12:
        year += 1
    civil.year = year
    return civil.to_unix(location)
