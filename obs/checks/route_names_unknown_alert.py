"""A route or an inhibition names an alert that no rule has, and one with almost that name exists.

Flagged:
    route:
      receiver: nobody
      routes:
        - matchers: ['alertname="HighNodeCpuUsage"']
          receiver: pager
    receivers:
      - name: nobody
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    groups:
      - name: nodes
        rules:
          - alert: HighNodeCPUUsage
            expr: node_load1 > 10

Instead:
    route:
      receiver: nobody
      routes:
        - matchers: ['alertname="HighNodeCPUUsage"']
          receiver: pager
    receivers:
      - name: nobody
      - name: pager
        webhook_configs: [{url: "http://pager.example/"}]
    groups:
      - name: nodes
        rules:
          - alert: HighNodeCPUUsage
            expr: node_load1 > 10

Source: Alertmanager 0.27, matchers: names are compared letter by letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from obs.checks.base import Finding, lint
from obs.graph.chart_alerts import CHART_ALERTS
from obs.graph.route_cover import literals
from obs.graph.subject import Subject
from obs.lang.matchers import Matcher
from obs.origin import Origin

ALIKE = 0.9
"""Of the letters; below it, the alert is rather another team's than a slip."""


@lint("warning")
def route_names_unknown_alert(subject: Subject) -> Iterator[Finding]:
    """Other names may be of rules that are not at hand."""
    names = sorted({alert.name for alert in subject.alerts})
    if not names or subject.alertmanager is None or subject.route is None or subject.program is not None:
        return
    for node in subject.route.walk():
        yield from _unknown(node.matchers, names, subject.route_origin(node), f"the route to {node.receiver}")
    for number, rule in enumerate(subject.alertmanager.inhibit_rules):
        origin = subject.inhibition_origin(number)
        yield from _unknown((*rule.source, *rule.target), names, origin, f"inhibition {number + 1}")


def _unknown(
    matchers: Iterable[Matcher], names: list[str], origin: Origin | None, what: str
) -> Iterator[Finding]:
    for matcher in matchers:
        for name in literals(matcher) or () if matcher.name == "alertname" else ():
            close = [one for one in names if _alike(name, one)]
            if name not in names and name not in CHART_ALERTS and close:
                yield Finding(
                    f"{what} names {name}, and no rule at hand is called so",
                    origin,
                    fix=f"did you mean {close[0]}?",
                    object=what.removeprefix("the "),
                    evidence="likely",
                )


def _alike(name: str, other: str) -> bool:
    if name.lower() == other.lower():
        return True
    if abs(len(name) - len(other)) > 2 or len(name) < 6:
        return False
    return SequenceMatcher(None, name, other).ratio() >= ALIKE
