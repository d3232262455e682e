"""Targets that Prometheus is to leave alone for a while: when they leave its list of targets and come back to it.

A discovery that changes is taken notice of every five seconds, however fast the clock; so the list is changed between
two scrapes that are further apart than that, and what is scraped is just what the scenario says.
"""

from __future__ import annotations

from dataclasses import dataclass

from obs.testing.prove.exporter import Instance
from obs.testing.prove.speed import Speed
from obs.testing.scenario.inputs import FOR_EVER, Inputs, Outage
from obs.testing.scenario.platform import Platform, ScrapeTarget

DISCOVERY_SECONDS = 5.0
"""How long Prometheus 2.55 may take to notice that its targets have changed."""

SPARE_SECONDS = 0.3
"""How long after a scrape a target leaves: that scrape has ended by then."""

APART_SECONDS = 6.0
"""How far apart scrapes must be for the list to change between two of them."""

LEFT_OUT = (
    "Prometheus marks the series of a target that it no longer scrapes as ended: only one that is overloaded leaves "
    "scrapes out without"
)


@dataclass(frozen=True, slots=True)
class Visit:
    """A target leaves the list at `leaves` and is back in it at `back` (milliseconds of the scenario).

    `leaves` is None where Prometheus never knew it before.
    """

    instance: Instance
    leaves: int | None
    back: int


def moves(inputs: Inputs) -> list[Outage]:
    """The outages in which Prometheus does not ask a target at all."""
    return [one for one in inputs.outages if one.how != "down"]


def known_before(inputs: Inputs, instance: Instance) -> bool:
    """Whether a target has been scraped before the scenario starts."""
    of_it = [one for one in inputs.expositions if (one.target, one.instance) == instance]
    return bool(of_it) and any(one.curve.start < 0 for one in inputs.expositions)


def unplayable(inputs: Inputs) -> str:
    """Why a gap cannot be played; empty when it can."""
    for one in moves(inputs):
        instances = {
            (other.target, other.instance)
            for other in inputs.expositions
            if other.target == one.what and one.instance in ("", other.instance)
        }
        before = any(known_before(inputs, instance) for instance in instances)
        if one.how == "missed" and (before or one.start > 0):
            return LEFT_OUT
    return ""


def slowest(platform: Platform, inputs: Inputs, speed: int) -> int:
    """The speed at which targets can come and go: scrapes are far enough apart."""
    names = {one.what for one in moves(inputs)}
    intervals = [target.interval for target in platform.targets if target.name in names]
    return min([speed, *(max(interval // round(APART_SECONDS * 1000), 1) for interval in intervals)])


def first_from(phase: int, interval: int, at: int) -> int:
    """The first scrape at or after a moment."""
    return at + (phase - at) % interval


def visits(inputs: Inputs, target: ScrapeTarget, instance: Instance, phase: int, speed: Speed) -> list[Visit]:
    """When one target leaves and comes back; `phase` is when in its interval it is scraped."""
    found = []
    for one in moves(inputs):
        if one.what != instance[0] or one.instance not in ("", instance[1]):
            continue
        last = first_from(phase, target.interval, one.start) - target.interval
        absent = one.start <= 0 and not known_before(inputs, instance)
        leaves = None if absent else last + speed.virtual(SPARE_SECONDS)
        again = first_from(phase, target.interval, one.end) if one.end < FOR_EVER else FOR_EVER
        back = again - speed.virtual(DISCOVERY_SECONDS + 2 * SPARE_SECONDS)
        found.append(Visit(instance, leaves, back))
    return found
