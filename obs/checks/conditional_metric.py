"""A query asks for a metric that exists only once something is switched on, which is off by default.

Flagged:
    record = RecordingRule("ksm:shards:max", expr="max by (job) (kube_state_metrics_total_shards)")

Instead:
    record = RecordingRule("ksm:pods:count", expr="count by (job) (kube_pod_info)")

The buckets of a Micrometer timer are another case: they are there only for meters with a configured histogram.

Source: the exporters' own flags and defaults, as the catalogue lists them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.chart_values import is_set
from obs.graph.off_by_default import condition
from obs.graph.subject import Subject

_SETTING = re.compile(r"([\w.-]+)=true\b")


@lint("info")
def conditional_metric(subject: Subject) -> Iterator[Finding]:
    """In projects, whose values are at hand; each metric is told once."""
    told: set[str] = set()
    for one in subject.selections if subject.program is not None else ():
        series = one.only
        needed = condition(series) if series is not None else ""
        if series is None or not needed or one.metric in told or any(s.scraped is None for s in one.sources):
            continue
        told.add(one.metric)
        setting = _SETTING.match(needed)
        if setting is None or not is_set(subject, setting[1], True):
            yield Finding.in_rule(
                one.rule,
                f"{one.rule}: {one.metric} exists only if {needed}",
                one.name_span,
                fix=f"make sure of it, e.g. with `obs catalogue show {one.metric}`",
                evidence="likely",
            )
