"""`make mutation`: how many of the mutants the linter finds, and the names of those that it does not."""

from __future__ import annotations

import argparse
import sys
import time

from tools.mutation.mutants import MUTANTS
from tools.mutation.run import ROOT, Result, findings, results
from tools.mutation.typos import typos

WANTED = 0.95
"""The share of mutants that has to be found."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.mutation", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these, with what is found for them")
    parser.add_argument("--typos", type=int, default=0, metavar="COUNT", help="that many at random instead")
    parser.add_argument("--seed", type=int, default=1, help="for --typos (default: 1)")
    said = parser.parse_args()
    chosen = said.names
    mutants = list(typos(ROOT, said.seed, said.typos)) if said.typos else MUTANTS
    if chosen:
        for mutant in mutants:
            if mutant.name in chosen:
                print(f"{mutant}: {mutant.breaks}")
                for found in findings(mutant):
                    print(f"  {found.severity}[{found.check}] {found.problem}")
        return 0
    started = time.perf_counter()
    found = list(results(mutants))
    for result in found:
        print(f"{'found ' if result.found else 'MISSED'}  {result.mutant.name:40}  {_what(result)}")
    caught = sum(result.found for result in found)
    seconds = time.perf_counter() - started
    print(f"{caught} of {len(found)} mutants found ({caught / len(found):.1%}), {seconds:.0f} s")
    for result in found:
        if not result.found:
            reason = result.mutant.unseen or "no check finds it yet"
            print(f"  missed: {result.mutant} ({result.mutant.breaks}): {reason}")
    for result in found:
        if result.found and result.mutant.unseen:
            print(f"  found, though it was thought to be unseen: {result.mutant}")
    return 0 if caught >= WANTED * len(found) else 1


def _what(result: Result) -> str:
    return ", ".join(result.checks) if result.found else result.mutant.breaks


if __name__ == "__main__":
    sys.exit(main())
