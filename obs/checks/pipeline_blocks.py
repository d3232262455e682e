"""A rate limit that does not drop: when it is reached, reading stops.

The files fall behind, and what is rotated away before it is read is lost without any count.

Flagged:
    - limit:
        rate: 100
        burst: 200

Instead:
    - limit:
        rate: 100
        burst: 200
        drop: true

Source: Promtail 3.0, limit stage: without `drop` it waits.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("info")
def pipeline_blocks(subject: Subject) -> Iterator[Finding]:
    """Every limit stage that waits."""
    for stages in subject.log_stages:
        for stage in stages:
            if stage.kind == "limit" and stage.option("drop") is not True:
                yield Finding(
                    f"{stage.title} holds every line back while the limit is reached",
                    stage.at(),
                    fix="drop: true, which counts what it drops",
                    object=stage.title,
                )
