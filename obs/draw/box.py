"""Rectangles on the page."""

from __future__ import annotations

from obs.record import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels from the left upper corner of the picture."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The first pixel beyond it."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The first pixel below it."""
        return self.y + self.h

    def inside(self, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0) -> Box:
        """A smaller one; never of a negative size."""
        return Box(self.x + left, self.y + top, max(self.w - left - right, 0), max(self.h - top - bottom, 0))
