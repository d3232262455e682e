"""One change to a platform."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from obs.testing.scenario.platform import Platform

Part = Literal["rules", "pipeline", "scrape", "routing"]


@dataclass(frozen=True, slots=True)
class Mutant:
    """What was changed where: `subject` names the definition, `before` and `after` are its texts."""

    kind: str
    part: Part
    subject: str
    before: str
    after: str
    where: str
    platform: Platform = field(compare=False, repr=False)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.subject}: {self.kind}: {self.before} → {self.after}"


def shown(text: object, most: int = 90) -> str:
    """A text on one line, cut where it is long."""
    flat = " ".join(str(text).split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"
