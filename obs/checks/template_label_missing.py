"""A message prints a label that the condition has removed.

The text has a hole where the label should be; who is paged does not learn which pod, job or disk it is.

Flagged:
    - alert: TargetsDown
      expr: sum(up) == 0
      annotations:
        summary: "{{ $labels.job }} is down"

Instead:
    - alert: TargetsDown
      expr: sum by (job) (up) == 0
      annotations:
        summary: "{{ $labels.job }} is down"

Each side of an `or` counts on its own.

Flagged:
    - alert: NoRequests
      expr: sum by (job) (rate(requests_total[5m])) == 0 or vector(1)
      annotations:
        summary: "{{ $labels.job }} serves nothing"

Instead:
    - alert: NoRequests
      expr: sum by (job) (rate(requests_total[5m])) == 0
      annotations:
        summary: "{{ $labels.job }} serves nothing"

The rule's own labels and the alert's name are not in `$labels`.

Flagged:
    - alert: QueueLength
      expr: queue_length > 100
      annotations:
        summary: "{{ $labels.alertname }} at {{ $labels.instance }}"

Instead:
    - alert: QueueLength
      expr: queue_length > 100
      annotations:
        summary: "QueueLength at {{ $labels.instance }}"

Source: Prometheus 2.55, alerting rules: `$labels` holds the labels of the expression's result.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.label_problems import ABSENT, missing_reads
from obs.graph.subject import Rule, Subject


@lint("warning", alone=True)
def template_label_missing(subject: Subject) -> Iterator[Finding]:
    """What absent() makes up is told by absent-loses-labels."""
    for found in missing_reads(subject):
        if found.why is not None and found.why.text.startswith(ABSENT):
            continue
        some = (
            "" if found.lacking == found.total else f" when {found.branch.metric or 'one branch'} causes it"
        )
        yield Finding.in_rule(
            found.rule,
            f"{found.rule} prints nothing for {found.label}{some}: no series has that label",
            (found.start, found.end),
            text=found.text,
            why=found.why.text if found.why is not None else "",
            fix=f"keep {found.label} in the expression, or leave it out of {found.text.partition(':')[2]}",
            evidence="certain" if found.why is None or found.why.certain else "likely",
        )
    for alert in subject.alerts:
        yield from _own(alert)


def _own(alert: Rule) -> Iterator[Finding]:
    """What only Alertmanager knows, or the rule adds afterwards."""
    own = {"alertname", *({"severity"} if "severity" in alert.labels else ())}
    if "ALERTS" in alert.expr or any(name in alert.expr for name in own):
        return
    for text, template in alert.templates.items():
        for read in template.reads:
            if read.kind == "label" and read.name and read.name in own and alert.flow is not None:
                if alert.flow.without(read.name):
                    continue
                value = alert.name if read.name == "alertname" else alert.labels["severity"]
                yield Finding.in_rule(
                    alert,
                    f"{alert} prints nothing for {read.name}: $labels has only the labels of the series",
                    (read.start, read.end),
                    text=text,
                    fix=f"write {value!r} itself",
                    evidence="likely",
                )
                return
