"""Everything about one alert, from the log line or the scrape to the message: facts for `obs explain`, no wording."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from obs.graph.alert_labels import verdict
from obs.graph.reach import Reached, reach, tells_somebody
from obs.graph.sample_alert import Sample, sample
from obs.graph.timing import Timing, base_metrics, resolved, timing
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.graph.subject import Rule, Subject
    from obs.graph.whole import Edge, Graph
    from obs.lang.matchers import Matcher
    from obs.sim.routing.config import InhibitRule
    from obs.sim.routing.tree import Node


@dataclass(frozen=True, slots=True)
class Origin:
    """A metric that the alert reads, and the ways in which it comes into being; `idle` is when a counter is removed."""

    metric: str
    ways: tuple[Edge, ...]
    idle: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A branch of the routing tree that the alert ends at."""

    reached: Reached
    somebody: bool
    resolves: bool
    timing: Timing
    end: Timing

    @property
    def node(self) -> Node:
        """The branch."""
        return self.reached.node

    @property
    def depends(self) -> tuple[Matcher, ...]:
        """The matchers that decide whether it is reached, each once."""
        return tuple(dict.fromkeys(self.reached.depends))


@dataclass(frozen=True, slots=True)
class Muting:
    """An inhibition that can keep the alert silent, and the alerts here that can do that."""

    rule: InhibitRule
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """`told` is empty where no routes are known."""

    alert: Rule
    origins: tuple[Origin, ...]
    timing: Timing
    told: tuple[Told, ...]
    muted: tuple[Muting, ...]
    links: tuple[Edge, ...]
    sample: Sample


def story(subject: Subject, graph: Graph, alert: Rule, node: str) -> Story:
    """The alert's story; `node` is its id in the graph."""
    links = tuple(edge for edge in graph.incoming.get(node, ()) if edge.kind == "links to")
    return Story(
        alert,
        tuple(_origins(subject, graph, alert)),
        timing(subject, alert),
        tuple(_told(subject, alert)),
        tuple(_muted(subject, alert)),
        links,
        sample(subject, alert),
    )


def _origins(subject: Subject, graph: Graph, alert: Rule) -> Iterator[Origin]:
    counters = {str(counter): counter for counter in subject.counters}
    for metric in base_metrics(subject, alert):
        ways = tuple(
            edge
            for edge in graph.incoming.get(f"metric/{metric}", ())
            if edge.kind in ("counts", "exposes", "feeds")
        )
        counter = counters.get(metric)
        yield Origin(metric, ways, counter.idle if counter else "", counter.help if counter else "")


def _told(subject: Subject, alert: Rule) -> Iterator[Told]:
    config, root = subject.alertmanager, subject.route
    if config is None or root is None:
        return
    for found in reach(root, alert):
        receiver = config.receiver(found.node.receiver)
        resolves = any(one.send_resolved for one in receiver.discord) or any(receiver.others.values())
        yield Told(
            found,
            tells_somebody(config, found.node),
            resolves,
            timing(subject, alert, found.node),
            resolved(subject, alert, found.node),
        )


def _muted(subject: Subject, alert: Rule) -> Iterator[Muting]:
    config = subject.alertmanager
    for rule in config.inhibit_rules if config is not None else ():
        if any(verdict(alert, matcher) == "no" for matcher in rule.target):
            continue
        by = [
            other.name
            for other in subject.alerts
            if other is not alert
            and all(verdict(other, matcher) != "no" for matcher in rule.source)
            and ("alertname" not in rule.equal or other.name == alert.name)
        ]
        if by:
            yield Muting(rule, tuple(dict.fromkeys(by)))
