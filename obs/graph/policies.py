"""Which of a team's policies a rule falls under."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from obs.record import dataclass

if TYPE_CHECKING:
    from obs.graph.subject import Rule, Subject
    from obs.project.policy import RulePolicy


def under_policy(subject: Subject) -> Iterator[tuple[RulePolicy, Rule]]:
    """Every policy with each rule that it is about."""
    for policy in subject.policy.rules if subject.policy is not None else ():
        for rule in subject.rules:
            if _is_about(policy, rule):
                yield policy, rule


def _is_about(policy: RulePolicy, rule: Rule) -> bool:
    if rule.kind not in policy.kinds or (policy.names and not re.fullmatch(policy.names, rule.name)):
        return False
    return all(
        re.fullmatch(pattern, rule.labels.get(name, "")) for name, pattern in policy.with_labels.items()
    )


def fits(text: str, patterns: tuple[str, ...]) -> bool:
    """Whether one of the patterns matches the whole text."""
    return any(re.fullmatch(pattern, text) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a policy says about the names and values of labels, or of annotations."""

    required: tuple[str, ...]
    allowed: tuple[str, ...]
    forbidden: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    patterns: Mapping[str, str]


def violations(what: str, given: Mapping[str, str], wanted: Wanted) -> Iterator[tuple[str, str]]:
    """Name and problem of everything that is otherwise than wanted; a value with a template is not known."""
    for name in wanted.required:
        if not given.get(name, "").strip():
            yield name, f"{what} {name} is missing"
    for name, value in given.items():
        if fits(name, wanted.forbidden):
            yield name, f"{what} {name} is forbidden"
        elif wanted.allowed and not fits(name, (*wanted.allowed, *map(re.escape, wanted.required))):
            yield name, f"{what} {name} is none of those that are allowed"
        if "{{" in value:
            continue
        values = wanted.values.get(name)
        if values is not None and value not in values:
            yield name, f"{what} {name} is {value!r}, which is not one of {', '.join(values)}"
        pattern = wanted.patterns.get(name)
        if pattern is not None and not re.fullmatch(pattern, value):
            yield name, f"{what} {name} is {value!r}, which does not match {pattern}"
