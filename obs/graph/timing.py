"""How long it takes from what happens to the message: scrape, recording, evaluation, `for`, grouping.

Everything is derived from the intervals of targets, rule groups and the routing tree. Nothing is added for what has
no interval: shipping a line, evaluating, posting the message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from obs.graph.scrape_interval import Intervals
from obs.graph.subject import DEFAULT_INTERVAL, Rule, Subject
from obs.lang import duration
from obs.lang.error import LanguageError
from obs.model.pipeline import PREFIX
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.sim.routing.tree import Node

MULTILINE_WAIT = "3s"
"""How long Promtail's multiline stage waits for more lines of an event. Source: Promtail 3.0, `max_wait_time`."""


@dataclass(frozen=True, slots=True)
class Step:
    """One wait on the way, milliseconds; `why` says whose interval it is. `assumed` where nothing declares it."""

    name: str
    best: int
    typical: int
    worst: int
    why: str
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Timing:
    """All waits in order. `group` is the one for a new group; in a group that is open a message may have gone out just
    now, and then it is `reopened` (None where no route is known).
    """

    steps: tuple[Step, ...]
    group: Step | None = None
    reopened: Step | None = None

    @property
    def fires(self) -> Step:
        """Until the alert fires."""
        return _total("until it fires", self.steps)

    @property
    def heard(self) -> Step:
        """Until the first message of a new group is sent."""
        return _total("until the first message", [*self.steps, *([self.group] if self.group else [])])

    @property
    def heard_again(self) -> Step:
        """Until it is told of in a group that is open already."""
        return _total("in an open group", [*self.steps, *([self.reopened] if self.reopened else [])])


def _total(name: str, steps: Iterable[Step]) -> Step:
    some = tuple(steps)
    return Step(
        name,
        sum(one.best for one in some),
        sum(one.typical for one in some),
        sum(one.worst for one in some),
        "",
        any(one.assumed for one in some),
    )


