"""The routing tree with everything inherited filled in, and which of its nodes an alert reaches.

Source: Alertmanager 0.27, `dispatch`. A node that does not match is left with all its children; children are
asked in order up to the first that matches without `continue`; a node is reached when no child matches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from obs.lang.matchers import Matcher, matches_all
from obs.record import dataclass
from obs.sim.routing.config import ALL_LABELS, Config, Route


@dataclass(frozen=True, slots=True)
class Node:
    """One node; `path` are the indexes from the root, durations are milliseconds.

    `group_by` is None for a group of every alert (`...`).
    """

    path: tuple[int, ...]
    receiver: str
    group_by: frozenset[str] | None
    group_wait: int
    group_interval: int
    repeat_interval: int
    matchers: tuple[Matcher, ...]
    continue_: bool
    mute_time_intervals: tuple[str, ...]
    active_time_intervals: tuple[str, ...]
    children: tuple[Node, ...]

    def group_labels(self, labels: Mapping[str, str]) -> dict[str, str]:
        """The labels that name the group of an alert: those of `group_by` that the alert has."""
        if self.group_by is None:
            return dict(labels)
        return {name: text for name, text in labels.items() if name in self.group_by}

    def walk(self) -> Iterator[Node]:
        """This node and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One matcher on one alert; `value` is what the alert has, empty when it lacks the label."""

    matcher: Matcher
    value: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one node: its matchers' verdicts, and the steps below when they all held.

    `skipped` is the index of the earlier sibling that took the alert and does not `continue`; the node was
    then never asked. `reached` is whether the alert is sent to this node's receiver.
    """

    node: Node
    verdicts: tuple[Verdict, ...] = ()
    below: tuple[Step, ...] = ()
    skipped: int | None = None
    reached: bool = False

    @property
    def matched(self) -> bool:
        """Whether the alert entered this node."""
        return self.skipped is None and all(verdict.holds for verdict in self.verdicts)


_DEFAULTS = Node((), "", frozenset(), 30_000, 300_000, 14_400_000, (), False, (), (), ())


def tree(config: Config) -> Node:
    """The root of the tree."""
    return _node(config.route, _DEFAULTS, ())


def _node(route: Route, parent: Node, path: tuple[int, ...]) -> Node:
    node = Node(
        path,
        route.receiver or parent.receiver,
        _group_by(route, parent),
        parent.group_wait if route.group_wait is None else route.group_wait,
        parent.group_interval if route.group_interval is None else route.group_interval,
        parent.repeat_interval if route.repeat_interval is None else route.repeat_interval,
        route.matchers,
        route.continue_,
        # These two are a node's own: children do not inherit them.
        route.mute_time_intervals,
        route.active_time_intervals,
        (),
    )
    children = tuple(_node(child, node, (*path, index)) for index, child in enumerate(route.routes))
    return replace(node, children=children)


def _group_by(route: Route, parent: Node) -> frozenset[str] | None:
    """An empty list is the same as none: 0.27 inherits in both cases."""
    if ALL_LABELS in route.group_by:
        return None
    return frozenset(route.group_by) if route.group_by else parent.group_by


def reached(root: Node, labels: Mapping[str, str]) -> tuple[Node, ...]:
    """The nodes that an alert reaches, in order; never none."""
    return tuple(_reached(root, labels))


def _reached(node: Node, labels: Mapping[str, str]) -> list[Node]:
    if not matches_all(node.matchers, labels):
        return []
    found: list[Node] = []
    for child in node.children:
        below = _reached(child, labels)
        found += below
        if below and not child.continue_:
            break
    return found or [node]


def receivers_for(root: Node, labels: Mapping[str, str]) -> tuple[str, ...]:
    """The receivers that an alert is sent to, in order, as `amtool config routes test` names them."""
    return tuple(node.receiver for node in _reached(root, labels))


def explain(root: Node, labels: Mapping[str, str]) -> Step:
    """The way of an alert through the tree, with the verdict of every matcher that was asked."""
    verdicts = tuple(
        Verdict(matcher, labels.get(matcher.name, ""), matcher.matches(labels)) for matcher in root.matchers
    )
    if not all(verdict.holds for verdict in verdicts):
        return Step(root, verdicts)
    steps: list[Step] = []
    taken: int | None = None
    for index, child in enumerate(root.children):
        if taken is not None:
            steps.append(Step(child, skipped=taken))
            continue
        step = explain(child, labels)
        steps.append(step)
        if step.matched and not child.continue_:
            taken = index
    return Step(root, verdicts, tuple(steps), reached=not any(step.matched for step in steps))
