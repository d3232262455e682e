"""The `scenario` that a test is given: inputs are noted down, `run` lets time pass, observables tell what came of it.

    def test_one_error_reaches_discord(scenario):
        scenario.log("gateway", spring("boom"), at="0m")
        scenario.run("10m")
        message = scenario.discord.only()
        assert message.at <= "3m" and "gateway" in message.text

An assertion that fails names the link of the chain where it died.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from obs.testing.scenario import names
from obs.testing.scenario.inputs import (
    FOR_EVER,
    ClockStep,
    Exposition,
    Inputs,
    Line,
    Outage,
    Phases,
    Restart,
    Rotation,
    Sent,
    StoredSeries,
)
from obs.testing.scenario.shapes import Load
from obs.testing.scenario.span import Duration, milliseconds

if TYPE_CHECKING:
    from obs.testing.scenario.observed import Observed
    from obs.testing.scenario.platform import Platform
    from obs.testing.scenario.views import AlertView, Discord, SeriesView

Span = str | Duration | float
Writer = Callable[[str, datetime], str]


class ScenarioError(Exception):
    """A scenario that cannot be: what is asked for does not exist, or lies in the past."""


class Backend(Protocol):
    """What a scenario runs on: the emulator, or real servers."""

    platform: Platform

    def run(self, inputs: Inputs, until: int) -> Observed:
        """What comes of the inputs up to a moment."""

    def query(self, inputs: Inputs, until: int, expr: str, at: int) -> list[SeriesView]:
        """The result of a PromQL expression at a moment of that run."""


class Scenario:
    """See the module. Times are spans from the start (`"1m30s"`); `at` is now where it is left out."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._inputs = Inputs()
        self._now = 0
        self._observed: Observed | None = None
        self._revisions: list[tuple[int, str]] = []
        self._restarts: list[tuple[int, str]] = []

    # Plain parts

    @property
    def platform(self) -> Platform:
        """What it runs on."""
        return self._backend.platform

    @property
    def inputs(self) -> Inputs:
        """All that was put in so far, as plain data."""
        return self._inputs

    @property
    def now(self) -> Duration:
        """How far it has run."""
        return Duration(self._now)

    @property
    def observed(self) -> Observed:
        """What came of it, as plain data; it must have run."""
        if self._observed is None:
            raise ScenarioError('nothing has happened yet: scenario.run("10m") lets time pass')
        return self._observed

    # Log lines

    def log(
        self,
        service: object,
        line: str | Writer,
        at: Span | None = None,
        *,
        times: int = 1,
        every: Span | None = None,
        over: Span | None = None,
        until: Span | None = None,
        pods: int = 1,
        pod: str = "",
        container: str = "",
        node: str = "node-1",
        stream: Literal["stdout", "stderr"] = "stdout",
        framing: Literal["cri", "docker", "raw"] = "cri",
    ) -> None:
        """A container of a service writes a line (a text, or one of `obs.testing.lines`).

        `times` lines are written `every` so often, or evenly `over` a time; with `until` as many as fit. They go to
        `pods` of the service in turn, or to the `pod` that is named.
        """
        name = str(getattr(service, "name", service))
        namespace = self._namespace(name)
        first = self._moment(at)
        for number, moment in enumerate(_moments(first, times, every, over, until)):
            chosen = pod or names.pod_name(name, number % pods, self._count(self._revisions, name, moment))
            where = self._count(self._restarts, name, moment)
            labels = names.stream_labels(name, namespace, chosen, container or name, node, where)
            text = line if isinstance(line, str) else line(name, self._clock(moment))
            for part in text.split("\n"):
                self._add(lines=(Line(moment, node, name, labels, part, stream, framing),))

    def rollout(self, service: object, at: Span | None = None) -> None:
        """The service gets new pods, under new names; lines from then on are theirs."""
        self._revisions.append((self._moment(at), str(getattr(service, "name", service))))

    def rotate(self, service: object, at: Span | None = None) -> None:
        """The log files of the service's pods have grown: the kubelet moves them aside and begins new ones."""
        name = str(getattr(service, "name", service))
        self._namespace(name)
        self._add(rotations=(Rotation(self._moment(at), name),))

    # Series

    def given(self, load: Load, target: object = "") -> None:
        """An exporter tells these series: `scenario.given(cpu(node="a").ramp(20, 95, "10m"))`.

        Each is scraped from the target of the project that exposes its metric (or from `target`), under its rules for
        labels.
        """
        wanted = str(getattr(target, "name", target))
        for part in load.parts:
            found = next(
                (
                    one
                    for one in self.platform.targets
                    if (one.name == wanted if wanted else one.exposes_metric(part.name))
                ),
                None,
            )
            if found is None:
                known = ", ".join(one.name for one in self.platform.targets)
                raise ScenarioError(
                    f"no target of the project exposes {part.name} (there are {known}); "
                    f'scenario.stored("{part.name}", "1 2 3") puts a series into Prometheus without a scrape'
                )
            instance = load.instance or f"{found.name}-0"
            self._add(
                expositions=(Exposition(found.name, instance, part.name, part.labels, load.curve(part)),)
            )

    def stored(self, series: object, values: str, *, every: Span = "30s", at: Span = 0) -> None:
        """A series as it is in Prometheus, in promtool's notation: `scenario.stored('up{job="x"}', "1x5 0x3")`."""
        self._add(stored=(StoredSeries(f"{series} {values}", milliseconds(at), milliseconds(every)),))

    # Faults

    def down(
        self, what: object, at: Span | None = None, *, until: Span | None = None, instance: str = ""
    ) -> None:
        """A target, `promtail`, `prometheus`, `alertmanager` or `discord` does not answer for a while."""
        name = self._part(what)
        start, end = self._moment(at), FOR_EVER if until is None else milliseconds(until)
        if name == "discord":
            self.discord_answers(0, Duration(start), until=Duration(end))
        else:
            self._add(outages=(Outage(name, start, end, "down", instance),))

    def missed(self, target: object, at: Span | None = None, *, until: Span, instance: str = "") -> None:
        """Prometheus does not scrape a target for a while; nothing is stored, no stale marker either."""
        self._add(
            outages=(Outage(self._part(target), self._moment(at), milliseconds(until), "missed", instance),)
        )

    def gone(
        self, target: object, at: Span | None = None, *, until: Span | None = None, instance: str = ""
    ) -> None:
        """A target disappears from discovery: its series end."""
        end = FOR_EVER if until is None else milliseconds(until)
        self._add(outages=(Outage(self._part(target), self._moment(at), end, "gone", instance),))

    def restart(self, what: object, at: Span | None = None, *, lasts: Span = 0, keep: bool = True) -> None:
        """`promtail`, `prometheus`, `alertmanager` or the containers of a service end and are back after `lasts`.

        With `keep=False` Alertmanager's disk is lost too, and with it what it knows to have sent.
        """
        moment, name = self._moment(at), self._part(what)
        if name in self.platform.services:
            self._restarts.append((moment, name))
        else:
            self._add(restarts=(Restart(name, moment, milliseconds(lasts), keep),))

    def clock_step(self, by: Span, at: Span | None = None, *, back: bool = False) -> None:
        """The clock of Prometheus jumps."""
        self._add(clock_steps=(ClockStep(self._moment(at), milliseconds(by) * (-1 if back else 1)),))

    def discord_answers(
        self,
        status: int,
        at: Span | None = None,
        *,
        until: Span | None = None,
        takes: Span = 0,
        retry_after: float = 0.0,
    ) -> None:
        """Discord answers with this status for a while; 0 is no answer, `takes` how long it thinks."""
        from obs.sim.discord import Behaviour

        end = FOR_EVER if until is None else milliseconds(until)
        self._add(discord=(Behaviour(self._moment(at), end, status, milliseconds(takes), retry_after),))

    def discord_limit(self, requests: int, per: Span) -> None:
        """How many requests Discord takes in what time before it answers 429 (five in 2 s; 0 for no limit)."""
        self._inputs = replace(self._inputs, discord_limit=(requests, milliseconds(per)))

    def phases(self, *, scrape: Span = "10s", evaluation: Span = 0) -> None:
        """When in their intervals scrapes and evaluations happen."""
        self._inputs = replace(self._inputs, phases=Phases(milliseconds(scrape), milliseconds(evaluation)))

    def starts(self, moment: datetime) -> None:
        """The moment of time 0, with its zone (a Monday at midnight): for rules and routes that know the hour."""
        if moment.tzinfo is None:
            raise ScenarioError("the moment needs a zone, such as datetime(2026, 1, 5, 9, tzinfo=UTC)")
        if self._inputs.lines or self._now:
            raise ScenarioError("starts() comes first")
        self._inputs = replace(self._inputs, start=moment)

    # Alerts of others

    def send(
        self,
        alert: object,
        at: Span | None = None,
        *,
        annotations: Mapping[str, str] | None = None,
        **labels: str,
    ) -> None:
        """An alert is posted to Alertmanager once, as `amtool alert add` does; it ends with `resolve_timeout`."""
        self._sent(alert, self._moment(at), 0, 0, annotations, labels)

    def fire(
        self,
        alert: object,
        at: Span | None = None,
        *,
        until: Span | None = None,
        annotations: Mapping[str, str] | None = None,
        **labels: str,
    ) -> None:
        """An alert of somebody else's rules fires: Prometheus posts it each minute until it ends."""
        end = FOR_EVER if until is None else milliseconds(until)
        self._sent(alert, self._moment(at), 60_000, end, annotations, labels)

    def _sent(
        self,
        alert: object,
        at: int,
        every: int,
        until: int,
        annotations: Mapping[str, str] | None,
        labels: Mapping[str, str],
    ) -> None:
        name = str(getattr(alert, "name", alert))
        self._add(sent=(Sent({"alertname": name, **labels}, dict(annotations or {}), at, every, until),))

    # Time

    def run(self, span: Span = "10m") -> None:
        """Let time pass."""
        if not milliseconds(span, "run"):
            raise ScenarioError('run() needs a time, such as scenario.run("10m")')
        self._now += milliseconds(span, "run")
        self._observed = self._backend.run(self._inputs, self._now)

    # Observables

    @property
    def discord(self) -> Discord:
        """What Discord was sent."""
        from obs.testing.scenario.views import Discord

        return Discord(self)

    def alert(self, alert: object, **labels: str) -> AlertView:
        """An alert over time; `labels` choose among its instances."""
        from obs.testing.scenario.views import AlertView

        name = str(getattr(alert, "name", alert))
        if self.platform.alert_rule(name) is None:
            known = ", ".join(self.platform.alerts) or "none"
            raise ScenarioError(f"no rule of the project is named {name}; there are {known}")
        return AlertView(self, name, labels)

    def series(self, selector: object) -> list[SeriesView]:
        """The series that Prometheus has stored under a selector, with every sample."""
        from obs.testing.scenario.views import series_of

        return series_of(self.observed, str(selector))

    def query(self, expr: str, at: Span | None = None) -> list[SeriesView]:
        """The result of a PromQL expression at a moment (the end)."""
        moment = self._now if at is None else milliseconds(at)
        return self._backend.query(self._inputs, self._now, expr, moment)

    def explain(self, alert: object = "") -> str:
        """The chain link by link: how far each alert came, and why no further."""
        from obs.testing.scenario.diagnosis import explain

        return explain(self.observed, str(getattr(alert, "name", alert)), self._ask)

    def _ask(self, expr: str, at: int) -> list[tuple[Mapping[str, str], float]]:
        found = self._backend.query(self._inputs, self._now, expr, at)
        return [(one.labels, one.last) for one in found if isinstance(one.last, float)]

    # Helpers

    def _add(self, **more: tuple[object, ...]) -> None:
        self._inputs = self._inputs.adding(**more)

    def _moment(self, at: Span | None) -> int:
        moment = self._now if at is None else milliseconds(at, "at")
        if moment < self._now:
            raise ScenarioError(f"{Duration(moment)} has passed: the scenario is at {self.now}")
        return moment

    def _clock(self, moment: int) -> datetime:
        return self._inputs.start + timedelta(milliseconds=moment)

    def _namespace(self, service: str) -> str:
        if service not in self.platform.services:
            known = ", ".join(sorted(self.platform.services)) or "none"
            raise ScenarioError(f"no service of the project is named {service!r}; there are {known}")
        return self.platform.services[service]

    def _part(self, what: object) -> str:
        name = str(getattr(what, "name", what))
        known = [
            "prometheus",
            "alertmanager",
            "promtail",
            "discord",
            *(one.name for one in self.platform.targets),
        ]
        if name not in known and name not in self.platform.services:
            raise ScenarioError(
                f"there is no {name!r}; it may be {', '.join(dict.fromkeys(known))}, or a service"
            )
        return name

    def _count(self, events: Sequence[tuple[int, str]], service: str, moment: int) -> int:
        return sum(1 for at, name in events if name == service and at <= moment)


def _moments(first: int, times: int, every: Span | None, over: Span | None, until: Span | None) -> list[int]:
    if over is not None:
        whole = milliseconds(over, "over")
        return [first + whole * number // max(times - 1, 1) for number in range(times)]
    if every is None:
        return [first] * times
    step = milliseconds(every, "every")
    if not step:
        raise ScenarioError("every= must be more than 0")
    if until is not None:
        return list(range(first, milliseconds(until, "until"), step))
    return [first + number * step for number in range(times)]
