"""Who hears of an alert: receivers, the route to them, and the message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from obs.diagnostic import DefinitionError
from obs.model.definition import definition
from obs.model.inhibition import Inhibition
from obs.model.rule import AnyAlert
from obs.model.stack import require_duration
from obs.model.stack import require_object_name as _require_name
from obs.origin import Origin, here
from obs.record import field


@definition
class SecretKey:
    """A key of a Kubernetes Secret in the route's namespace. The secret itself never enters the chart."""

    name: str
    key: str = field(kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def validate(self) -> None:
        _require_name(self.name, "secret", self.origin)


@definition
class Message:
    """What a person reads, as Alertmanager templates over the group (`.Alerts.Firing`, `.CommonLabels`, ...)."""

    title: str = field(kw_only=True)
    body: str = field(kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)


def plain_message() -> Message:
    """What happened and to whom, in few words; never empty, and inside Discord's limits."""
    one = '- {{ printf "%.300s" (or .Annotations.summary .Labels.alertname "alert") }}\n'
    return Message(
        title='{{ .Status }}: {{ printf "%.100s" (or .CommonLabels.alertname "alert") }}',
        body="{{ range $index, $alert := .Alerts }}{{ if lt $index 10 }}" + one + "{{ end }}{{ end }}"
        "{{ if gt (len .Alerts) 10 }}and {{ len (slice .Alerts 10) }} more{{ end }}",
    )


@definition
class Discord:
    """A Discord channel, reached by a webhook whose address is in a Secret.

    `style="slack"` is for operators older than 0.67, which know no `discordConfigs`: the address in the Secret must
    then end in `/slack`.
    """

    name: str
    url: SecretKey = field(kw_only=True)
    message: Message = field(default_factory=plain_message, kw_only=True)
    send_resolved: bool = field(default=True, kw_only=True)
    style: Literal["discord", "slack"] = field(default="discord", kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def __str__(self) -> str:
        return self.name


@definition
class Null:
    """A receiver that tells nobody."""

    name: str = "null"
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def __str__(self) -> str:
        return self.name


Receiver = Discord | Null


@definition
class Route:
    """An AlertmanagerConfig: which alerts go to whom, in what groups and how often.

    `to` maps a receiver to its alerts; the first entry that names an alert wins. Everything else goes to `default`.
    `wait` is the delay of a new group's first message, `interval` between messages of a group that changed,
    `repeat` until an unchanged one is sent again. `inhibitions` keep alerts silent while another one explains them.
    """

    name: str
    default: Receiver = field(kw_only=True)
    to: Mapping[Receiver, Sequence[AnyAlert]] = field(kw_only=True)
    group_by: Sequence[str] = field(default=("alertname",), kw_only=True)
    wait: str = field(default="30s", kw_only=True)
    interval: str = field(default="5m", kw_only=True)
    repeat: str = field(default="4h", kw_only=True)
    inhibitions: Sequence[Inhibition] = field(default=(), kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def validate(self) -> None:
        for name in ("wait", "interval", "repeat"):
            require_duration(getattr(self, name), f"route {self.name}: {name}", self.origin)
        if len(set(self.group_by)) != len(self.group_by):
            raise DefinitionError(
                f"route {self.name}: group_by names a label twice", check="duplicate-name", at=self.origin
            )
        if "..." in self.group_by and len(self.group_by) > 1:
            raise DefinitionError(
                f"route {self.name}: '...' in group_by must stand alone",
                check="conflicting-fields",
                at=self.origin,
            )
        _require_name(self.name, "route", self.origin)
        names: dict[str, Receiver] = {}
        for receiver in (self.default, *self.to):
            if names.setdefault(receiver.name, receiver) is not receiver:
                raise DefinitionError(
                    f"route {self.name} has two receivers named {receiver}, so only one of them would be told",
                    check="duplicate-name",
                    at=receiver.origin,
                    fix="use one object for both, or give them different names",
                )
        taken: dict[str, str] = {}
        for receiver, alerts in self.to.items():
            for alert in alerts:
                if taken.setdefault(alert.name, receiver.name) != receiver.name:
                    raise DefinitionError(
                        f"route {self.name} sends {alert} to {taken[alert.name]} and to {receiver}",
                        check="ambiguous-route",
                        at=self.origin,
                        why="the first entry wins, so the second would never hear of it",
                    )

    def receivers(self) -> tuple[Receiver, ...]:
        """Each receiver once, the default first."""
        found = {self.default.name: self.default}
        for receiver in self.to:
            found.setdefault(receiver.name, receiver)
        return tuple(found.values())
