"""An Alertmanager that runs: alerts are posted to it, groups wait, messages go out, fail and are tried again.

Times are milliseconds. Source: Alertmanager 0.27, `api`, `provider`, `dispatch`, `notify` and `nflog`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from obs.record import dataclass, field
from obs.sim.routing.config import Config, Receiver
from obs.sim.routing.message import fingerprint
from obs.sim.routing.muting import inhibited_by, muted_by_time
from obs.sim.routing.tree import Node, reached, tree

RESOLVE_TIMEOUT = 300_000
"""How long an alert without an end is believed in after it was last posted (`resolve_timeout`)."""

RETRY_FACTOR = 1.5
"""Each wait between attempts is so much longer than the one before."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RESOLVED_BY_DEFAULT = frozenset(
    ("discord_configs", "webhook_configs", "pagerduty_configs", "opsgenie_configs", "pushover_configs",
     "victorops_configs", "sns_configs", "telegram_configs", "webex_configs", "msteams_configs")
)  # fmt: skip

Labels = Mapping[str, str]
Reason = Literal["first", "new alert", "resolved", "repeat"]
GroupKey = tuple[tuple[int, ...], str]


@dataclass(frozen=True, slots=True)
class Pace:
    """What no configuration changes; a server on a faster clock has other ones (see `obs.testing.prove`).

    Empty groups are forgotten every `cleanup`, first `cleanup_at`; an alert that comes later waits group_wait again. A
    message is tried for `least_timeout` at least. The waits between attempts start with `first_retry`; the real ones
    vary at random by half around them. `flush_first` says what comes first where a group's turn and an alert fall on
    one moment: which it is in reality is chance.
    """

    cleanup: int = 30_000
    cleanup_at: int = 0
    least_timeout: int = 10_000
    first_retry: int = 500
    longest_retry: int = 60_000
    flush_first: bool = False

    def cleanups(self, at: int) -> int:
        """How many clean-ups there were."""
        return (at - self.cleanup_at) // self.cleanup


