"""A scenario played on a stack in real time: lines written, alerts sent, servers taken away, at their moments."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from obs.sim.scrape import Key, Value
from obs.testing.prove.exporter import Instance
from obs.testing.prove.sink import Heard
from obs.testing.prove.stack import Stack, limit_of
from obs.testing.scenario.deliveries import VALID
from obs.testing.scenario.framing import framed
from obs.testing.scenario.inputs import HISTORY, Inputs, Line, Outage, Phases, Restart, Sent

Samples = dict[Key, list[tuple[int, Value]]]
SERVERS = ("prometheus", "alertmanager", "promtail")
LEAD_SECONDS = 0.5
"""From the moment that everything is ready to the earliest start of a scenario."""
BEHIND, BEFORE = 0.15, 0.03
"""Seconds that an evaluation must be apart from scrapes: nearer, it is chance whether it sees what they store."""

MOVES = 12
"""How often rules are moved in their interval at most."""

TAIL = 10_000
"""How long a run goes on after its end, so that what was due then has come (milliseconds of the scenario)."""


@dataclass(frozen=True, slots=True)
class Played:
    """What real servers did. `inputs` has the times at which they scraped, evaluated and really were away."""

    inputs: Inputs
    until: int
    heard: tuple[Heard, ...]
    samples: Mapping[Key, list[tuple[int, Value]]]
    cleanup: int
    """When in their interval Alertmanager's clean-ups come (milliseconds of the scenario)."""
    started: float
    """When it started, in seconds since 1970."""
    seconds: float
    """How long it took with all that is before and behind it."""
    late: int
    """The longest that an action came after its moment (milliseconds of the scenario)."""
    problems: tuple[str, ...] = ()


def unplayable(inputs: Inputs) -> str:
    """Why real servers cannot play something; empty when they can."""
    if inputs.clock_steps:
        return "the clock of this machine is not touched"
    if inputs.stored:
        return "a series that no target exposes is not in a real Prometheus"
    odd = sorted({one.how for one in inputs.outages} - {"down"})
    if odd:
        return f"a real Prometheus cannot be made to leave out one scrape ({', '.join(odd)})"
    return ""


