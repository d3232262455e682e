"""Thresholds: the values at which a panel changes its colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from obs.diagnostic import DefinitionError
from obs.origin import here
from obs.record import dataclass, field

Steps: TypeAlias = "Thresholds | Sequence[str | float]"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """`steps` are (from, colour) in rising order; the first starts at minus infinity, written None.

    In `percentage` mode the values are percent of the range between the field's minimum and maximum.
    """

    steps: tuple[tuple[float | None, str], ...]
    mode: Literal["absolute", "percentage"] = "absolute"
    base: float | None = field(default=None, compare=False, repr=False)
    """The value that a document gave the first step, and Grafana ignores."""

    def __iter__(self) -> Iterator[tuple[float | None, str]]:
        return iter(self.steps)

    @property
    def values(self) -> tuple[float, ...]:
        """The limits, without minus infinity."""
        return tuple(value for value, _ in self.steps if value is not None)


def thresholds(*parts: str | float, mode: Literal["absolute", "percentage"] = "absolute") -> Thresholds:
    """Colours with the limits between them: `thresholds("green", 0.01, "yellow", 0.05, "red")`."""
    colours, limits = parts[::2], parts[1::2]
    if not colours or len(colours) != len(limits) + 1 or not _alternate(colours, limits):
        raise DefinitionError(
            f"thresholds{parts!r} is no sequence of colour, limit, colour",
            at=here(),
            fix='thresholds("green", 80, "red")',
        )
    return Thresholds(tuple(zip((None, *limits), colours, strict=True)), mode)  # type: ignore[arg-type]


def _alternate(colours: Sequence[str | float], limits: Sequence[str | float]) -> bool:
    return all(isinstance(colour, str) for colour in colours) and all(
        isinstance(limit, (int, float)) and not isinstance(limit, bool) for limit in limits
    )


def as_thresholds(steps: Steps) -> Thresholds:
    """Accepts the short form wherever thresholds are meant."""
    return steps if isinstance(steps, Thresholds) else thresholds(*steps)
