"""A pipeline of pods' logs does not take off the frame that the container runtime puts around each line.

Setting `pipelineStages` replaces the chart's own list, and its `cri` stage with it: every line then starts with a
time, `stdout F` and so on, JSON is not JSON any more, and the time is that of reading.

Flagged:
    promtail:
      config:
        snippets:
          pipelineStages:
            - json:
                expressions: {level: level}
            - labels:
                level:

Instead:
    promtail:
      config:
        snippets:
          pipelineStages:
            - cri: {}
            - json:
                expressions: {level: level}
            - labels:
                level:

Flagged:
    pipeline = Pipeline(json({"level": "level"}), labels("level"), honor_labels=True)

Instead:
    pipeline = Pipeline(cri(), json({"level": "level"}), labels("level"), honor_labels=True)

Source: chart promtail 6.16, `config.snippets.pipelineStages`; Kubernetes, CRI logging format.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from obs.checks.base import Finding, lint
from obs.graph.log_stages import LogStage
from obs.graph.subject import Subject


@lint("warning")
def cri_stage_missing(subject: Subject) -> Iterator[Finding]:
    """Pipelines of pods that have neither cri nor docker, nor a pattern for the frame."""
    for stages in subject.log_stages:
        if not stages or not stages[0].kubernetes or any(map(_unframes, stages)) or not _looks_inside(stages):
            continue
        yield Finding(
            "the pipeline does not take off the container runtime's frame",
            stages[0].at(),
            why="each line starts with its time, stdout or stderr, and F or P",
            fix="put cri: {} first",
            object=stages[0].title,
        )


def _unframes(stage: LogStage) -> bool:
    expression = str(stage.option("expression") or "")
    return stage.kind in ("cri", "docker") or "stdout|stderr" in expression or "(stderr|stdout" in expression


def _looks_inside(stages: Sequence[LogStage]) -> bool:
    """Whether any stage looks at the line at all."""
    return any(stage.kind in ("json", "logfmt", "regex", "timestamp", "multiline") for stage in stages)
