"""Routes, receivers and inhibitions: who was reached, and what kept silent for whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obs.sim.routing.muting import inhibited_by
from obs.sim.routing.tree import Node, reached, tree
from obs.testing.alternatives import alternations
from obs.testing.coverage.item import Coverage, Item
from obs.testing.coverage.places import Places
from obs.testing.scenario.observed import Observed
from obs.testing.scenario.platform import Platform


def items(platform: Platform, places: Places) -> Iterator[Item]:
    """What of the routing has to be exercised."""
    if platform.routing is None:
        return
    where = places.routing()
    for node in tree(platform.routing).walk():
        yield Item("route", _route(node), "", where)
    for node in tree(platform.routing).walk():
        for matcher in node.matchers:
            if matcher.operator == "=~":
                for one in alternations(matcher.value):
                    for start, end in one.parts:
                        yield Item("alternative", _route(node), matcher.value[start:end], where)
    for name in dict.fromkeys(node.receiver for node in tree(platform.routing).walk()):
        yield Item("receiver", _receiver(name), "", where)
    for number in range(len(platform.routing.inhibit_rules)):
        yield Item("inhibition", inhibition(platform, number), "", where)
    for name, receivers in told(platform).items():
        for receiver in receivers:
            yield Item("alert", name, _reaches(receiver), places.rule(name))


def told(platform: Platform) -> dict[str, tuple[str, ...]]:
    """Who is to be told of each alert, by the labels that its rule gives it; nobody's receivers are left out."""
    if platform.routing is None:
        return {}
    root = tree(platform.routing)
    found: dict[str, tuple[str, ...]] = {}
    for _, rule in platform.rules():
        labels = rule.get("labels")
        if "alert" in rule:
            fixed = labels.items() if isinstance(labels, Mapping) else ()
            own = {name: str(text) for name, text in fixed if "{{" not in str(text)}
            nodes = reached(root, {**own, "alertname": str(rule["alert"])})
            found[str(rule["alert"])] = tuple(
                dict.fromkeys(node.receiver for node in nodes if _tells(platform, node.receiver))
            )
    return found


def _tells(platform: Platform, receiver: str) -> bool:
    assert platform.routing is not None
    one = platform.routing.receiver(receiver)
    return bool(one.discord or any(one.others.values()))


def _reaches(receiver: str) -> str:
    return f"reaches {receiver.rsplit('/', 1)[-1]}"


def _route(node: Node) -> str:
    asked = ", ".join(map(str, node.matchers))
    path = "root" if not node.path else f"route {'.'.join(str(index + 1) for index in node.path)}"
    shown = asked if len(asked) <= 70 else f"{asked[:69]}…"
    return f"{path} to {_receiver(node.receiver)}{f' for {shown}' if asked else ''}"


def _receiver(name: str) -> str:
    return name


def inhibition(platform: Platform, number: int) -> str:
    """An inhibition rule in words."""
    assert platform.routing is not None
    rule = platform.routing.inhibit_rules[number]
    source = ", ".join(map(str, rule.source)) or "any alert"
    target = ", ".join(map(str, rule.target)) or "any alert"
    return f"{target} while {source}{' with the same ' + ', '.join(rule.equal) if rule.equal else ''}"


def measure(observed: Observed, test: str, coverage: Coverage) -> None:
    """Note what the alerts of a run have exercised."""
    platform = observed.platform
    if platform.routing is None:
        return
    root = tree(platform.routing)
    nodes = {node.path: node for node in root.walk()}
    for labels in {frozenset(post.alert.labels.items()) for post in observed.posts if not post.lost}:
        own = dict(labels)
        for node in reached(root, own):
            for length in range(len(node.path) + 1):
                _passed(nodes[node.path[:length]], own, test, coverage)
            if "null" in node.receiver.rsplit("/", 1)[-1]:
                coverage.seen(Item("receiver", _receiver(node.receiver)), test)
    for attempt in observed.attempts:
        if attempt.response.ok:
            coverage.seen(Item("receiver", _receiver(attempt.delivery.receiver)), test)
            for name in {alert.labels.get("alertname", "") for alert in attempt.delivery.alerts}:
                coverage.seen(Item("alert", name, _reaches(attempt.delivery.receiver)), test)
    _inhibited(observed, test, coverage)


def _passed(node: Node, labels: dict[str, str], test: str, coverage: Coverage) -> None:
    coverage.seen(Item("route", _route(node)), test)
    for matcher in node.matchers:
        if matcher.operator == "=~":
            coverage.seen(Item("alternative", _route(node), labels.get(matcher.name, "")), test)


def _inhibited(observed: Observed, test: str, coverage: Coverage) -> None:
    platform = observed.platform
    assert platform.routing is not None
    for verdict in observed.verdicts:
        if verdict.what != "inhibited":
            continue
        sent = [post.alert for post in observed.posts if post.at <= verdict.at and not post.lost]
        firing = [alert.labels for alert in sent if not alert.resolved]
        group = verdict.group_labels.items()
        for alert in sent:
            if group <= alert.labels.items():
                for number, rule in enumerate(platform.routing.inhibit_rules):
                    if inhibited_by((rule,), alert.labels, firing) is not None:
                        coverage.seen(Item("inhibition", inhibition(platform, number)), test)
