"""Releases, settings of the servers, and Helm values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass

from obs.graph.subject import Subject
from obs.origin import Origin
from obs.redact import redact
from obs.review.change import Change, Risk
from obs.review.wording import short

Leaves = dict[str, object]
_SECRET = ("password", "token", "secret", "apikey", "api_key", "credential")


def compare(before: Subject, after: Subject) -> Iterator[Change]:
    """The stack's own settings, then the values of each file or environment, leaf by leaf."""
    yield from _leaves(
        "stack", "stack", _stack(before), _stack(after), after.stack.origin if after.stack else None
    )
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
    for document in subject.documents:
        if document.kind in ("values", "chart"):
            name = document.name or document.source.file.rsplit("/", 2)[-1]
            found[f"{document.kind} {name}"] = dict(flattened(document.value)), document.origin
    return found


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
    if not old and new and title != "stack":
        yield Change("values", title, f"{title} is new", "behaviour", field=kind, at=at)
        return
    for path in sorted({*old, *new}):
        before, after = old.get(path), new.get(path)
        if before == after and (path in old) == (path in new):
            continue
        said = f"{path}: {_shown(path, before, path in old)} -> {_shown(path, after, path in new)}"
        yield Change("values", title, said, _risk(path), _why(path, before, after), path, at=at)


def _shown(path: str, value: object, there: bool) -> str:
    if not there:
        return "unset"
    if any(word in path.lower().rsplit(".", 1)[-1].replace("-", "") for word in _SECRET):
        return "[redacted]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return short(redact(str(value)) or "''", 60) if value is not None else "null"


def _risk(path: str) -> Risk:
    return "cosmetic" if path.rsplit(".", 1)[-1] in ("description", "about", "note") else "behaviour"


def _why(path: str, before: object, after: object) -> str:
    last = path.rsplit(".", 1)[-1].lower()
    if last in ("version", "tag") or path.startswith("charts["):
        return "another release runs: its changelog belongs to this review"
    if last == "enabled":
        return "it is switched on" if after is True else "it is switched off" if after is False else ""
    if "retention" in last:
        return "older data is deleted earlier or kept longer"
    return ""
