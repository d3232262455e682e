"""A label is listed twice in by, without, on or ignoring.

Flagged:
    - record: job:errors:sum
      expr: sum by (job, instance, job) (errors)

Instead:
    - record: job:errors:sum
      expr: sum by (job, instance) (errors)

Source: Prometheus 2.55, aggregation and vector matching: the second mention has no effect.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.lang.promql.syntax import Label


@lint("info", alone=True)
def duplicate_grouping_label(subject: Subject) -> Iterator[Finding]:
    """Every list of labels in an expression."""
    for rule, parts in subject.expressions:
        lists = [node.grouping for node in parts.aggregates if node.grouping]
        lists += [node.matching.labels for node in parts.binaries if node.matching and node.matching.labels]
        for labels in lists:
            for label in _repeated(labels):
                yield Finding.in_rule(
                    rule,
                    f"{rule} lists {label.name} twice",
                    (label.start, label.end),
                    fix="list it once",
                )


def _repeated(labels: tuple[Label, ...]) -> Iterator[Label]:
    seen: set[str] = set()
    for label in labels:
        if label.name in seen:
            yield label
        seen.add(label.name)
