"""A counter of errors that counts every line: `match_all`, and nothing before it chooses lines.

A regex stage does not filter, so that the counter grows with any traffic and its alert never ends.

Flagged:
    errors = Counter("error_lines_total", help="ERROR lines.", match_all=True)
    pipeline = Pipeline(cri(), regex(" (?P<level>ERROR) "), errors, honor_labels=True)

Instead:
    errors = Counter("error_lines_total", help="ERROR lines.", match_all=True)
    pipeline = Pipeline(cri(), match('{namespace=~".+"}', errors, pattern=" ERROR "), honor_labels=True)

Flagged:
    - regex: {expression: " ERROR "}
    - metrics:
        error_lines_total:
          type: Counter
          description: ERROR lines.
          config: {match_all: true, action: inc}

Instead:
    - match:
        selector: '{namespace=~".+"} |= " ERROR "'
        stages:
          - metrics:
              error_lines_total:
                type: Counter
                description: ERROR lines.
                config: {match_all: true, action: inc}

Source: Promtail 3.0, metrics stage, `match_all`; regex stage: a line that does not match passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from obs.checks.base import Finding, also_of_files, check, found_by
from obs.diagnostic import Diagnostic
from obs.graph.document import origin_of
from obs.graph.pipeline_stages import pipeline_stages
from obs.graph.program import Program
from obs.graph.subject import Subject
from obs.graph.unchosen_lines import counters_of_every_line
from obs.model.pipeline import PREFIX
from obs.origin import Origin

_CHOOSY = re.compile(r"err|warn|exception|fatal|panic|fail|critical|5xx|timeout", re.IGNORECASE)
"""Names and helps of counters that are meant for some lines only."""


@check(severity="warning")
def counts_every_line(program: Program) -> Iterator[Diagnostic]:
    """Every counter with match_all whose name or help speaks of some lines only."""
    if program.pipeline is None:
        return
    reached = {path[-1] for path, _ in counters_of_every_line(pipeline_stages(program.pipeline))}
    for counter in program.pipeline.counters():
        if counter.name in reached and _CHOOSY.search(f"{counter.name} {counter.help}"):
            yield found_by(counts_every_line, _finding(str(counter), at=counter.origin))


@also_of_files(counts_every_line)
def in_files(subject: Subject) -> Iterator[Finding]:
    """The same of Promtail's own configuration."""
    for pipeline in subject.pipelines:
        for path, metric in counters_of_every_line(pipeline.stages):
            if _CHOOSY.search(f"{path[-1]} {metric.get('description') or ''}"):
                excerpt = pipeline.document.key(*pipeline.path, *path)
                name = f"{metric.get('prefix') or PREFIX}{path[-1]}"
                found = _finding(name, origin_of(excerpt) or pipeline.at(*path))
                yield replace(found, excerpt=excerpt)


def _finding(name: str, at: Origin) -> Finding:
    return Finding(
        f"{name} counts every line, not only those that it is named after",
        at,
        why="match_all counts each line that gets here, and no match or drop stage before it leaves any out",
        fix="put it into a match stage whose selector has a line filter",
        object=f"counter {name}",
        evidence="likely",
        severity="warning",
    )
