"""A pipeline stage reads a value that no earlier stage extracts.

Promtail passes over the stage in silence: there is no label, no timestamp, no metric.

Flagged:
    - regex:
        expression: '^level=(?P<severity>\\w+)'
    - labels:
        level:

Instead:
    - regex:
        expression: '^level=(?P<severity>\\w+)'
    - labels:
        level: severity

Flagged:
    - json:
        expressions: {time: ts}
    - timestamp:
        source: ts
        format: RFC3339

Instead:
    - json:
        expressions: {time: ts}
    - timestamp:
        source: time
        format: RFC3339

Flagged:
    - logfmt:
        mapping: {took: duration}
    - metrics:
        request_seconds:
          type: Histogram
          source: duration
          config: {buckets: [0.1, 1, 10]}

Instead:
    - logfmt:
        mapping: {took: duration}
    - metrics:
        request_seconds:
          type: Histogram
          source: took
          config: {buckets: [0.1, 1, 10]}

Source: Promtail 3.0: a stage whose source is not in the extracted map does nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from obs.checks.base import Finding, lint
from obs.graph.log_stages import LogStage, Path
from obs.graph.provenance import DISCOVERED
from obs.graph.subject import Subject
from obs.sim.promtail.flow import Keys


@lint("warning")
def source_never_extracted(subject: Subject) -> Iterator[Finding]:
    """Every stage but counters, which counter-without-source looks at."""
    for stages in subject.log_stages:
        for stage in stages:
            extracted = stage.extracted
            if extracted is None:
                continue
            for path, name in _reads(stage):
                if not extracted.may_have(name):
                    yield _finding(stage, path, name, extracted)


def _reads(stage: LogStage) -> Iterator[tuple[Path, str]]:
    """What the stage reads, and the option that says so."""
    if stage.kind == "metrics":
        for name, given in stage.metrics():
            if str(given.get("type", "")).lower() != "counter":
                yield (name, "source"), str(given.get("source") or name)
    elif stage.kind in ("labels", "structured_metadata", "non_indexed_labels"):
        assert isinstance(stage.options, dict)
        for label, source in stage.options.items():
            yield (str(label),), str(source or label)
    elif stage.kind not in ("pack", "drop", "eventlogmessage"):  # those go on without
        yield from ((("source",), name) for name in stage.reads)


def _finding(stage: LogStage, path: Path, name: str, extracted: Keys) -> Finding:
    known = sorted(extracted.maybe - DISCOVERED)
    close = get_close_matches(name, known, 1, 0.6)
    return Finding(
        f"{stage.title} reads {name}, which no earlier stage extracts: it does nothing",
        stage.at(*path),
        why=f"the stages before it extract {', '.join(known) or 'nothing'}",
        fix=f"did you mean {close[0]}?"
        if close
        else f"extract it first, e.g. with a regex group (?P<{name}>...)",
        excerpt=stage.excerpt(*path),
        object=stage.title,
        evidence="certain" if stage.kubernetes else "likely",
    )
