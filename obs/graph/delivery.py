"""From an alert to the people who hear of it: the effective routing tree of a project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from obs.model.route import Discord, Null, Receiver, Route

if TYPE_CHECKING:
    from obs.graph.program import Program
    from obs.model.inhibition import Inhibition
    from obs.model.rule import AnyAlert
    from obs.sim.routing.config import Config

BASE: Mapping[str, object] = {
    "route": {
        "receiver": "null",
        "group_by": ["namespace"],
        "group_wait": "30s",
        "group_interval": "5m",
        "repeat_interval": "12h",
        "routes": [{"receiver": "null", "matchers": ['alertname = "Watchdog"']}],
    },
    "receivers": [{"name": "null"}],
    "inhibit_rules": [
        {
            "source_matchers": ['severity = "critical"'],
            "target_matchers": ['severity =~ "warning|info"'],
            "equal": ["namespace", "alertname"],
        },
        {
            "source_matchers": ['severity = "warning"'],
            "target_matchers": ['severity = "info"'],
            "equal": ["namespace", "alertname"],
        },
        {
            "source_matchers": ['alertname = "InfoInhibitor"'],
            "target_matchers": ['severity = "info"'],
            "equal": ["namespace"],
        },
        {"target_matchers": ['alertname = "InfoInhibitor"']},
    ],
}
"""What kube-prometheus-stack 65.8.1 gives the operator before any AlertmanagerConfig. Source: its values.yaml."""


def effective_config(program: Program) -> Config | None:
    """What Alertmanager would load: the chart's base with the project's routes in it; None without routes."""
    from obs.sim.routing.error import ConfigError
    from obs.sim.routing.operator import Cluster, effective

    routes = program.definitions.routes
    if not routes:
        return None
    stack = program.stack
    configs = [alertmanager_config(program, route) for route in routes]
    secrets = {
        (stack.namespace, receiver.url.name): {receiver.url.key: "https://example.invalid/"}
        for route in routes
        for receiver in route.receivers()
        if isinstance(receiver, Discord)
    }
    made = effective(alertmanager_object(program), configs, BASE, Cluster(secrets=secrets))
    try:
        return made.loaded()
    except ConfigError:
        return None


def alertmanager_object(program: Program) -> dict[str, object]:
    """The Alertmanager object, as far as it decides about routes."""
    stack = program.stack
    return {
        "metadata": {"name": f"{stack.release}-kube-prometheus-alertmanager", "namespace": stack.namespace},
        "spec": {
            "version": stack.alertmanager.version,
            "alertmanagerConfigSelector": {"matchLabels": stack.selected},
            "alertmanagerConfigNamespaceSelector": {},
            "alertmanagerConfigMatcherStrategy": {"type": "None"},
        },
    }


def alertmanager_config(program: Program, route: Route) -> dict[str, object]:
    """The AlertmanagerConfig that the chart holds for a route, labels included."""
    stack = program.stack
    return {
        "metadata": {
            "name": route.name,
            "namespace": stack.namespace,
            "labels": {**stack.labels, **stack.selected},
        },
        "spec": route_spec(route),
    }


def route_spec(route: Route) -> dict[str, object]:
    """The `spec` that prometheus-operator 0.77 reads."""
    children = [
        {"receiver": receiver.name, "matchers": [_matcher("alertname", [alert.name for alert in alerts])]}
        for receiver, alerts in route.to.items()
        if alerts
    ]
    inhibitions = (
        {"inhibitRules": [_inhibition(one) for one in route.inhibitions]} if route.inhibitions else {}
    )
    return {
        "route": {
            "receiver": route.default.name,
            "groupBy": list(route.group_by),
            "groupWait": route.wait,
            "groupInterval": route.interval,
            "repeatInterval": route.repeat,
            "routes": children,
        },
        "receivers": [_receiver(receiver) for receiver in route.receivers()],
        **inhibitions,
    }


def _matcher(label: str, values: list[str]) -> dict[str, str]:
    if len(values) == 1:
        return {"name": label, "matchType": "=", "value": values[0]}
    return {"name": label, "matchType": "=~", "value": "|".join(values)}


def _inhibition(one: Inhibition) -> dict[str, object]:
    """Missing labels are equal to Alertmanager: the source must have those that are compared."""
    present = [{"name": name, "matchType": "=~", "value": ".+"} for name in one.equal if name != "alertname"]
    return {
        "sourceMatch": [_side(one.source), *present],
        "targetMatch": [_side(one.target)],
        "equal": [*one.equal, *one.or_missing],
    }


def _side(names: Sequence[AnyAlert | str]) -> dict[str, str]:
    label = "severity" if isinstance(names[0], str) else "alertname"
    return _matcher(label, [str(name) for name in names])


def _receiver(receiver: Receiver) -> dict[str, object]:
    if isinstance(receiver, Null):
        return {"name": receiver.name}
    key = {"name": receiver.url.name, "key": receiver.url.key}
    common = {"apiURL": key, "sendResolved": receiver.send_resolved, "title": receiver.message.title}
    if receiver.style == "slack":
        return {"name": receiver.name, "slackConfigs": [{**common, "text": receiver.message.body}]}
    return {"name": receiver.name, "discordConfigs": [{**common, "message": receiver.message.body}]}
