"""How likely things are: most answers are good ones, most pods run, and what is bad is rare."""

from __future__ import annotations

import re
from collections.abc import Mapping

from obs.model.panel import Panel

_CODE = re.compile(r"[1-5]\d\d")
_STATUS = {"1": 0.02, "2": 2.2, "3": 0.3, "4": 0.18, "5": 0.05}
_USUAL = re.compile(
    r"running|synced|healthy|completed|success(ful)?|succeeded|noerror|up|active|runnable|timed-waiting|waiting",
    re.I,
)
_AT_TIMES = re.compile(
    r"pending|progressing|paused|suspended|idle|nxdomain|outofsync|suppressed|unprocessed|down|starting|idle in.*",
    re.I,
)
_SELDOM = re.compile(
    r"fail(ed|ure)?|error|degraded|missing|unknown|servfail|refused|blocked|terminated|disabled|oomkilled|out_of_service"
    r"|.*\(aborted\)|fastpath.*",
    re.I,
)
RARE = re.compile(
    r"fail|error|dropp|discard|deadlock|restart|oomkill|evict|reject|missing|deny|denied|waiting|unavailable|pending|degraded|\b5\.\.|SERVER_ERROR|Warning|argocd_app_sync|images_updated"
)
"""In a query: it counts what hardly happens."""


def weight(labels: Mapping[str, str], index: int) -> float:
    """How large a series is beside the others."""
    spread = 1.25 - 0.16 * (index % 7)
    code = next((value for value in labels.values() if _CODE.fullmatch(value)), "")
    if code:
        return spread * _STATUS[code[0]] * (0.35 if code[1:] != "00" else 1.0)
    for value in labels.values():
        for words, much in ((_USUAL, 1.6), (_AT_TIMES, 0.25), (_SELDOM, 0.06)):
            if words.fullmatch(value):
                return spread * much
    return spread


def bursts(values: list[float], size: float) -> list[float]:
    """Nothing most of the time, and something where the curve is high."""
    return [max(0.0, value - 1.12) * 8 * size for value in values]


_BAD = re.compile(r"(dark-|semi-dark-|light-|super-light-)?(red|orange|yellow)")


def good_from(panel: Panel) -> float | None:
    """Where the good values of a panel begin whose first colour is a bad one; None where the lower is the better.

    Where only the most there can be is good, the values that are not bad count.
    """
    steps = panel.thresholds.steps if panel.thresholds is not None else ()
    if len(steps) < 2 or not _BAD.fullmatch(steps[0][1]):
        return None
    top = most(panel)
    limits = [float(value) for value, colour in steps if value is not None and not _BAD.fullmatch(colour)]
    return next((value for value in limits if top is None or value < top), float(steps[1][0] or 0))


def most(panel: Panel) -> float | None:
    """The most that a panel's values can be."""
    if panel.field.max is not None:
        return panel.field.max
    return {"percent": 100.0, "percentunit": 1.0}.get(panel.unit)


def kept_good(values: list[float], good: float, top: float) -> list[float]:
    """Mostly between what is good and the most there can be."""
    return [top - (top - good) * max(0.0, value - 0.5) * 1.15 for value in values]
