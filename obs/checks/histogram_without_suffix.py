"""A query asks for the bare name of a histogram or summary, under which there are no series.

A classic histogram has `_bucket`, `_sum` and `_count`; a summary has its own name only where it exposes quantiles.

Flagged:
    - alert: ScrapesSlow
      expr: rate(prometheus_http_request_duration_seconds[5m]) > 1

Instead:
    - alert: ScrapesSlow
      expr: |
        rate(prometheus_http_request_duration_seconds_sum[5m])
          / rate(prometheus_http_request_duration_seconds_count[5m]) > 1

Source: Prometheus, exposition formats: histograms and summaries.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("warning", alone=True)
def histogram_without_suffix(subject: Subject) -> Iterator[Finding]:
    """Only where no system has series of that name."""
    for one in subject.selections:
        found = one.series
        if not found or any(each.exists for each in found):
            continue
        entry = found[0].entry
        names = ", ".join(entry.series_names())
        sure = entry.type == "summary" or subject.program is not None
        yield Finding.in_rule(
            one.rule,
            f"{one.rule} selects nothing: {one.metric} is a {entry.type}, and no series is called so",
            one.name_span,
            why="" if sure else "with native histograms switched on there would be one",
            fix=f"use one of {names}",
            evidence="likely",
        )
