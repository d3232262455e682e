"""An option that Promtail does not know at this place, and passes over in silence.

Flagged:
    - metrics:
        lines_total:
          type: Counter
          match_all: true
          config:
            action: inc

Instead:
    - metrics:
        lines_total:
          type: Counter
          config:
            match_all: true
            action: inc

Flagged:
    - regex:
        expresion: 'x'
        expression: '(?P<level>\\w+)'

Instead:
    - regex:
        expression: '(?P<level>\\w+)'

Source: Promtail 3.0: unknown keys of a stage are ignored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from obs.checks.base import Finding, lint
from obs.graph.log_stages import LogStage, Path
from obs.graph.subject import Subject

OPTIONS: Mapping[str, frozenset[str]] = {
    "regex": frozenset({"expression", "source"}),
    "json": frozenset({"expressions", "source", "drop_malformed"}),
    "logfmt": frozenset({"mapping", "source"}),
    "cri": frozenset({"max_partial_lines", "max_partial_line_size", "max_partial_line_size_truncate"}),
    "multiline": frozenset({"firstline", "max_lines", "max_wait_time"}),
    "match": frozenset({"selector", "stages", "action", "drop_counter_reason", "pipeline_name"}),
    "timestamp": frozenset({"source", "format", "fallback_formats", "location", "action_on_failure"}),
    "output": frozenset({"source"}),
    "template": frozenset({"source", "template"}),
    "replace": frozenset({"expression", "source", "replace"}),
    "drop": frozenset(
        {
            "source",
            "separator",
            "expression",
            "value",
            "older_than",
            "longer_than",
            "drop_counter_reason",
        }
    ),
    "tenant": frozenset({"label", "source", "value"}),
    "pack": frozenset({"labels", "ingest_timestamp"}),
    "limit": frozenset({"rate", "burst", "drop", "by_label_name", "max_distinct_labels"}),
    "sampling": frozenset({"rate", "drop_counter_reason"}),
    "eventlogmessage": frozenset({"source", "drop_invalid_labels", "overwrite_existing"}),
}
METRIC = frozenset({"type", "description", "source", "prefix", "max_idle_duration", "config"})
CONFIG: Mapping[str, frozenset[str]] = {
    "counter": frozenset({"match_all", "count_entry_bytes", "value", "action"}),
    "gauge": frozenset({"value", "action"}),
    "histogram": frozenset({"value", "buckets"}),
}
"""What each type reads. Source: Promtail 3.0, metrics stage; `match_all` of a gauge has no effect."""


@lint("warning")
def ignored_stage_option(subject: Subject) -> Iterator[Finding]:
    """Keys match in any case, as Promtail matches them."""
    for stages in subject.log_stages:
        for stage in stages:
            if stage.kind == "metrics":
                yield from _metrics(stage)
            elif stage.kind in OPTIONS:
                yield from _unknown(stage, stage.options, (), OPTIONS[stage.kind], "")


def _metrics(stage: LogStage) -> Iterator[Finding]:
    for name, given in stage.metrics():
        yield from _unknown(stage, given, (name,), METRIC, "config")
        known = CONFIG.get(str(given.get("type", "")).lower())
        if known is not None:
            yield from _unknown(stage, given.get("config"), (name, "config"), known, "")


def _unknown(
    stage: LogStage, given: object, path: Path, known: frozenset[str], below: str
) -> Iterator[Finding]:
    for key in given if isinstance(given, Mapping) else ():
        if str(key).lower() in known:
            continue
        close = get_close_matches(str(key).lower(), sorted(known), 1, 0.6)
        misplaced = below and any(str(key).lower() in options for options in CONFIG.values())
        fix = (
            f"move it into {below}:" if misplaced else (f"did you mean {close[0]}?" if close else "remove it")
        )
        yield Finding(
            f"{stage.title}: {key} has no effect here: Promtail passes over it",
            stage.at(*path, str(key)),
            why=f"it reads {', '.join(sorted(known))}",
            fix=fix,
            excerpt=stage.excerpt(*path, str(key)),
            object=stage.title,
        )
