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

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from obs.checks.base import Finding, also_of_files, check, found_by
from obs.diagnostic import Diagnostic
from obs.graph.document import origin_of
from obs.graph.extracted import Extracted, Path, UnfedCounter, labels_of_lines, unfed_counters
from obs.graph.pipeline_stages import pipeline_stages
from obs.graph.program import Program
from obs.graph.provenance import DISCOVERED
from obs.graph.subject import Rule, Subject
from obs.model.pipeline import PREFIX, Counter, Step
from obs.model.rule import Alert, RecordingRule
from obs.origin import Origin


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
        known = Extracted({"stream", *DISCOVERED, *program.pipeline.extra_labels})
        for unfed in unfed_counters(pipeline_stages(program.pipeline), known):
            step = _step(program.pipeline.steps, unfed.path)
            found = _finding(str(step), unfed, step.origin, _readers(program.rules, str(step)))
            yield found_by(counter_without_source, found)


@also_of_files(counter_without_source)
def in_files(subject: Subject) -> Iterator[Finding]:
    """The same of Promtail's own configuration."""
    for pipeline in subject.pipelines:
        for unfed in unfed_counters(pipeline.stages, labels_of_lines(pipeline)):
            given = pipeline.document.get(*pipeline.path, *unfed.path, "prefix")
            name = f"{given or PREFIX}{unfed.name}"
            excerpt = pipeline.document.key(*pipeline.path, *unfed.path)
            found = _finding(name, unfed, pipeline.at(*unfed.path), _readers(subject.rules, name))
            yield replace(found, at=origin_of(excerpt) or found.at, excerpt=excerpt, object=f"counter {name}")


def _step(steps: Sequence[Step], path: Path) -> Counter:
    """The counter that a path through the written stages leads to."""
    found = steps[int(path[0])]
    for part in path[3::3]:
        assert not isinstance(found, Counter)
        found = found.stages[int(part)]
    assert isinstance(found, Counter)
    return found


def _finding(name: str, unfed: UnfedCounter, at: Origin, readers: tuple[tuple[Origin, str], ...]) -> Finding:
    return Finding(
        f"{name} never increments: nothing extracts {unfed.reads!r}",
        at,
        why=f"the stages before it extract {', '.join(unfed.extracted) or 'nothing'}",
        fix=f"name a regex group (?P<{unfed.reads}>...), or set match_all=True",
        also=readers,
    )


def _readers(rules: Iterable[Alert | RecordingRule | Rule], name: str) -> tuple[tuple[Origin, str], ...]:
    return tuple((rule.origin, f"{rule} can never fire") for rule in rules if name in rule.expr)
