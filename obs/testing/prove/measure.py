"""After a scenario has run: what the servers stored, and the inputs as they really were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from obs.sim.scrape import Key, Value
from obs.testing.prove.begin import Moments
from obs.testing.prove.coming import moves
from obs.testing.prove.exporter import Instance
from obs.testing.prove.sink import Heard
from obs.testing.prove.stack import Stack, earliest, limit_of
from obs.testing.prove.stored import names
from obs.testing.scenario.inputs import HISTORY, Inputs, Outage, Phases, Restart

LISTENS_SECONDS = 10.0
"""How long a server may take from its start until it listens."""

Samples = Mapping[Key, list[tuple[int, Value]]]
Away = Mapping[tuple[str, int], int]
"""What was taken away and when it was to be; when it was back (milliseconds of the scenario)."""


@dataclass(frozen=True, slots=True)
class Played:
    """What real servers did. `inputs` has the times at which they scraped, evaluated and really were away."""

    inputs: Inputs
    until: int
    heard: tuple[Heard, ...]
    samples: Samples
    cleanup: int
    """When in their interval Alertmanager's clean-ups come (milliseconds of the scenario)."""
    started: float
    """When it started, in seconds since 1970."""
    seconds: float
    """How long it took with all that is before and behind it."""
    late: int
    """The longest that an action came after its moment (milliseconds of the scenario)."""
    problems: tuple[str, ...] = ()


def samples(stack: Stack, start: float, until: int) -> Samples:
    """What Prometheus stored of the series that a scenario is about, on the scenario's clock."""
    platform, speed = stack.platform, stack.speed
    wanted = {"up", "ALERTS", *(one.name for one in stack.inputs.expositions), *names(stack.inputs)}
    wanted |= {str(rule["record"]) for _, rule in platform.rules() if "record" in rule}
    own = [one.replace("*", ".*") for one in platform.promtail.exposes if one != "promtail_*"]
    selector = f'{{__name__=~"{"|".join([*sorted(wanted), *own])}"}}'
    base = round(stack.inputs.start.timestamp() * 1000)
    return {
        frozenset(labels.items()): [(base + speed.virtual(at - start), value) for at, value in points]
        for labels, points in stack.raw(selector, speed.seconds(until + HISTORY + 600_000) + 60)
    }


def measured(
    stack: Stack, moments: Moments, start: float, until: int, stored: Samples, away: Away
) -> tuple[Inputs, list[str]]:
    """The inputs at the moments at which everything really happened, and what did not happen as it was to."""
    inputs, speed = stack.inputs, stack.speed
    intervals = {instance: target.interval for target, instance in stack.setting.instances()}
    ups = _ups(stack, stored)
    scrapes = {
        instance: round(
            speed.virtual(at - start)
            if instance in stack.exporter.instances
            else earliest([speed.virtual(at - start), *ups[instance]], intervals[instance])
        )
        % intervals[instance]
        for instance, at in moments.scrapes.items()
    }
    interval = stack.platform.evaluation_interval
    groups = {name: speed.virtual(at - start) % interval for name, at in moments.groups.items()}
    groups |= _evaluated(stack, stored)
    targets = {f"{target}/{name}": phase for (target, name), phase in scrapes.items()}
    made = replace(
        inputs,
        phases=Phases(
            next(iter(scrapes.values()), inputs.phases.scrape),
            min(groups.values(), default=0),
            targets,
            groups,
        ),
        restarts=tuple(_restart(one, away) for one in inputs.restarts),
        discord_limit=limit_of(inputs, speed),
        outages=(
            *(_outage(one, away) for one in inputs.outages),
            *_unscraped(inputs, ups, until, intervals),
        ),
    )
    return made, _scraped_anyway(inputs, ups, until)


def _evaluated(stack: Stack, stored: Samples) -> dict[str, int]:
    """When in its interval a group was evaluated, by the very samples that its rules wrote."""
    interval = stack.platform.evaluation_interval
    base = round(stack.inputs.start.timestamp() * 1000)
    wrote = {str(rule.get("record") or rule.get("alert")): name for name, rule in stack.platform.rules()}
    found: dict[str, int] = {}
    for key, points in stored.items():
        labels = dict(key)
        written = labels["alertname"] if labels["__name__"] == "ALERTS" else labels["__name__"]
        if written in wrote and points:
            found[wrote[written]] = (points[-1][0] - base) % interval
    return found


def _ups(stack: Stack, stored: Samples) -> dict[Instance, list[int]]:
    """When each target was scraped."""
    base = round(stack.inputs.start.timestamp() * 1000)
    found: dict[Instance, list[int]] = {}
    for target, instance in stack.setting.instances():
        own = {"__name__": "up", "job": target.labels["job"], "instance": instance[1]}
        found[instance] = [
            at - base
            for key, points in stored.items()
            if own.items() <= dict(key).items()
            for at, _ in points
        ]
    return found


def heard_again(stack: Stack, start: float, back: Away) -> dict[tuple[str, int], int]:
    """When what was away was really back: Alertmanager once no post to it failed any more, as Prometheus's log tells.

    `back` is when it was started again; what it is asked in the moment before it listens is lost.
    """
    failed = [stack.speed.virtual(at - start) for at in stack.failed_posts()]
    found = dict(back)
    for (what, at), started in back.items():
        if what == "alertmanager":
            lost = [one for one in failed if at <= one <= started + stack.speed.virtual(LISTENS_SECONDS)]
            found[what, at] = max([started, *(one + 1 for one in lost)])
    return found


def _restart(one: Restart, away: Away) -> Restart:
    back = away.get((one.what, one.at))
    return one if back is None else replace(one, lasts=max(back - one.at, 0))


def _outage(one: Outage, away: Away) -> Outage:
    back = away.get((one.what, one.start))
    return one if back is None else replace(one, end=back)


def _unscraped(
    inputs: Inputs,
    ups: Mapping[Instance, list[int]],
    until: int,
    intervals: Mapping[Instance, int],
) -> list[Outage]:
    """A Prometheus that has just started learns its targets after five seconds, however fast the clock.

    Its first scrape may be late, and is stored under the moment at which it was due.
    """
    spans = [one.at for one in inputs.restarts if one.what == "prometheus"]
    spans += [one.start for one in inputs.outages if one.what == "prometheus"]
    found = []
    for instance, times in ups.items():
        for start in spans:
            first = min((at for at in times if at > start), default=None)
            end = until if first is None else max(first - intervals[instance] // 2, start)
            found.append(Outage(instance[0], start, end, "missed", instance[1]))
    return found


def _scraped_anyway(inputs: Inputs, ups: Mapping[Instance, list[int]], until: int) -> list[str]:
    """The scrapes that a target's absence should have kept from happening."""
    return [
        f"{name}/{instance} was scraped at {at / 1000:g} s, and it was to be {one.how} then"
        for one in moves(inputs)
        for (name, instance), times in ups.items()
        if name == one.what and one.instance in ("", instance)
        for at in times
        if one.start <= at < min(one.end, until)
    ]
