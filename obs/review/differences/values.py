"""Releases, settings of the servers, and Helm values."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass

from obs.graph.subject import Subject
from obs.origin import Origin
from obs.redact import redact
from obs.review.change import Change, Risk
from obs.review.wording import short

Leaves = dict[str, object]
_PART = re.compile(r"(?:^|\.)[^.\[]+|\[[^\]]*\]")
_SECRET = ("password", "token", "secret", "apikey", "api_key", "credential")


def compare(before: Subject, after: Subject) -> Iterator[Change]:
    """The stack's own settings, then the values of each file or environment, leaf by leaf."""
    if before.stack is not None and after.stack is not None:
        yield from _leaves("stack", "stack", _stack(before), _stack(after), after.stack.origin)
    if (before.program is None) != (after.program is None):
        return  # one has the values of its environments, the other those of a chart's files
    old, new = _values(before), _values(after)
    for name in sorted({*old, *new}):
        yield from _leaves("values", name, old.get(name, ({}, None))[0], *new.get(name, ({}, None)))


def _stack(subject: Subject) -> Leaves:
    return dict(flattened(subject.stack)) if subject.stack is not None else {}


def _values(subject: Subject) -> dict[str, tuple[Leaves, Origin | None]]:
    found: dict[str, tuple[Leaves, Origin | None]] = {}
    if subject.program is not None:
        for environment in subject.program.definitions.environments:
            found[f"values of {environment.name}"] = dict(flattened(environment.values)), environment.origin
    folder = _folder(subject)
    for document in subject.of_kind("values", "chart"):
        name = document.name if document.kind == "chart" and document.name else ""
        if not name:
            name = os.path.relpath(document.source.file, folder).replace(os.sep, "/")
        found[f"{document.kind} {name}"] = dict(flattened(document.value)), document.origin
    return found


def _folder(subject: Subject) -> str:
    """What all files have in common: the sides of a comparison stand in different folders."""
    folders = {
        os.path.dirname(file) for file in (*subject.files, *(one.source.file for one in subject.documents))
    }
    try:
        return os.path.commonpath(folders) if folders else "."
    except ValueError:
        return "."


def flattened(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every leaf with its path: `loki.loki.limits_config.retention_period`."""
    if is_dataclass(value) and not isinstance(value, type):
        value = {one.name: getattr(value, one.name) for one in fields(value) if one.name != "origin"}
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from flattened(inner, f"{path}.{name}" if path else str(name))
    elif (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and any(isinstance(one, (Mapping, list, tuple)) or is_dataclass(one) for one in value)
    ):
        for number, inner in enumerate(value):
            name = inner.get("name") if isinstance(inner, Mapping) else getattr(inner, "name", None)
            yield from flattened(inner, f"{path}[{name if isinstance(name, str) else number}]")
    else:
        yield path, list(value) if isinstance(value, tuple) else value


def _leaves(kind: str, title: str, old: Leaves, new: Leaves, at: Origin | None) -> Iterator[Change]:
    if bool(old) != bool(new):
        said = f"{title} {'removed' if old else 'is new'}"
        yield Change("values", title, said, "behaviour", field=kind, at=at)
        return
    told: dict[str, str] = {}
    for path in sorted({*old, *new}):
        if path in old and path in new:
            if old[path] != new[path]:
                shown = f"{_shown(path, old[path])} -> {_shown(path, new[path])}"
                told[path] = f"{path}: {'another secret' if _is_secret(path) else shown}"
        else:
            there, here = (old, new) if path in old else (new, old)  # the side that has it, the other
            if there[path] in ({}, []) and any(known.startswith((f"{path}.", f"{path}[")) for known in here):
                continue
            top = _top(path, here)
            word = "removed" if path in old else "added"
            told[top] = f"{top}: {_shown(path, there[path])} {word}" if top == path else f"{top} {word}"
    for path, said in told.items():
        yield Change(
            "values", title, said, _risk(path), _why(path, old.get(path), new.get(path)), path, at=at
        )


def _top(path: str, other: Leaves) -> str:
    """The topmost part of a path of which the other side has nothing: a whole item is told once."""
    parts = _PART.findall(path)
    for count in range(1, len(parts)):
        start = "".join(parts[:count])
        if not any(known == start or known.startswith((f"{start}.", f"{start}[")) for known in other):
            return start
    return path


def _is_secret(path: str) -> bool:
    last = path.lower().rsplit(".", 1)[-1].replace("-", "")
    return any(word in last for word in _SECRET)


def _shown(path: str, value: object) -> str:
    if _is_secret(path):
        return "a secret"
    if isinstance(value, bool):
        return "true" if value else "false"
    return short(redact(str(value)) or "''", 60) if value is not None else "null"


def _risk(path: str) -> Risk:
    return (
        "cosmetic"
        if path.rsplit(".", 1)[-1] in ("description", "about", "note") or path == "version"
        else "behaviour"
    )


def _why(path: str, before: object, after: object) -> str:
    last = path.rsplit(".", 1)[-1].lower()
    if path == "version":
        return ""
    if last in ("version", "tag") or path.startswith("charts["):
        return "another release runs: its changelog belongs to this review"
    if last == "enabled":
        return "it is switched on" if after is True else "it is switched off" if after is False else ""
    if "retention" in last:
        return "older data is deleted earlier or kept longer"
    return ""
