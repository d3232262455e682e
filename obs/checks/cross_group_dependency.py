"""A record is calculated from a record of another group.

Groups are evaluated each at their own time: the second reads what the first stored up to one interval ago.

Flagged:
    groups:
      - name: first
        rules:
          - record: job:errors:rate5m
            expr: sum by (job) (rate(errors_total[5m]))
      - name: second
        rules:
          - record: errors:rate5m
            expr: sum(job:errors:rate5m)

Instead:
    groups:
      - name: first
        rules:
          - record: job:errors:rate5m
            expr: sum by (job) (rate(errors_total[5m]))
          - record: errors:rate5m
            expr: sum(job:errors:rate5m)

Source: Prometheus 2.55, rule groups are evaluated in sequence inside and in parallel among each other; pint's
rule/dependency finds the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import metric_of
from obs.graph.subject import Rule, Subject
from obs.lang.duration import render


@lint("warning", alone=True)
def cross_group_dependency(subject: Subject) -> Iterator[Finding]:
    """Once for each pair of records; constants are the same at any time."""
    for rule, parts in subject.queried:
        if rule.kind != "record":
            continue
        told: set[str] = set()
        for selector in parts.selectors:
            name = metric_of(selector)
            sources = subject.recorded.get(name or "", ())
            if (
                name is None
                or name in told
                or not sources
                or not all(_is_elsewhere(rule, one) for one in sources)
            ):
                continue
            told.add(name)
            yield Finding(
                f"{rule} is up to {render(sources[0].interval)} behind {name}, which group {sources[0].group} records",
                rule.origin,
                fix="put both into one group, in this order",
                also=((sources[0].origin, f"group {sources[0].group}"),),
                object=rule.title,
                excerpt=rule.excerpt(selector.start, selector.end),
            )


def _is_elsewhere(rule: Rule, source: Rule) -> bool:
    same = (source.group, source.origin.file) == (rule.group, rule.origin.file)
    return not same and source.parts is not None and bool(source.parts.selectors)
