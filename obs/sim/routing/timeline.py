"""The messages of a run in which alerts come and go and every receiver answers: see `server` for one that may not.

Times are seconds from the start of the run; moments of the day matter only for time intervals. Sending takes no
time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from obs.lang.gotemplate.alertmanager import MessageData
from obs.lang.gotemplate.clock import Moment
from obs.record import dataclass, field
from obs.sim.routing.config import Config
from obs.sim.routing.message import Alert, message_data
from obs.sim.routing.server import Alertmanager, Answer, Delivery, Known, Reason

START = datetime(2024, 5, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FOR_EVER = 1 << 50


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


def run(
    config: Config, alerts: Sequence[Firing], seconds: float, start: datetime = START
) -> tuple[Notification, ...]:
    """Every message of the first `seconds`, in order of time, then of the tree.

    A receiver of several integrations is told once for each.
    """
    sent: list[Notification] = []

    def deliver(delivery: Delivery) -> Answer:
        shown = tuple(shown_alert(alert, delivery.at, start) for alert in delivery.alerts)
        node, receiver, labels = delivery.node.path, delivery.receiver, delivery.group_labels
        sent.append(Notification(delivery.at / 1000, receiver, node, labels, shown, delivery.reason))
        return Answer()

    server = Alertmanager(config, deliver, start)
    for at, alert, ends_at in sorted(_posts(alerts), key=lambda post: post[0]):
        if at > seconds * 1000:
            break
        server.run_until(at - 1)
        starts_at = round(alert.start * 1000)
        server.post(alert.labels, alert.annotations, at, starts_at=starts_at, ends_at=ends_at)
    server.run_until(round(seconds * 1000))
    return tuple(sent)


def _posts(alerts: Sequence[Firing]) -> list[tuple[int, Firing, int]]:
    """When each alert is posted, and the end it is posted with."""
    posts = [(round(alert.start * 1000), alert, _FOR_EVER) for alert in alerts]
    ends = [(round(alert.end * 1000), alert) for alert in alerts if alert.end is not None]
    return posts + [(end, alert, end) for end, alert in ends]


def shown_alert(alert: Known, at: int, start: datetime) -> Alert:
    """An alert of a delivery as the templates see it; time 0 is `start`."""
    ended = moment(alert.ends_at, start) if alert.over(at) else None
    return Alert(alert.labels, alert.annotations, moment(alert.starts_at, start), ended)


def moment(milliseconds: int, start: datetime) -> Moment:
    """The moment that many milliseconds after `start`."""
    whole = (start - _EPOCH) // timedelta(microseconds=1) * 1000
    return Moment(whole + milliseconds * 1_000_000)
