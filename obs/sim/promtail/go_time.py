"""Reading timestamps by Go layouts (`2006-01-02 15:04:05`) into nanoseconds since 1970, UTC.

Source: Go's `time.Parse`, `time.ParseInLocation`, `time.LoadLocation`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from obs.lang.error import LanguageError
from obs.lang.gotemplate.quote import quote

SECOND = 1_000_000_000
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

PREDEFINED = {
    "ANSIC": "Mon Jan _2 15:04:05 2006",
    "UnixDate": "Mon Jan _2 15:04:05 MST 2006",
    "RubyDate": "Mon Jan 02 15:04:05 -0700 2006",
    "RFC822": "02 Jan 06 15:04 MST",
    "RFC822Z": "02 Jan 06 15:04 -0700",
    "RFC850": "Monday, 02-Jan-06 15:04:05 MST",
    "RFC1123": "Mon, 02 Jan 2006 15:04:05 MST",
    "RFC1123Z": "Mon, 02 Jan 2006 15:04:05 -0700",
    "RFC3339": "2006-01-02T15:04:05Z07:00",
    "RFC3339Nano": "2006-01-02T15:04:05.999999999Z07:00",
}

# Longest first where one is the start of another. What must not follow is in a lookahead.
_CHUNK = re.compile(
    r"""(?P<std>January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|0[1-6]|15|1|2006|2|__2|_2(?!006)
      |3|4|5|PM|pm|-070000|-07:00:00|-0700|-07:00|-07|Z070000|Z07:00:00|Z0700|Z07:00|Z07
      |[.,](?:0+|9+)(?![0-9]))""",
    re.VERBOSE,
)
_FRACTION = re.compile(r"[.,][0-9]+")
_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))\Z", re.ASCII
)


@dataclass(slots=True)
class Civil:
    """What a text said: calendar fields, and either an offset in seconds or the zone to look one up in."""

    year: int = 0
    month: int = -1
    day: int = -1
    year_day: int = -1
    hour: int = 0
    minute: int = 0
    second: int = 0
    nanosecond: int = 0
    half: str = ""
    offset: int | None = None
    zone_name: str = ""

    def to_unix(self, location: tzinfo | None) -> int:
        """Nanoseconds since 1970; days beyond the month's end run into the next one."""
        days = days_from_civil(self.year, self.month, 1) + self.day - 1
        seconds = ((days * 24 + self.hour) * 60 + self.minute) * 60 + self.second
        return (seconds - self.offset_at(seconds, location)) * SECOND + self.nanosecond

    def offset_at(self, seconds: int, location: tzinfo | None) -> int:
        if self.offset is not None:
            return self.offset
        if self.zone_name:
            return _named_offset(self.zone_name, seconds, location)
        if location is None:
            return 0
        offset = _offset(location, seconds)
        return _offset(location, seconds - offset) if offset else 0


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the proleptic Gregorian calendar, for any year."""
    year -= month <= 2
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719468


def civil_from_days(days: int) -> tuple[int, int, int]:
    """Year, month and day of a number of days since 1970-01-01."""
    era, day_of_era = divmod(days + 719468, 146097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1


def render(nanoseconds: int) -> str:
    """RFC 3339 in UTC with as many digits of the fraction as there are: `2026-02-23T07:25:07.5Z`."""
    seconds, fraction = divmod(nanoseconds, SECOND)
    days, rest = divmod(seconds, 86400)
    year, month, day = civil_from_days(days)
    text = f"{year:04d}-{month:02d}-{day:02d}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    return f"{text}.{fraction:09d}".rstrip("0") + "Z" if fraction else text + "Z"


@lru_cache(maxsize=256)
def load_location(name: str) -> tzinfo:
    """The time zone of an IANA name; `""`, `UTC` and `Local` (Promtail's image has no other) are UTC."""
    from zoneinfo import ZoneInfo

    if name in ("", "UTC", "Local"):
        return UTC
    if ".." in name or name[0] in "/\\":
        raise LanguageError("time: invalid location name", 0, len(name))
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise LanguageError(f"unknown time zone {name}", 0, len(name)) from None


def _offset(location: tzinfo, seconds: int) -> int:
    """Seconds east of UTC at an instant; a year out of Python's range has the offset of the nearest one."""
    if location is UTC:
        return 0
    clamped = min(max(seconds, -62_000_000_000), 253_000_000_000)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=clamped)
    offset = moment.astimezone(location).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _named_offset(name: str, seconds: int, location: tzinfo | None) -> int:
    """The offset of an abbreviation such as `KST`: known only if the location uses it, else zero."""
    if location is None or location is UTC:
        return 0
    for shift in (0, 15_780_000, -15_780_000):
        clamped = min(max(seconds + shift, -62_000_000_000), 253_000_000_000)
        moment = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=clamped)).astimezone(location)
        offset = moment.utcoffset()
        if moment.tzname() == name and offset is not None:
            return int(offset.total_seconds())
    return 0


