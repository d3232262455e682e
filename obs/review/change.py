"""One difference and what it means, and all of them grouped by their cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from obs.origin import Origin

Risk = Literal["cosmetic", "behaviour", "breaking"]
RISKS: tuple[Risk, ...] = ("cosmetic", "behaviour", "breaking")
"""From the least to the most.

*cosmetic*: what is seen changes its look, not its meaning. *behaviour*: other numbers, other alerts, other times.
*breaking*: something that others rely on is gone: a link, an id, a metric, a message.
"""

Kind = Literal[
    "dashboard", "panel", "variable", "alert", "record", "route", "pipeline", "datasource", "values"
]


@dataclass(frozen=True, slots=True)
class Meaning:
    """A sentence about a part of an object, its risk, and why that matters where it is not plain."""

    sentence: str
    risk: Risk = "behaviour"
    why: str = ""
    before: str = ""
    after: str = ""
    shared: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """`object` names what changed (`dashboard gateway-api-traffic / panel p95`), `field` which part of it.

    `before` and `after` are the two texts where showing them helps; `at` is the line of the definition as it is now,
    or was where it is gone. `shared` is the sentence without the object's name in it: what changes with one cause
    have in common. `impact` names what reads it and was not changed itself.
    """

    kind: Kind
    object: str
    sentence: str
    risk: Risk
    why: str = ""
    field: str = ""
    before: str = ""
    after: str = ""
    at: Origin | None = None
    dashboard: str = ""
    panel: str = ""
    impact: tuple[str, ...] = ()
    shared: str = ""
    about: tuple[str, ...] = ()
    """Names of other things in the sentence: the counters of a pipeline."""

    @classmethod
    def of(
        cls,
        meaning: Meaning,
        kind: Kind,
        object: str,
        field: str,
        at: Origin | None = None,
        dashboard: str = "",
        panel: str = "",
    ) -> Change:
        """What a comparison of parts found, about the object that they are parts of."""
        return cls(kind, object, meaning.sentence, meaning.risk, meaning.why, field, meaning.before, meaning.after, at,
                   dashboard, panel, shared=meaning.shared)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cause:
    """The same difference in several objects, told once."""

    first: Change
    others: tuple[Change, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """All of them."""
        return (self.first, *self.others)

    @property
    def sentence(self) -> str:
        """The first one's, with how many there are."""
        if not self.others:
            return self.first.sentence
        boards = {change.dashboard for change in self.changes if change.dashboard}
        where = f" in {len(boards)} dashboards" if len(boards) > 1 else ""
        kinds = {_noun(change) for change in self.changes}
        kind = kinds.pop() if len(kinds) == 1 else "object"
        return f"{self.first.shared or self.first.sentence} ({len(self.changes)} {kind}s{where})"


def _noun(change: Change) -> str:
    """What it is: `alert` also where the way to its receiver changed."""
    return change.object.partition(" ")[0] if change.kind == "route" else change.kind


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that differs, the riskiest first; `marks` says what became of each panel, by dashboard uid and key."""

    changes: tuple[Change, ...] = ()
    marks: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def risk(self) -> Risk | None:
        """The highest risk; None when nothing differs."""
        return highest(self.changes)

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Grouped: the same sentence about the same part, from the same edit."""
        return tuple(grouped(self.changes))


def highest(changes: Iterable[Change]) -> Risk | None:
    """The highest risk among changes; None where there are none."""
    return max((change.risk for change in changes), key=RISKS.index, default=None)


def grouped(changes: Sequence[Change]) -> Iterator[Cause]:
    """Changes that one edit made are one entry, in the order of the first of each."""
    groups: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        key = (change.field.partition(" ")[0], change.shared or change.sentence, change.risk)
        groups.setdefault(key, []).append(change)
    for members in groups.values():
        yield Cause(members[0], tuple(members[1:]))


def ordered(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The riskiest first, otherwise as they were found."""
    return tuple(sorted(changes, key=lambda change: -RISKS.index(change.risk)))


def with_impact(change: Change, impact: Sequence[str]) -> Change:
    """The same change with what it reaches downstream."""
    return replace(change, impact=tuple(impact))
