"""A timestamp's format has no year, no zone, or cannot be read from what it is given.

Promtail guesses the year from the clock, and takes a time without a zone for UTC: lines are hours off, and Loki
refuses those from the future or too far back.

Flagged:
    - regex:
        expression: '^(?P<time>\\S+ \\S+)'
    - timestamp:
        source: time
        format: 'Jan 02 15:04:05'

Flagged:
    - regex:
        expression: '^(?P<time>\\S+ \\S+)'
    - timestamp:
        source: time
        format: '2006-01-02 15:04:05'

Instead:
    - regex:
        expression: '^(?P<time>\\S+ \\S+)'
    - timestamp:
        source: time
        format: '2006-01-02 15:04:05'
        location: Asia/Seoul

Source: Promtail 3.0, timestamp stage: `format`, `location`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.log_stages import LogStage
from obs.graph.subject import Subject

NAMED = frozenset(
    {
        "ANSIC",
        "UnixDate",
        "RubyDate",
        "RFC822",
        "RFC822Z",
        "RFC850",
        "RFC1123",
        "RFC1123Z",
        "RFC3339",
        "RFC3339Nano",
        "Unix",
        "UnixMs",
        "UnixUs",
        "UnixNs",
    }
)
_ZONE = re.compile(r"MST|[Z+-]07(?::?00)?|Z$|Z'")


@lint("info")
def timestamp_without_year(subject: Subject) -> Iterator[Finding]:
    """Layouts of Go; the named ones are complete."""
    for stages in subject.log_stages:
        for stage in stages:
            layout = stage.option("format") if stage.kind == "timestamp" else None
            if not isinstance(layout, str) or layout in NAMED:
                continue
            if "06" not in layout:
                yield _finding(
                    stage, "has no year: Promtail guesses it from its own clock", "log the year, 2006"
                )
            elif not _ZONE.search(layout) and not stage.option("location"):
                yield _finding(
                    stage,
                    "has no zone, and no location is given: the time is taken for UTC",
                    "add location: with the zone of the application, or log the offset",
                )


def _finding(stage: LogStage, problem: str, fix: str) -> Finding:
    return Finding(
        f"the timestamp's format {problem}",
        stage.at("format"),
        fix=fix,
        excerpt=stage.excerpt("format"),
        object=stage.title,
    )
