"""The words for PromQL's functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from obs.lang.wording import listed, percentile, quoted, span

Values = Sequence[float | None]
OfSamples = Callable[[str, str, Sequence[str], Values], str]
"""Of what the samples are, the period, the other arguments in words, and their values where known."""


def _plain(words: str) -> OfSamples:
    return lambda subject, period, _others, _values: words.format(subject=subject, period=period)


def _quantile(subject: str, period: str, others: Sequence[str], values: Values) -> str:
    head = percentile(values[0]) if values[0] is not None else f"the {others[0]}-quantile"
    return f"{head} of {subject} {period}"


def _predicted(subject: str, period: str, others: Sequence[str], values: Values) -> str:
    ahead = (
        span(round(values[0] * 1000))
        if values[0] is not None and abs(values[0]) < 1e12
        else f"{others[0]} seconds"
    )
    return f"{subject} as it will be in {ahead} if it goes on as {period}"


def _smoothed(subject: str, period: str, others: Sequence[str], _values: Values) -> str:
    return f"{subject} smoothed {period} (factors {listed(others)})"


def _integral(subject: str, period: str, _others: Sequence[str], _values: Values) -> str:
    return f"the integral of {subject} {period}"


OF_SAMPLES: dict[str, OfSamples] = {
    "absent_over_time": _plain("1 if there was no {subject} {period}"),
    "avg_over_time": _plain("the average of {subject} {period}"),
    "changes": _plain("the number of changes of {subject} {period}"),
    "count_over_time": _plain("the number of samples of {subject} {period}"),
    "delta": _plain("the change of {subject} {period}"),
    "deriv": _plain("the slope per second of {subject} {period}"),
    "double_exponential_smoothing": _smoothed,
    "first_over_time": _plain("the first value of {subject} {period}"),
    "holt_winters": _smoothed,
    "idelta": _plain("the change of {subject} between its two latest samples {period}"),
    "increase": _plain("the increase of {subject} {period}"),
    "integral": _integral,
    "irate": _plain("the per-second rate of {subject} between its two latest samples {period}"),
    "last_over_time": _plain("the latest value of {subject} {period}"),
    "mad_over_time": _plain("the median absolute deviation of {subject} {period}"),
    "max_over_time": _plain("the highest value of {subject} {period}"),
    "min_over_time": _plain("the lowest value of {subject} {period}"),
    "predict_linear": _predicted,
    "present_over_time": _plain("1 for every {subject} that was seen {period}"),
    "quantile_over_time": _quantile,
    "rate": _plain("the per-second rate of {subject} {period}"),
    "resets": _plain("the number of resets of {subject} {period}"),
    "stddev_over_time": _plain("the standard deviation of {subject} {period}"),
    "stdvar_over_time": _plain("the variance of {subject} {period}"),
    "sum_over_time": _plain("the sum of all samples of {subject} {period}"),
    "ts_of_first_over_time": _plain("the time of the first sample of {subject} {period}"),
    "ts_of_last_over_time": _plain("the time of the latest sample of {subject} {period}"),
    "ts_of_max_over_time": _plain("the time of the highest sample of {subject} {period}"),
    "ts_of_min_over_time": _plain("the time of the lowest sample of {subject} {period}"),
}

OF_VECTOR: dict[str, str] = {
    "abs": "the absolute value of {}",
    "absent": "1 if there is no {}",
    "acos": "the arc cosine of {}",
    "acosh": "the inverse hyperbolic cosine of {}",
    "asin": "the arc sine of {}",
    "asinh": "the inverse hyperbolic sine of {}",
    "atan": "the arc tangent of {}",
    "atanh": "the inverse hyperbolic tangent of {}",
    "ceil": "{} rounded up",
    "cos": "the cosine of {}",
    "cosh": "the hyperbolic cosine of {}",
    "day_of_month": "the day of the month (UTC) of {}",
    "day_of_week": "the day of the week (UTC, 0 is Sunday) of {}",
    "day_of_year": "the day of the year (UTC) of {}",
    "days_in_month": "the days in the month (UTC) of {}",
    "deg": "{} in degrees",
    "exp": "e to the power of {}",
    "floor": "{} rounded down",
    "histogram_avg": "the average of the observations in the histogram {}",
    "histogram_count": "the number of observations in the histogram {}",
    "histogram_stddev": "the standard deviation of the observations in the histogram {}",
    "histogram_stdvar": "the variance of the observations in the histogram {}",
    "histogram_sum": "the sum of the observations in the histogram {}",
    "hour": "the hour of the day (UTC) of {}",
    "ln": "the natural logarithm of {}",
    "log10": "the decimal logarithm of {}",
    "log2": "the binary logarithm of {}",
    "minute": "the minute of the hour of {}",
    "month": "the month (UTC) of {}",
    "rad": "{} in radians",
    "scalar": "the value of {}, if it is one series",
    "sgn": "the sign of {}",
    "sin": "the sine of {}",
    "sinh": "the hyperbolic sine of {}",
    "sort": "{}, lowest first",
    "sort_desc": "{}, highest first",
    "sqrt": "the square root of {}",
    "start_timestamp": "the time at which {} started",
    "tan": "the tangent of {}",
    "tanh": "the hyperbolic tangent of {}",
    "timestamp": "the time of the latest sample of {}",
    "vector": "{} without labels",
    "year": "the year (UTC) of {}",
}
NOT_A_SUBJECT = frozenset({"absent", "scalar", "vector"})
"""Those whose result does not have the labels of the argument."""

_NOW = {
    "day_of_month": "the day of the month now (UTC)",
    "day_of_week": "the day of the week now (UTC, 0 is Sunday)",
    "day_of_year": "the day of the year now (UTC)",
    "days_in_month": "the days in this month (UTC)",
    "end": "the end of the query's range",
    "hour": "the hour of the day now (UTC)",
    "minute": "the minute of the hour now",
    "month": "the month now (UTC)",
    "pi": "pi",
    "range": "the length of the query's range in seconds",
    "start": "the start of the query's range",
    "step": "the query's step in seconds",
    "time": "the current time",
    "year": "the year now (UTC)",
}


def called(name: str, args: Sequence[str]) -> str | None:
    """The words for a function with these arguments (strings as they are); None for one that has no words here."""
    if not args:
        return _NOW.get(name)
    subject = args[0]
    if name == "label_replace" and len(args) == 5:
        return _replaced(*args)
    if name == "label_join" and len(args) > 2:
        glued = f" by {quoted(args[2])}" if args[2] else ""
        return (
            f"{subject} with {args[1]} made of {listed(args[3:]) or 'nothing'}{glued and f', joined{glued}'}"
        )
    if name == "histogram_fraction" and len(args) == 3:
        return f"the share of observations from {args[0]} to {args[1]} in the histogram {args[2]}"
    if name == "round":
        return f"{subject} rounded" + (f" to multiples of {args[1]}" if len(args) > 1 else "")
    simple = {
        "clamp": "{0} kept between {1} and {2}",
        "clamp_max": "{0}, at most {1}",
        "clamp_min": "{0}, at least {1}",
        "info": "{0} with the labels of its target added",
        "max_of": "the greater of {0} and {1}",
        "min_of": "the lesser of {0} and {1}",
    }.get(name)
    if simple is not None and simple.count("{") <= len(args):
        return simple.format(*args)
    if name in {"sort_by_label", "sort_by_label_desc"}:
        order = ", last first" if name.endswith("desc") else ""
        return f"{subject}, sorted by {listed(args[1:]) or 'nothing'}{order}"
    return None


def _replaced(subject: str, target: str, text: str, source: str, pattern: str) -> str:
    if pattern in {"(.*)", "(.+)"} and text in {"$1", "${1}"}:
        return f"{subject} with {target} copied from {source}"
    if not source or pattern in {"", ".*"}:
        return f"{subject} with {target} set to {quoted(text)}" if text else f"{subject} without {target}"
    done = f"{target} set to {quoted(text)}" if text else f"{target} removed"
    return f"{subject} with {done} where {source} matches {quoted(pattern)}"
