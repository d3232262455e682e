"""Alertmanager's time intervals: minutes of a day, weekdays, days of a month, months, years, a location.

Source: Alertmanager 0.27, configuration, `<time_interval>`; its error texts.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo

from obs.lang.gotemplate.quote import quote
from obs.record import dataclass
from obs.sim.routing.reading import Reader

WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_DAY_NUMBERS = {name: number for number, name in enumerate(WEEKDAYS)}
_MONTH_NUMBERS = {name: number for number, name in enumerate(MONTHS, 1)}
_TIME = re.compile(r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)\Z")
_INTEGER = re.compile(r"[+-]?[0-9]+\Z")


@dataclass(frozen=True, slots=True)
class Range:
    """From `first` to `last`, both included; for times of a day, minutes with `last` excluded."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class TimeInterval:
    """When all given conditions hold; None is a condition that is not given, () one that never holds."""

    times: tuple[Range, ...] | None = None
    weekdays: tuple[Range, ...] | None = None
    days_of_month: tuple[Range, ...] | None = None
    months: tuple[Range, ...] | None = None
    years: tuple[Range, ...] | None = None
    location: str = "UTC"

    def contains(self, moment: datetime) -> bool:
        """Whether a moment, which carries its zone, lies inside."""
        local = moment.astimezone(zone(self.location))
        minute = local.hour * 60 + local.minute
        if self.times is not None and not any(part.first <= minute < part.last for part in self.times):
            return False
        if self.days_of_month is not None and not any(_has_day(part, local) for part in self.days_of_month):
            return False
        weekday = (local.weekday() + 1) % 7
        return all(
            parts is None or any(part.first <= value <= part.last for part in parts)
            for parts, value in (
                (self.months, local.month),
                (self.weekdays, weekday),
                (self.years, local.year),
            )
        )


def _has_day(part: Range, local: datetime) -> bool:
    """Days below zero count from the end of the month, and no range leaves its month."""
    length = calendar.monthrange(local.year, local.month)[1]
    first = length + part.first + 1 if part.first < 0 else part.first
    last = length + part.last + 1 if part.last < 0 else part.last
    if first > length:
        return False
    return max(first, -length) <= local.day <= max(-length, min(last, length))


def zone(name: str) -> tzinfo:
    """A time zone by its name; raises LookupError for one that is not known."""
    if name in ("", "UTC"):
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if name == "Local":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise LookupError(name) from None


def read_interval(reader: Reader, value: object) -> TimeInterval:
    """One item of `time_intervals`; broken rules raise ConfigError."""

    def location(item: object) -> str:
        name = reader.text(item)
        try:
            zone(name)
        except LookupError:
            raise reader.error(f"unknown time zone {name}") from None
        return name

    def ranges(read: Callable[[Reader, object], Range], kind: str) -> Callable[[object], object]:
        return lambda item: reader.items(item, lambda part: read(reader, part), kind)

    fields = reader.fields(
        value,
        "timeinterval.TimeInterval",
        {
            "times": ranges(_read_times, "timeinterval.TimeRange"),
            "weekdays": ranges(_read_weekdays, "timeinterval.WeekdayRange"),
            "days_of_month": ranges(_read_days, "timeinterval.DayOfMonthRange"),
            "months": ranges(_read_months, "timeinterval.MonthRange"),
            "years": ranges(_read_years, "timeinterval.YearRange"),
            "location": location,
        },
    )
    return _made(fields or {}, value)


def _made(fields: Mapping[str, object], value: object) -> TimeInterval:
    def ranges(name: str) -> tuple[Range, ...] | None:
        given = isinstance(value, Mapping) and value.get(name) is not None
        parts = fields.get(name, ())
        assert isinstance(parts, tuple)
        return parts if given else None

    return TimeInterval(
        ranges("times"), ranges("weekdays"), ranges("days_of_month"), ranges("months"), ranges("years"),
        str(fields.get("location") or "UTC"),
    )  # fmt: skip


def _read_times(reader: Reader, value: object) -> Range:
    fields = reader.fields(
        value, "timeinterval.yamlTimeRange", {"start_time": reader.text, "end_time": reader.text}
    )
    start, end = str((fields or {}).get("start_time", "")), str((fields or {}).get("end_time", ""))
    if not start or not end:
        raise reader.error("both start and end times must be provided")
    first, last = (_minutes(reader, text) for text in (start, end))
    if first >= last:
        raise reader.error("start time cannot be equal or greater than end time")
    return Range(first, last)


def _minutes(reader: Reader, text: str) -> int:
    if not _TIME.match(text):
        raise reader.error(f"couldn't parse timestamp {text}, invalid format")
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _bounds(reader: Reader, value: object, number: Callable[[str], int]) -> tuple[str, Range]:
    text = reader.text(value).lower()
    parts = text.split(":")
    if len(parts) > 2:
        raise reader.error(f"couldn't parse range {text}, invalid format")
    return text, Range(number(parts[0]), number(parts[-1]))


def _integer(reader: Reader, text: str) -> int:
    if _INTEGER.match(text) and abs(int(text[:20])) < 1 << 63 and len(text) <= 20:
        return int(text)
    reason = "value out of range" if _INTEGER.match(text) else "invalid syntax"
    raise reader.error(f"strconv.Atoi: parsing {quote(text)}: {reason}")


def _read_weekdays(reader: Reader, value: object) -> Range:
    def number(text: str) -> int:
        if text not in _DAY_NUMBERS:
            raise reader.error(f"{text} is not a valid weekday")
        return _DAY_NUMBERS[text]

    _, found = _bounds(reader, value, number)
    if found.first > found.last:
        raise reader.error("start day cannot be before end day")
    return found


def _read_days(reader: Reader, value: object) -> Range:
    _, found = _bounds(reader, value, lambda text: _integer(reader, text))
    wrong = wrong_days(found)
    if wrong is not None:
        raise reader.error(wrong)
    return found


def wrong_days(found: Range) -> str | None:
    """What Alertmanager and the operator say about a range of days of a month, if it is wrong."""
    for day in (found.first, found.last):
        if day == 0 or not -31 <= day <= 31:
            return f"{day} is not a valid day of the month: out of range"
    if found.first < 0 < found.last:
        return "end day must be negative if start day is negative"
    first = found.first if found.first > 0 else 28 + found.first
    last = found.last if found.last > 0 else 28 + found.last
    return f"end day {found.last} is always before start day {found.first}" if first > last else None


def _read_months(reader: Reader, value: object) -> Range:
    def number(text: str) -> int:
        if text in _MONTH_NUMBERS:
            return _MONTH_NUMBERS[text]
        if not _INTEGER.match(text):
            raise reader.error(f"{text} is not a valid month")
        return int(text)

    _, found = _bounds(reader, value, number)
    if found.first > found.last:
        first, last = (MONTHS[month - 1] if 1 <= month <= 12 else "" for month in (found.first, found.last))
        raise reader.error(f"end month {last} is before start month {first}")
    return found


def _read_years(reader: Reader, value: object) -> Range:
    _, found = _bounds(reader, value, lambda text: _integer(reader, text))
    if found.first > found.last:
        raise reader.error(f"end year {found.last} is before start year {found.first}")
    return found
