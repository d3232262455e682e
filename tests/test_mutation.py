"""Each planted fault of the platform's definitions is found, but for those that say why they cannot be."""

from __future__ import annotations

from functools import cache

import pytest

from tools.mutation.__main__ import WANTED
from tools.mutation.mutants import MUTANTS, Mutant
from tools.mutation.run import Result, results


@cache
def all_results() -> dict[str, Result]:
    return {result.mutant.name: result for result in results(MUTANTS)}


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_mutant_is_found(mutant: Mutant) -> None:
    assert mutant.unseen or all_results()[mutant.name].found, mutant.breaks


def test_enough_are_found_of_enough() -> None:
    found = [result for result in all_results().values() if result.found]
    assert len(MUTANTS) >= 60
    assert len(found) >= WANTED * len(MUTANTS)


def test_no_two_mutants_are_the_same() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert len({(mutant.file, mutant.old, mutant.new) for mutant in MUTANTS}) == len(MUTANTS)
