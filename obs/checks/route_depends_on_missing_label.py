"""A route decides by a label that an alert can lack, so that who is told depends on chance.

The alert's expression may return series without the label (it is aggregated away in one branch, or no matcher asks
for it), and without it the alert ends at nobody.

Flagged:
    route:
      receiver: nobody
      routes:
        - matchers: ['team="shop"']
          receiver: pager
    receivers:
      - name: nobody
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    groups:
      - name: shop
        rules:
          - alert: Errors
            expr: sum by (team) (rate(errors_total[5m])) > 1

Instead:
    route:
      receiver: nobody
      routes:
        - matchers: ['team="shop"']
          receiver: pager
    receivers:
      - name: nobody
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    groups:
      - name: shop
        rules:
          - alert: Errors
            expr: sum(rate(errors_total[5m])) > 1
            labels: {team: shop}

Source: Alertmanager 0.27, routing: a missing label counts as an empty one.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.reach import tells_somebody
from obs.graph.subject import Subject


@lint("warning")
def route_depends_on_missing_label(subject: Subject) -> Iterator[Finding]:
    """Only where one outcome tells somebody and the other nobody."""
    if subject.alertmanager is None or subject.route is None:
        return
    for alert, nodes in subject.delivered:
        told = [found for found in nodes if tells_somebody(subject.alertmanager, found.node)]
        silent = [found for found in nodes if not tells_somebody(subject.alertmanager, found.node)]
        if not told or not silent or any(found.certain for found in told):
            continue
        matchers = sorted({str(matcher) for found in told for matcher in found.depends})
        yield Finding(
            f"{alert} reaches {told[0].node.receiver} only when {' and '.join(matchers)}, and else nobody",
            alert.origin,
            why="the expression does not say that every result has it",
            fix="set the label in the rule, or let the expression select by it",
            object=f"alert {alert}",
            evidence="likely",
        )
