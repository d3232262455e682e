"""Two stages keep a metric of the same name.

Promtail cannot show both: its whole metrics page answers 500, and every alert on Promtail is blind.

Flagged:
    - metrics:
        lines_total:
          type: Counter
          description: All lines.
          config: {match_all: true, action: inc}
    - metrics:
        lines_total:
          type: Counter
          description: All lines, once more.
          config: {match_all: true, action: inc}

Instead:
    - metrics:
        lines_total:
          type: Counter
          description: All lines.
          config: {match_all: true, action: inc}

Source: Promtail 3.0: each metrics stage registers a collector of its own; client_golang refuses to gather two alike.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.log_stages import LogStage
from obs.graph.subject import Subject
from obs.model.pipeline import PREFIX


@lint("error")
def repeated_pipeline_metric(subject: Subject) -> Iterator[Finding]:
    """Within one pipeline, in which the same line can hit both."""
    for stages in subject.log_stages:
        seen: dict[str, LogStage] = {}
        for stage in stages:
            for name, given in stage.metrics():
                whole = f"{given.get('prefix') or PREFIX}{name}"
                first = seen.setdefault(whole, stage)
                if first is not stage:
                    yield Finding(
                        f"{whole} is kept twice: Promtail's metrics page fails as soon as both have the same labels",
                        stage.at(name),
                        fix="count in one stage, or give one of them another name",
                        also=((first.at(name), "the first one"),),
                        object=stage.title,
                    )
