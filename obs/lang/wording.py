"""How explanations say lists, numbers, lengths of time and conditions on labels, in the same words everywhere."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta

_UNITS_MS: dict[str, int] = {
    "week": 604_800_000,
    "day": 86_400_000,
    "hour": 3_600_000,
    "minute": 60_000,
    "second": 1_000,
    "millisecond": 1,
}
_UNIT_OF_LETTER = {
    "y": "year",
    "w": "week",
    "d": "day",
    "h": "hour",
    "m": "minute",
    "s": "second",
    "ms": "millisecond",
}
_WRITTEN = re.compile(r"(?:[0-9]+(?:ms|[ywdhms]))+")
_WRITTEN_PART = re.compile(r"([0-9]+)(ms|[ywdhms])")
_META = re.compile(r"[\\.+*?()|\[\]{}^$]")
_LONGEST_VALUE = 80


def listed(items: Iterable[str], word: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    names = list(items)
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


def quoted(value: str) -> str:
    """A value as a person quotes it: cut when it is long, line breaks visible."""
    shown = value.replace("\n", "\\n")
    if len(shown) > _LONGEST_VALUE:
        shown = shown[: _LONGEST_VALUE - 3] + "..."
    return f'"{shown}"'


def number(value: float) -> str:
    """`0.8`, `1000000`, `1e+18`, `infinity`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "infinity" if value > 0 else "minus infinity"
    if value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return repr(value)


def ordinal(value: float) -> str:
    """`95th`, `1st`, `99.9th`."""
    text = number(value)
    last = text[-2:] if text.isdigit() else ""
    suffix = {"1": "st", "2": "nd", "3": "rd"}.get(last[-1:], "th")
    return f"{text}{'th' if last in ('11', '12', '13') else suffix}"


def percentile(quantile: float) -> str:
    """`the 95th percentile` of 0.95, `the median` of 0.5."""
    if quantile == 0.5:
        return "the median"
    if not 0 <= quantile <= 1:
        return f"the {number(quantile)}-quantile"
    return f"the {ordinal(float(f'{quantile * 100:.10g}'))} percentile"


def counted(count: int, unit: str) -> str:
    """`1 minute`, `5 minutes`."""
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def span(milliseconds: int, written: str = "") -> str:
    """A length of time in words: in the units that it was written in (`90s`, `7d`), else in the largest ones."""
    if _WRITTEN.fullmatch(written):
        parts = _WRITTEN_PART.findall(written)
        return " ".join(counted(int(count), _UNIT_OF_LETTER[unit]) for count, unit in parts)
    if milliseconds < 0:
        return f"minus {span(-milliseconds)}"
    rest, words = milliseconds, []
    for unit, size in _UNITS_MS.items():
        if unit == "week" and rest % size:
            continue
        count, rest = divmod(rest, size)
        if count:
            words.append(counted(count, unit))
    return " ".join(words) or "0 seconds"


def span_ns(nanoseconds: int) -> str:
    """As `span`, to the nanosecond below a millisecond."""
    whole, rest = divmod(abs(nanoseconds), 1_000_000)
    sign = "minus " if nanoseconds < 0 else ""
    if not rest:
        return sign + span(whole)
    if whole >= 1000:
        return f"{sign}{number(abs(nanoseconds) / 1e9)} seconds"
    return f"{sign}{number(abs(nanoseconds) / 1e6)} milliseconds"


def the_last(words: str) -> str:
    """`the last 5 minutes`, `the last hour` (not: the last 1 hour)."""
    return f"the last {single(words)}"


def single(words: str) -> str:
    """`minute` for `1 minute`, all else as it is: for use behind `every` and `the last`."""
    first, _, unit = words.partition(" ")
    return unit if first == "1" and " " not in unit else words


def moment(milliseconds: int) -> str:
    """`2021-01-04 07:06:40 UTC` of milliseconds since 1970; the number itself beyond the calendar."""
    try:
        when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return f"Unix time {number(milliseconds / 1000)}"
    return when.strftime("%Y-%m-%d %H:%M:%S UTC")


