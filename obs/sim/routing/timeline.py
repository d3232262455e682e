"""When a group's messages are sent: group_wait, group_interval, repeat_interval, and what counts as new.

Times are seconds from the start of the run, in which alerts come and go; moments of the day matter only for
time intervals. Sending takes no time. Source: Alertmanager 0.27, `dispatch` and `notify` (deduplication).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from obs.lang.gotemplate.alertmanager import MessageData
from obs.lang.gotemplate.clock import SECOND, Moment
from obs.sim.routing.config import Config
from obs.sim.routing.message import Alert, fingerprint, message_data
from obs.sim.routing.muting import inhibited_by, muted_by_time
from obs.sim.routing.tree import Node, reached, tree

MAINTENANCE = 30.0
"""Seconds after which an empty group is forgotten at the latest; a new alert then waits group_wait again."""

START = datetime(2024, 5, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Reason = Literal["first", "new alert", "resolved", "repeat"]


@dataclass(frozen=True, slots=True)
class Firing:
    """An alert that fires from `start` to `end` (None: to the end of the run), both in seconds."""

    labels: Mapping[str, str]
    start: float
    end: float | None = None
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notification:
    """One message to one receiver; `alerts` are those in it, with those that ended since the last one."""

    at: float
    receiver: str
    node: tuple[int, ...]
    group_labels: Mapping[str, str]
    alerts: tuple[Alert, ...]
    reason: Reason

    def data(self, external_url: str = "") -> MessageData:
        """What the templates of the receiver see."""
        return message_data(self.alerts, self.receiver, self.group_labels, external_url)


@dataclass(slots=True)
class _Group:
    node: Node
    labels: dict[str, str]
    alerts: dict[str, Firing]
    next_flush: float
    emptied: float | None = None


@dataclass(frozen=True, slots=True)
class _Sent:
    """The notification log: what a receiver was last told of a group, and when."""

    firing: frozenset[str]
    resolved: frozenset[str]
    at: float


def run(
    config: Config, alerts: Sequence[Firing], seconds: float, start: datetime = START
) -> tuple[Notification, ...]:
    """Every message of the first `seconds`, in order of time, then of the tree."""
    simulation = _Simulation(config, start)
    waiting = sorted(alerts, key=lambda alert: alert.start)
    while True:
        arrives = waiting[0].start if waiting else None
        flushes = simulation.next_flush()
        times = [at for at in (arrives, flushes) if at is not None]
        if not times or min(times) > seconds:
            return tuple(simulation.sent)
        if arrives is not None and (flushes is None or arrives <= flushes):
            simulation.arrive(waiting.pop(0))
        else:
            assert flushes is not None
            simulation.flush(flushes)


class _Simulation:
    def __init__(self, config: Config, start: datetime) -> None:
        self.config = config
        self.start = start
        self.root = tree(config)
        self.groups: dict[tuple[tuple[int, ...], str], _Group] = {}
        self.log: dict[tuple[tuple[int, ...], str], _Sent] = {}
        self.known: dict[str, Firing] = {}
        self.sent: list[Notification] = []

    def next_flush(self) -> float | None:
        """When something is next due; a group that stays empty is due for nothing."""
        return min((group.next_flush for group in self.groups.values() if group.alerts), default=None)

    def arrive(self, alert: Firing) -> None:
        identity = fingerprint(alert.labels)
        self.known[identity] = alert
        for node in reached(self.root, alert.labels):
            labels = node.group_labels(alert.labels)
            key = node.path, fingerprint(labels)
            group = self.groups.get(key)
            if group is not None and group.emptied is not None:
                self.revive(group, alert.start)
                if alert.start >= group.emptied + MAINTENANCE:
                    group = None
            if group is None:
                group = self.groups[key] = _Group(node, labels, {}, alert.start + node.group_wait / 1000)
            group.emptied = None
            group.alerts[identity] = alert

    def revive(self, group: _Group, at: float) -> None:
        """An empty group kept ticking: move its next flush past this moment."""
        step = group.node.group_interval / 1000
        if group.next_flush < at:
            group.next_flush += -((group.next_flush - at) // step) * step

    def flush(self, at: float) -> None:
        due = [key for key, group in self.groups.items() if group.alerts and group.next_flush <= at]
        for key in sorted(due, key=lambda key: key[0]):
            group = self.groups[key]
            group.next_flush = at + group.node.group_interval / 1000
            self.notify(key, group, at)
            for identity, alert in list(group.alerts.items()):
                if _is_over(alert, at):
                    del group.alerts[identity]
            if not group.alerts:
                group.emptied = at

    def notify(self, key: tuple[tuple[int, ...], str], group: _Group, at: float) -> None:
        firing = [
            alert.labels for alert in self.known.values() if alert.start <= at and not _is_over(alert, at)
        ]
        heard = {
            identity: alert
            for identity, alert in group.alerts.items()
            if inhibited_by(self.config.inhibit_rules, alert.labels, firing) is None
        }
        moment = self.start + timedelta(seconds=at)
        if not heard or muted_by_time(self.config, group.node, moment) is not None:
            return
        now_firing = frozenset(identity for identity, alert in heard.items() if not _is_over(alert, at))
        now_resolved = frozenset(heard) - now_firing
        reason = self.reason(key, group, now_firing, now_resolved, at)
        if reason is None:
            return
        self.log[key] = _Sent(now_firing, now_resolved, at)
        if not self.sends_resolved(group.node):
            heard = {identity: heard[identity] for identity in heard if identity in now_firing}
        if heard:
            shown = tuple(self.shown(alert, at) for alert in heard.values())
            node = group.node
            self.sent.append(Notification(at, node.receiver, node.path, group.labels, shown, reason))

    def reason(
        self,
        key: tuple[tuple[int, ...], str],
        group: _Group,
        firing: frozenset[str],
        resolved: frozenset[str],
        at: float,
    ) -> Reason | None:
        """Why a message is due; None when the receiver knows all there is."""
        last = self.log.get(key)
        if last is None:
            return "first" if firing else None
        if not firing <= last.firing:
            return "new alert"
        if not firing:
            return "resolved" if last.firing else None
        if self.sends_resolved(group.node) and not resolved <= last.resolved:
            return "resolved"
        # The log is written after sending: at exactly the interval it has not yet passed.
        return "repeat" if at - last.at > group.node.repeat_interval / 1000 else None

    def sends_resolved(self, node: Node) -> bool:
        receiver = self.config.receiver(node.receiver)
        return not receiver.discord or any(discord.send_resolved for discord in receiver.discord)

    def shown(self, alert: Firing, at: float) -> Alert:
        ended = self.moment(alert.end) if alert.end is not None and _is_over(alert, at) else None
        return Alert(alert.labels, alert.annotations, self.moment(alert.start), ended)

    def moment(self, seconds: float) -> Moment:
        whole = (self.start - _EPOCH) // timedelta(microseconds=1) * 1000
        return Moment(whole + round(seconds * SECOND))


def _is_over(alert: Firing, at: float) -> bool:
    return alert.end is not None and alert.end <= at
