"""A team's own rules about rules: `[[tool.obs.lint.policy]]` of pyproject.toml, or of the file that --config names.

Nothing is asked for by itself. Each policy says which rules it is about, and what they must have.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from obs.diagnostic import Diagnostic, ObsError
from obs.lang import duration
from obs.lang.error import LanguageError
from obs.origin import Origin
from obs.record import dataclass, field

Kind = Literal["alert", "record"]
Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RulePolicy:
    """What rules of these `kinds`, whose name matches `names` and that have `with_labels`, must be like.

    Patterns match the whole text. Durations are milliseconds, None is no bound. `required_matchers_in` are the
    functions inside of which alone `required_matchers` are asked for. `report` is said of each of the rules.
    """

    kinds: Texts = ("alert", "record")
    names: str = ""
    with_labels: Mapping[str, str] = field(default_factory=dict)
    severity: Literal["error", "warning", "info"] = "warning"
    required_labels: Texts = ()
    allowed_labels: Texts = ()
    forbidden_labels: Texts = ()
    label_values: Mapping[str, Texts] = field(default_factory=dict)
    label_patterns: Mapping[str, str] = field(default_factory=dict)
    required_annotations: Texts = ()
    allowed_annotations: Texts = ()
    forbidden_annotations: Texts = ()
    annotation_values: Mapping[str, Texts] = field(default_factory=dict)
    annotation_patterns: Mapping[str, str] = field(default_factory=dict)
    name_pattern: str = ""
    min_for: int | None = None
    max_for: int | None = None
    min_keep_firing_for: int | None = None
    max_keep_firing_for: int | None = None
    heard_within: int | None = None
    forbidden_metrics: Texts = ()
    forbidden_matchers: Texts = ()
    required_matchers: Texts = ()
    required_matchers_in: Texts = ()
    named_metrics: bool = False
    keep_labels: Texts = ()
    strip_labels: Texts = ()
    owners: Texts = ()
    report: str = ""
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in the policy itself."""

    problem: str
    origin: Origin
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """All policies of a file, the bounds of groups (milliseconds), the files that somebody else keeps, and what could
    not be read."""

    rules: tuple[RulePolicy, ...] = ()
    min_group_interval: int | None = None
    max_group_interval: int | None = None
    max_rules_per_group: int | None = None
    vendored: Texts = ()
    faults: tuple[Fault, ...] = ()
    origin: Origin | None = None


def read_policy(file: Path) -> Policy | None:
    """The policy of a TOML file, None when it says nothing of lint; raises ObsError for a file that is no TOML."""
    try:
        text = file.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise ObsError(
            [Diagnostic("invalid-settings", f"cannot be read: {said}", Origin(str(file), 1))]
        ) from None
    table: Any = document
    for name in ("tool", "obs"):
        table = table.get(name, {}) if isinstance(table, Mapping) else {}
    lint = (table.get("lint") if isinstance(table, Mapping) else None) or document.get("lint")
    return _Reader(file, text).policy(lint) if lint is not None else None


class _Wrong(Exception):
    """A value is not what it should be; says what it should be."""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Wrong("a text")
    return value


def _pattern(value: object) -> str:
    try:
        re.compile(_text(value))
    except re.error as error:
        raise _Wrong(f"a regular expression ({error})") from None
    return _text(value)


def _texts(value: object) -> Texts:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _Wrong("a list of texts")
    return tuple(value)


def _patterns(value: object) -> Texts:
    return tuple(map(_pattern, _texts(value)))


def _kinds(value: object) -> Texts:
    found = _texts(value)
    if not found or not set(found) <= {"alert", "record"}:
        raise _Wrong('["alert"], ["record"] or both')
    return found


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("true or false")
    return value


def _severity(value: object) -> str:
    if value not in ("error", "warning", "info"):
        raise _Wrong("error, warning or info")
    return _text(value)


def _duration(value: object) -> int:
    try:
        return duration.parse(_text(value))
    except LanguageError:
        raise _Wrong('a duration such as "5m"') from None


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _Wrong("a number from 1 on")
    return value


