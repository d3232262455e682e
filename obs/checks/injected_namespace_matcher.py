"""An AlertmanagerConfig names alerts of other namespaces, or of none, and the operator keeps them from it.

Unless the Alertmanager's matcher strategy is `None`, prometheus-operator adds `namespace="<that of the object>"` to
its route.

Flagged:
    apiVersion: monitoring.coreos.com/v1
    kind: Alertmanager
    metadata: {name: main, namespace: monitoring}
    spec:
      alertmanagerConfigSelector: {}
      alertmanagerConfigNamespaceSelector: {}
    ---
    apiVersion: monitoring.coreos.com/v1alpha1
    kind: AlertmanagerConfig
    metadata: {name: discord, namespace: monitoring}
    spec:
      route:
        receiver: "null"
        routes:
          - receiver: discord
            matchers: [{name: alertname, matchType: "=", value: HighNodeCPUUsage}]
      receivers:
        - name: "null"
        - name: discord
          discordConfigs: [{apiURL: {name: discord-webhook, key: url}}]
    ---
    groups:
      - name: nodes
        rules:
          - alert: HighNodeCPUUsage
            expr: avg by (instance) (rate(node_cpu_seconds_total{mode!="idle"}[5m])) > 0.8

Instead:
    apiVersion: monitoring.coreos.com/v1
    kind: Alertmanager
    metadata: {name: main, namespace: monitoring}
    spec:
      alertmanagerConfigSelector: {}
      alertmanagerConfigNamespaceSelector: {}
      alertmanagerConfigMatcherStrategy: {type: None}
    ---
    apiVersion: monitoring.coreos.com/v1alpha1
    kind: AlertmanagerConfig
    metadata: {name: discord, namespace: monitoring}
    spec:
      route:
        receiver: "null"
        routes:
          - receiver: discord
            matchers: [{name: alertname, matchType: "=", value: HighNodeCPUUsage}]
      receivers:
        - name: "null"
        - name: discord
          discordConfigs: [{apiURL: {name: discord-webhook, key: url}}]
    ---
    groups:
      - name: nodes
        rules:
          - alert: HighNodeCPUUsage
            expr: avg by (instance) (rate(node_cpu_seconds_total{mode!="idle"}[5m])) > 0.8

Source: prometheus-operator 0.77, `alertmanagerConfigMatcherStrategy`: `OnNamespace` is the default.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.alert_labels import verdict
from obs.graph.route_cover import literals
from obs.graph.subject import Subject
from obs.sim.routing.tree import Node


@lint("error")
def injected_namespace_matcher(subject: Subject) -> Iterator[Finding]:
    """Alerts that a route names by `alertname`, and that never have the object's namespace."""
    if subject.route is None or not any(subject.of_kind("AlertmanagerConfig")):
        return
    alerts = {alert.name: alert for alert in subject.alerts}
    for top in subject.route.children:
        own = [one for one in top.matchers if one.name == "namespace" and one.operator == "="]
        objects = (
            [one for one in subject.of_kind("AlertmanagerConfig") if one.namespace == own[0].value]
            if own
            else []
        )
        if not objects or not top.continue_:
            continue
        for node in top.walk():
            for name in _named(node):
                alert = alerts.get(name)
                if alert is None or verdict(alert, own[0]) != "no":
                    continue
                yield Finding(
                    f"{name} never gets to {node.receiver}: the operator adds {own[0]} to the route",
                    subject.route_origin(node),
                    why=f"{name} has another namespace, or none",
                    fix="alertmanagerConfigMatcherStrategy: {type: None} in the Alertmanager's spec",
                    also=((alert.origin, alert.title),),
                    object=f"route {node.receiver}",
                    cause=f"strategy {objects[0].namespace}/{objects[0].name}",
                )


def _named(node: Node) -> Iterator[str]:
    for matcher in node.matchers:
        if matcher.name == "alertname":
            yield from literals(matcher) or ()
