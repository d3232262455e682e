"""What is compared: a message, a change of state or a line, and when it came in either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["same", "late", "only emulated", "only real", "out of order"]


@dataclass(frozen=True, slots=True)
class Row:
    """One message or change of state: what it is, and when it came in either (milliseconds of the scenario)."""

    kind: Literal["message", "state", "line"]
    what: str
    receiver: str = ""
    emulated: int | None = None
    real: int | None = None
    verdict: Verdict = "same"
    text: str = ""

    @property
    def agrees(self) -> bool:
        return self.verdict == "same"