def timing(subject: Subject, alert: Rule, node: Node | None = None) -> Timing:
    """From the event to the message of this node of the routing tree; without one until the alert fires."""
    steps = [*_line(subject, alert), *_samples(subject, alert), _evaluation(subject, alert), *_for(alert)]
    if node is None:
        return Timing(tuple(steps))
    wait, interval = node.group_wait, node.group_interval
    return Timing(
        tuple(steps),
        Step("group", wait, wait, wait, "group_wait of the route"),
        Step("group", 0, interval // 2, interval, "group_interval of the route"),
    )


def resolved(subject: Subject, alert: Rule, node: Node | None = None) -> Timing:
    """From the end of the condition to the message that says so."""
    steps = [*_samples(subject, alert), _evaluation(subject, alert)]
    if alert.keep_firing_for:
        kept = _rounds(alert.keep_firing_for, alert.interval)
        steps.append(Step("keep_firing_for", kept, kept, kept, "the rule's keep_firing_for"))
    if node is None:
        return Timing(tuple(steps))
    interval = node.group_interval
    return Timing(tuple(steps), Step("group", 0, interval // 2, interval, "group_interval of the route"))


def _evaluation(subject: Subject, alert: Rule) -> Step:
    assumed = (
        subject.stack is None
        and alert.interval == DEFAULT_INTERVAL
        and (subject.server is None or subject.server.evaluation_interval is None)
    )
    why = f"group {alert.group} is evaluated every {duration.render(alert.interval)}"
    return Step("evaluation", 0, alert.interval // 2, alert.interval, why, assumed)


def _for(alert: Rule) -> Iterator[Step]:
    """The alert fires at the first evaluation that is at least `for` after the one that found it."""
    if alert.for_:
        held = _rounds(alert.for_, alert.interval)
        why = f"for: {duration.render(alert.for_)}"
        if held != alert.for_:
            why += f", of which only evaluations every {duration.render(alert.interval)} can see the end"
        yield Step("for", held, held, held, why)


def _rounds(length: int, interval: int) -> int:
    return -(-length // interval) * interval if interval else length


# Samples


def base_metrics(subject: Subject, rule: Rule) -> tuple[str, ...]:
    """The metrics that a rule reads, through all the records, in order of name."""
    found: set[str] = set()
    waiting, seen = [rule], set()
    while waiting:
        one = waiting.pop()
        seen.add(id(one))
        for metric in one.parts.metrics if one.parts is not None else ():
            recording = subject.recorded.get(metric, ())
            if not recording:
                found.add(metric)
            waiting += [other for other in recording if id(other) not in seen]
    return tuple(sorted(found))


def _samples(subject: Subject, rule: Rule) -> Iterator[Step]:
    """The slowest scrape, and the slowest chain of records behind it."""
    intervals = Intervals(subject)
    known = [intervals.of_metric(metric) for metric in base_metrics(subject, rule)]
    declared = [one for one in known if one is not None]
    interval, whose = max(declared, default=(DEFAULT_INTERVAL, "a scrape"))
    if known:
        why = f"{whose} every {duration.render(interval)}"
        yield Step("scrape", 0, interval // 2, interval, why, len(declared) < len(known))
    chain = _recording(subject, rule, ())
    waits = sum(one.interval for one in chain)
    if waits:
        names = " and ".join(f"group {one.group} every {duration.render(one.interval)}" for one in chain)
        yield Step("recording", 0, waits // 2, waits, f"records are made by {names}")


def _recording(subject: Subject, rule: Rule, before: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The slowest chain of records in other groups; within a group a rule sees what was recorded just before it."""
    best: tuple[Rule, ...] = ()
    for metric in sorted(rule.parts.metrics) if rule.parts is not None else ():
        for record in subject.recorded.get(metric, ()):
            if record in before or len(before) > 20:
                continue
            own = () if record.group == rule.group else (record,)
            chain = (*own, *_recording(subject, record, (*before, record)))
            best = max(best, chain, key=lambda some: sum(one.interval for one in some))
    return best


# Log lines


def _line(subject: Subject, alert: Rule) -> Iterator[Step]:
    """A counter behind a multiline stage counts an event when the next one begins, or after a wait."""
    metrics = set(base_metrics(subject, alert))
    waits = [
        wait for stages in _pipelines(subject) for name, wait in _held(stages, 0) if name in metrics and wait
    ]
    if waits:
        wait = max(waits)
        yield Step("multiline", 0, wait, wait, "an event's last lines wait for more of it")


def _pipelines(subject: Subject) -> Iterator[Sequence[Any]]:
    if subject.program is not None and subject.program.pipeline is not None:
        from obs.graph.pipeline_stages import pipeline_stages

        yield pipeline_stages(subject.program.pipeline)
    for pipeline in subject.pipelines:
        yield pipeline.stages


def _held(stages: Sequence[Any], before: int, depth: int = 0) -> Iterator[tuple[str, int]]:
    """Each metric with the waits of the multiline stages that a line may have come through before."""
    held = before
    for stage in stages:
        if not isinstance(stage, Mapping) or depth > 50:
            continue
        for kind, given in stage.items():
            config = given if isinstance(given, Mapping) else {}
            if kind == "multiline":
                held += _wait(config.get("max_wait_time"))
            elif kind == "match" and isinstance(config.get("stages"), list):
                yield from _held(config["stages"], held, depth + 1)
                held = max(held, _behind(config["stages"], held, depth + 1))
            elif kind == "metrics":
                for name, metric in config.items():
                    prefix = metric.get("prefix") if isinstance(metric, Mapping) else None
                    yield f"{prefix or PREFIX}{name}", held


def _behind(stages: Sequence[Any], held: int, depth: int) -> int:
    for stage in stages:
        for kind, given in stage.items() if isinstance(stage, Mapping) and depth <= 50 else ():
            config = given if isinstance(given, Mapping) else {}
            if kind == "multiline":
                held += _wait(config.get("max_wait_time"))
            elif kind == "match" and isinstance(config.get("stages"), list):
                held = _behind(config["stages"], held, depth + 1)
    return held


def _wait(text: object) -> int:
    try:
        return duration.parse(str(text or MULTILINE_WAIT))
    except LanguageError:
        return duration.parse(MULTILINE_WAIT)