class Player:
    """One run on one stack that has been started."""

    def __init__(self, stack: Stack, until: int) -> None:
        self.stack, self.until = stack, until
        self.speed, self.inputs = stack.speed, stack.inputs
        self.start = 0.0
        self.late = 0
        self.problems: list[str] = []
        self._groups: dict[str, float] = {}
        self._away: dict[tuple[str, int], int] = {}
        self._files = threading.Lock()
        self._moment = datetime.fromtimestamp(0, UTC)

    def play(self) -> Played:
        """The whole run; raises ServerEndedError, TimeoutError."""
        began = time.monotonic()
        phases = self.begin()
        self._act()
        self._note_groups()
        samples = self._samples()
        return Played(
            self._measured(phases, samples),
            self.until,
            tuple(self.stack.sink.heard),
            samples,
            self._cleanup(),
            self.start,
            time.monotonic() - began,
            self.late,
            (*self.problems, *self.stack.sink.strange),
        )

    # Before it starts

    def begin(self) -> dict[Instance, float]:
        """Wait until everything runs and set the start; returns when each target is scraped."""
        phases = self._get_ready()
        self._set_start(phases)
        return phases

    def _get_ready(self) -> dict[Instance, float]:
        stack = self.stack
        for name in ("alertmanager", *(f"promtail-{node}" for node in stack.setting.ports.promtails)):
            stack.wait_ready(name)
        stack.wait_ready("prometheus")
        wanted = len(stack.setting.instances())
        interval = self.speed.seconds(stack.platform.evaluation_interval)
        stack.servers.wait_for(lambda: len(stack.scrape_phases()) == wanted, 60, "every target is scraped")
        phases = stack.scrape_phases()
        for moved in range(MOVES):
            self._groups.clear()
            for _ in range(3):
                time.sleep(interval)
                self._note_groups()
            near = self._near(phases)
            if not near or not self.until or moved == MOVES - 1:
                break
            stack.move_rules(near)
            time.sleep(interval)
        return phases

    def _near(self, phases: Mapping[Instance, float]) -> list[str]:
        """The groups that are evaluated so soon behind a scrape, or before one, that it is chance what they see."""
        interval = self.speed.seconds(self.stack.platform.evaluation_interval)
        return [
            name
            for name, group in self._groups.items()
            if not all(BEHIND < (group - scrape) % interval < interval - BEFORE for scrape in phases.values())
        ]

    def _note_groups(self) -> None:
        """The earliest in its interval at which each group was seen to be evaluated."""
        interval = self.speed.seconds(self.stack.platform.evaluation_interval)
        for name, at in self.stack.group_times().items():
            before = self._groups.get(name)
            if before is None:
                self._groups[name] = at
                continue
            earlier = (before - at) % interval
            if earlier < interval / 2:
                self._groups[name] = at

    def _set_start(self, phases: Mapping[Instance, float]) -> None:
        """The start, such that the first instance is scraped when in its interval the scenario wants it."""
        history = HISTORY if any(one.curve.start < 0 for one in self.inputs.expositions) else 0
        earliest = time.time() + LEAD_SECONDS + self.speed.seconds(history)
        interval = self.speed.seconds(self.stack.platform.evaluation_interval)
        wanted = next(iter(phases.values()), 0.0) - self.speed.seconds(self.inputs.phases.scrape)
        self.start = earliest + (wanted - earliest) % interval
        exporter = self.stack.exporter
        exporter.intervals = {
            one: self.speed.seconds(target.interval) for target, one in self.stack.setting.instances()
        }
        exporter.phases = dict(phases)
        exporter.start = self.stack.sink.start = self.start
        self.stack.set_clock(self.start)

    # While it runs

    def _act(self) -> None:
        queue: list[tuple[int, int, Callable[[], None]]] = []
        for number, (at, action) in enumerate(self._actions()):
            heapq.heappush(queue, (at, number, action))
        started: list[threading.Thread] = []
        while queue:
            at, _, action = heapq.heappop(queue)
            self._sleep_until(at)
            self.late = max(self.late, self.now() - at)
            if getattr(action, "slow", False):
                started.append(threading.Thread(target=action, daemon=True))
                started[-1].start()
            else:
                action()
        self._sleep_until(self.until + TAIL)
        for thread in started:
            thread.join(60)

    def now(self) -> int:
        """The moment of the scenario."""
        return round((time.time() - self.start) * 1000 * self.speed.factor)

    def _sleep_until(self, at: int) -> None:
        moment = self.start + self.speed.seconds(at)
        while (left := moment - time.time()) > 0:
            time.sleep(min(left, 0.5))
            if left > 1:
                self.stack.servers.check()

    def _actions(self) -> list[tuple[int, Callable[[], None]]]:
        found: list[tuple[int, Callable[[], None]]] = []
        for at in sorted({line.at for line in self.inputs.lines if line.at <= self.until}):
            lines = [line for line in self.inputs.lines if line.at == at]
            found.append((at, _Write(self, lines)))
        for sent in self.inputs.sent:
            found += self._sends(sent)
        for rotation in self.inputs.rotations:
            if rotation.at <= self.until:
                found.append((rotation.at, _Rotate(self, rotation.service, rotation.at)))
        for restart in self.inputs.restarts:
            if restart.at <= self.until:
                away = restart.at + restart.lasts
                found.append((restart.at, _Away(self, restart.what, restart.at, away, restart.keep)))
        for outage in self.inputs.outages:
            if outage.what in SERVERS and outage.start <= self.until:
                found.append((outage.start, _Away(self, outage.what, outage.start, outage.end, True)))
        return sorted(found, key=lambda one: one[0])

    def _sends(self, sent: Sent) -> list[tuple[int, Callable[[], None]]]:
        """The same moments as in emulation."""
        last = min(sent.until - 1 if sent.every else sent.at, self.until)
        times = range(sent.at, last + 1, sent.every) if sent.every else range(sent.at, last + 1, last + 2)
        found: list[tuple[int, Callable[[], None]]] = [(at, _Send(self, sent, at, None)) for at in times]
        if sent.every and sent.until <= self.until:
            found.append((sent.until, _Send(self, sent, sent.until, sent.until)))
        return found

    def write(self, lines: list[Line]) -> None:
        """Append lines to the files of their containers."""
        with self._files:
            for line in lines:
                # No two lines of a node have one moment: Loki takes equal lines of one moment for the same.
                moment = self._moment = max(datetime.now(UTC), self._moment + timedelta(microseconds=1))
                path = self.stack.setting.path(line.node, line.labels["filename"])
                with path.open("a", encoding="utf-8") as file:
                    file.write("".join(f"{text}\n" for text in framed(line, moment)))

    def rotate(self, service: str, at: int) -> None:
        """Move the files of a service's containers aside, as the kubelet names them, and begin new ones."""
        own = {(line.node, line.labels["filename"]) for line in self.inputs.lines if line.service == service}
        with self._files:
            for node, file in sorted(own):
                path = self.stack.setting.path(node, file)
                path.rename(path.with_name(f"{path.name}.20260105-{at // 1000:06d}"))
                path.touch()

    def send(self, sent: Sent, at: int, ends: int | None) -> None:
        """Post an alert."""
        ends_at = ends if ends is not None else at + VALID if sent.every else None
        alert: dict[str, object] = {"labels": dict(sent.labels), "annotations": dict(sent.annotations)}
        if sent.every:
            alert["startsAt"] = self._clock(sent.at)
        if ends_at is not None:
            alert["endsAt"] = self._clock(ends_at)
        self.stack.post_alerts([alert])

    def _clock(self, at: int) -> str:
        return datetime.fromtimestamp(self.start + self.speed.seconds(at), UTC).isoformat()

    def away(self, what: str, start: int, end: int, keep: bool) -> None:
        """Take a server away from one moment to another, and note when it was back."""
        names = [name for name in self.stack.servers.pids if name == what or name.startswith(f"{what}-")]
        try:
            for name in names:
                self.stack.stop(name, keep=keep)
            self._sleep_until(end)
            for name in names:
                self.stack.start(name)
            for name in names:
                self.stack.wait_ready(name)
            self._away[what, start] = self.now()
        except (RuntimeError, TimeoutError, OSError) as error:
            self.problems.append(f"{what} did not come back: {error}")

    # After it ran

    def _measured(self, phases: Mapping[Instance, float], samples: Samples) -> Inputs:
        made = {one: self._phase(at) for one, at in phases.items()}
        groups = {name: self._phase(at) for name, at in self._groups.items()}
        first = next(iter(made.values()), self.inputs.phases.scrape)
        targets = {f"{target}/{name}": phase for (target, name), phase in made.items()}
        restarts = tuple(self._restart(one) for one in self.inputs.restarts)
        outages = (*(self._outage(one) for one in self.inputs.outages), *self._unscraped(samples))
        return replace(
            self.inputs,
            phases=Phases(first, min(groups.values(), default=0), targets, groups),
            restarts=restarts,
            discord_limit=limit_of(self.inputs, self.speed),
            outages=outages,
        )

    def _phase(self, at: float) -> int:
        interval = self.stack.platform.evaluation_interval
        return self.speed.virtual(at - self.start) % interval

    def _restart(self, one: Restart) -> Restart:
        back = self._away.get((one.what, one.at))
        return one if back is None else replace(one, lasts=max(back - one.at, 0))

    def _outage(self, one: Outage) -> Outage:
        back = self._away.get((one.what, one.start))
        return one if back is None else replace(one, end=back)

    def _unscraped(self, samples: Samples) -> list[Outage]:
        """A Prometheus that has just started learns its targets after five seconds, however fast the clock."""
        spans = [one.at for one in self.inputs.restarts if one.what == "prometheus"]
        spans += [one.start for one in self.inputs.outages if one.what == "prometheus"]
        base = round(self.inputs.start.timestamp() * 1000)
        found: list[Outage] = []
        for target, (name, instance) in self.stack.setting.instances():
            own = {"__name__": "up", "job": target.labels["job"], "instance": instance}
            times = [
                at - base
                for key, points in samples.items()
                if own.items() <= dict(key).items()
                for at, _ in points
            ]
            for start in spans:
                first = min((at for at in times if at > start), default=self.until)
                found.append(Outage(name, start, first, "missed", instance))
        return found

    def _cleanup(self) -> int:
        """Alertmanager forgets empty groups every 30 s, whatever the clock."""
        return self.speed.virtual(self.stack.alertmanager_started - self.start)

    def _samples(self) -> Samples:
        """What Prometheus stored of the series that a scenario is about, on the scenario's clock."""
        platform = self.stack.platform
        names = {"up", "ALERTS", *(one.name for one in self.inputs.expositions)}
        names |= {str(rule["record"]) for _, rule in platform.rules() if "record" in rule}
        own = [one.replace("*", ".*") for one in platform.promtail.exposes if one != "promtail_*"]
        selector = f'{{__name__=~"{"|".join([*sorted(names), *own])}"}}'
        base = round(self.inputs.start.timestamp() * 1000)
        found: Samples = {}
        for labels, points in self.stack.raw(
            selector, self.speed.seconds(self.until + HISTORY + 600_000) + 60
        ):
            found[frozenset(labels.items())] = [
                (base + self.speed.virtual(at - self.start), value) for at, value in points
            ]
        return found


@dataclass(frozen=True, slots=True)
class _Write:
    player: Player
    lines: list[Line]

    def __call__(self) -> None:
        self.player.write(self.lines)


@dataclass(frozen=True, slots=True)
class _Rotate:
    player: Player
    service: str
    at: int

    def __call__(self) -> None:
        self.player.rotate(self.service, self.at)


@dataclass(frozen=True, slots=True)
class _Send:
    player: Player
    sent: Sent
    at: int
    ends: int | None

    def __call__(self) -> None:
        self.player.send(self.sent, self.at, self.ends)


@dataclass(frozen=True, slots=True)
class _Away:
    player: Player
    what: str
    start: int
    end: int
    keep: bool
    slow: bool = True

    def __call__(self) -> None:
        self.player.away(self.what, self.start, self.end, self.keep)
