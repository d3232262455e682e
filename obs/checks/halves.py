"""Large inputs on two processors: checks that look at each rule alone are asked about some of the rules in a fork.

What is found, and its order, is that of one process: if anything about the fork fails, one process does it all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from obs.diagnostic import Diagnostic
from obs.fork import beside
from obs.graph.changed import part_of

if TYPE_CHECKING:
    from obs.checks.base import Check
    from obs.checks.runner import Linted

LARGE = 3_000
"""Rules from which on the fork pays."""
OURS = 0.42
"""The part of the rules that stays here, beside the checks that look at all of them."""

Ask = Callable[["Check", "Linted"], list[Diagnostic]]


def findings_in_halves(
    checks: Sequence[Check], linted: Linted, ask: Ask
) -> dict[str, list[Diagnostic]] | None:
    """What each check finds; None where one process is as good, or where the other one failed."""
    subject = linted.subject
    if len(subject.rules) < LARGE or subject.program is not None or linted.changed is not None:
        return None
    if not _idle():
        return None
    alone = [check for check in checks if check.alone]
    cut = int(len(subject.rules) * OURS)
    theirs = replace(linted, changed=part_of(subject, subject.rules[cut:], subject.dashboards))
    ours = replace(linted, changed=part_of(subject, subject.rules[:cut], ()))
    found, more = beside(
        lambda: {check.name: ask(check, theirs) for check in alone},
        lambda: {check.name: ask(check, ours) for check in checks},
    )
    if more is None:
        return None
    return {name: [*listed, *more.get(name, ())] for name, listed in found.items()}


def _idle() -> bool:
    """Whether a second processor is there, with nobody else's work on it."""
    processors = len(getattr(os, "sched_getaffinity", lambda pid: ())(0))
    return processors >= 2 and os.getloadavg()[0] < processors
