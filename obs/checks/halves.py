"""Large inputs on two processors: checks that look at each rule alone are asked about some of the rules in a fork.

What is found, and its order, is that of one process: if anything about the fork fails, one process does it all.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from obs.diagnostic import Diagnostic
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
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _answer(writing, alone, theirs, ask)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as answer:
            ours = replace(linted, changed=part_of(subject, subject.rules[:cut], ()))
            found = {check.name: ask(check, ours) for check in checks}
            data = answer.read()
    finally:
        _, status = os.waitpid(child, 0)
    if status:
        return None
    more: dict[str, list[Diagnostic]] = pickle.loads(data)
    return {name: [*listed, *more.get(name, ())] for name, listed in found.items()}


def _idle() -> bool:
    """Whether a second processor is there, with nobody else's work on it."""
    processors = len(getattr(os, "sched_getaffinity", lambda pid: ())(0))
    return processors >= 2 and os.getloadavg()[0] < processors


def _answer(writing: int, checks: Sequence[Check], linted: Linted, ask: Ask) -> None:
    """What the fork does; it ends here, whatever happens."""
    status = 1
    try:
        found = {check.name: ask(check, linted) for check in checks}
        with os.fdopen(writing, "wb") as answer:
            pickle.dump(found, answer, pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)
