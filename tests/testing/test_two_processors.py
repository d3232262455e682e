"""Tests on two processors: every one is run once, and they stand in their order."""

from __future__ import annotations

import os

import pytest

from obs.testing.halves import in_halves

NAMES = [f"test_{number}" for number in range(7)]


def run(wanted: object, forked: bool) -> list[tuple[str, bool]]:
    return [(name, forked) for name in NAMES if wanted(name)]  # type: ignore[operator]


@pytest.mark.parametrize("count", [0, 1, 6, 7])
def test_every_second_test_is_run_in_the_fork(count: int) -> None:
    found = in_halves(run, lambda name: name in NAMES[:count])
    assert found == [(name, bool(number % 2)) for number, name in enumerate(NAMES[:count])]


def test_what_a_fork_that_failed_has_not_told_is_run_here() -> None:
    here = os.getpid()

    def dies(wanted: object, forked: bool) -> list[tuple[str, bool]]:
        if os.getpid() != here:
            os._exit(3)
        return run(wanted, forked)

    assert in_halves(dies, lambda name: True) == [(name, False) for name in NAMES]
