"""A pipeline counter reads a field that no earlier stage extracts.

The counter stays absent and every alert on it is silent; Promtail reports nothing.

Flagged:
    errors = Counter("error_lines_total", help="ERROR lines.", source="level")
    pipeline = Pipeline(cri(), regex(" ERROR "), errors, honor_labels=True)

Instead:
    errors = Counter("error_lines_total", help="ERROR lines.", source="level")
    pipeline = Pipeline(cri(), regex(" (?P<level>ERROR) "), errors, honor_labels=True)

Flagged:
    - regex: {expression: " ERROR [0-9]+ --- "}
    - metrics:
        spring_error_logs_total:
          type: Counter
          description: ERROR lines.
          config: {action: inc}

Instead:
    - regex: {expression: " (?P<level>ERROR) [0-9]+ --- "}
    - metrics:
        spring_error_logs_total:
          type: Counter
          description: ERROR lines.
          source: level
          config: {action: inc}

Source: Promtail 3.0, metrics stage, `source` and `match_all`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from obs.checks.base import Finding, also_of_files, check, found_by
from obs.diagnostic import Diagnostic
from obs.graph.document import origin_of
from obs.graph.log_stages import LogStage, of_program
from obs.graph.program import Program
from obs.graph.provenance import DISCOVERED
from obs.graph.subject import Rule, Subject
from obs.model.pipeline import PREFIX
from obs.model.rule import Alert, RecordingRule
from obs.origin import Origin

Readers = tuple[tuple[Origin, str], ...]


@check()
def counter_without_source(program: Program) -> Iterator[Diagnostic]:
    """Follow what is extracted from stage to stage."""
    kept = {id(counter) for counter in program.counters()}
    for counter in program.definitions.counters:
        if id(counter) not in kept:
            yield Diagnostic(
                "counter-without-source",
                f"{counter} never increments: no pipeline keeps it",
                counter.origin,
                fix="put it into the pipeline, or remove it",
                also=_readers(program.rules, str(counter)),
            )
    if program.pipeline is not None:
        for stage in of_program(program.pipeline):
            for found in _unfed(stage, program.rules):
                yield found_by(counter_without_source, found)


@also_of_files(counter_without_source)
def in_files(subject: Subject) -> Iterator[Finding]:
    """The same of Promtail's own configuration."""
    for stages in subject.log_stages:
        for stage in stages:
            yield from _unfed(stage, subject.rules)


def _unfed(stage: LogStage, rules: Iterable[Alert | RecordingRule | Rule]) -> Iterator[Finding]:
    """The counters of a stage whose source no stage before it extracts."""
    extracted = stage.extracted
    for name, given in stage.metrics() if extracted is not None else ():
        config = given.get("config")
        match_all = isinstance(config, dict) and config.get("match_all") is True
        # Promtail reads the extracted value of the metric's own name when no source is given.
        reads = str(given.get("source") or name)
        assert extracted is not None
        if str(given.get("type", "")).lower() != "counter" or match_all or extracted.may_have(reads):
            continue
        metric = f"{given.get('prefix') or PREFIX}{name}"
        known = sorted(extracted.maybe - DISCOVERED)
        found = Finding(
            f"{metric} never increments: nothing extracts {reads!r}",
            stage.at(name),
            why=f"the stages before it extract {', '.join(known) or 'nothing'}",
            fix=f"name a regex group (?P<{reads}>...), or set match_all=True",
            also=_readers(rules, metric),
            object=f"counter {metric}",
        )
        excerpt = stage.key(name)
        yield replace(found, at=origin_of(excerpt) or found.at, excerpt=excerpt)


def _readers(rules: Iterable[Alert | RecordingRule | Rule], name: str) -> Readers:
    return tuple((rule.origin, f"{rule} can never fire") for rule in rules if name in rule.expr)
