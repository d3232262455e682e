"""A series in promtool's notation: `up{job="x"} 1+1x5 _x3 stale`.

Source: Prometheus 2.55, `promql/parser`, series descriptions. Native histograms are left to Prometheus's own engine.
"""

from __future__ import annotations

import re

from obs.lang import promql
from obs.lang.error import LanguageError, Unsupported
from obs.sim.scrape import NAME, STALE, Value

_NUMBER = r"(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[Ii][Nn][Ff]|[Nn][Aa][Nn])"
_ITEM = re.compile(
    rf"(?P<blank>_)(?:x(?P<blanks>\d+))?|(?P<stale>stale)"
    rf"|(?P<first>[+-]?{_NUMBER})(?:(?P<step>[+-]{_NUMBER})?x(?P<times>\d+))?"
)


def split(text: str) -> tuple[str, str]:
    """The series and its values."""
    text = text.strip()
    end = _end_of_series(text)
    return text[:end], text[end:].strip()


def _end_of_series(text: str) -> int:
    quoted = ""
    for place, char in enumerate(text):
        if quoted:
            quoted = "" if char == quoted and text[place - 1] != "\\" else quoted
        elif char in "\"'`":
            quoted = char
        elif char == "}":
            return place + 1
        elif char.isspace() and "{" not in text[:place]:
            rest = text[place:].lstrip()
            if rest.startswith("{") and not rest.startswith("{{"):
                continue
            return place
    return len(text)


def name_of(series: str) -> str:
    """The metric of a series as text; empty where it stands in the braces."""
    return series.split("{", 1)[0].strip()


def labels(text: str) -> dict[str, str]:
    """The labels of a series, `__name__` among them; raises LanguageError."""
    if text.replace(" ", "") in ("", "{}"):
        return {}
    found = promql.check(text).selectors
    if len(found) != 1 or any(one.op != "=" for one in found[0].matchers):
        raise LanguageError(f"not a series: {text}", 0, len(text))
    named = {one.label: one.value for one in found[0].matchers}
    return ({NAME: found[0].metric} if found[0].metric else {}) | named


def values(text: str) -> list[Value | None]:
    """The values in order, None for one that is left out; raises LanguageError, Unsupported for a histogram."""
    out: list[Value | None] = []
    place = 0
    if "{{" in text:
        raise Unsupported("native histograms; `make tools` builds the engine that knows them", 0, len(text))
    for word in re.finditer(r"\S+", text):
        place = word.start()
        item = _ITEM.fullmatch(word.group())
        if item is None:
            raise LanguageError(f"not a value: {word.group()}", place, word.end())
        out += _expanded(item)
    return out


def _expanded(item: re.Match[str]) -> list[Value | None]:
    if item["blank"]:
        return [None] * int(item["blanks"] or 1)
    if item["stale"]:
        return [STALE]
    first, step = float(item["first"]), float(item["step"] or 0)
    found: list[Value | None] = [first]
    if item["times"] is not None:
        value = first
        for _ in range(int(item["times"])):
            value += step
            found.append(value)
    return found