@dataclass(frozen=True, slots=True)
class Known:
    """An alert as Alertmanager keeps it. It is over once `ends_at` has come."""

    labels: Labels
    annotations: Labels
    starts_at: int
    ends_at: int
    updated_at: int
    timeout: bool = False
    """Whether the end is Alertmanager's own guess, because the sender named none."""

    def over(self, now: int) -> bool:
        return self.ends_at <= now


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to tell a receiver; `number` counts the attempts of one message from 1.

    `kind` is the list of the integration in the configuration, `index` its place there.
    """

    at: int
    receiver: str
    kind: str
    index: int
    node: Node
    group_labels: Labels
    alerts: tuple[Known, ...]
    reason: Reason
    number: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an attempt: `retry` says whether Alertmanager tries again before the next flush."""

    ok: bool = True
    retry: bool = False
    error: str = ""
    takes: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a flush decided for one group and why, for a person."""

    at: int
    receiver: str
    group_labels: Labels
    what: Literal["sent", "failed", "inhibited", "muted", "nothing new", "not told of resolved"]
    why: str = ""


@dataclass(slots=True)
class _Sent:
    """The notification log: what an integration was last told of a group, and when."""

    firing: frozenset[str]
    resolved: frozenset[str]
    at: int


@dataclass(slots=True)
class _Message:
    """A message on its way: the attempts of one integration in one flush."""

    delivery: Delivery
    firing: frozenset[str]
    resolved: frozenset[str]
    next_try: int
    deadline: int
    wait: float = 500
    error: str = ""


@dataclass(slots=True)
class _Group:
    node: Node
    labels: dict[str, str]
    next_flush: int
    alerts: dict[str, Known] = field(default_factory=dict)
    flushed: bool = False
    at_once: bool = False
    """Whether it is new and its alert has been firing for longer than group_wait: it waits no more."""
    emptied: int | None = None
    messages: list[_Message] = field(default_factory=list)
    shown: dict[str, Known] = field(default_factory=dict)
    failed: bool = False

    @property
    def due(self) -> int | None:
        """When something happens next."""
        if self.messages:
            return min(message.next_try for message in self.messages)
        return self.next_flush if self.alerts else None


class Alertmanager:
    """One server. `deliver` is asked what becomes of each attempt; `start` is the moment of time 0."""

    def __init__(
        self,
        config: Config,
        deliver: Callable[[Delivery], Answer],
        start: datetime = _EPOCH,
        pace: Pace | None = None,
    ) -> None:
        self.config = config
        self.pace = pace or Pace()
        self.root = tree(config)
        self.start = start
        self.verdicts: list[Verdict] = []
        self._deliver = deliver
        self._alerts: dict[str, Known] = {}
        self._groups: dict[GroupKey, _Group] = {}
        self._log: dict[tuple[GroupKey, str, int], _Sent] = {}

    def restart(self, *, keep: bool) -> None:
        """Forget alerts and groups; with `keep` the notification log was on a disk that is still there."""
        self._alerts.clear()
        self._groups.clear()
        if not keep:
            self._log.clear()

    def post(
        self,
        labels: Labels,
        annotations: Labels,
        now: int,
        *,
        starts_at: int | None = None,
        ends_at: int | None = None,
    ) -> None:
        """An alert comes in; without `ends_at` it is over when `resolve_timeout` passes without another post."""
        new = Known(
            labels,
            annotations,
            starts_at if starts_at is not None else now if ends_at is None else ends_at,
            now + RESOLVE_TIMEOUT if ends_at is None else ends_at,
            now,
            timeout=ends_at is None,
        )
        identity = fingerprint(labels)
        old = self._alerts.get(identity)
        if old is not None and _overlap(old, new):
            new = _merged(old, new, now)
        self._alerts[identity] = new
        for node in reached(self.root, labels):
            self._insert(node, identity, new, now)

    def _insert(self, node: Node, identity: str, alert: Known, now: int) -> None:
        labels = node.group_labels(alert.labels)
        key = node.path, fingerprint(labels)
        group = self._groups.get(key)
        emptied = group.emptied if group is not None else None
        if emptied is not None and self.pace.cleanups(now) > self.pace.cleanups(emptied):
            group = None
        if group is None:
            group = self._groups[key] = _Group(node, labels, now + node.group_wait)
        elif group.emptied is not None and group.next_flush < now:
            step = node.group_interval  # an empty group kept ticking
            group.next_flush += -((group.next_flush - now) // step) * step
        group.emptied = None
        group.alerts[identity] = alert
        if not group.flushed and alert.starts_at + node.group_wait < now:
            group.next_flush = now
            group.at_once = True

    # Time

    def run_at_once(self, now: int) -> None:
        """The first turns of groups that do not wait: before the alerts of the next rule arrive."""
        for key, group in list(self._groups.items()):
            if group.at_once and group.next_flush <= now and not group.messages:
                self._flush(key, group, now)

    def due(self) -> int | None:
        """When something happens next if nothing is posted."""
        return min((at for group in self._groups.values() if (at := group.due) is not None), default=None)

    def run_until(self, now: int) -> None:
        """Let everything happen that is due up to a moment, in order of time, then of the tree."""
        while (at := self.due()) is not None and at <= now:
            due = [key for key, group in self._groups.items() if group.due is not None and group.due <= at]
            for key in sorted(due, key=lambda key: key[0]):
                group = self._groups[key]
                if group.messages:
                    self._attempt(key, group, at)
                else:
                    self._flush(key, group, at)

    def _flush(self, key: GroupKey, group: _Group, at: int) -> None:
        group.next_flush = at + group.node.group_interval
        group.flushed, group.at_once = True, False
        group.shown = dict(group.alerts)
        group.failed = False
        heard = self._heard(group, at)
        if heard:
            receiver = self.config.receiver(group.node.receiver)
            for kind, index, resolved in _integrations(receiver):
                message = self._message(key, group, heard, (kind, index), resolved, at)
                if message is not None:
                    group.messages.append(message)
        if group.messages:
            self._attempt(key, group, at)
        else:
            self._forget_resolved(group, at)

    def _heard(self, group: _Group, at: int) -> dict[str, Known]:
        """The alerts that neither another alert nor the hour mutes."""
        firing = [alert.labels for alert in self._alerts.values() if not alert.over(at)]
        heard: dict[str, Known] = {}
        for identity, alert in group.shown.items():
            muting = inhibited_by(self.config.inhibit_rules, alert.labels, firing)
            if muting is None:
                heard[identity] = alert
            else:
                rule, source = muting
                who = source.get("alertname", "another alert")
                equal = f" with the same {', '.join(rule.equal)}" if rule.equal else ""
                self._decided(group, at, "inhibited", f"by {who}, which fires{equal}")
        interval = muted_by_time(self.config, group.node, self.start + timedelta(milliseconds=at))
        if heard and interval is not None:
            self._decided(group, at, "muted", f"by the time interval {interval}")
            return {}
        return heard

    def _message(
        self,
        key: GroupKey,
        group: _Group,
        heard: Mapping[str, Known],
        integration: tuple[str, int],
        sends_resolved: bool,
        at: int,
    ) -> _Message | None:
        firing = frozenset(identity for identity, alert in heard.items() if not alert.over(at))
        resolved = frozenset(heard) - firing
        last = self._log.get((key, *integration))
        reason = _reason(last, firing, resolved, sends_resolved, at, group.node.repeat_interval)
        if reason is None:
            self._decided(group, at, "nothing new", "the receiver was told of all this before")
            return None
        told = tuple(alert for identity, alert in heard.items() if sends_resolved or identity in firing)
        if not told:
            self._log[key, *integration] = _Sent(firing, resolved, at)
            self._decided(group, at, "not told of resolved", "send_resolved is off")
            return None
        timeout = max(group.node.group_interval, self.pace.least_timeout)
        receiver, (kind, index) = group.node.receiver, integration
        delivery = Delivery(at, receiver, kind, index, group.node, group.labels, told, reason, 0)
        return _Message(delivery, firing, resolved, at, at + timeout, self.pace.first_retry)

    def _attempt(self, key: GroupKey, group: _Group, at: int) -> None:
        for message in [one for one in group.messages if one.next_try <= at]:
            if at >= message.deadline:
                self._ended(
                    group, message, at, f"given up after {message.delivery.number} attempts: {message.error}"
                )
                continue
            message.delivery = replace(message.delivery, at=at, number=message.delivery.number + 1)
            answer = self._deliver(message.delivery)
            if answer.ok and at + answer.takes < message.deadline:
                group.messages.remove(message)
                integration = message.delivery.kind, message.delivery.index
                self._log[key, *integration] = _Sent(message.firing, message.resolved, at)
                self._decided(group, at, "sent", message.delivery.reason)
            elif answer.ok or answer.retry:
                message.error = answer.error or "no answer in time"
                message.next_try = min(at + answer.takes + round(message.wait), message.deadline)
                message.wait = min(message.wait * RETRY_FACTOR, self.pace.longest_retry)
            else:
                self._ended(group, message, at, answer.error)
        if not group.messages:
            if not group.failed:
                self._forget_resolved(group, at)
            group.next_flush = max(group.next_flush, at)

    def _ended(self, group: _Group, message: _Message, at: int, why: str) -> None:
        group.messages.remove(message)
        group.failed = True
        self._decided(group, at, "failed", why)

    def _forget_resolved(self, group: _Group, at: int) -> None:
        for identity, alert in group.shown.items():
            if alert.over(at) and group.alerts.get(identity) == alert:
                del group.alerts[identity]
        if not group.alerts:
            group.emptied = at

    def _decided(self, group: _Group, at: int, what: str, why: str) -> None:
        self.verdicts.append(Verdict(at, group.node.receiver, group.labels, what, why))  # type: ignore[arg-type]


def _overlap(old: Known, new: Known) -> bool:
    return old.starts_at < new.ends_at < old.ends_at or old.starts_at < new.starts_at < old.ends_at


def _merged(old: Known, new: Known, now: int) -> Known:
    """The newer one, with the earlier start and, while it fires, a later end that somebody named."""
    ends = new.ends_at
    if new.over(now):
        ends = max(ends, old.ends_at) if old.over(now) else ends
    elif old.ends_at > ends and not old.timeout:
        ends = old.ends_at
    return replace(new, starts_at=min(old.starts_at, new.starts_at), ends_at=ends)


def _integrations(receiver: Receiver) -> Iterable[tuple[str, int, bool]]:
    """Kind, place and `send_resolved` of everything that a receiver tells."""
    for index, discord in enumerate(receiver.discord):
        yield "discord_configs", index, discord.send_resolved
    for kind, items in receiver.others.items():
        for index, one in enumerate(items):
            given = one.get("send_resolved") if isinstance(one, Mapping) else None
            yield kind, index, kind in _RESOLVED_BY_DEFAULT if given is None else bool(given)


def _reason(
    last: _Sent | None,
    firing: frozenset[str],
    resolved: frozenset[str],
    sends_resolved: bool,
    at: int,
    repeat: int,
) -> Reason | None:
    """Why a message is due; None when the receiver knows all there is."""
    if last is None:
        return "first" if firing else None
    if not firing <= last.firing:
        return "new alert"
    if not firing:
        return "resolved" if last.firing else None
    if sends_resolved and not resolved <= last.resolved:
        return "resolved"
    # The log is written after sending: at exactly the interval it has not yet passed.
    return "repeat" if at - last.at > repeat else None
