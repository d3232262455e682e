"""Which nodes of the routing tree an alert reaches, for every value that its labels may have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from obs.graph.alert_labels import Verdict, verdict
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.graph.subject import Rule
    from obs.lang.matchers import Matcher
    from obs.sim.routing.config import Config
    from obs.sim.routing.tree import Node


@dataclass(frozen=True, slots=True)
class Reached:
    """A node that the alert reaches. `depends` are the matchers, there or before, that decide whether it does."""

    node: Node
    depends: tuple[Matcher, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether it is reached whatever the values are."""
        return not self.depends


def reach(root: Node, alert: Rule) -> tuple[Reached, ...]:
    """Every node that the alert can reach, in the order of the tree."""
    return tuple(_reach(root, alert, ()))


def _reach(node: Node, alert: Rule, depends: tuple[Matcher, ...]) -> Iterator[Reached]:
    passed: tuple[Matcher, ...] = ()  # of earlier siblings that may have kept the alert to themselves
    taken = False
    for child in node.children:
        answer, undecided = _answer(child, alert)
        if answer == "no":
            continue
        yield from _reach(child, alert, (*depends, *passed, *undecided))
        if answer == "yes":
            taken = True
            if not child.continue_:
                return
        elif not child.continue_:
            passed = (*passed, *undecided)
    if not taken:
        maybe = tuple(matcher for child in node.children for matcher in _answer(child, alert)[1])
        yield Reached(node, (*depends, *maybe))


def _answer(node: Node, alert: Rule) -> tuple[Verdict, tuple[Matcher, ...]]:
    open_matchers: list[Matcher] = []
    for matcher in node.matchers:
        found = verdict(alert, matcher)
        if found == "no":
            return "no", ()
        if found == "maybe":
            open_matchers.append(matcher)
    return ("maybe", tuple(open_matchers)) if open_matchers else ("yes", ())


def tells_somebody(config: Config, node: Node) -> bool:
    """Whether the node's receiver has any integration."""
    receiver = config.receiver(node.receiver)
    return bool(receiver.discord) or any(receiver.others.values())
