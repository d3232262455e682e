"""What keeps a message from being sent: inhibition by other alerts, and the hours of a route.

Source: Alertmanager 0.27, `inhibit` and `timeinterval`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from obs.lang.matchers import matches_all
from obs.sim.routing.config import Config, InhibitRule
from obs.sim.routing.tree import Node

Labels = Mapping[str, str]


def inhibited_by(
    rules: Iterable[InhibitRule], labels: Labels, firing: Iterable[Labels]
) -> tuple[InhibitRule, Labels] | None:
    """The rule and the firing alert that mute an alert, if any do.

    A label that both lack counts as equal. An alert that matches both sides of a rule is muted only by alerts
    that do not: so no alert mutes itself.
    """
    others = tuple(firing)
    for rule in rules:
        if not matches_all(rule.target, labels):
            continue
        both_sides = matches_all(rule.source, labels)
        for other in others:
            if not matches_all(rule.source, other):
                continue
            if any(other.get(name, "") != labels.get(name, "") for name in rule.equal):
                continue
            if both_sides and matches_all(rule.target, other):
                continue
            return rule, other
    return None


def muted_by_time(config: Config, node: Node, moment: datetime) -> str | None:
    """The interval that mutes a node at a moment, or the active intervals that it is outside of.

    None when the node may send. The moment carries its zone.
    """
    for name in node.mute_time_intervals:
        if _contains(config, name, moment):
            return name
    if node.active_time_intervals and not any(
        _contains(config, name, moment) for name in node.active_time_intervals
    ):
        return f"outside of {', '.join(node.active_time_intervals)}"
    return None


def _contains(config: Config, name: str, moment: datetime) -> bool:
    return any(interval.contains(moment) for interval in config.time_intervals[name])
