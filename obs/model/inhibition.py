"""Alerts that are not told of while another one explains them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from obs.diagnostic import DefinitionError
from obs.model.definition import definition
from obs.model.rule import AnyAlert
from obs.origin import Origin, here
from obs.record import field

Told = Literal["critical", "warning", "info"]


@definition
class Inhibition:
    """While one of `source` fires, those of `target` are not told of, where both have the same labels in `equal`.

    Each side names alerts, or severities. Alertmanager takes a label that both alerts lack as equal, so that one alert
    would silence everything; a source therefore counts only when it has each label of `equal`. Those of
    `or_missing` must be equal as well, and both may lack them.
    """

    source: Sequence[AnyAlert | Told] = field(kw_only=True)
    target: Sequence[AnyAlert | Told] = field(kw_only=True)
    equal: Sequence[str] = field(kw_only=True)
    or_missing: Sequence[str] = field(default=(), kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def validate(self) -> None:
        for side, names in (("source", self.source), ("target", self.target)):
            if not names:
                raise self._wrong(f"has no {side}", fix=f"{side}=[an alert], or a severity")
            if len({isinstance(name, str) for name in names}) > 1:
                raise self._wrong(f"names alerts and severities in {side}", fix="write two inhibitions")
        if not self.equal:
            raise self._wrong(
                "compares no label",
                fix='equal=["service"]',
                why="one alert would silence the others everywhere",
            )
        both = sorted({str(one) for one in self.source} & {str(one) for one in self.target})
        if both:
            raise self._wrong(f"has {', '.join(both)} on both sides", fix="name it once")

    def _wrong(self, problem: str, fix: str, why: str = "") -> DefinitionError:
        return DefinitionError(
            f"an inhibition {problem}", check="inhibition-incomplete", at=self.origin, fix=fix, why=why
        )

    def alerts(self) -> tuple[AnyAlert, ...]:
        """Every alert that it names."""
        return tuple(one for one in (*self.source, *self.target) if not isinstance(one, str))
