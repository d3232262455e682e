"""Settings of Grafana's panels that people know by what they do; all others are told by their path."""

from __future__ import annotations

from collections.abc import Callable

from obs.review.change import Meaning, Risk
from obs.review.wording import listed

_STACKED = {"normal": "series are stacked", "percent": "series are stacked to 100 percent"}
_AXES = {"log": "the axis is logarithmic", "symlog": "the axis is logarithmic on both sides of 0"}
_QUIET = ("stacking.group", "scaleDistribution.log")
"""Said by what they belong to."""
_PLACES = {"left": "on the left axis", "right": "on the right axis", "hidden": "without an axis"}
_SUMMARIES = {"lastNotNull": "the last value", "last": "the last value or none", "mean": "the mean", "max": "the highest value",
              "min": "the lowest value", "sum": "the sum", "firstNotNull": "the first value", "range": "the range",
              "count": "the number of values", "diff": "the difference", "delta": "the increase"}  # fmt: skip


def meaning(path: str, before: object, after: object) -> Meaning | None:
    """What a setting does now; None for one that has no words here."""
    words = _WORDS.get(path)
    return words(before, after) if words is not None else None


def _chosen(names: dict[str, str], otherwise: str, risk: Risk) -> Callable[[object, object], Meaning | None]:
    def said(before: object, after: object) -> Meaning:
        return Meaning(names.get(str(after), otherwise), risk)

    return said


def _switch(yes: str, no: str, default: bool) -> Callable[[object, object], Meaning | None]:
    def said(before: object, after: object) -> Meaning | None:
        was, now = (default if one is None else bool(one) for one in (before, after))
        return Meaning(yes if now else no, "cosmetic") if was != now else None

    return said


def _summary(before: object, after: object) -> Meaning:
    was, now = (
        listed(_SUMMARIES.get(str(one), str(one)) for one in (side if isinstance(side, list) and side else ["lastNotNull"]))
        for side in (before, after)
    )  # fmt: skip
    return Meaning(f"shows {now} instead of {was}")


_WORDS: dict[str, Callable[[object, object], Meaning | None]] = {
    "stacking.mode": _chosen(_STACKED, "series are no longer stacked", "behaviour"),
    "scaleDistribution.type": _chosen(_AXES, "the axis is linear", "behaviour"),
    "axisPlacement": _chosen(_PLACES, "on the usual axis", "cosmetic"),
    "legend.showLegend": _switch("the legend is shown", "the legend is hidden", True),
    "reduceOptions.calcs": _summary,
}


def is_quiet(path: str) -> bool:
    """Whether a setting only goes with another that is told."""
    return path in _QUIET
