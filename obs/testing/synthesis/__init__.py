"""From an alert to the smallest series that fire it and the nearest that do not.

`synthesize` searches, and every result was run before it is given; `write` makes promtool's unit tests of them and
scenarios in Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.testing.synthesis.alert import Synthesis as Synthesis
    from obs.testing.synthesis.alert import synthesize as synthesize
    from obs.testing.synthesis.case import Case as Case

__all__ = ["Case", "Synthesis", "synthesize"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from obs.testing.synthesis import alert

    return getattr(alert, name)
