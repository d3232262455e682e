"""A query asks for a metric under a name that its exporter gave up years ago.

Flagged:
    - record: instance:cpu:rate5m
      expr: sum by (instance) (rate(node_cpu{mode!="idle"}[5m]))

Instead:
    - record: instance:cpu:rate5m
      expr: sum by (instance) (rate(node_cpu_seconds_total{mode!="idle"}[5m]))

A name that stands beside the new one, as in `new or old`, is kept on purpose and not reported.

Source: node_exporter 0.16 and kube-state-metrics 2.0, their changelogs.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.catalogue.renamed import RENAMED
from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("warning", alone=True)
def renamed_metric(subject: Subject) -> Iterator[Finding]:
    """Every selector; a name that something at hand makes is nobody's mistake."""
    for one in subject.selections:
        new, since = RENAMED.get(one.metric, ("", ""))
        beside = new.split("{")[0] in one.rule.expr.replace(one.metric, "")
        if not new or beside or any(source.kind == "rule" for source in one.sources):
            continue
        yield Finding.in_rule(
            one.rule,
            f"{one.rule} asks for {one.metric}, which is called {new} since {since}",
            one.name_span,
            fix=new,
            evidence="likely",
        )