COMPARISON: dict[str, str] = {
    "==": "equal to",
    "=": "equal to",
    "!=": "not equal to",
    ">": "greater than",
    ">=": "at least",
    "<": "less than",
    "<=": "at most",
}
FLIPPED: dict[str, str] = {">": "<", ">=": "<=", "<": ">", "<=": ">="}

ARITHMETIC: dict[str, str] = {
    "+": "plus",
    "-": "minus",
    "*": "times",
    "/": "divided by",
    "%": "modulo",
    "^": "to the power of",
    "atan2": "atan2",
}


def label_condition(label: str, op: str, value: str) -> str:
    """A matcher behind the word `with`: `job "api"`, `any pod`, `code starting with "5"`, `no host`."""
    presence = _presence(op, value)
    if presence is not None:
        return presence.format(label)
    if op in ("=", "!="):
        return f"{label} {quoted(value)}" if op == "=" else f"{label} other than {quoted(value)}"
    values = alternatives(value)
    if values is not None:
        shown = listed((quoted(one) if one else "none" for one in values), "or")
        return f"{label} {shown}" if op == "=~" else f"{label} other than {shown}"
    kind, text = _shape(value)
    return f"{label} {'' if op == '=~' else 'not '}{_PARTICIPLES[kind]} {quoted(text)}"


def label_clause(label: str, op: str, value: str) -> str:
    """A matcher as a clause: `job is "api"`, `there is a pod`, `code starts with "5"`."""
    presence = _presence(op, value)
    if presence is not None:
        return f"there is {presence.format(label)}"
    if op in ("=", "!="):
        return f"{label} is {'' if op == '=' else 'not '}{quoted(value)}"
    values = alternatives(value)
    if values is not None:
        if op == "=~":
            return f"{label} is {listed((quoted(one) if one else 'none' for one in values), 'or')}"
        if len(values) == 2:
            return f"{label} is neither {quoted(values[0])} nor {quoted(values[1])}"
        return f"{label} is {'not' if len(values) == 1 else 'none of'} {listed(map(quoted, values))}"
    kind, text = _shape(value)
    verb, infinitive = _VERBS[kind]
    return f"{label} {verb if op == '=~' else f'does not {infinitive}'} {quoted(text)}"


_PARTICIPLES = {"start": "starting with", "end": "ending in", "part": "containing", "other": "matching"}
_VERBS = {
    "start": ("starts with", "start with"),
    "end": ("ends in", "end in"),
    "part": ("contains", "contain"),
    "other": ("matches", "match"),
}


def _presence(op: str, value: str) -> str | None:
    """For matchers that only ask whether there is a value."""
    if op in ("=", "!=") and not value:
        return "no {}" if op == "=" else "any {}"
    if op in ("=~", "!~") and value in (".+", ""):
        return "any {}" if (op == "=~") == (value == ".+") else "no {}"
    return "any {} or none" if op == "=~" and value == ".*" else None


def _shape(pattern: str) -> tuple[str, str]:
    """What a pattern asks of a value: to start with, end in or contain a text, or something else."""
    begins = pattern.startswith((".*", ".+"))
    ends = pattern.endswith((".*", ".+"))
    text = pattern[2 if begins else 0 : -2 if ends else None]
    if not (begins or ends) or not text or _META.search(text):
        return "other", pattern
    return ("part" if begins and ends else "end" if begins else "start"), text


def alternatives(pattern: str) -> Sequence[str] | None:
    """The texts that a pattern of mere alternatives matches: of `a|b`, `(a|b)`; None for any other."""
    inner = re.fullmatch(r"\((?:\?:)?([^()]*)\)", pattern)
    text = inner[1] if inner else pattern
    values = text.split("|")
    return None if any(map(_META.search, values)) or "$" in text else values


def sentence(text: str, names: Collection[str] = ()) -> str:
    """The text with a full stop, and a capital unless it starts with one of `names`."""
    first = text.split(" ", 1)[0].rstrip(",:;")
    if first not in names and first.isalpha() and first.isascii():
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", ":")) else f"{text}."
