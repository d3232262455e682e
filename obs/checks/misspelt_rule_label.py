"""A label or an annotation of an alert has a name that is one slip away from the one that everybody uses.

Routes, messages and silences look for the right name: an alert with `serverity` goes wherever alerts without a
severity go.

Flagged:
    - alert: Down
      expr: up == 0
      labels: {serverity: critical}

Instead:
    - alert: Down
      expr: up == 0
      labels: {severity: critical}

A label that a route of the same files asks for counts as known, too.

Flagged:
    groups:
      - name: shop
        rules:
          - alert: Down
            expr: up == 0
            labels: {busines_unit: shop}
    ---
    route:
      receiver: nobody
      routes: [{receiver: pager, matchers: ['business_unit="shop"']}]
    receivers: [{name: nobody}, {name: pager, webhook_configs: [{url: "http://pager.example/"}]}]

Instead:
    groups:
      - name: shop
        rules:
          - alert: Down
            expr: up == 0
            labels: {business_unit: shop}
    ---
    route:
      receiver: nobody
      routes: [{receiver: pager, matchers: ['business_unit="shop"']}]
    receivers: [{name: nobody}, {name: pager, webhook_configs: [{url: "http://pager.example/"}]}]

Source: promruval's doesNotContainTypos, which compares with a list that somebody keeps by hand.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.catalogue.typos import Typos
from obs.checks.base import Finding, lint
from obs.graph.subject import Subject

LABELS = ("severity", "namespace", "instance", "cluster", "environment", "component", "service")
ANNOTATIONS = (
    "summary",
    "description",
    "message",
    "runbook_url",
    "dashboard_url",
    "__dashboardUid__",
    "__panelId__",
)
"""What Alertmanager's own templates, mixins and Grafana read."""


@lint("warning")
def misspelt_rule_label(subject: Subject) -> Iterator[Finding]:
    """Names that the expressions of the alerts give are right whatever they resemble."""
    asked = _asked(subject)
    used = {name for alert in subject.alerts for name in alert.labels}
    labels, annotations = Typos({*LABELS, *asked}, shortest=6), Typos(ANNOTATIONS, shortest=6)
    for alert in subject.alerts:
        for kind, names, known in (
            ("label", alert.labels, labels),
            ("annotation", alert.annotations, annotations),
        ):
            for name in names:
                meant = known.meant(name)
                if meant and meant not in names and not (kind == "label" and name in asked):
                    yield Finding.in_rule(
                        alert,
                        f"{alert} has the {kind} {name}, for which nobody looks",
                        (0, len(names[name])),
                        text=f"{kind}:{name}",
                        why="others here have " + meant if kind == "label" and meant in used else "",
                        fix=f"did you mean {meant}?",
                        evidence="likely",
                    )


def _asked(subject: Subject) -> set[str]:
    """The labels that routes decide by."""
    nodes = subject.route.walk() if subject.route is not None else ()
    return {matcher.name for node in nodes for matcher in node.matchers}
