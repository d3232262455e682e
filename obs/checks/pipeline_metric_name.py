"""A metric that the log pipeline keeps has a name or a description against Prometheus's conventions.

Flagged:
    - metrics:
        errorLines:
          type: Counter
          description: Error lines.
          config: {match_all: true, action: inc}

Instead:
    - metrics:
        error_lines_total:
          type: Counter
          description: Error lines.
          config: {match_all: true, action: inc}

Flagged:
    - regex:
        expression: 'took (?P<took>[0-9.]+)ms'
    - metrics:
        request_duration_milliseconds:
          type: Histogram
          description: Duration of requests.
          source: took
          config: {buckets: [10, 100, 1000]}

Instead:
    - regex:
        expression: 'took (?P<took>[0-9.]+m?s)'
    - metrics:
        request_duration_seconds:
          type: Histogram
          description: Duration of requests.
          source: took
          config: {buckets: [0.01, 0.1, 1]}

Source: Prometheus, metric and label naming, as `promtool check metrics` applies it; Promtail reads `250ms` as seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject

_UNITS: Mapping[str, str] = {
    "milliseconds": "seconds",
    "millis": "seconds",
    "ms": "seconds",
    "microseconds": "seconds",
    "nanoseconds": "seconds",
    "minutes": "seconds",
    "hours": "seconds",
    "days": "seconds",
    "kilobytes": "bytes",
    "kb": "bytes",
    "megabytes": "bytes",
    "mb": "bytes",
    "gigabytes": "bytes",
    "percent": "ratio",
}
"""Units, and the base unit that stands for them."""


@lint("info")
def pipeline_metric_name(subject: Subject) -> Iterator[Finding]:
    """Names as they are before Promtail's prefix."""
    for stages in subject.log_stages:
        for stage in stages:
            for name, given in stage.metrics():
                kind = str(given.get("type", "")).lower()
                for problem, fix in _problems(name, kind, str(given.get("description") or "")):
                    yield Finding(
                        f"metric {name} {problem}",
                        stage.at(name),
                        fix=fix,
                        object=stage.title,
                    )


def _problems(name: str, kind: str, description: str) -> Iterator[tuple[str, str]]:
    if not description.strip():
        yield "has no description", "description: what it counts, in one sentence"
    if re.search(r"[a-z0-9][A-Z]", name):
        yield "is written in camelCase", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    if ":" in name:
        yield "has a colon, which is for recording rules", name.replace(":", "_")
    if kind == "counter" and not name.endswith("_total"):
        yield "is a counter, and does not end in _total", f"{name}_total"
    if kind != "counter" and name.endswith("_total"):
        yield f"ends in _total, and is no counter but a {kind}", name.removesuffix("_total")
    if kind != "histogram" and name.endswith(("_bucket", "_count", "_sum")):
        yield "ends like a part of a histogram", "another ending"
    if re.search(r"_(counter|gauge|histogram|metric)(_|$)", name):
        yield "has its type in its name", "leave it out"
    unit = next((part for part in name.removesuffix("_total").split("_") if part in _UNITS), None)
    if unit is not None:
        yield f"is in {unit}, and the base unit is {_UNITS[unit]}", name.replace(unit, _UNITS[unit])
