"""Routes as the spec of an AlertmanagerConfig (monitoring.coreos.com/v1alpha1)."""

from __future__ import annotations

from obs.artifact import Artifact
from obs.emit.notice import notice
from obs.formats import yaml
from obs.graph.program import Program
from obs.model.route import Discord, Null, Receiver, Route


def route_files(program: Program) -> list[Artifact]:
    """`files/alertmanager/<name>.yaml`; the chart gives each its metadata."""
    return [
        Artifact(
            f"{program.settings.chart}/files/alertmanager/{route.name}.yaml",
            yaml.dumps(spec(route), header=notice(program, route.origin)).encode(),
            (route.origin,),
            "routes",
        )
        for route in sorted(program.definitions.routes, key=lambda route: route.name)
    ]


def spec(route: Route) -> dict[str, yaml.Value]:
    """The `spec` that prometheus-operator 0.77 reads."""
    children: list[yaml.Value] = [
        {"receiver": receiver.name, "matchers": [_matcher([alert.name for alert in alerts])]}
        for receiver, alerts in route.to.items()
        if alerts
    ]
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
    }


def _matcher(names: list[str]) -> dict[str, yaml.Value]:
    if len(names) == 1:
        return {"name": "alertname", "matchType": "=", "value": names[0]}
    return {"name": "alertname", "matchType": "=~", "value": "|".join(names)}


def _receiver(receiver: Receiver) -> dict[str, yaml.Value]:
    if isinstance(receiver, Null):
        return {"name": receiver.name}
    key = {"name": receiver.url.name, "key": receiver.url.key}
    if receiver.style == "slack":
        return {"name": receiver.name, "slackConfigs": [_slack(receiver, key)]}
    return {"name": receiver.name, "discordConfigs": [_discord(receiver, key)]}


def _discord(receiver: Discord, key: dict[str, str]) -> dict[str, yaml.Value]:
    return {
        "apiURL": key,
        "sendResolved": receiver.send_resolved,
        "title": receiver.message.title,
        "message": yaml.Literal(receiver.message.body),
    }


def _slack(receiver: Discord, key: dict[str, str]) -> dict[str, yaml.Value]:
    return {
        "apiURL": key,
        "sendResolved": receiver.send_resolved,
        "title": receiver.message.title,
        "text": yaml.Literal(receiver.message.body),
    }
