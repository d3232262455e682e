"""Which scenarios can share one stack: those of which the emulator says that they do not notice each other.

Two scenarios share when nothing breaks in either, when they touch no pod, node or target in common, and when both
together, emulated, bring each exactly the messages that it gets alone. What is not so runs on servers of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from obs.testing.scenario.inputs import Inputs
from obs.testing.scenario.observed import Observed

if TYPE_CHECKING:
    from obs.testing.prove.runner import Case

Emulate = Callable[[Inputs, int], Observed]
Said = tuple[str, str, str, int]


@dataclass(frozen=True, slots=True)
class Batch:
    """Scenarios that are played together."""

    cases: tuple[Case, ...]
    inputs: Inputs
    until: int


LONG = 3_600_000
"""A scenario that lasts longer (milliseconds) has servers of its own: the others would go on as long."""


def needs_own(case: Case) -> bool:
    """Whether a scenario cannot share its servers with any other."""
    limited = any(one.response.limited for one in case.emulated.attempts)
    return _breaks(case.inputs) or limited or case.until > LONG


def groups(cases: Sequence[Case], most: int = 12) -> list[list[Case]]:
    """Scenarios that touch nothing in common, `most` together at most, the longest first; see `checked`."""
    made: list[list[_Footprint]] = []
    for one in map(_Footprint, sorted(cases, key=lambda case: -case.until)):
        fitting = (group for group in made if len(group) < most and all(map(one.apart, group)))
        found = next(fitting, None)
        if found is None:
            made.append([one])
        else:
            found.append(one)
    return [[one.case for one in group] for group in made]


def _breaks(inputs: Inputs) -> bool:
    """Whether something happens that all scenarios on the servers would feel."""
    plain = Inputs()
    return bool(
        inputs.stored
        or inputs.outages
        or inputs.restarts
        or inputs.clock_steps
        or inputs.rotations
        or inputs.discord
        or inputs.discord_limit != plain.discord_limit
        or inputs.phases != plain.phases
        or inputs.start != plain.start
    )


def _touched(case: Case) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = {
        (line.labels["namespace"], line.labels["pod"]) for line in case.inputs.lines
    }
    found |= {
        (one.target, one.instance, one.name, *sorted(one.labels.values())) for one in case.inputs.expositions
    }
    found |= {(str(sorted(one.labels.items())),) for one in case.inputs.sent}
    return found


class _Footprint:
    """What a scenario touches, and the texts that come of it."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._touched = _touched(case)
        self._texts = {said[:3] for said in _said(case.emulated)}

    def apart(self, other: _Footprint) -> bool:
        """Whether two scenarios have nothing in common."""
        return not self._touched & other._touched and not self._texts & other._texts


def _said(observed: Observed) -> Counter[Said]:
    return Counter(
        (one.delivery.receiver, one.message.title, one.message.description, one.at)
        for one in observed.attempts
        if one.message is not None
    )


def checked(group: Sequence[Case], emulate: Emulate) -> list[Batch]:
    """The group as one batch, or cut in halves where the emulator finds that they notice each other."""
    if len(group) == 1:
        return [Batch((group[0],), group[0].inputs, group[0].until)]
    merged, until = _merged(group), max(case.until for case in group)
    together = _said(emulate(merged, until))
    each: Counter[Said] = Counter()
    for case in group:
        each += _said(emulate(case.inputs, until))
    if together == each:
        return [Batch(tuple(group), merged, until)]
    half = len(group) // 2
    return checked(group[:half], emulate) + checked(group[half:], emulate)


def _merged(group: Sequence[Case]) -> Inputs:
    whole = group[0].inputs
    for case in group[1:]:
        other = case.inputs
        whole = whole.adding(lines=other.lines, expositions=other.expositions, sent=other.sent)
    return replace(whole, lines=tuple(sorted(whole.lines, key=lambda line: line.at)))
