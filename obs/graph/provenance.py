"""Where the labels of a log line come from: the shipper's discovery, then the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from obs.model.pipeline import Counter, Stage, Step

if TYPE_CHECKING:
    from obs.graph.program import Program

DISCOVERED = frozenset(
    ["app", "component", "container", "filename", "instance", "job", "namespace", "node_name", "pod"]
)
"""What Promtail's chart 6.16.6 sets on the lines of every pod. Source: its default scrape_configs."""

LOKI = frozenset({"service_name", "detected_level"})
"""What Loki 3 adds to every line. Source: Loki 3.4, limits, `discover_service_name` and `discover_log_levels`."""


def stream_labels(program: Program) -> frozenset[str] | None:
    """Every label or structured metadata that a line can have in Loki; None when no pipeline is defined."""
    pipeline = program.pipeline
    if pipeline is None:
        return None
    labels = set(DISCOVERED | LOKI | set(pipeline.extra_labels))
    for step in pipeline.steps:
        _apply(step, labels, certain=True)
    return frozenset(labels)


def _apply(step: Step, labels: set[str], *, certain: bool) -> None:
    """A label that is only dropped from some lines can still be there."""
    if isinstance(step, Counter):
        return
    labels.update(_sets(step))
    if certain:
        labels.difference_update(_drops(step, labels))
    for inner in step.stages:
        _apply(inner, labels, certain=False)
    labels.difference_update(_dropped_again(step))


def _sets(stage: Stage) -> set[str]:
    config = stage.config if isinstance(stage.config, dict) else {}
    if stage.kind in ("labels", "static_labels", "structured_metadata"):
        return {str(name) for name in config}
    if stage.kind in ("cri", "docker"):
        return {"stream"}
    return set()


def _drops(stage: Stage, labels: set[str]) -> set[str]:
    names = {str(name) for name in stage.config} if isinstance(stage.config, Sequence) else set()
    if stage.kind == "labeldrop":
        return names
    if stage.kind == "labelallow":
        return labels - names
    return set()


def _dropped_again(match: Stage) -> set[str]:
    """Labels that a `match` sets and then drops, so that only its counters have them."""
    made: set[str] = set()
    dropped: set[str] = set()
    for inner in match.stages:
        if isinstance(inner, Stage):
            dropped = (dropped - _sets(inner)) | (_drops(inner, made) & made)
            made |= _sets(inner)
    return dropped
