"""Objectives of a service's quality, and how fast its error budget may burn before somebody is told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from obs.diagnostic import DefinitionError
from obs.lang import duration
from obs.model.definition import definition
from obs.model.stack import require_duration
from obs.origin import Origin, here
from obs.record import field

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_LEVEL = re.compile(r"[a-z][a-z0-9_]*")
SLOWEST = Fraction(9, 10)
"""Below this factor the budget lasts the whole period and more, and nobody needs to be told."""


@definition
class Tier:
    """A speed at which the budget burns: `share` of the whole period's budget, gone within `long`.

    `short` is the window that must burn as well, so that the alert ends soon after the cause. `name` ends the alert's.
    """

    share: float
    long: str = field(kw_only=True)
    short: str = field(kw_only=True)
    severity: Literal["critical", "warning", "info"] = field(kw_only=True)
    name: str = field(kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def validate(self) -> None:
        for name in ("long", "short"):
            require_duration(getattr(self, name), f"tier {self.name}: {name}", self.origin)
        if not 0 < self.share <= 1:
            raise _wrong(f"tier {self.name}: share must be above 0 and at most 1", self.origin)
        if duration.parse(self.short) >= duration.parse(self.long):
            raise _wrong(f"tier {self.name}: short must be shorter than long", self.origin)

    def factor(self, period: str) -> Fraction:
        """How many times faster than evenly over the period the budget then burns, exactly."""
        return Fraction(str(self.share)) * duration.parse(period) / duration.parse(self.long)


MONTH = (
    Tier(0.02, long="1h", short="5m", severity="critical", name="Fast"),
    Tier(0.05, long="6h", short="30m", severity="critical", name="Steady"),
    Tier(0.1, long="1d", short="2h", severity="warning", name="Slow"),
    Tier(0.1, long="3d", short="6h", severity="warning", name="Creeping"),
)
"""For periods of about a month: 14.4, 6, 3 and 1 over 30 days. Source: Google, The Site Reliability Workbook, ch. 5."""


@definition
class Slo:
    """A part of all requests that must be good: `objective`, such as 0.995.

    `requests` and `failures` are PromQL, per second over the objectives' `window`, with the same labels (`by`).
    """

    name: str
    objective: float = field(kw_only=True)
    requests: str = field(kw_only=True)
    failures: str = field(kw_only=True)
    about: str = field(default="", kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def validate(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise _wrong(f"slo {self.name!r} must be small letters, digits and -", self.origin)
        if not 0 < self.objective < 1:
            raise _wrong(
                f"slo {self.name}: objective {self.objective:g} must be above 0 and below 1",
                self.origin,
                "0.995 is 99.5 %",
            )

    @property
    def budget(self) -> Fraction:
        """The part that may fail."""
        return 1 - Fraction(str(self.objective))


@definition
class Objectives:
    """SLOs of one period, with the tiers that their budgets are watched by.

    `by` are the labels that each SLO is told apart by (service, route). An alert needs `at_least` failures in its long
    window: of few requests a single failure is a large part. `window` is that of the SLOs' queries, `step` the
    server's evaluation interval; `level` begins the names of the records, `alert` those of the alerts.
    """

    slos: Sequence[Slo] = field(kw_only=True)
    period: str = field(default="30d", kw_only=True)
    tiers: Sequence[Tier] = field(default=MONTH, kw_only=True)
    by: Sequence[str] = field(default=("service",), kw_only=True)
    at_least: int = field(default=10, kw_only=True)
    window: str = field(default="5m", kw_only=True)
    step: str = field(default="30s", kw_only=True)
    level: str = field(default="slo", kw_only=True)
    alert: str = field(default="SloBurn", kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def validate(self) -> None:
        for name in ("period", "window", "step"):
            require_duration(getattr(self, name), f"objectives: {name}", self.origin)
        if not _LEVEL.fullmatch(self.level):
            raise _wrong(f"objectives: level {self.level!r} must be small letters, digits and _", self.origin)
        if not self.slos or not self.tiers:
            raise _wrong("objectives need slos and tiers", self.origin)
        for what, names in (
            ("slos", [one.name for one in self.slos]),
            ("tiers", [one.name for one in self.tiers]),
        ):
            if len(set(names)) < len(names):
                raise _wrong(f"objectives: two {what} of one name", self.origin)
        for tier in self.tiers:
            self._reachable(tier)

    def _reachable(self, tier: Tier) -> None:
        factor = tier.factor(self.period)
        if duration.parse(tier.short) < duration.parse(self.window):
            raise _wrong(
                f"tier {tier.name}: short is below the window of the queries, {self.window}", tier.origin
            )
        if duration.parse(tier.long) >= duration.parse(self.period):
            raise _wrong(f"tier {tier.name}: long is not below the period, {self.period}", tier.origin)
        if factor < SLOWEST:
            raise _wrong(
                f"tier {tier.name} tells of a burn of {float(factor):.3g}, at which the budget outlasts {self.period}",
                self.origin,
                f"a share above {float(tier.share / factor):.2g}, or a shorter long window",
            )
        for slo in self.slos:
            if factor * slo.budget >= 1:
                raise _wrong(
                    f"tier {tier.name} can never be reached by {slo.name}: {float(factor):g} times its budget of "
                    f"{float(slo.budget):g} is more than all requests",
                    slo.origin,
                    "a higher objective, a smaller share, or no such tier",
                )

    @property
    def windows(self) -> tuple[str, ...]:
        """Every window that a tier looks at, the shortest first."""
        named = {name for tier in self.tiers for name in (tier.long, tier.short)}
        return tuple(sorted(named, key=duration.parse))


def _wrong(problem: str, at: Origin, fix: str = "") -> DefinitionError:
    return DefinitionError(problem, check="invalid-slo", at=at, fix=fix)
