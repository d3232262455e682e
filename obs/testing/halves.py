"""Tests on two processors: a fork runs every second one, and all of them stand in their order."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from itertools import chain, zip_longest
from typing import TypeVar

from obs.fork import beside

T = TypeVar("T")
Wanted = Callable[[str], bool]
Run = Callable[[Wanted, bool], list[T]]
"""Runs the tests of which some are wanted; the flag says that it happens in the fork."""


def processors() -> int:
    """How many processes are worth their while here."""
    if not hasattr(os, "fork"):
        return 1
    return len(getattr(os, "sched_getaffinity", lambda pid: (0,))(0))


class EverySecond:
    """Of the tests whose names are wanted every second one, from the first or from the second on."""

    def __init__(self, wanted: Wanted, first: bool) -> None:
        self._wanted, self._mine = wanted, first

    def __call__(self, name: str) -> bool:
        if not self._wanted(name):
            return False
        mine, self._mine = self._mine, not self._mine
        return mine


def in_halves(run: Run[T], wanted: Wanted) -> list[T]:
    """What came of every wanted test; what a fork that failed has not told is run here."""
    first, second = EverySecond(wanted, first=True), EverySecond(wanted, first=False)

    def forked() -> list[T]:
        found = run(second, True)
        sys.stdout.flush()
        return found

    sys.stdout.flush()
    ours, theirs = beside(forked, lambda: run(first, False))
    if theirs is None:
        theirs = run(second, False)
    missing = object()
    both = chain.from_iterable(zip_longest(ours, theirs, fillvalue=missing))
    return [one for one in both if one is not missing]  # type: ignore[misc]
