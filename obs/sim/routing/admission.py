"""What prometheus-operator 0.77 says about an AlertmanagerConfig before it takes it.

The same rules stand behind its admission webhook. The schema of the CRD, which the API server checks, is not
among them. Source: prometheus-operator 0.77.2, `pkg/alertmanager/validation/v1alpha1`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from obs.lang.gotemplate.quote import quote
from obs.sim.routing.config import wrong_url
from obs.sim.routing.error import ConfigError
from obs.sim.routing.intervals import MONTHS, WEEKDAYS, Range, TimeInterval, wrong_days

Fields = Mapping[str, object]

_DURATION_TEXT = "^(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?$"
_DURATION = re.compile(_DURATION_TEXT[:-1] + r"\Z")
_TIME = re.compile(r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)\Z")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}\Z")
_ROUTE_FIELDS = frozenset(
    (
        "receiver", "groupBy", "groupWait", "groupInterval", "repeatInterval", "matchers", "continue", "routes",
        "muteTimeIntervals", "activeTimeIntervals",
    )
)  # fmt: skip
_OPERATORS = ("=", "!=", "=~", "!~")
DEPTH = 50
"""How deep routes may nest."""


def mapping(value: object) -> Fields:
    """The value as fields; nothing for what is not a mapping."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> Sequence[Fields]:
    """The mappings of a list."""
    return [mapping(item) for item in value] if isinstance(value, list | tuple) else ()


def texts(value: object) -> list[str]:
    """The strings of a list."""
    return [str(item) for item in value] if isinstance(value, list | tuple) else []


def text(fields: Fields, name: str) -> str:
    """A string field; empty when absent."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def validate(config: Fields) -> None:
    """Raise ConfigError, in the operator's words, for an AlertmanagerConfig that it rejects."""
    spec = mapping(config.get("spec"))
    receivers = _validate_receivers(items(spec.get("receivers")))
    intervals: set[str] = set()
    for index, interval in enumerate(items(spec.get("muteTimeIntervals"))):
        try:
            read_mute_interval(interval)
        except ConfigError as error:
            raise ConfigError(f"mute time interval[{index}] is invalid: {error.message}") from None
        intervals.add(text(interval, "name"))
    if spec.get("route") is not None:
        _validate_route(mapping(spec["route"]), receivers, intervals, 0)
    for index, rule in enumerate(items(spec.get("inhibitRules"))):
        _validate_inhibit_rule(index, rule, text(mapping(config.get("metadata")), "name"))


def _validate_receivers(receivers: Sequence[Fields]) -> set[str]:
    names: set[str] = set()
    for receiver in receivers:
        name = text(receiver, "name")
        if name in names:
            raise ConfigError(f"{quote(name)} receiver is not unique: %!w(<nil>)")
        names.add(name)
        for webhook in items(receiver.get("webhookConfigs")):
            wrong = _wrong_webhook(webhook)
            if wrong is not None:
                raise ConfigError(f"failed to validate 'webhookConfig' - receiver {name}: {wrong}")
    return names


def _wrong_webhook(webhook: Fields) -> str | None:
    url = webhook.get("url")
    if url is None:
        return None if webhook.get("urlSecret") else "one of 'url' or 'urlSecret' must be specified"
    wrong = wrong_url(str(url))
    return None if wrong is None else f"invalid 'url': validate url from string failed for {url}: {wrong}"


def _validate_route(route: Fields, receivers: set[str], intervals: set[str], depth: int) -> None:
    if depth > DEPTH:
        raise ConfigError(f"not supported: routes nested deeper than {DEPTH} levels")
    receiver = text(route, "receiver")
    if not receiver:
        if depth == 0:
            raise ConfigError("root route must define a receiver")
    elif receiver not in receivers:
        raise ConfigError(f"receiver {quote(receiver)} not found")
    _validate_group_by(texts(route.get("groupBy")))
    for name in texts(route.get("muteTimeIntervals")):
        if name not in intervals:
            raise ConfigError(f"mute time interval {quote(name)} not found")
    for name in texts(route.get("activeTimeIntervals")):
        if name not in intervals:
            raise ConfigError(f"time interval {quote(name)} not found")
    for name in ("groupInterval", "groupWait", "repeatInterval"):
        duration = text(route, name)
        if duration and not _DURATION.match(duration):
            raise ConfigError(f"{name} {duration} does not match required regex: {_DURATION_TEXT}")
    for index, matcher in enumerate(items(route.get("matchers"))):
        _validate_matcher(f"matcher[{index}]", matcher)
    children = items(route.get("routes"))
    for index, child in enumerate(children):
        unknown = next((name for name in child if name not in _ROUTE_FIELDS), None)
        if unknown is not None:
            raise ConfigError(f"route[{index}]: json: unknown field {quote(unknown)}")
    for index, child in enumerate(children):
        try:
            _validate_route(child, receivers, intervals, depth + 1)
        except ConfigError as error:
            raise ConfigError(f"route[{index}]: {error.message}") from None


