"""The functions, and data of Alertmanager's messages.

Source: Alertmanager 0.27, `template` and its documentation; results measured with amtool 0.27.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from obs.lang.gotemplate.clock import ZERO, Moment, time
from obs.lang.gotemplate.strings import SHARED, lower
from obs.lang.gotemplate.values import Function, Map, Methods, Slice, Struct, Value
from obs.record import dataclass, field


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """One alert of a message; the times are of its start and its end."""

    status: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    starts_at: Moment = ZERO
    ends_at: Moment = ZERO
    generator_url: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class MessageData:
    """What a message's template sees: a group of alerts, and what they have in common."""

    receiver: str = ""
    status: str = ""
    alerts: Sequence[AlertMessage] = ()
    group_labels: Mapping[str, str] = field(default_factory=dict)
    common_labels: Mapping[str, str] = field(default_factory=dict)
    common_annotations: Mapping[str, str] = field(default_factory=dict)
    external_url: str = ""


# Sets of names and values


def _ordered(pairs: Mapping[str, Value]) -> list[str]:
    """Names in the order of messages: `alertname` first, then by bytes."""
    return sorted(pairs, key=lambda name: (name != "alertname", name.encode("utf-8", "surrogateescape")))


def _map(value: Value) -> Map:
    assert isinstance(value, Map)
    return value


def _list(value: Value) -> Slice:
    assert isinstance(value, Slice)
    return value


def _texts(items: Sequence[Value]) -> Slice:
    return Slice(items, "[]string")


def _pairs(value: Value) -> Slice:
    pairs = _map(value)
    items: list[Value] = [
        Struct("template.Pair", {"Name": name, "Value": pairs[name]}, {}) for name in _ordered(pairs)
    ]
    return Slice(items, "template.Pairs", _PAIRS_METHODS)


def _of_pairs(value: Value, name: str) -> list[Value]:
    return [pair.fields[name] for pair in _list(value) if isinstance(pair, Struct)]


def _shown(value: Value) -> str:
    names, texts = _of_pairs(value, "Name"), _of_pairs(value, "Value")
    return ", ".join(f"{name}={text}" for name, text in zip(names, texts, strict=True))


_PAIRS_METHODS: Methods = {
    "Names": lambda value: Function((), lambda: _texts(_of_pairs(value, "Name"))),
    "Values": lambda value: Function((), lambda: _texts(_of_pairs(value, "Value"))),
    "String": lambda value: Function((), lambda: _shown(value)),
}


def _remove(value: Value) -> Function:
    def remove(names: Value) -> Value:
        gone = set(map(str, names)) if isinstance(names, Slice) else set()
        return _set({name: text for name, text in _map(value).items() if name not in gone})

    return Function(("[]string",), remove)


_SET_METHODS: Methods = {
    "SortedPairs": lambda value: Function((), lambda: _pairs(value)),
    "Names": lambda value: Function((), lambda: _texts(_of_pairs(_pairs(value), "Name"))),
    "Values": lambda value: Function((), lambda: _texts(_of_pairs(_pairs(value), "Value"))),
    "Remove": _remove,
    "String": lambda value: Function((), lambda: _shown(_pairs(value))),
}


def _set(pairs: Mapping[str, Value]) -> Map:
    return Map(pairs, "template.KV", "string", _SET_METHODS)


# Alerts


def _with_status(value: Value, status: str) -> Slice:
    kept = [alert for alert in _list(value) if isinstance(alert, Struct) and alert.fields["Status"] == status]
    return Slice(kept, "[]template.Alert")


_ALERTS_METHODS: Methods = {
    "Firing": lambda value: Function((), lambda: _with_status(value, "firing")),
    "Resolved": lambda value: Function((), lambda: _with_status(value, "resolved")),
}


def _alert(alert: AlertMessage) -> Struct:
    fields: dict[str, Value] = {
        "Status": alert.status,
        "Labels": _set(alert.labels),
        "Annotations": _set(alert.annotations),
        "StartsAt": time(alert.starts_at),
        "EndsAt": time(alert.ends_at),
        "GeneratorURL": alert.generator_url,
        "Fingerprint": alert.fingerprint,
    }
    return Struct("template.Alert", fields, {})


def values(data: MessageData) -> Struct:
    """The dot of a message's template."""
    fields: dict[str, Value] = {
        "Receiver": data.receiver,
        "Status": data.status,
        "Alerts": Slice([_alert(alert) for alert in data.alerts], "template.Alerts", _ALERTS_METHODS),
        "GroupLabels": _set(data.group_labels),
        "CommonLabels": _set(data.common_labels),
        "CommonAnnotations": _set(data.common_annotations),
        "ExternalURL": data.external_url,
    }
    return Struct("template.Data", fields, {})


# Functions


def _join(separator: str, texts: Value) -> str:
    return separator.join(map(str, texts)) if isinstance(texts, Slice) else ""


_INSIDE_WORDS = frozenset("'’.·:․‧")
"""What may stand between two letters of one word: Unicode's MidLetter and MidNumLet."""


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"


def title(text: str) -> str:
    """Title case as x/text's `cases.Title` for American English: the rest of a word becomes lower case."""
    out: list[str] = []
    inside = False
    for place, char in enumerate(text):
        category = unicodedata.category(char)
        if category[0] == "L":
            mapped = lower(char) if inside else char.title()
            out.append(mapped)
            inside = True
            continue
        out.append(char)
        joins = char in _INSIDE_WORDS and place + 1 < len(text) and _is_letter(text[place + 1])
        inside = inside and (category[0] in "MN" or category in ("Pc", "Cf") or joins)
    return "".join(out)


FUNCTIONS: dict[str, Function] = {
    **SHARED,
    "title": Function(("string",), title),
    "trimSpace": Function(("string",), lambda text: text.strip(" \t\n\v\f\r\x85\xa0")),
    "join": Function(("string", "[]string"), _join),
    "stringSlice": Function(("string",), lambda *texts: _texts(texts), variadic=True),
}
