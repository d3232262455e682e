"""How long it takes until somebody is told of an alert, before a change and after it."""

from __future__ import annotations

from obs.graph.reach import Reached, reach, tells_somebody
from obs.graph.subject import Rule, Subject
from obs.graph.timing import timing
from obs.review.wording import span
from obs.sim.routing.tree import Node


def told_by(subject: Subject, alert: Rule) -> Reached | None:
    """Where somebody is told of it first, if possible for certain; None where nobody is known to be told."""
    config = subject.alertmanager
    if subject.route is None or config is None:
        return None
    found = [one for one in reach(subject.route, alert) if tells_somebody(config, one.node)]
    return min(found, key=lambda one: (not one.certain, one.node.group_wait), default=None)


def receiver_name(receiver: str) -> str:
    """Without the namespace and the object that the operator puts before it."""
    return receiver.rsplit("/", 1)[-1]


def waits(
    before: Subject, old: Rule, old_node: Node | None, after: Subject, new: Rule, new_node: Node | None
) -> str:
    """`told after about 7m30s instead of 2m30s`; empty where it takes as long as before."""
    known = old_node is not None and new_node is not None
    was = timing(before, old, old_node if known else None)
    now = timing(after, new, new_node if known else None)
    one, other = (side.heard.typical if known else side.fires.typical for side in (was, now))
    verb = "told" if known else "fires"
    return f"{verb} after about {span(other)} instead of {span(one)}" if one != other else ""
