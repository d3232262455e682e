"""Which bounds of buckets, or quantiles, a selector asks for.

Source: Prometheus 2.55 matches `le` and `quantile` as text; 3.0 stores them as floats (`1` as `1.0`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from obs.lang.promql import regexes
from obs.lang.promql.syntax import Matcher, VectorSelector


def asked_bounds(selector: VectorSelector, label: str) -> Iterator[tuple[Matcher, Sequence[str]]]:
    """The numbers that the matchers of `le` or `quantile` name; nothing for patterns and variables."""
    for matcher in selector.matchers:
        if matcher.label != label or matcher.dynamic or matcher.op not in ("=", "=~"):
            continue
        texts = (matcher.value,) if matcher.op == "=" else regexes.literals(matcher.value) or ()
        if texts and all(map(_is_number, texts)):
            yield matcher, texts


def is_bound(text: str, bounds: Sequence[float]) -> bool:
    """Whether a number is one of the bounds, however it is written; `+Inf` always is."""
    value = float(text)
    return math.isinf(value) or any(math.isclose(value, bound, rel_tol=1e-9) for bound in bounds)


def shown_bound(bound: float) -> str:
    """As Prometheus writes it: `0.25`, `10`."""
    return f"{bound:g}" if abs(bound) < 1e6 else repr(bound).removesuffix(".0")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
