"""Go's `time.Time` and `time.Duration` as templates use them: layouts, methods, printing.

A moment is nanoseconds since 1970 in UTC, with the offset and name of the zone that it is shown in. The local
zone is taken to be UTC, as in the tools' container images. Source: Go 1.23, package `time`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from obs.lang.duration import render_go
from obs.lang.gotemplate.values import Function, Integer, Methods, Pointer, Struct, Value
from obs.record import dataclass

SECOND = 1_000_000_000
"""Nanoseconds."""

_DAY = 86_400
_DAYS_TO_1970 = 719_162
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time: `ns` since 1970 in UTC, `offset` in seconds east of UTC, and the zone's name."""

    ns: int
    offset: int = 0
    zone: str = "UTC"

    @property
    def _local_seconds(self) -> int:
        return self.ns // SECOND + self.offset

    @property
    def date(self) -> tuple[int, int, int]:
        """Year, month and day in its zone."""
        return civil(self._local_seconds // _DAY)

    @property
    def clock(self) -> tuple[int, int, int]:
        """Hour, minute and second in its zone."""
        second = self._local_seconds % _DAY
        return second // 3600, second // 60 % 60, second % 60

    @property
    def weekday(self) -> int:
        """0 is Sunday."""
        return (self._local_seconds // _DAY + 4) % 7

    @property
    def year_day(self) -> int:
        """1 is the first of January."""
        return self._local_seconds // _DAY - days_since_1970(self.date[0], 1, 1) + 1

    def __str__(self) -> str:
        return render(self, "2006-01-02 15:04:05.999999999 -0700 MST")


ZERO = Moment(-62_135_596_800 * SECOND)
"""The zero `time.Time`: the first second of year 1."""


def days_since_1970(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date of the proleptic Gregorian calendar; month and day may overflow."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    shifted = year - (month <= 2)
    era, of_era = divmod(shifted, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - _DAYS_TO_1970 - 306


def civil(days: int) -> tuple[int, int, int]:
    """Year, month, day of a number of days since 1970."""
    era, of_era = divmod(days + _DAYS_TO_1970 + 306, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1


_RFC3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.,]([0-9]+))?"
    r"(Z|([+-])([0-9]{2}):([0-9]{2}))\Z"
)


def parse_rfc3339(text: str) -> Moment | None:
    """A time as JSON carries it; None when it is not one."""
    found = _RFC3339.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    days = days_since_1970(year, month, day)
    if civil(days) != (year, month, day) or hour > 23 or minute > 59 or second > 59:
        return None
    offset = 0
    if found[8] != "Z":
        if int(found[10]) > 24 or int(found[11]) >= 60:
            return None
        offset = (int(found[10]) * 3600 + int(found[11]) * 60) * (-1 if found[9] == "-" else 1)
    fraction = int((found[7] or "0")[:9].ljust(9, "0"))
    seconds = days * _DAY + hour * 3600 + minute * 60 + second - offset
    return Moment(seconds * SECOND + fraction, offset, "" if offset else "UTC")


_LAYOUT = re.compile(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|0[1-6]|15|1|2006|2|__2|_2(?!006)|3|4|5|PM|pm"
    r"|[-Z]070000|[-Z]07:00:00|[-Z]0700|[-Z]07:00|[-Z]07|[.,](?:0+|9+)(?![0-9])"
)


def render(moment: Moment, layout: str) -> str:
    """`Time.Format`."""
    return _LAYOUT.sub(lambda found: _part(moment, found.group()), layout)


def _part(moment: Moment, word: str) -> str:
    if word[0] in "-Z":
        return _offset(moment.offset, word)
    if word[0] in ".,":
        digits = f"{moment.ns % SECOND:09d}"
        if word[1] == "0":
            return word[0] + digits.ljust(len(word) - 1, "0")[: len(word) - 1]
        digits = digits[: len(word) - 1].rstrip("0")
        return word[0] + digits if digits else ""
    return _PARTS[word](moment)


def _offset(offset: int, word: str) -> str:
    if word[0] == "Z" and offset == 0:
        return "Z"
    colon = ":" if ":" in word else ""
    size = abs(offset)
    text = f"{'-' if offset < 0 else '+'}{size // 3600:02d}"
    if len(word) > 3:
        text += f"{colon}{size // 60 % 60:02d}"
    if len(word) > 6:
        text += f"{colon}{size % 60:02d}"
    return text


def _zone(moment: Moment) -> str:
    if moment.zone:
        return moment.zone
    return _offset(moment.offset, "-0700")


def _year(moment: Moment) -> str:
    year = moment.date[0]
    return f"-{-year:04d}" if year < 0 else f"{year:04d}"


_PARTS: dict[str, Callable[[Moment], str]] = {
    "January": lambda at: _MONTHS[at.date[1] - 1],
    "Jan": lambda at: _MONTHS[at.date[1] - 1][:3],
    "Monday": lambda at: _WEEKDAYS[at.weekday],
    "Mon": lambda at: _WEEKDAYS[at.weekday][:3],
    "MST": _zone,
    "002": lambda at: f"{at.year_day:03d}",
    "01": lambda at: f"{at.date[1]:02d}",
    "02": lambda at: f"{at.date[2]:02d}",
    "03": lambda at: f"{at.clock[0] % 12 or 12:02d}",
    "04": lambda at: f"{at.clock[1]:02d}",
    "05": lambda at: f"{at.clock[2]:02d}",
    "06": lambda at: f"{abs(at.date[0]) % 100:02d}",
    "15": lambda at: f"{at.clock[0]:02d}",
    "1": lambda at: str(at.date[1]),
    "2006": _year,
    "2": lambda at: str(at.date[2]),
    "_2": lambda at: f"{at.date[2]:2d}",
    "__2": lambda at: f"{at.year_day:3d}",
    "3": lambda at: str(at.clock[0] % 12 or 12),
    "4": lambda at: str(at.clock[1]),
    "5": lambda at: str(at.clock[2]),
    "PM": lambda at: "PM" if at.clock[0] >= 12 else "AM",
    "pm": lambda at: "pm" if at.clock[0] >= 12 else "am",
}


# As values of templates


def _moment(value: Value) -> Moment:
    assert isinstance(value, Struct)
    assert isinstance(value.native, Moment)
    return value.native


def _reads(read: Callable[[Moment], Value]) -> Callable[[Value], Function]:
    return lambda value: Function((), lambda: read(_moment(value)))


def duration(ns: int) -> Integer:
    """A `time.Duration`, which cannot exceed 64 bits."""
    return Integer(max(-(1 << 63), min(ns, (1 << 63) - 1)), "time.Duration", _DURATION_METHODS)


def _rounded(ns: int, unit: int, *, down: bool) -> int:
    if unit <= 0:
        return ns
    rest = abs(ns) % unit
    size = abs(ns) - rest + (unit if not down and rest * 2 >= unit else 0)
    return -size if ns < 0 else size


def _measures(unit: int) -> Callable[[Value], Function]:
    return lambda value: Function((), lambda: _whole(value) // unit + (_whole(value) % unit) / unit)


def _whole(value: Value) -> int:
    assert isinstance(value, int)
    return int(value)


def _counts(unit: int) -> Callable[[Value], Function]:
    def make(value: Value) -> Function:
        size, sign = abs(_whole(value)), -1 if _whole(value) < 0 else 1
        return Function((), lambda: Integer(sign * (size // unit), "int64"))

    return make


def _adjusts(*, down: bool) -> Callable[[Value], Function]:
    def make(value: Value) -> Function:
        return Function(
            ("time.Duration",), lambda unit: duration(_rounded(_whole(value), int(unit), down=down))
        )

    return make


_DURATION_METHODS: Methods = {
    "String": lambda value: Function((), lambda: render_go(_whole(value))),
    "Seconds": _measures(SECOND),
    "Minutes": _measures(60 * SECOND),
    "Hours": _measures(3600 * SECOND),
    "Milliseconds": _counts(1_000_000),
    "Microseconds": _counts(1_000),
    "Nanoseconds": _counts(1),
    "Abs": lambda value: Function((), lambda: duration(abs(_whole(value)))),
    "Round": _adjusts(down=False),
    "Truncate": _adjusts(down=True),
}


def _name_of(names: tuple[str, ...], first: int) -> Methods:
    return {"String": lambda value: Function((), lambda: names[_whole(value) - first])}


def _int64(value: int) -> Integer:
    return Integer(value, "int64")


def _adds(value: Value) -> Function:
    at = _moment(value)
    return Function(("time.Duration",), lambda step: time(replace(at, ns=at.ns + int(step))))


def _adds_date(value: Value) -> Function:
    at = _moment(value)

    def add(years: int, months: int, days: int) -> Value:
        year, month, day = at.date
        moved = days_since_1970(year + years, month + months, day + days) - days_since_1970(year, month, day)
        return time(replace(at, ns=at.ns + moved * _DAY * SECOND))

    return Function(("int", "int", "int"), add)


def _with_other(compare: Callable[[Moment, Moment], Value]) -> Callable[[Value], Function]:
    return lambda value: Function(("time.Time",), lambda other: compare(_moment(value), _moment(other)))


def _on_grid(*, down: bool) -> Callable[[Value], Function]:
    """Round and Truncate count from the zero time, not from 1970."""

    def make(value: Value) -> Function:
        at = _moment(value)

        def adjust(unit: int) -> Value:
            if unit <= 0:
                return value
            rest = (at.ns - ZERO.ns) % int(unit)
            up = not down and rest * 2 >= unit
            return time(replace(at, ns=at.ns - rest + (int(unit) if up else 0)))

        return Function(("time.Duration",), adjust)

    return make


def _unusable(value: Value) -> Function:
    """`Date` and `Clock` give three values: no template can call them."""
    return Function((), lambda: value, results=3)


_TIME_METHODS: Methods = {
    "String": _reads(str),
    "Format": lambda value: Function(("string",), lambda layout: render(_moment(value), layout)),
    "Unix": _reads(lambda at: _int64(at.ns // SECOND)),
    "UnixMilli": _reads(lambda at: _int64(at.ns // 1_000_000)),
    "UnixMicro": _reads(lambda at: _int64(at.ns // 1_000)),
    "UnixNano": _reads(lambda at: _int64((at.ns + (1 << 63)) % (1 << 64) - (1 << 63))),
    "UTC": _reads(lambda at: time(Moment(at.ns))),
    "Local": _reads(lambda at: time(Moment(at.ns))),
    "Year": _reads(lambda at: at.date[0]),
    "Month": _reads(lambda at: Integer(at.date[1], "time.Month", _name_of(_MONTHS, 1))),
    "Day": _reads(lambda at: at.date[2]),
    "Hour": _reads(lambda at: at.clock[0]),
    "Minute": _reads(lambda at: at.clock[1]),
    "Second": _reads(lambda at: at.clock[2]),
    "Nanosecond": _reads(lambda at: at.ns % SECOND),
    "Weekday": _reads(lambda at: Integer(at.weekday, "time.Weekday", _name_of(_WEEKDAYS, 0))),
    "YearDay": _reads(lambda at: at.year_day),
    "IsZero": _reads(lambda at: at.ns == ZERO.ns),
    "Add": _adds,
    "AddDate": _adds_date,
    "Sub": _with_other(lambda at, other: duration(at.ns - other.ns)),
    "After": _with_other(lambda at, other: at.ns > other.ns),
    "Before": _with_other(lambda at, other: at.ns < other.ns),
    "Equal": _with_other(lambda at, other: at.ns == other.ns),
    "Compare": _with_other(lambda at, other: (at.ns > other.ns) - (at.ns < other.ns)),
    "Round": _on_grid(down=False),
    "Truncate": _on_grid(down=True),
    "Date": _unusable,
    "Clock": _unusable,
}


def time(moment: Moment) -> Struct:
    """A `time.Time`."""
    return Struct("time.Time", {}, _TIME_METHODS, native=moment)


def time_pointer(moment: Moment) -> Pointer:
    """A `*time.Time`."""
    return Pointer("*time.Time", time(moment))
