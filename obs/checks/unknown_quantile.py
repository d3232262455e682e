"""A query asks for a quantile that the summary does not expose.

Its quantiles are chosen in the program that is measured; no other can be asked for.

Flagged:
    - alert: PausesLong
      expr: go_gc_duration_seconds{quantile="0.99"} > 0.1
      for: 10m

Instead:
    - alert: PausesLong
      expr: go_gc_duration_seconds{quantile="1"} > 0.1
      for: 10m

Source: Prometheus, histograms and summaries.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.bounds import asked_bounds, is_bound, shown_bound
from obs.graph.subject import Subject


@lint("warning", alone=True)
def unknown_quantile(subject: Subject) -> Iterator[Finding]:
    """Of summaries whose quantiles the catalogue lists."""
    for one in subject.selections:
        series = one.only
        if series is None or series.part != "quantile":
            continue
        quantiles = series.entry.quantiles
        for matcher, asked in asked_bounds(one.selector, "quantile"):
            missing = [text for text in asked if not is_bound(text, quantiles)]
            if missing:
                yield Finding.in_rule(
                    one.rule,
                    f"{one.rule} selects nothing: {one.metric} has no quantile {missing[0]}",
                    (matcher.start, matcher.end),
                    fix=f"it exposes {', '.join(map(shown_bound, quantiles))}",
                    evidence="likely",
                )