class _Reader:
    """The rest of a text, from which the elements of a layout take their part."""

    __slots__ = ("rest", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.rest = text

    def fail(self, layout: str) -> LanguageError:
        start = len(self.text) - len(self.rest)
        message = f"parsing time {quote(self.text)} as {quote(layout)}: cannot parse {quote(self.rest)}"
        return LanguageError(message, start, len(self.text))

    def take(self, count: int) -> str:
        if len(self.rest) < count:
            raise ValueError("too short")
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def number(self, width: int, *, fixed: bool) -> int:
        """Up to `width` digits; all of them when `fixed`."""
        count = 0
        while count < width and self.rest[count : count + 1] in _DIGITS:
            count += 1
        if count == 0 or (fixed and count < width):
            raise ValueError("not a number")
        return int(self.take(count))

    def name(self, names: tuple[str, ...], length: int | None = None) -> int:
        for index, full in enumerate(names):
            short = full[:length]
            if self.rest[: len(short)].lower() == short.lower():
                self.rest = self.rest[len(short) :]
                return index
        raise ValueError("not a name")

    def skip_name(self, names: tuple[str, ...], length: int | None = None) -> None:
        self.name(names, length)

    def skip(self, prefix: str) -> None:
        """Step over literal text; one run of spaces stands for any other."""
        while prefix:
            if prefix[0] == " ":
                if self.rest and self.rest[0] != " ":
                    raise ValueError("no space")
                prefix, self.rest = prefix.lstrip(" "), self.rest.lstrip(" ")
                continue
            if not self.rest or self.rest[0] != prefix[0]:
                raise ValueError("other text")
            prefix, self.rest = prefix[1:], self.rest[1:]


_DIGITS = tuple("0123456789")


def parse_civil(layout: str, text: str) -> Civil:
    """The fields of `text`. Raises LanguageError when it does not have the layout."""
    reader, civil = _Reader(text), Civil()
    try:
        for prefix, element, next_element in _chunks(layout):
            reader.skip(prefix)
            if element:
                _read(element, reader, civil, next_element)
        if reader.rest:
            raise ValueError("extra text")
        _complete(civil)
    except ValueError as error:
        if isinstance(error, LanguageError):
            raise
        raise reader.fail(layout) from None
    return civil


def parse(layout: str, text: str, location: tzinfo | None = None) -> int:
    """Nanoseconds since 1970 of `text`; without an offset in it, in `location` (default UTC)."""
    if layout in (PREDEFINED["RFC3339Nano"], PREDEFINED["RFC3339"]):
        common = _rfc3339(text)
        if common is not None:
            return common
    return parse_civil(layout, text).to_unix(location)


def _rfc3339(text: str) -> int | None:
    found = _RFC3339.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = map(int, found.group(1, 2, 3, 4, 5, 6))
    if not (1 <= month <= 12 and 1 <= day <= 28 and hour < 24 and minute < 60 and second < 60):
        return None
    seconds = days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
    if found.group(8):
        east, north = int(found.group(9)), int(found.group(10))
        if east > 24 or north > 60:
            return None
        seconds -= (east * 3600 + north * 60) * (-1 if found.group(8) == "-" else 1)
    fraction = found.group(7)
    return seconds * SECOND + (int(fraction.ljust(9, "0")) if fraction else 0)


@lru_cache(maxsize=512)
def _chunks(layout: str) -> tuple[tuple[str, str, str], ...]:
    """The layout as (literal text, element, the next element)."""
    found: list[tuple[str, str]] = []
    at = 0
    for match in _CHUNK.finditer(layout):
        found.append((layout[at : match.start()], match.group()))
        at = match.end()
    found.append((layout[at:], ""))
    following = [element for _, element in found[1:]] + [""]
    return tuple((prefix, element, after) for (prefix, element), after in zip(found, following, strict=True))


def _read(element: str, reader: _Reader, civil: Civil, next_element: str) -> None:
    action = _ELEMENTS.get(element)
    if action is not None:
        action(reader, civil)
    elif element[0] in ".,":
        _read_fraction(element, reader, civil)
    elif element in ("5", "05"):
        civil.second = _below(60, reader.number(2, fixed=element == "05"))
        unannounced = _FRACTION.match(reader.rest)
        if unannounced and next_element[:1] not in (".", ","):
            civil.nanosecond = _nanoseconds(reader.take(unannounced.end()))
    elif element == "MST":
        _read_zone_name(reader, civil)
    else:
        _read_offset(element, reader, civil)


def _below(limit: int, value: int) -> int:
    if value >= limit:
        raise ValueError("out of range")
    return value


def _nanoseconds(text: str) -> int:
    if text[:1] not in (".", ",") or not (text[1:].isascii() and text[1:].isdigit()):
        raise ValueError("not a fraction")
    return int(text[1:10].ljust(9, "0"))


def _read_fraction(element: str, reader: _Reader, civil: Civil) -> None:
    if element[1] == "0":
        civil.nanosecond = _nanoseconds(reader.take(len(element)))
        return
    found = _FRACTION.match(reader.rest)
    if found:
        civil.nanosecond = _nanoseconds(reader.take(found.end()))


def _read_short_year(reader: _Reader, civil: Civil) -> None:
    year = reader.number(2, fixed=True)
    civil.year = year + (1900 if year >= 69 else 2000)


def _read_long_year(reader: _Reader, civil: Civil) -> None:
    civil.year = reader.number(4, fixed=True)


def _read_month(reader: _Reader, civil: Civil, *, fixed: bool) -> None:
    civil.month = _below(13, reader.number(2, fixed=fixed))
    if civil.month == 0:
        raise ValueError("month out of range")


def _read_day(reader: _Reader, civil: Civil, *, fixed: bool = False, padded: bool = False) -> None:
    if padded and reader.rest.startswith(" "):
        reader.take(1)
    civil.day = reader.number(2, fixed=fixed)


def _read_year_day(reader: _Reader, civil: Civil, *, padded: bool) -> None:
    for _ in range(2):
        if padded and reader.rest.startswith(" "):
            reader.take(1)
    civil.year_day = reader.number(3, fixed=not padded)


def _read_half(reader: _Reader, civil: Civil, *, upper: bool) -> None:
    half = reader.take(2)
    if half not in (("AM", "PM") if upper else ("am", "pm")):
        raise ValueError("neither AM nor PM")
    civil.half = half.upper()


def _set(civil: Civil, field: str, value: int) -> None:
    setattr(civil, field, value)


_ELEMENTS: dict[str, Callable[[_Reader, Civil], None]] = {
    "06": _read_short_year,
    "2006": _read_long_year,
    "Jan": lambda reader, civil: _set(civil, "month", reader.name(_MONTHS, 3) + 1),
    "January": lambda reader, civil: _set(civil, "month", reader.name(_MONTHS) + 1),
    "1": lambda reader, civil: _read_month(reader, civil, fixed=False),
    "01": lambda reader, civil: _read_month(reader, civil, fixed=True),
    "Mon": lambda reader, _: reader.skip_name(_WEEKDAYS, 3),
    "Monday": lambda reader, _: reader.skip_name(_WEEKDAYS),
    "2": _read_day,
    "_2": lambda reader, civil: _read_day(reader, civil, padded=True),
    "02": lambda reader, civil: _read_day(reader, civil, fixed=True),
    "__2": lambda reader, civil: _read_year_day(reader, civil, padded=True),
    "002": lambda reader, civil: _read_year_day(reader, civil, padded=False),
    "15": lambda reader, civil: _set(civil, "hour", _below(24, reader.number(2, fixed=False))),
    "3": lambda reader, civil: _set(civil, "hour", _below(13, reader.number(2, fixed=False))),
    "03": lambda reader, civil: _set(civil, "hour", _below(13, reader.number(2, fixed=True))),
    "4": lambda reader, civil: _set(civil, "minute", _below(60, reader.number(2, fixed=False))),
    "04": lambda reader, civil: _set(civil, "minute", _below(60, reader.number(2, fixed=True))),
    "PM": lambda reader, civil: _read_half(reader, civil, upper=True),
    "pm": lambda reader, civil: _read_half(reader, civil, upper=False),
}


def _read_offset(element: str, reader: _Reader, civil: Civil) -> None:
    if element[0] == "Z" and reader.rest.startswith("Z"):
        reader.take(1)
        civil.offset, civil.zone_name = 0, ""
        return
    text = reader.take(len(element))
    digits = text[1:]
    if ":" in element:
        if any(digits[at : at + 1] != ":" for at in range(2, len(element) - 1, 3)):
            raise ValueError("no colon")
        digits = digits.replace(":", "")
    if text[0] not in "+-" or not (digits.isascii() and digits.isdigit()):
        raise ValueError("not an offset")
    hours, minutes, seconds = (int(digits[at : at + 2] or 0) for at in (0, 2, 4))
    if hours > 24 or minutes > 60 or seconds > 60:
        raise ValueError("offset out of range")
    civil.offset = (hours * 3600 + minutes * 60 + seconds) * (-1 if text[0] == "-" else 1)


def _read_zone_name(reader: _Reader, civil: Civil) -> None:
    if reader.rest.startswith("UTC"):
        reader.take(3)
        civil.offset = 0
        return
    found = _ZONE_NAME.match(reader.rest)
    letters = found.group("letters") if found else None
    if found is None or (letters and not _is_zone_abbreviation(letters)):
        raise ValueError("not a zone")
    civil.zone_name = reader.take(found.end())


_ZONE_NAME = re.compile(
    r"(?P<special>ChST|MeST)|GMT(?:[+-](?:0*(?:2[0-3]|1?[0-9])(?![0-9])))?(?![A-Z]{1,3})"
    r"|(?P<letters>[A-Z]{3,6})|[+-]0*(?:2[0-3]|1?[0-9])(?![0-9])"
)


def _is_zone_abbreviation(letters: str) -> bool:
    if len(letters) == 3:
        return True
    return (len(letters) == 4 and (letters[3] == "T" or letters == "WITA")) or (
        len(letters) == 5 and letters[4] == "T"
    )


def _complete(civil: Civil) -> None:
    """Fill in what was not said and refuse a day that does not exist."""
    if civil.half == "PM" and civil.hour < 12:
        civil.hour += 12
    elif civil.half == "AM" and civil.hour == 12:
        civil.hour = 0
    if civil.year_day >= 0:
        _apply_year_day(civil)
    civil.month = 1 if civil.month < 0 else civil.month
    civil.day = 1 if civil.day < 0 else civil.day
    leap_day = civil.month == 2 and _is_leap(civil.year)
    if not 1 <= civil.day <= _DAYS[civil.month - 1] + leap_day:
        raise ValueError("day out of range")


def _apply_year_day(civil: Civil) -> None:
    if not 1 <= civil.year_day <= 365 + _is_leap(civil.year):
        raise ValueError("day-of-year out of range")
    _, month, day = civil_from_days(days_from_civil(civil.year, 1, 1) + civil.year_day - 1)
    if civil.month not in (-1, month) or civil.day not in (-1, day):
        raise ValueError("day-of-year does not match")
    civil.month, civil.day = month, day


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