def _validate_group_by(names: list[str]) -> None:
    listed = f"[{' '.join(names)}]"
    if len(set(names)) < len(names):
        raise ConfigError(f"duplicate values not permitted in route 'groupBy': {listed}")
    if "..." in names and len(names) > 1:
        raise ConfigError(f"'...' must be a sole value in route 'groupBy': {listed}")


def _validate_matcher(where: str, matcher: Fields) -> None:
    operator = text(matcher, "matchType")
    if not operator:
        return
    if operator not in _OPERATORS:
        raise ConfigError(f"{where}: invalid 'matchType' '{operator}' provided'")
    if not text(matcher, "name").strip():
        raise ConfigError(f"{where}: matcher 'name' is required")


def _validate_inhibit_rule(index: int, rule: Fields, name: str) -> None:
    for side, field in (("target", "targetMatch"), ("source", "sourceMatch")):
        for place, matcher in enumerate(items(rule.get(field))):
            where = f"invalid {side}Matchers[{place}] in inhibitRule[{index}] in config {name}"
            _validate_matcher(where, matcher)


# Time intervals


def read_mute_interval(interval: Fields) -> tuple[TimeInterval, ...]:
    """The intervals of one item of `muteTimeIntervals`; raises ConfigError in the operator's words."""
    if not text(interval, "name"):
        raise ConfigError("empty name field for mute time interval")
    return tuple(
        _read_interval(index, part) for index, part in enumerate(items(interval.get("timeIntervals")))
    )


def _read_interval(index: int, part: Fields) -> TimeInterval:
    def named(what: str, value: object, prefix: str = "") -> Range:
        try:
            return _READERS[what](value)
        except ConfigError as error:
            raise ConfigError(f"{prefix}{what} range at {index} is invalid: {error.message}") from None

    def ranges(what: str, field: str, prefix: str = "") -> tuple[Range, ...] | None:
        value = part.get(field)
        return (
            tuple(named(what, item, prefix) for item in value) if isinstance(value, list) and value else None
        )

    return TimeInterval(
        ranges("time", "times"),
        ranges("weekday", "weekdays"),
        ranges("day of month", "daysOfMonth", "mute time interval is invalid - "),
        ranges("month", "months"),
        ranges("year", "years"),
    )


def _read_times(value: object) -> Range:
    fields = mapping(value)
    if not text(fields, "startTime") or not text(fields, "endTime"):
        raise ConfigError("start and end are required")
    first, last = (_minutes(text(fields, f"{side}Time"), side) for side in ("start", "end"))
    if first >= last:
        raise ConfigError(f"start time {first} cannot be equal or greater than end time {last}")
    return Range(first, last)


def _minutes(value: str, side: str) -> int:
    if not _TIME.match(value):
        raise ConfigError(f"{side} time invalid: couldn't parse timestamp {value}, invalid format")
    hours, minutes = value.split(":")
    return int(hours) * 60 + int(minutes)


def _ends(value: object) -> tuple[str, str]:
    parts = str(value).split(":")
    if len(parts) > 2:
        raise ConfigError(f"invalid range provided {value}")
    return parts[0], parts[-1]


def _read_weekdays(value: object) -> Range:
    names = _ends(value)
    days: list[int] = []
    for side, name in zip(("start", "end"), names, strict=True):
        if name.lower() in WEEKDAYS:
            days.append(WEEKDAYS.index(name.lower()))
        elif _INTEGER.match(name):
            days.append(int(name))
        else:
            message = f"failed to parse {side} day from weekday range: {name} is an invalid weekday"
            raise ConfigError(message)
    if days[0] > days[1]:
        raise ConfigError("start day cannot be before end day")
    for name, day in zip(names, days, strict=True):
        if not 0 <= day <= 6:
            raise ConfigError(f"{name} is not a valid day of the week: out of range")
    return Range(*days)


def _read_days(value: object) -> Range:
    fields = mapping(value)
    first, last = (
        found if isinstance(found, int) else 0 for found in (fields.get("start"), fields.get("end"))
    )
    wrong = wrong_days(Range(first, last))
    if wrong is not None:
        raise ConfigError(wrong)
    return Range(first, last)


def _read_months(value: object) -> Range:
    names = _ends(value)
    months: list[int] = []
    for name in names:
        if name.lower() in MONTHS:
            months.append(MONTHS.index(name.lower()) + 1)
        elif _INTEGER.match(name) and 1 <= int(name) <= 12:
            months.append(int(name))
        else:
            raise ConfigError(f"failed to parse start month from month range: {name} is an invalid month")
    if months[0] > months[1]:
        raise ConfigError(f"end month {names[1]} is before start month {names[0]}")
    return Range(*months)


def _read_years(value: object) -> Range:
    years: list[int] = []
    for side, year in zip(("start", "end"), _ends(value), strict=True):
        if not _INTEGER.match(year):
            message = f"strconv.Atoi: parsing {quote(year)}: invalid syntax"
            raise ConfigError(f"{side} year cannot be {year} parsed: {message}")
        years.append(int(year))
    if years[0] > years[1]:
        raise ConfigError(f"end year {years[1]} is before start year {years[0]}")
    return Range(*years)


_READERS = {
    "time": _read_times,
    "weekday": _read_weekdays,
    "day of month": _read_days,
    "month": _read_months,
    "year": _read_years,
}
