"""A scenario played on a stack in real time: lines written, alerts sent, servers taken away, at their moments."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby

from obs.testing.prove import coming, stored
from obs.testing.prove.begin import Moments
from obs.testing.prove.coming import visits
from obs.testing.prove.measure import Played, heard_again, measured, samples
from obs.testing.prove.stack import Stack
from obs.testing.scenario.deliveries import VALID
from obs.testing.scenario.framing import framed
from obs.testing.scenario.inputs import Inputs, Line, Sent

SERVERS = ("prometheus", "alertmanager", "promtail")
TAIL = 10_000
"""How long a run goes on after its end, so that what was due then has come (milliseconds of the scenario)."""

Due = tuple[int, Callable[[], None], bool]
"""A moment of the scenario, what is done then, and whether it takes long and others do not wait for it."""


def unplayable(inputs: Inputs) -> str:
    """Why real servers cannot play something; empty when they can."""
    if inputs.clock_steps:
        return "the clock of Prometheus is this machine's, and that is not touched"
    return stored.unplayable(inputs) or coming.unplayable(inputs)


class Player:
    """One run on one stack that has been started; `groups` are those of the rules that can have a result."""

    def __init__(self, stack: Stack, until: int, groups: Collection[str] | None = None) -> None:
        self.stack, self.until = stack, until
        self.speed, self.inputs = stack.speed, stack.inputs
        self.start = 0.0
        self.late = 0
        self.problems: list[str] = []
        self.moments = Moments(stack, until, groups)
        self._away: dict[tuple[str, int], int] = {}
        self._written: dict[int, int] = {}
        self._files = threading.Lock()
        self._moment = datetime.fromtimestamp(0, UTC)

    def play(self) -> Played:
        """The whole run; raises ServerEndedError, TimeoutError."""
        began, planned = time.monotonic(), self._actions()
        self.begin()
        self._act(sorted([*planned, *self._visits()], key=lambda one: one[0]))
        self.moments.note_groups()
        found = samples(self.stack, self.start, self.until)
        back = heard_again(self.stack, self.start, self._away)
        written = tuple(replace(line, at=self._written.get(id(line), line.at)) for line in self.inputs.lines)
        inputs, problems = measured(self.stack, self.moments, self.start, self.until, found, back)
        return Played(
            replace(inputs, lines=written),
            self.until,
            tuple(self.stack.sink.heard),
            found,
            self.speed.virtual(self.stack.alertmanager_started - self.start),
            self.start,
            time.monotonic() - began,
            self.late,
            (*self.problems, *problems, *self.stack.sink.strange),
        )

    def begin(self) -> None:
        """Wait until everything runs and set the start."""
        self.moments.learn()
        self.start = self.moments.start()

    # While it runs

    def _act(self, queue: Sequence[Due]) -> None:
        started: list[threading.Thread] = []
        for at, action, slow in queue:
            self._sleep_until(at)
            self.late = max(self.late, self.now() - at)
            if slow:
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

    def _actions(self) -> list[Due]:
        """Everything that is to be done by itself, in order of time."""
        inputs, found = self.inputs, list[Due]()
        for at, lines in groupby(sorted(inputs.lines, key=lambda line: line.at), key=lambda line: line.at):
            found.append((at, partial(self.write, list(lines)), False))
        for sent in inputs.sent:
            found += self._sends(sent)
        for rotation in inputs.rotations:
            found.append((rotation.at, partial(self.rotate, rotation.service, rotation.at), False))
        for restart in inputs.restarts:
            back = restart.at + restart.lasts
            found.append((restart.at, partial(self.away, restart.what, restart.at, back, restart.keep), True))
        for outage in inputs.outages:
            if outage.what in SERVERS and outage.how == "down":
                gone = partial(self.away, outage.what, outage.start, outage.end, True)
                found.append((outage.start, gone, True))
        return sorted((one for one in found if one[0] <= self.until), key=lambda one: one[0])

    def _sends(self, sent: Sent) -> list[Due]:
        """The same moments as in emulation."""
        last = min(sent.until - 1 if sent.every else sent.at, self.until)
        times = range(sent.at, last + 1, sent.every) if sent.every else range(sent.at, last + 1, last + 2)
        found: list[Due] = [(at, partial(self.send, sent, at, None), False) for at in times]
        if sent.every and sent.until <= self.until:
            found.append((sent.until, partial(self.send, sent, sent.until, sent.until), False))
        return found

    def _visits(self) -> list[Due]:
        """Targets that leave and come back, at the moments between their scrapes."""
        found: list[Due] = []
        for target, instance in self.stack.setting.instances():
            phase = self.speed.virtual(self.moments.scrapes[instance] - self.start)
            for visit in visits(self.inputs, target, instance, phase, self.speed):
                if visit.leaves is not None:
                    found.append((visit.leaves, partial(self.stack.leave, instance), False))
                if visit.back <= self.until:
                    found.append((visit.back, partial(self.stack.come, instance), False))
        return found

    # What is done

    def write(self, lines: list[Line]) -> None:
        """Append lines to the files of their containers."""
        with self._files:
            for line in lines:
                # No two lines of a node have one moment: Loki takes equal lines of one moment for the same.
                moment = self._moment = max(datetime.now(UTC), self._moment + timedelta(microseconds=1))
                path = self.stack.setting.path(line.node, line.labels["filename"])
                with path.open("a", encoding="utf-8") as file:
                    file.write("".join(f"{text}\n" for text in framed(line, moment)))
                self._written[id(line)] = self.now()

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
            began = self.now()
            for name in names:
                self.stack.start(name)
            for name in names:
                self.stack.wait_ready(name)
            self._away[what, start] = began if what == "alertmanager" else self.now()
        except (RuntimeError, TimeoutError, OSError) as error:
            self.problems.append(f"{what} did not come back: {error}")
