"""From a firing alert to Discord: which link holds, and why one does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obs.sim.routing.server import Verdict
from obs.sim.routing.tree import Node, Step, explain, reached, tree
from obs.testing.scenario.links import Link, LinkName, dead
from obs.testing.scenario.observed import Attempt, Observed, Post
from obs.testing.scenario.span import Duration

Labels = Mapping[str, str]
_LINKS: Mapping[str, LinkName] = {"inhibited": "inhibition", "muted": "mute time", "failed": "Discord"}


def delivery_links(observed: Observed, name: str) -> Iterator[Link]:
    """The links from Prometheus's post to Discord's answer; the last one is dead when nothing arrives."""
    posts = [
        post
        for post in observed.posts
        if post.alert.labels.get("alertname") == name and not post.alert.resolved
    ]
    taken = [post for post in posts if not post.lost]
    if not taken:
        why = posts[0].lost if posts else "Prometheus has sent nothing in this time"
        yield dead("Alertmanager", why)
        return
    yield Link("Alertmanager", f"posted at {Duration(taken[0].at)}")
    route = _route(observed, taken[0])
    yield route
    if route.state == "ok":
        yield from _messages(observed, name, taken[0])


def _telling(observed: Observed, node: Node) -> bool:
    assert observed.platform.routing is not None
    receiver = observed.platform.routing.receiver(node.receiver)
    return bool(receiver.discord) or any(receiver.others.values())


def short(receiver: str) -> str:
    """A receiver's name without the object that the operator puts before it."""
    return receiver.rsplit("/", 1)[-1]


def _route(observed: Observed, post: Post) -> Link:
    assert observed.platform.routing is not None
    root, labels = tree(observed.platform.routing), post.alert.labels
    nodes = reached(root, labels)
    telling = [node for node in nodes if _telling(observed, node)]
    if telling:
        return Link("route", f"goes to {', '.join(short(node.receiver) for node in telling)}")
    to = ", ".join(dict.fromkeys(short(node.receiver) for node in nodes))
    why = "; ".join(dict.fromkeys(_refusals(observed, explain(root, labels))))
    taken = [" ".join(map(str, node.matchers)) for node in nodes if node.matchers]
    chosen = f" (taken by {taken[0]})" if taken else ""
    return dead("route", f"goes to {to}{chosen}" + (f"; {why}" if why else ", and no route leads to anybody"))


def _refusals(observed: Observed, step: Step) -> Iterator[str]:
    """The matchers that kept the alert from every node that would tell somebody."""
    for below in step.below:
        if below.matched:
            yield from _refusals(observed, below)
            continue
        for node in below.node.walk():
            if not _telling(observed, node):
                continue
            if below.skipped is not None:
                earlier = step.below[below.skipped].node
                taken = " ".join(map(str, earlier.matchers)) or "everything"
                yield f"{short(node.receiver)} is never asked: the route before it takes {taken}"
            for verdict in below.verdicts:
                if not verdict.holds:
                    is_ = f"is {verdict.value!r}" if verdict.value else "is missing"
                    where = f"{short(node.receiver)} refuses it at matcher {verdict.matcher}"
                    yield f"{where}: {verdict.matcher.name} {is_}"
            break


def _of_group(one: Labels, labels: Labels) -> bool:
    return all(labels.get(name) == value for name, value in one.items())


def _messages(observed: Observed, name: str, post: Post) -> Iterator[Link]:
    assert observed.platform.routing is not None
    labels = post.alert.labels
    attempts = [
        one
        for one in observed.attempts
        if any(alert.labels.get("alertname") == name for alert in one.delivery.alerts)
    ]
    sent = next((one for one in attempts if one.response.ok), None)
    if sent is not None:
        yield Link("group", f"{sent.delivery.reason} message of {_group(sent.delivery.group_labels)}")
        yield Link("Discord", f"takes it at {Duration(sent.at)}")
        return
    if attempts:
        yield _refused(observed, attempts)
        return
    receivers = {node.receiver for node in reached(tree(observed.platform.routing), labels)}
    verdicts = [
        one for one in observed.verdicts if one.receiver in receivers and _of_group(one.group_labels, labels)
    ]
    muted = next((one for one in verdicts if one.what in _LINKS), None)
    if muted is not None:
        yield dead(_LINKS[muted.what], _muted(muted))
        return
    yield dead("group", _waiting(observed, labels, post))


def _group(labels: Labels) -> str:
    return "{" + ", ".join(f'{name}="{value}"' for name, value in sorted(labels.items())) + "}"


def _muted(verdict: Verdict) -> str:
    return f"{verdict.what} at {Duration(verdict.at)} {verdict.why}"


def _refused(observed: Observed, attempts: list[Attempt]) -> Link:
    first = attempts[0]
    if first.failure:
        return dead("message template", f"{short(first.delivery.receiver)}: {first.failure}")
    last = attempts[-1]
    after = (
        "Alertmanager tries again"
        if last.response.retried
        else "Alertmanager does not try again before the next flush"
    )
    tries = f" after {len(attempts)} attempts" if len(attempts) > 1 else ""
    return dead("Discord", f"{last.response} at {Duration(last.at)}{tries}; {after}")


def _waiting(observed: Observed, labels: Labels, post: Post) -> str:
    assert observed.platform.routing is not None
    node = next(node for node in reached(tree(observed.platform.routing), labels) if _telling(observed, node))
    due = post.at + node.group_wait
    if due >= observed.until:
        return f"group_wait ends at {Duration(due)}, and the run at {Duration(observed.until)}"
    ended = [one for one in observed.posts if one.alert.labels == labels and one.alert.resolved]
    if ended:
        return f"it was over at {Duration(ended[0].at)}, before its group's first message"
    return "its group has sent nothing"
