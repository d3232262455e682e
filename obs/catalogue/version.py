"""Releases: which of two is newer, and whether one lies in a range."""

from __future__ import annotations

import re

_NUMBERS = re.compile(r"v?(\d+(?:\.\d+)*)(?:[-+].*)?", re.ASCII)
_CONDITION = re.compile(r"(>=|<=|>|<|=)\s*(\S+)")


def release(text: str) -> tuple[int, ...] | None:
    """`v2.55.0` as (2, 55); None for what floats or is no release (`*`, `latest`, `""`).

    Zeros at the end do not count, so that `1.20` is `1.20.0`.
    """
    found = _NUMBERS.fullmatch(text.strip()) if len(text) < 100 else None
    if found is None:
        return None
    numbers = [int(part) for part in found[1].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def exists(version: str, since: str, until: str) -> bool | None:
    """Whether a release has what came with `since` and went with `until`; None when that cannot be known."""
    if not since and not until:
        return True
    here = release(version)
    first, gone = release(since), release(until)
    if here is None:
        return None
    return not ((first is not None and here < first) or (gone is not None and here >= gone))


def within(version: str, conditions: str) -> bool | None:
    """Whether a release meets all of `>=1.6 <2.0`; None for a release that floats, True for no condition."""
    if not conditions:
        return True
    here = release(version)
    if here is None:
        return None
    for sign, bound in _CONDITION.findall(conditions):
        limit = release(bound)
        if limit is not None and not _meets(here, sign, limit):
            return False
    return True


def _meets(here: tuple[int, ...], sign: str, limit: tuple[int, ...]) -> bool:
    if sign in (">=", ">"):
        return here > limit or (sign == ">=" and here == limit)
    return here == limit if sign == "=" else here < limit or (sign == "<=" and here == limit)
