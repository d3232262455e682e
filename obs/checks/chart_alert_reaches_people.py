"""An alert of the chart that is not meant for people is sent to them.

kube-prometheus-stack's Watchdog fires always, so that its silence can be noticed by a program, and InfoInhibitor only
mutes others. Sent to a channel, they teach everybody to look away. So does a default receiver that tells somebody:
it gets every alert that the chart brings.

Flagged:
    apiVersion: monitoring.coreos.com/v1alpha1
    kind: AlertmanagerConfig
    metadata: {name: discord, namespace: monitoring}
    spec:
      route:
        receiver: discord
      receivers:
        - name: discord
          discordConfigs:
            - apiURL: {name: discord-webhook, key: url}

Instead:
    apiVersion: monitoring.coreos.com/v1alpha1
    kind: AlertmanagerConfig
    metadata: {name: discord, namespace: monitoring}
    spec:
      route:
        receiver: "null"
        routes:
          - receiver: discord
            matchers:
              - {name: severity, matchType: "=~", value: warning|critical}
      receivers:
        - name: "null"
        - name: discord
          discordConfigs:
            - apiURL: {name: discord-webhook, key: url}

Flagged:
    discord = Discord("discord", url=SecretKey("discord-webhook", key="url"))
    route = Route("monitoring-discord", default=discord, to={})

Instead:
    down = Alert("Down", expr="up == 0", summary="Down", description="A target is gone.")
    discord = Discord("discord", url=SecretKey("discord-webhook", key="url"))
    route = Route("monitoring-discord", default=Null(), to={discord: [down]})

Source: kube-prometheus-stack 65.8.1, rules `general.rules`: Watchdog and InfoInhibitor have severity none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obs.checks.base import Finding, lint
from obs.graph.document import KPS
from obs.graph.reach import tells_somebody
from obs.graph.route_cover import literals
from obs.graph.routing_document import RouteNode, RoutingDocument
from obs.graph.subject import Subject
from obs.lang.matchers import Matcher, matches_all

SENTINELS: Mapping[str, Mapping[str, str]] = {
    "Watchdog": {"alertname": "Watchdog", "severity": "none"},
    "InfoInhibitor": {"alertname": "InfoInhibitor", "severity": "none", "namespace": "monitoring"},
}
"""What the chart gives them that every installation has."""


@lint("warning")
def chart_alert_reaches_people(subject: Subject) -> Iterator[Finding]:
    """Where the chart, or an alert of these names, is there."""
    if subject.program is not None:
        yield from _of_program(subject)
    for routing in subject.routing_documents:
        present = _present(subject, routing)
        ended = {name: _ends(routing, SENTINELS[name]) for name in present}
        for node in routing.root.walk() if routing.root is not None else ():
            names = [name for name in present if node in ended[name]]
            receiver = routing.receiver(node.receiver)
            if receiver is not None and receiver.tells_people and names and not _is_meant(node):
                yield Finding(
                    f"{' and '.join(names)} of the chart reach {node.receiver}: one fires always, and none asks for anything"
                    if len(names) > 1
                    else f"{names[0]} of the chart reaches {node.receiver}, and asks for nothing",
                    routing.document.at(*node.path),
                    fix="send them to a receiver that tells nobody, or to a dead man's switch",
                    object=f"route {node.receiver}",
                )


def _present(subject: Subject, routing: RoutingDocument) -> list[str]:
    """The sentinels that there are: all where the operator or its chart is at work, else those of the rules."""
    chart = routing.operator or any(
        isinstance(values.get(name), Mapping) for values in subject.of_kind("values") for name in KPS
    )
    names = {alert.name for alert in subject.alerts}
    found = [name for name in SENTINELS if chart or name in names]
    if routing.document.name == "values" and routing.document.get("route", "routes") is None:
        found = [name for name in found if name != "Watchdog"]  # the chart's own route of it stays
    return found


def _ends(routing: RoutingDocument, labels: Mapping[str, str]) -> list[RouteNode]:
    return _reached(routing.root, labels, top=True) if routing.root is not None else []


def _reached(node: RouteNode, labels: Mapping[str, str], *, top: bool = False) -> list[RouteNode]:
    if not matches_all(node.matchers, labels) and not top:
        return []
    if top and any(one.name != "namespace" and not one.matches(labels) for one in node.matchers):
        return []
    found: list[RouteNode] = []
    for child in node.children:
        below = _reached(child, labels)
        found += below
        if below and not child.continue_:
            break
    return found or [node]


def _is_meant(node: RouteNode) -> bool:
    """Whether the route is for the sentinels alone."""
    return any(_only_sentinels(one) for one in node.matchers)


def _only_sentinels(matcher: Matcher) -> bool:
    return matcher.name == "alertname" and set(literals(matcher) or ("",)) <= set(SENTINELS)


def _of_program(subject: Subject) -> Iterator[Finding]:
    from obs.sim.routing.tree import reached

    if subject.alertmanager is None or subject.route is None or subject.program is None:
        return
    for name, labels in SENTINELS.items():
        for node in reached(subject.route, labels):
            if tells_somebody(subject.alertmanager, node) and not any(map(_only_sentinels, node.matchers)):
                routes = {route.name: route for route in subject.program.definitions.routes}
                route = routes.get(node.receiver.split("/")[1] if "/" in node.receiver else "")
                yield Finding(
                    f"{name} of the chart reaches {node.receiver.rsplit('/', 1)[-1]}, and asks for nothing",
                    route.origin if route is not None else None,
                    fix="default=Null(), and name the alerts that somebody is to hear of",
                    object=f"route {route.name if route is not None else node.receiver}",
                    cause=f"sentinels {node.receiver}",
                )
