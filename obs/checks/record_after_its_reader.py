"""A rule reads a record that its own group stores only after it.

The rules of a group are evaluated from the top: the reader sees what the record was one evaluation ago, and after a
restart nothing at all.

Flagged:
    groups:
      - name: shop
        rules:
          - alert: Errors
            expr: job:errors:rate5m > 1
          - record: job:errors:rate5m
            expr: sum by (job) (rate(errors_total[5m]))

Instead:
    groups:
      - name: shop
        rules:
          - record: job:errors:rate5m
            expr: sum by (job) (rate(errors_total[5m]))
          - alert: Errors
            expr: job:errors:rate5m > 1

What obs compiles is in the right order by itself.

Source: Prometheus 2.55, recording rules: the rules of a group are run in sequence, at a regular interval.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import metric_of
from obs.graph.subject import Rule, Subject
from obs.lang.duration import render


@lint("warning")
def record_after_its_reader(subject: Subject) -> Iterator[Finding]:
    """Once for each record and reader; constants are the same at any time, and a record may read its own past."""
    if subject.program is not None:
        return  # the chart holds them in the order in which they are needed
    place = {id(rule): number for number, rule in enumerate(subject.rules)}
    for rule, parts in subject.queried if subject.records else ():
        told: set[str] = set()
        for selector in parts.selectors:
            name = metric_of(selector) or ""
            sources = subject.recorded.get(name, ())
            if not sources or name in told or selector.offset is not None:
                continue
            told.add(name)
            late = [one for one in sources if _comes_after(one, rule, place)]
            if len(late) == len(sources):
                yield Finding.in_rule(
                    rule,
                    f"{rule} is {render(rule.interval)} behind {name}, which its group records after it",
                    (selector.start, selector.end),
                    fix=f"move {name} above it",
                )


def _comes_after(record: Rule, reader: Rule, place: dict[int, int]) -> bool:
    same = (record.group, record.origin.file) == (reader.group, reader.origin.file)
    constant = record.parts is not None and not record.parts.selectors
    return same and not constant and record is not reader and place[id(record)] > place[id(reader)]
