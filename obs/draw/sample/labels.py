"""Values that a label plausibly has: those of the query, of the catalogue, else what its name suggests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from obs.draw.sample.noise import part, seed
from obs.draw.sample.usual import SERVICES, USUAL

Wanted = tuple[str, str]
"""A matcher's operator and value."""

_LITERALS = re.compile(r"[\w /:.\\-]+(?:\|[\w /:.\\-]+)*")
_CLASS = re.compile(r"([1-5])(?:\.\.|\\d\\d|\[0-9\]\[0-9\]|xx|\.\+|\.\*)")
_STATUS = {
    "1": ("101",),
    "2": ("200", "201", "204"),
    "3": ("301", "302"),
    "4": ("404", "401", "429"),
    "5": ("500", "502", "503"),
}


def values(
    label: str, matchers: Iterable[Wanted], known: Sequence[str] | None, chosen: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """At least one value, in a settled order. `chosen` are the values of the dashboard's variables by label."""
    usual = tuple(known or ()) or USUAL.get(label.lower()) or tuple(chosen.get(label, ()))
    excluded: set[str] = set()
    for op, value in matchers:
        named = _named(op, value)
        if op in ("=", "=~") and named:
            usual = named
        elif op in ("!=", "!~"):
            excluded.update(named)
    if not usual and label in ("pod", "exported_pod", "pod_name"):
        usual = tuple(pod(owner, 0) for owner in SERVICES)
    left = tuple(value for value in usual if value not in excluded)
    return left or (f"{label}-1", f"{label}-2", f"{label}-3")


def _named(op: str, value: str) -> tuple[str, ...]:
    """The values that a matcher names one by one; none where it is a pattern."""
    if "$" in value:
        return ()
    if op in ("=", "!="):
        return (value,) if value else ()
    alternatives = value.strip("^$").removeprefix("(").removesuffix(")").split("|")
    found: list[str] = []
    for one in alternatives:
        klass = _CLASS.fullmatch(one)
        if klass:
            found += _STATUS[klass[1]]
        elif _LITERALS.fullmatch(one) and not one.endswith((".", "\\")) and ".." not in one:
            found.append(one.replace("\\", ""))
        else:
            return ()
    return tuple(found)


def pod(owner: str, number: int) -> str:
    """The name of a Deployment's pod."""
    letters = "bcdfghjklmnpqrstvwxz2456789"

    def word(salt: str, length: int) -> str:
        return "".join(letters[int(part(seed(owner, salt), index) * len(letters))] for index in range(length))

    return f"{owner}-{word('set', 9)}-{word(f'pod{number}', 5)}"


def combinations(
    names: Sequence[str], by_name: Mapping[str, Sequence[str]], most: int
) -> list[dict[str, str]]:
    """Label sets: the values of the first label side by side; pods belong to their namespace."""
    free = [
        name
        for name in names
        if name not in ("pod", "container", "namespace") and len(by_name.get(name, ())) > 1
    ]
    lead = free[0] if free else next((name for name in ("namespace", "pod") if name in names), "")
    second = free[1] if len(free) > 1 else ""
    found: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
    leads = by_name.get(lead, ("",)) if lead else ("",)
    for other in by_name.get(second, ("",))[:3] if second else ("",):
        for number, value in enumerate(leads):
            labels = {name: by_name[name][number % len(by_name[name])] for name in names if by_name.get(name)}
            labels |= {lead: value} if lead else {}
            labels |= {second: other} if second else {}
            if "pod" in names and "namespace" in names and len(by_name.get("pod", ())) != 1:
                labels["pod"] = pod(labels["namespace"], number)
            if "container" in names and "namespace" in labels and len(by_name.get("container", ())) != 1:
                labels["container"] = labels["namespace"]
            found.setdefault(tuple(sorted(labels.items())), labels)
            if len(found) >= most:
                return list(found.values())
    return list(found.values())
