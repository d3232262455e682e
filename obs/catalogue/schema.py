"""What a catalogue file may hold: the keys of each level, and the form of their values.

The same tables refuse a wrong file and describe a right one (docs/catalogue.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches

from obs.record import dataclass

Reader = Callable[[object], str | None]
"""What is wrong with a value, in words; None when nothing is."""

METRIC_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
MODULE_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SYSTEM_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_RELEASE = re.compile(r"[0-9]+(\.[0-9]+)*")
_RANGE = re.compile(r"(>=|<=|>|<|=)[0-9]+(\.[0-9]+)*( (>=|<=|>|<|=)[0-9]+(\.[0-9]+)*)*")
_PLATFORM = re.compile(r"(on|off)\b[^\n]*")
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a mapping: the form of its value, and whether it must be there."""

    form: str
    wrong: Reader
    required: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong; `path` leads to it, through names of metrics and groups."""

    path: tuple[str, ...]
    problem: str

    def __str__(self) -> str:
        return f"{': '.join(self.path)}: {self.problem}" if self.path else self.problem


def faults(tree: object) -> Iterator[Fault]:
    """Everything that is wrong with the content of a catalogue file, in the order of the file."""
    if not isinstance(tree, Mapping):
        yield Fault((), f"a catalogue file is a mapping, not {_kind(tree)}")
        return
    yield from _keys(tree, FILE, ())
    if tree.get("schema") not in (None, 1) or tree.get("schema") is True:
        yield Fault(("schema",), f"this release reads schema 1, not {_shown(tree['schema'])}")
    if isinstance(tree.get("scrape"), Mapping):
        yield from _keys(tree["scrape"], SCRAPE, ("scrape",))
    for note in _list(tree.get("notes")):
        if isinstance(note, Mapping):
            yield from _keys(note, NOTE, ("notes",))
        elif not isinstance(note, str):
            yield Fault(("notes",), f"a note is a text or a mapping with says, not {_kind(note)}")
    seen: dict[str, str] = {}
    for number, group in enumerate(_list(tree.get("groups")), 1):
        yield from _group(group, number, seen)


def _group(group: object, number: int, seen: dict[str, str]) -> Iterator[Fault]:
    if not isinstance(group, Mapping):
        yield Fault(("groups",), f"group {number} is a mapping, not {_kind(group)}")
        return
    name = group.get("group")
    path = (f"group {name}" if isinstance(name, str) else f"group {number}",)
    yield from _keys(group, GROUP, path)
    for position, metric in enumerate(_list(group.get("metrics")), 1):
        if not isinstance(metric, Mapping):
            yield Fault(path, f"metric {position} is a mapping, not {_kind(metric)}")
            continue
        called = metric.get("name")
        if not isinstance(called, str):
            yield from _keys(metric, METRIC, (*path, f"metric {position}"))
            continue
        if called in seen:
            yield Fault((called,), f"listed twice, in {seen[called]} and {path[0]}")
        seen.setdefault(called, path[0])
        wrong = list(_keys(metric, METRIC, (called,)))
        yield from wrong or _metric(metric, (called,))


def _metric(metric: Mapping[object, object], path: tuple[str, ...]) -> Iterator[Fault]:
    """What no key can see by itself."""
    labels, form = _list(metric.get("labels")), metric.get("type")
    for key in ("values", "usual"):
        listed = metric.get(key)
        for label in listed if isinstance(listed, Mapping) else ():
            if label not in labels:
                yield Fault(path, f"{key} of {label!r}, which is not one of its labels")
    state = metric.get("state_label")
    if (metric.get("kind") == "stateset") != (state is not None):
        yield Fault(path, "a stateset names its state_label, and nothing else does")
    if state is not None and state not in labels:
        yield Fault(path, f"state_label {_shown(state)} is not one of its labels")
    if metric.get("kind") == "stateset" and form != "gauge":
        yield Fault(path, f"kind stateset is a gauge, not a {form}")
    if metric.get("kind") == "info" and form not in ("gauge", "untyped"):
        yield Fault(path, f"kind info is a gauge or untyped, not a {form}")
    if "buckets" in metric and form != "histogram":
        yield Fault(path, f"a {form} has no buckets")
    if metric.get("native") and form != "histogram":
        yield Fault(path, f"a {form} cannot be a native histogram")
    if "quantiles" in metric and form != "summary":
        yield Fault(path, f"a {form} has no quantiles")
    if metric.get("long_task") and form not in ("histogram", "summary"):
        yield Fault(path, f"a {form} is no long task timer")
    reserved = {"histogram": "le", "summary": "quantile"}.get(str(form))
    if reserved in labels:
        yield Fault(path, f"the label {reserved} belongs to its series and is not listed")


def _keys(tree: Mapping[object, object], table: Mapping[str, Key], path: tuple[str, ...]) -> Iterator[Fault]:
    meant: set[str] = set()
    for key, value in tree.items():
        known = table.get(key) if isinstance(key, str) else None
        if known is None:
            close = get_close_matches(_shown(key).strip("'"), table, n=1)
            meant.update(close)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(table)}"
            yield Fault(path, f"unknown key {_shown(key)}; {hint}")
        else:
            problem = known.wrong(value)
            if problem is not None:
                yield Fault((*path, str(key)), problem)
    for name, one in table.items():
        if one.required and name not in tree and name not in meant:
            yield Fault(path, f"{name} is missing ({one.form})")


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _kind(value: object) -> str:
    names = {dict: "a mapping", list: "a list", str: "a text", bool: "true or false", type(None): "nothing"}
    return next((words for kind, words in names.items() if isinstance(value, kind)), "a number")


def _shown(value: object) -> str:
    """A value in a message; never a long one, and never what a nested one unfolds to."""
    if isinstance(value, (list, Mapping)):
        return _kind(value)
    text = repr(value) if not isinstance(value, int) or abs(value) < 10**40 else "a huge number"
    return text if len(text) <= 60 else f"{text[:57]}..."


# The forms. Each returns what is wrong.


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        quoted = " (quote it)" if isinstance(value, (int, float)) else ""
        return f"a text is wanted{quoted}, not {_kind(value)}"
    if len(value) > _LONGEST:
        return f"a text of {len(value)} characters is too long"
    return None


def _flag(value: object) -> str | None:
    return None if isinstance(value, bool) else f"true or false is wanted, not {_shown(value)}"


def _one_of(*words: str) -> Reader:
    def wrong(value: object) -> str | None:
        if isinstance(value, str) and value in words:
            return None
        close = get_close_matches(str(value)[:100], words, n=1) if isinstance(value, str) else []
        hint = f"; did you mean {close[0]}?" if close else ""
        return f"one of {', '.join(words)} is wanted, not {_shown(value)}{hint}"

    return wrong


def _matching(pattern: re.Pattern[str], what: str) -> Reader:
    def wrong(value: object) -> str | None:
        problem = _text(value)
        if problem is not None:
            return problem
        return None if pattern.fullmatch(str(value)) else f"{_shown(value)} is no {what}"

    return wrong


def _each(item: Reader) -> Reader:
    def wrong(value: object) -> str | None:
        if not isinstance(value, list):
            return f"a list is wanted, not {_kind(value)}"
        seen: set[object] = set()
        for one in value:
            problem = item(one)
            if problem is not None:
                return problem
            if one in seen:
                return f"{_shown(one)} is listed twice"
            seen.add(one)
        return None

    return wrong


def _number(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -1e300 < value < 1e300:
        return f"a number is wanted, not {_shown(value)}"
    return None


def _rising(value: object) -> str | None:
    problem = _each(_number)(value)
    if problem is None and isinstance(value, list) and value != sorted(value):
        return "the numbers must rise"
    return problem


def _buckets(value: object) -> str | None:
    return None if value == "opt-in" else _rising(value)


def _quantiles(value: object) -> str | None:
    problem = _rising(value)
    if problem is None and isinstance(value, list) and any(not 0 <= one <= 1 for one in value):
        return "a quantile lies between 0 and 1"
    return problem


def _values(value: object) -> str | None:
    if not isinstance(value, Mapping):
        return f"a mapping of labels to lists is wanted, not {_kind(value)}"
    for label, listed in value.items():
        problem = _LABEL(label) or _each(_text)(listed)
        if problem is None and not listed:
            problem = "the list is empty"
        if problem is not None:
            return f"{_shown(label)}: {problem}"
    return None


def _mapping(value: object) -> str | None:
    return None if isinstance(value, Mapping) else f"a mapping is wanted, not {_kind(value)}"


def _items(value: object) -> str | None:
    return None if isinstance(value, list) else f"a list is wanted, not {_kind(value)}"


def _port(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return None if 0 <= value <= 65535 else f"{_shown(value)} is no port"
    return _text(value)


def _schema(value: object) -> str | None:
    return None if isinstance(value, int) else f"a number is wanted, not {_kind(value)}"


_LABEL = _matching(LABEL_NAME, "label name")
_NAME = _matching(METRIC_NAME, "metric name")
_VERSION = _matching(_RELEASE, "release such as 1.20")

METRIC: Mapping[str, Key] = {
    "name": Key("name without the suffix of a histogram or summary", _NAME, True),
    "type": Key(
        "counter, gauge, histogram, summary, untyped: what `# TYPE` says",
        _one_of("counter", "gauge", "histogram", "summary", "untyped"),
        True,
    ),
    "kind": Key("info or stateset", _one_of("info", "stateset")),
    "state_label": Key("label of a stateset that holds the state", _LABEL),
    "unit": Key("seconds, bytes, ratio (0-1), percent (0-100), info, state, or a plural noun", _text),
    "labels": Key("list of its own labels, without those of the target", _each(_LABEL), True),
    "values": Key("complete lists of values, by label", _values),
    "usual": Key("well-known values where others are possible, by label", _values),
    "buckets": Key("upper bounds, or `opt-in`", _buckets),
    "quantiles": Key("quantiles of a summary", _quantiles),
    "max": Key("true: there is a gauge <name>_max too", _flag),
    "native": Key("true: a native histogram, without classic series", _flag),
    "long_task": Key("true: `_count` and `_sum` are gauges", _flag),
    "open": Key("true: it can have labels that are not listed", _flag),
    "dropped": Key("true: relabelling of the stack removes it", _flag),
    "default": Key(
        "disabled: needs a flag; enabled: others of its family do", _one_of("disabled", "enabled")
    ),
    "since": Key("first release that has it", _VERSION),
    "until": Key("first release without it", _VERSION),
    "renamed_to": Key("its newer name", _NAME),
    "alias_of": Key("system that owns the name", _matching(_SYSTEM_ID, "system")),
    "when": Key("condition, in words", _text),
    "help": Key("short description", _text),
}
GROUP: Mapping[str, Key] = {
    "group": Key("name of the group", _text, True),
    "source": Key("where the facts were read", _text),
    "when": Key("condition for the whole group, in words", _text),
    "metrics": Key("list of metrics", _items, True),
}
NOTE: Mapping[str, Key] = {
    "about": Key("patterns of metric names", _each(_text)),
    "says": Key("the trap, in one or two sentences", _text, True),
}
SCRAPE: Mapping[str, Key] = {
    "job": Key("value of the label job, in words", _text),
    "jobs": Key("usual values of the label job", _each(_text)),
    "port": Key("name and number of the port", _port),
    "path": Key("path of the page", _text),
    "how": Key("ServiceMonitor, PodMonitor, remote write ...", _text),
    "honor_labels": Key("true: the metric's labels win over the target's", _flag),
    "target_labels": Key("labels that the target adds", _each(_LABEL)),
    "target_labels_open": Key("true: relabelling adds others", _flag),
    "in_platform": Key("`on`, or `off: why`", _matching(_PLATFORM, "`on` or `off: why`")),
    "switch_on": Key("what makes it appear", _text),
}
FILE: Mapping[str, Key] = {
    "schema": Key("1", _schema, True),
    "system": Key("id: small letters, digits, hyphens", _matching(_SYSTEM_ID, "id of a system"), True),
    "title": Key("its name", _text),
    "version": Key("release that was read", _text, True),
    "applies": Key("range of releases, such as `>=1.6 <2.0`", _matching(_RANGE, "range such as >=1.6 <2.0")),
    "scrape": Key("how it is scraped", _mapping),
    "notes": Key("traps: texts, or mappings with `about` and `says`", _items),
    "groups": Key("list of groups", _items, True),
}
