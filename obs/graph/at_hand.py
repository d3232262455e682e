"""What a subject holds, by name: whether a check that needs it could find anything."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.graph.subject import Rule, Subject

Needs = Sequence[Sequence[str]]
"""Alternatives, each of names that must all be held."""


class AtHand:
    """Answers for one subject, each remembered.

    A name is that of a part of the subject which is not empty (`alerts`), or one of these: `files` (no program),
    `given:PART` (not None, though it may be empty), `kind:KIND` (of a document), `calls:NAME`, `aggregates:NAME`,
    `binaries:NAME`, `selectors:METRIC` (in a rule), `logs` (a panel's query in LogQL), `text:TEXT` (in an expression),
    `annotation:NAME` (of a rule), `templates` (in a rule's annotations or labels).
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._known: dict[str, bool] = {}

    def any_of(self, needs: Needs) -> bool:
        """Whether all names of one of the alternatives are held."""
        return any(all(map(self.has, names)) for names in needs)

    def has(self, name: str) -> bool:
        """Whether it is held."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._has(*name.partition(":")[::2])
        return known

    def _has(self, what: str, name: str) -> bool:
        subject = self._subject
        if what == "files":
            return subject.program is None
        if what == "given":
            return getattr(subject, name) is not None
        if what == "kind":
            return name in self._kinds
        if what in ("calls", "aggregates", "binaries", "selectors"):
            return next(getattr(subject.uses, what)(name), None) is not None
        if what == "logs":
            return any(query.target.language == "logql" for query in subject.asked)
        if what == "annotation":
            return any(name in rule.annotations for rule in subject.rules)
        if what == "templates":
            return any("{{" in text for rule in subject.rules for text in _filled(rule))
        if what == "text":
            return any(name in text for text in self._texts)
        return bool(getattr(subject, what))

    @cached_property
    def _kinds(self) -> frozenset[str]:
        return frozenset(document.kind for document in self._subject.documents)

    @cached_property
    def _texts(self) -> frozenset[str]:
        subject = self._subject
        return frozenset((*(rule.expr for rule in subject.rules), *(query.expr for query in subject.asked)))


def _filled(rule: Rule) -> tuple[str, ...]:
    """The texts that may be templates."""
    return (*rule.annotations.values(), *rule.labels.values())
