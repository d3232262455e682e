"""How soon a burn alert fires and ends: computed from the windows, for an error ratio that begins and then stays.

Traffic is taken as even, and the service as faultless before. Windows longer than the query's are sums of its
records, so that they fill along a curve that begins flat: `_filled`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from obs.lang import duration
from obs.model.slo import Objectives, Slo, Tier
from obs.record import dataclass


@dataclass(frozen=True, slots=True)
class Burn:
    """What happens at one error ratio. Milliseconds from the first failure; `ends` from the last one.

    `tier` is the first that fires; None where no tier is reached. `spent` is the part of the period's budget that is
    gone by then, `floor` the requests a second below which there are too few failures for it.
    """

    slo: Slo
    errors: float
    tier: Tier | None = None
    fires: int = 0
    ends: int = 0
    spent: float = 0.0
    floor: float = 0.0


LEVELS = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
"""The error ratios that tables show."""


def burns(objectives: Objectives, levels: tuple[float, ...] = LEVELS) -> Iterator[Burn]:
    """Every SLO at each error ratio."""
    for slo in objectives.slos:
        for errors in levels:
            yield burn(objectives, slo, errors)


def burn(objectives: Objectives, slo: Slo, errors: float) -> Burn:
    """The first tier to fire, and when."""
    found = [
        (at, tier) for tier in objectives.tiers if (at := fires(objectives, slo, tier, errors)) is not None
    ]
    if not found:
        return Burn(slo, errors)
    at, tier = min(found, key=lambda one: one[0])
    budget, period = float(slo.budget), duration.parse(objectives.period)
    return Burn(
        slo,
        errors,
        tier,
        at,
        ends(objectives, slo, tier, errors),
        errors * at / (budget * period),
        objectives.at_least * 1000 / (errors * at) if at else 0.0,
    )


def fires(objectives: Objectives, slo: Slo, tier: Tier, errors: float) -> int | None:
    """Milliseconds until both windows of a tier are over its limit; None when they never are."""
    limit = float(tier.factor(objectives.period) * slo.budget)
    if errors <= limit:
        return None
    base = duration.parse(objectives.window)

    def over(window: int) -> int:
        return _first(lambda at: errors * _filled(at, window, base) > limit, window + base)

    return max(over(duration.parse(tier.long)), over(duration.parse(tier.short)))


def ends(objectives: Objectives, slo: Slo, tier: Tier, errors: float) -> int:
    """Milliseconds after the last failure until the short window, full before, is below the limit."""
    limit = float(tier.factor(objectives.period) * slo.budget)
    base, window = duration.parse(objectives.window), duration.parse(tier.short)
    return _first(lambda at: errors * (1 - _filled(at, window, base)) <= limit, window + base)


def _filled(at: float, window: int, base: int) -> float:
    """How much of a window errors fill that began `at` ago, from 0 to 1."""
    if window == base:
        return min(at / base, 1.0)
    return (_area(at, base) - _area(at - window, base)) / window


def _area(at: float, base: int) -> float:
    """The sum over time of the query window's own filling."""
    if at <= 0:
        return 0.0
    return at * at / (2 * base) if at < base else at - base / 2


def _first(true: Callable[[float], bool], most: int) -> int:
    """The first millisecond at which something is true that then stays true."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        if true(middle):
            high = middle
        else:
            low = middle + 1
    return low


def shares(objectives: Objectives) -> Iterator[tuple[Tier, Fraction]]:
    """Every tier with its factor."""
    for tier in objectives.tiers:
        yield tier, tier.factor(objectives.period)
