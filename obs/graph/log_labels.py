"""The labels that log lines can have in Loki, where other people's files say how they get there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from obs.graph.log_stages import LogStage
from obs.graph.provenance import LOKI
from obs.graph.subject import Subject


def labels_in_loki(subject: Subject) -> frozenset[str] | None:
    """Every label that some line may have; None where no pipeline is known, or one may set others."""
    found: set[str] = set(LOKI)
    if not any(subject.log_stages):
        return None
    for stages in subject.log_stages:
        if any(stage.before is None or stage.before.labels.open for stage in stages):
            return None
        found |= _after(stages)
    return frozenset(found)


def one_installation(subject: Subject) -> bool:
    """Whether one configuration says how lines get their labels; with several, nobody knows which one counts."""
    documents = dict.fromkeys(pipeline.document for pipeline in subject.pipelines)
    return len(documents) <= 1


def _after(stages: Sequence[LogStage]) -> set[str]:
    """The labels after the last stage; what only some lines lose is still there."""
    labels: set[str] = set()
    for stage in stages:
        assert stage.before is not None
        options = stage.options
        if not labels:
            labels = set(stage.before.labels.maybe)
        if stage.kind in ("labels", "static_labels", "structured_metadata", "non_indexed_labels"):
            labels |= set(map(str, options)) if isinstance(options, Mapping) else set()
        elif stage.kind in ("cri", "docker"):
            labels.add("stream")
        elif "." not in stage.number and isinstance(options, list):
            named = set(map(str, options))
            labels = labels - named if stage.kind == "labeldrop" else labels
            labels = labels & named if stage.kind == "labelallow" else labels
    return labels
