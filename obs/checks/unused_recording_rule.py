"""A record that no rule and no dashboard reads.

It is calculated and stored for nobody.

Flagged:
    record = RecordingRule("job:errors:rate5m", expr="sum by (job) (rate(errors_total[5m]))")
    dashboard = Dashboard(
        uid="shop", title="Shop", data=prometheus, rows=[[timeseries("Up", "sum by (job) (up)", unit="short")]]
    )

Instead:
    record = RecordingRule("job:errors:rate5m", expr="sum by (job) (rate(errors_total[5m]))")
    dashboard = Dashboard(
        uid="shop", title="Shop", data=prometheus, rows=[[timeseries("Errors", "job:errors:rate5m", unit="short")]]
    )

Source: none of the other linters knows the dashboards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject

_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


@lint("info")
def unused_recording_rule(subject: Subject) -> Iterator[Finding]:
    """Only where dashboards are given too; somebody may still ask for it by hand."""
    if not subject.dashboards:
        return
    read = {name for _, parts in subject.queried for name in parts.metrics}
    for rule in subject.alerts:
        read.update(name for text in rule.annotations.values() for name in _NAME.findall(text))
    texts = [query.text for _, _, query in subject.panel_queries]
    for dashboard in subject.dashboards:
        texts += [text for variable in dashboard.variables for text in (variable.query, variable.series)]
        texts += [annotation.query for annotation in dashboard.annotations]
    read.update(name for text in texts for name in _NAME.findall(text))
    for record in subject.records:
        if record.name not in read:
            yield Finding.in_rule(
                record, f"nothing reads {record}", fix="leave it out, or show it", evidence="likely"
            )
