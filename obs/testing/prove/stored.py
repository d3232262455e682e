"""Series that no target exposes, sent to Prometheus as another Prometheus would: remote write takes any labels.

All samples are sent before the scenario starts, with the moments that are to come: what is stored does not depend on
how busy the machine is. Prometheus takes samples of up to ten minutes ahead.
"""

from __future__ import annotations

from obs.lang.error import LanguageError, Unsupported
from obs.sim.notation import labels, split, values
from obs.testing.prove.remote_write import Series
from obs.testing.prove.speed import Speed
from obs.testing.scenario.inputs import Inputs

AHEAD_SECONDS = 540.0
"""The longest that a run may last for its samples to be taken at once."""


def unplayable(inputs: Inputs) -> str:
    """Why the series cannot be sent; empty when they can."""
    for one in inputs.stored:
        series, numbers = split(one.notation)
        try:
            labels(series)
            values(numbers)
        except Unsupported:
            return f"{series} is a native histogram, and only floats are sent"
        except LanguageError as error:
            return f"{series} cannot be sent: {error.message}"
    return ""


def series(inputs: Inputs, until: int, speed: Speed, start: float) -> list[Series]:
    """The samples up to a moment of the scenario, at their real moments; `start` is in seconds since 1970."""
    found: list[Series] = []
    for one in inputs.stored:
        name, numbers = split(one.notation)
        moments = ((one.start + place * one.interval, value) for place, value in enumerate(values(numbers)))
        found.append(
            (
                labels(name),
                [
                    (round((start + speed.seconds(at)) * 1000), value)
                    for at, value in moments
                    if value is not None and at <= until
                ],
            )
        )
    return [(named, samples) for named, samples in found if samples]


def names(inputs: Inputs) -> set[str]:
    """The metrics that are sent."""
    return {labels(split(one.notation)[0])["__name__"] for one in inputs.stored}