def _map_of(read: Callable[[object], Any]) -> Callable[[object], dict[str, Any]]:
    def mapping(value: object) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise _Wrong("a table")
        return {str(name): read(one) for name, one in value.items()}

    return mapping


_READ: Mapping[str, Callable[[object], object]] = {
    "kinds": _kinds,
    "names": _pattern,
    "with_labels": _map_of(_pattern),
    "severity": _severity,
    "required_labels": _texts,
    "allowed_labels": _patterns,
    "forbidden_labels": _patterns,
    "label_values": _map_of(_texts),
    "label_patterns": _map_of(_pattern),
    "required_annotations": _texts,
    "allowed_annotations": _patterns,
    "forbidden_annotations": _patterns,
    "annotation_values": _map_of(_texts),
    "annotation_patterns": _map_of(_pattern),
    "name_pattern": _pattern,
    "min_for": _duration,
    "max_for": _duration,
    "min_keep_firing_for": _duration,
    "max_keep_firing_for": _duration,
    "heard_within": _duration,
    "forbidden_metrics": _patterns,
    "forbidden_matchers": _patterns,
    "required_matchers": _texts,
    "required_matchers_in": _texts,
    "named_metrics": _flag,
    "keep_labels": _texts,
    "strip_labels": _texts,
    "owners": _patterns,
    "report": _text,
}
_GROUPS: Mapping[str, Callable[[object], object]] = {
    "min_group_interval": _duration,
    "max_group_interval": _duration,
    "max_rules_per_group": _count,
    "vendored": _texts,
}
assert set(_READ) == {one.name for one in fields(RulePolicy)} - {"origin"}


class _Reader:
    def __init__(self, file: Path, text: str) -> None:
        self.file = file
        self.lines = text.splitlines()
        self.faults: list[Fault] = []

    def policy(self, table: object) -> Policy:
        if not isinstance(table, Mapping):
            self.fault("lint must be a table", self.origin("lint", 0))
            return Policy(faults=tuple(self.faults))
        listed = table.get("policy", [])
        starts = [
            number for number, line in enumerate(self.lines) if re.match(r"\s*\[\[.*policy\s*\]\]", line)
        ]
        policies: list[RulePolicy] = []
        for index, one in enumerate(listed if isinstance(listed, list) else [listed]):
            start = starts[index] if index < len(starts) else 0
            policies.append(self.rule_policy(one, start))
        known = {name: value for name, value in table.items() if name != "policy"}
        found = Policy(tuple(policies), origin=self.origin("lint", 0))
        found = replace(found, **self.values(known, _GROUPS, 0, ("policy",)))
        return replace(found, faults=tuple(self.faults))

    def rule_policy(self, table: object, start: int) -> RulePolicy:
        origin = Origin(str(self.file), start + 1)
        if not isinstance(table, Mapping):
            self.fault("a policy must be a table", origin, "[[tool.obs.lint.policy]]")
            return RulePolicy(origin=origin)
        return replace(RulePolicy(origin=origin), **self.values(table, _READ, start))

    def values(
        self,
        table: Mapping[str, object],
        known: Mapping[str, Callable[[object], object]],
        start: int,
        others: Texts = (),
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in table.items():
            name, origin = key.replace("-", "_"), self.origin(key, start)
            if name not in known:
                names = [one.replace("_", "-") for one in (*known, *others)]
                close = get_close_matches(key.replace("_", "-"), names, 1, 0.5)
                fix = f"did you mean {close[0]}?" if close else f"one of: {', '.join(names)}"
                self.fault(f"there is no setting {key}", origin, fix)
                continue
            try:
                found[name] = known[name](value)
            except _Wrong as error:
                self.fault(f"{key} must be {error}", origin)
        return found

    def origin(self, key: str, start: int) -> Origin:
        """The line of a key, from a line on."""
        for number in range(start, len(self.lines)):
            if re.match(rf"\s*\[*[\w.]*\"?{re.escape(key)}\"?\b", self.lines[number]):
                return Origin(str(self.file), number + 1)
        return Origin(str(self.file), start + 1)

    def fault(self, problem: str, origin: Origin, fix: str = "") -> None:
        self.faults.append(Fault(problem, origin, fix))
