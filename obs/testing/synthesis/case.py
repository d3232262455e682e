"""One derived test."""

from __future__ import annotations

import re
from dataclasses import dataclass

from obs.sim.rules.evaluator import AlertState
from obs.testing.synthesis.laboratory import Fired, Given


@dataclass(frozen=True, slots=True)
class Case:
    """Series, and whether the alert fires; times are milliseconds from the first sample."""

    name: str
    why: str
    series: tuple[tuple[str, str], ...]
    step: int
    until: int
    fired_at: int | None
    alerts: tuple[AlertState, ...] = ()
    ended_at: int | None = None
    """When nothing fired any more; None where it fires to the end."""
    receivers: tuple[str, ...] | None = None
    """Who is told, message by message; None where nobody looked."""


def made(name: str, why: str, series: Given, step: int, until: int, fired: Fired | None) -> Case:
    """A case of what came of its series."""
    return Case(
        name,
        why,
        tuple(series),
        step,
        until,
        fired.at if fired else None,
        fired.alerts if fired else (),
        fired.ended if fired else None,
    )


def word(metric: str) -> str:
    """A metric or a value as a part of a name."""
    return re.sub(r"\W+", "_", metric).strip("_").lower()
