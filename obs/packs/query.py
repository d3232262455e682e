"""PromQL that every pack writes in the same way: rates, ratios that are 0 without failures, quantiles."""

from __future__ import annotations

from collections.abc import Sequence

LIVE = "$__rate_interval"
"""The window of a curve."""
WHOLE = "$__range"
"""The window of a table: the time range that is looked at."""


def by(labels: Sequence[str]) -> str:
    """The grouping of an aggregation; nothing for one over everything."""
    return f" by ({', '.join(labels)})" if labels else ""


def rate(series: str, *labels: str, window: str = LIVE) -> str:
    """How much a counter grows in a second."""
    return f"sum{by(labels)} (rate({series}[{window}]))"


def increase(series: str, *labels: str, window: str = LIVE) -> str:
    """How much a counter grew in the window."""
    return f"sum{by(labels)} (increase({series}[{window}]))"


def share(part: str, every: str) -> str:
    """A ratio from 0 to 1: 0 where nothing of the part is there yet, nothing where there is nothing at all."""
    return f"({part} or {every} * 0) / ({every} > 0)"


def failing(part: str, every: str, *, above: float, at_least: float = 0.05) -> str:
    """A share above a limit, of what has enough traffic (per second) for a ratio to mean something."""
    return f"{part} / {every} > {above:g}\nand\n{every} > {at_least:g}"


def average(total: str, count: str, *labels: str, window: str = LIVE) -> str:
    """Mean of what a timer timed, in its own unit, from its series `_sum` and `_count`."""
    return f"{rate(total, *labels, window=window)} / ({rate(count, *labels, window=window)} > 0)"


def quantile(rank: float, buckets: str, *labels: str, window: str = LIVE) -> str:
    """A quantile of a histogram's buckets."""
    return f"histogram_quantile({rank:g}, {rate(buckets, 'le', *labels, window=window)})"


def gone(job: str, within: str = "6h") -> str:
    """True while no target of a job is up that was one in the last hours.

    Unlike `absent`, it is silent where the job was never scraped: that is a matter of the build, not of the night.
    """
    return f'group(present_over_time(up{{job="{job}"}}[{within}]))\nunless on ()\nup{{job="{job}"}} == 1'
