"""Who is told of which alert, how grouped and how often: of each alert, from the effective tree of both sides."""

from __future__ import annotations

from collections.abc import Iterator

from obs.graph.reach import Reached, reach, tells_somebody
from obs.graph.subject import Rule, Subject
from obs.review.change import Change, Meaning
from obs.review.wording import listed, span
from obs.sim.routing.config import Config
from obs.sim.routing.tree import Node


def compare(before: Subject, after: Subject) -> Iterator[Change]:
    """Alerts that are on both sides, one by one; then receivers."""
    if (
        before.alertmanager is None
        or after.alertmanager is None
        or before.route is None
        or after.route is None
    ):
        if (before.alertmanager is None) != (after.alertmanager is None):
            gone = after.alertmanager is None
            yield Change("route", "routes", "the routes are gone" if gone else "routes are new",
                         "breaking" if gone else "behaviour", "nobody is told of any alert" if gone else "")  # fmt: skip
        return
    old_alerts = {alert.name: alert for alert in before.alerts}
    for alert in after.alerts:
        old = old_alerts.get(alert.name)
        if old is not None:
            yield from _alert(old, alert, before, after)
    yield from _receivers(before.alertmanager, after.alertmanager)


def _told(subject: Subject, alert: Rule) -> dict[str, Reached]:
    """The receivers that tell somebody, and where the alert reaches each first."""
    assert subject.route is not None
    assert subject.alertmanager is not None
    found: dict[str, Reached] = {}
    for one in reach(subject.route, alert):
        if tells_somebody(subject.alertmanager, one.node):
            found.setdefault(one.node.receiver, one)
    return found


def _alert(old: Rule, new: Rule, before: Subject, after: Subject) -> Iterator[Change]:
    was, now = _told(before, old), _told(after, new)

    def change(meaning: Meaning, field: str) -> Change:
        return Change.of(meaning, "route", new.title, field, new.origin)

    for receiver in was:
        if receiver not in now:
            why = (
                "nobody is told of it any more"
                if not now
                else f"it now goes to {listed(map(_name, now))} only"
            )
            yield change(
                Meaning(f"{new.name} no longer reaches {_name(receiver)}", "breaking", why), "receiver"
            )
    for receiver, reached in now.items():
        if receiver not in was:
            yield change(Meaning(f"{new.name} now reaches {_name(receiver)}"), "receiver")
        elif reached.certain != was[receiver].certain:
            matchers = listed(dict.fromkeys(map(str, (reached.depends or was[receiver].depends))))
            said = "always reaches" if reached.certain else "reaches only sometimes"
            yield change(Meaning(f"{new.name} {said} {_name(receiver)}", "behaviour" if reached.certain else "breaking",
                                 f"it depends on {matchers}"), "receiver")  # fmt: skip
        if receiver in was:
            yield from (change(meaning, field) for field, meaning in _nodes(was[receiver].node, reached.node))


def _name(receiver: str) -> str:
    """Without the namespace and the object that the operator puts before it."""
    return receiver.rsplit("/", 1)[-1]


def _nodes(old: Node, new: Node) -> Iterator[tuple[str, Meaning]]:
    if old.group_by != new.group_by:
        yield "group_by", Meaning(f"grouped by {_labels(new)} instead of {_labels(old)}", "behaviour",
                                  "one message for each group")  # fmt: skip
    for field, what in (("group_wait", "first message after"), ("group_interval", "news of a group after"),
                        ("repeat_interval", "repeated after")):  # fmt: skip
        one, other = getattr(old, field), getattr(new, field)
        if one != other:
            yield field, Meaning(f"{what} {span(other)} instead of {span(one)}")
    if old.mute_time_intervals != new.mute_time_intervals:
        yield (
            "mute",
            Meaning(
                f"muted during {listed(new.mute_time_intervals)} instead of {listed(old.mute_time_intervals)}"
            ),
        )
    if old.active_time_intervals != new.active_time_intervals:
        yield (
            "active",
            Meaning(
                f"active during {listed(new.active_time_intervals)} instead of {listed(old.active_time_intervals)}"
            ),
        )


def _labels(node: Node) -> str:
    return (
        "all labels"
        if node.group_by is None
        else listed(sorted(node.group_by))
        if node.group_by
        else "nothing"
    )


def _receivers(before: Config, after: Config) -> Iterator[Change]:
    old, new = ({one.name: one for one in config.receivers} for config in (before, after))
    for name, receiver in new.items():
        was = old.get(name)
        if was is None or was == receiver:
            continue
        title = f"receiver {_name(name)}"
        for one, other in zip(was.discord, receiver.discord, strict=False):
            if one.send_resolved != other.send_resolved:
                said = (
                    "tells when an alert is over"
                    if other.send_resolved
                    else "no longer tells when an alert is over"
                )
                yield Change("route", title, said, "behaviour", field="send_resolved")
            if one.title != other.title or one.message != other.message:
                yield Change("route", title, "the message reads differently", "cosmetic", "", "message",
                             f"{one.title}\n{one.message}", f"{other.title}\n{other.message}")  # fmt: skip
            if one.webhook_url != other.webhook_url:
                yield Change("route", title, "messages go to another address", "behaviour", field="address")
        if len(was.discord) != len(receiver.discord) or was.others != receiver.others:
            yield Change("route", title, "its integrations changed", "behaviour", field="integrations")
