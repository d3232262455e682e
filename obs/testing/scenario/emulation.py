"""The whole chain in emulation, on a clock of its own: the same inputs give the same run, in milliseconds."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from obs.lang.error import LanguageError
from obs.sim.discord import Response, Webhook
from obs.sim.notation import split
from obs.sim.promtail import ConfigError, Entry, GatherError, Panic, Pipeline
from obs.sim.routing.message import DiscordMessage, message_data, render_discord
from obs.sim.routing.server import Alertmanager, Answer, Delivery
from obs.sim.routing.timeline import shown_alert
from obs.sim.rules.evaluator import AlertState, Evaluator, Posted, Settings
from obs.sim.scrape import Exposed, Key, Scraper, Stored, TargetConfig, Value
from obs.testing.scenario.inputs import FOR_EVER, HISTORY, Exposition, Inputs, Line, Outage, Sent
from obs.testing.scenario.names import promtail_pod, suffix
from obs.testing.scenario.observed import AlertChange, Attempt, Observed, Post, ScrapeTry
from obs.testing.scenario.platform import Platform, ScrapeTarget

NANOSECONDS = 1_000_000
RESEND = 60_000
VALID = 4 * RESEND
"""How long an alert is believed that Prometheus sent: four times the longer of interval and resend delay."""

# At one moment: restarts, then what is put in, then scrapes, evaluations, and alerts sent by hand.
_RESTART, _LINE, _SCRAPE, _EVALUATE, _SEND = range(5)


def run(platform: Platform, inputs: Inputs, until: int, evaluator: Evaluator) -> Observed:
    """What comes of the inputs up to a moment (milliseconds). Raises RulesError for rules that cannot be loaded."""
    return Emulation(platform, inputs, evaluator).run(until)


@dataclass(slots=True)
class _Instance:
    """One instance of a target and what it exposes."""

    target: ScrapeTarget
    name: str
    scraper: Scraper
    expositions: list[Exposition] = field(default_factory=list)
    was_gone: bool = False

    def page(self, at: int) -> list[Exposed]:
        values = ((one, one.curve.value(at)) for one in self.expositions)
        return [Exposed(one.name, one.labels, value) for one, value in values if value is not None]


@dataclass(slots=True)
class _Promtail:
    """Promtail on one node. What is written while it is away it reads when it is back."""

    pipeline: Pipeline
    waiting: list[Line] = field(default_factory=list)


class Emulation:
    """One run. It keeps the evaluator's storage, so that it can be asked until another run resets it."""

    def __init__(self, platform: Platform, inputs: Inputs, evaluator: Evaluator) -> None:
        self.platform = platform
        self.inputs = inputs
        self.evaluator = evaluator
        self.webhook = Webhook(inputs.discord, *inputs.discord_limit)
        self.samples: dict[Key, list[tuple[int, Value]]] = {}
        self.changes: list[AlertChange] = []
        self.scrapes: list[ScrapeTry] = []
        self.posts: list[Post] = []
        self.attempts: list[Attempt] = []
        self.evaluations: list[int] = []
        self.rule_errors: dict[str, str] = {}
        self.pipeline_problem = ""
        self.refused = 0
        self._states: dict[tuple[str, str, Key], str] = {}
        self._queue: list[tuple[int, int, int, Callable[[int], None]]] = []
        self._promtails: dict[str, _Promtail] = {}
        self._instances: dict[tuple[str, str], _Instance] = {}
        self._pending: list[Stored] = []
        self._groups = [str(group["name"]) for group in platform.groups]
        self.alertmanager = (
            Alertmanager(platform.routing, self._deliver, inputs.start)
            if platform.routing is not None
            else None
        )

    # The clock

    def run(self, until: int) -> Observed:
        """The run from 0 up to and including `until`."""
        self._prepare(until)
        while self._queue and self._queue[0][0] <= until:
            at, _, _, action = heapq.heappop(self._queue)
            self._alertmanager_until(at - 1)
            action(at)
        self._alertmanager_until(until)
        self._store_pending()
        self._take_recorded()
        return Observed(
            self.inputs,
            self.platform,
            until,
            self.evaluator.title,
            self.samples,
            tuple(self.changes),
            tuple(self.scrapes),
            tuple(self.posts),
            tuple(self.attempts),
            tuple(self.alertmanager.verdicts) if self.alertmanager else (),
            tuple(self.evaluations),
            self.rule_errors,
            self.pipeline_problem,
            self.refused,
        )

    def _at(self, at: int, order: int, action: Callable[[int], None]) -> None:
        heapq.heappush(self._queue, (at, order, len(self._queue) + self._scheduled, action))
        self._scheduled += 1

    _scheduled = 0

    def _prepare(self, until: int) -> None:
        self._reset_evaluator()
        history = -HISTORY if any(one.curve.start < 0 for one in self.inputs.expositions) else 0
        for line in self.inputs.lines:
            self._at(line.at, _LINE, partial(self._log, line))
        for instance in self._make_instances():
            since = history if instance.expositions else 0
            interval, offset = instance.target.interval, self.inputs.phases.scrape
            self._every(interval, offset, until, _SCRAPE, partial(self._scrape, instance), since)
        interval, offset = self.platform.evaluation_interval, self.inputs.phases.evaluation
        self._every(interval, offset, until, _EVALUATE, self._evaluate, history)
        self._prepare_faults()
        for sent in self.inputs.sent:
            self._prepare_sent(sent, until)

    def _prepare_faults(self) -> None:
        for restart in self.inputs.restarts:
            back = restart.at + restart.lasts
            if restart.what == "alertmanager":
                self._at(restart.at, _RESTART, partial(self._restart_alertmanager, restart.keep))
            elif restart.what == "prometheus":
                self._at(back, _RESTART, self._restart_prometheus)
            elif restart.what == "promtail":
                self._at(back, _RESTART, self._restart_promtail)
        for outage in self.inputs.outages:
            if outage.what == "promtail" and outage.how == "down":
                self._at(outage.end, _RESTART, self._read_on)

    def _prepare_sent(self, sent: Sent, until: int) -> None:
        last = sent.until - 1 if sent.every else sent.at
        for at in range(sent.at, min(last, until) + 1, sent.every or FOR_EVER):
            self._at(at, _SEND, partial(self._send, sent, None))
        if sent.every and sent.until <= until:
            self._at(sent.until, _SEND, partial(self._send, sent, sent.until))

    def _every(
        self,
        interval: int,
        offset: int,
        until: int,
        order: int,
        action: Callable[[int], None],
        since: int = 0,
    ) -> None:
        first = since + (offset - since) % interval
        for at in range(first, until + 1, interval):
            self._at(at, order, action)

    def _away(self, what: str, at: int, instance: str = "") -> Outage | None:
        """The outage of something at a moment, restarts that last among them."""
        for one in self.inputs.outages:
            if one.what == what and one.start <= at < one.end and one.instance in ("", instance):
                return one
        for restart in self.inputs.restarts:
            if restart.what == what and restart.at <= at < restart.at + restart.lasts:
                return Outage(what, restart.at, restart.at + restart.lasts)
        return None

    def moment(self, at: int) -> datetime:
        """The moment of a time of the run."""
        return self.inputs.start + timedelta(milliseconds=at)

    def epoch(self, at: int) -> int:
        """Milliseconds since 1970."""
        return round(self.inputs.start.timestamp() * 1000) + at

    def _wall(self, at: int) -> int:
        """What the clock of Prometheus shows, as milliseconds since 1970."""
        return self.epoch(at) + sum(step.by for step in self.inputs.clock_steps if step.at <= at)

    # Log lines

    def _promtail(self, node: str) -> _Promtail | None:
        if self.platform.stages is None or self.pipeline_problem:
            return None
        if node not in self._promtails:
            try:
                pipeline = Pipeline(self.platform.stages, now=self.epoch(0) * NANOSECONDS)
            except (ConfigError, Panic) as error:
                self.pipeline_problem = f"Promtail refuses the pipeline: {error.message}"
                return None
            self._promtails[node] = _Promtail(pipeline)
        return self._promtails[node]

    def _log(self, line: Line, at: int) -> None:
        promtail = self._promtail(line.node)
        if promtail is None:
            return
        away = self._away("promtail", at, line.node)
        if away is not None and away.how == "down":
            promtail.waiting.append(line)
            return
        now = self.epoch(at) * NANOSECONDS
        try:
            promtail.pipeline.tick(now)
            for text in framed(line, self.moment(line.at)):
                promtail.pipeline.push(Entry(dict(line.labels), text, now))
        except Panic as error:
            self.pipeline_problem = f"a line kills Promtail: {error.message}"

    def _read_on(self, at: int) -> None:
        for promtail in self._promtails.values():
            waiting, promtail.waiting = promtail.waiting, []
            for line in waiting:
                self._log(line, at)

    def _restart_promtail(self, at: int) -> None:
        """Counters are in memory: they begin anew. Positions are on disk, so no line is read twice or not at all."""
        assert self.platform.stages is not None
        for promtail in self._promtails.values():
            promtail.pipeline = Pipeline(self.platform.stages, now=self.epoch(at) * NANOSECONDS)
        self._read_on(at)

    # Scrapes

    def _make_instances(self) -> Iterator[_Instance]:
        nodes = sorted({line.node for line in self.inputs.lines}) or ["node-1"]
        if self.platform.stages is not None:
            for node in nodes:
                labels = {**self.platform.promtail.labels, "pod": promtail_pod(self.platform.release, node)}
                self._instance(self.platform.promtail, node, labels)
        for one in self.inputs.expositions:
            target = next(target for target in self.platform.targets if target.name == one.target)
            labels = {
                name: value.replace("{suffix}", suffix(f"{one.target}/{one.instance}"))
                for name, value in target.labels.items()
            }
            self._instance(target, one.instance, labels).expositions.append(one)
        yield from self._instances.values()

    def _instance(self, target: ScrapeTarget, name: str, labels: Mapping[str, str]) -> _Instance:
        key = target.name, name
        if key not in self._instances:
            config = TargetConfig(
                {**labels, "instance": name}, target.honor_labels, target.metric_relabelings
            )
            self._instances[key] = _Instance(target, name, Scraper(config))
        return self._instances[key]

    def _scrape(self, instance: _Instance, at: int) -> None:
        target, name, wall = instance.target, instance.name, self._wall(at)
        outage = self._away(target.name, at, name)
        if target.off:
            self._tried(instance, at, "gone", why=f"it is switched off; {target.off} switches it on")
        elif self._away("prometheus", at) is not None:
            instance.scraper.before = set()
            self._tried(instance, at, "missed", why="Prometheus was not running")
        elif outage is not None and outage.how == "missed":
            self._tried(instance, at, "missed", why="the scenario leaves this scrape out")
        elif outage is not None and outage.how == "gone":
            if not instance.was_gone:
                self._store(instance.scraper.gone(wall))
            instance.was_gone = True
            self._tried(instance, at, "gone", why="the scenario takes the target away")
        elif outage is not None:
            self._store(instance.scraper.failed(wall))
            self._tried(instance, at, "down", why="the target does not answer")
        else:
            instance.was_gone = False
            self._answered(instance, at, wall)

    def _answered(self, instance: _Instance, at: int, wall: int) -> None:
        try:
            page = self._promtail_page(instance.name, at) if instance.target.name == "promtail" else []
        except GatherError as error:
            self._store(instance.scraper.failed(wall))
            self._tried(instance, at, "refused", why=f"Promtail answers 500: {error}")
            return
        page += instance.page(at)
        stored = instance.scraper.scrape(page, wall)
        self._store(stored)
        self.scrapes.append(ScrapeTry(at, instance.target.name, instance.name, "ok", len(page), len(stored)))

    def _promtail_page(self, node: str, at: int) -> list[Exposed]:
        promtail = self._promtail(node)
        if promtail is None:
            return []
        now = self.epoch(at) * NANOSECONDS
        promtail.pipeline.tick(now)
        metrics = promtail.pipeline.metrics
        page = [Exposed(one.name, one.labels, one.value) for one in metrics.samples()]
        for family in metrics.families:
            family.prune(now)
        return page

    def _tried(self, instance: _Instance, at: int, outcome: str, why: str) -> None:
        self.scrapes.append(ScrapeTry(at, instance.target.name, instance.name, outcome, why=why))  # type: ignore[arg-type]

    # Storage and rules

    def _store(self, stored: list[Stored]) -> None:
        for one in stored:
            points = self.samples.setdefault(one.labels, [])
            if points and one.at <= points[-1][0]:
                self.refused += 1
                continue
            points.append((one.at, one.value))
            self._pending.append(one)

    def _store_pending(self) -> None:
        pending, self._pending = self._pending, []
        self.evaluator.append(pending)

    def _reset_evaluator(self) -> None:
        settings = Settings(
            self.platform.external_labels,
            self.platform.external_url,
            self.platform.features,
            resend_delay=RESEND,
            subquery_interval=self.platform.evaluation_interval,
        )
        self.evaluator.reset(settings)
        self.evaluator.load(self.platform.groups, self.platform.evaluation_interval)
        for one in self.inputs.stored:
            self.evaluator.append_notation(one.notation, self.epoch(one.start), one.interval)

    def _restart_prometheus(self, _: int) -> None:
        self.evaluator.load(self.platform.groups, self.platform.evaluation_interval, restart=True)
        for state in self._states:
            self._states[state] = "inactive"

    def _evaluate(self, at: int) -> None:
        if self._away("prometheus", at) is not None or not self._groups:
            return
        pending, self._pending = self._pending, []
        done = self.evaluator.evaluate(self._groups, self._wall(at), pending)
        self.evaluations.append(at)
        current: dict[tuple[str, str, Key], AlertState] = {}
        for rule in done.rules:
            if rule.error:
                self.rule_errors[rule.name] = rule.error
            for alert in rule.alerts:
                current[rule.group, rule.name, frozenset(alert.labels.items())] = alert
        self._note_changes(current, at)
        # Prometheus goes through its alerts in an order of chance.
        for posted in sorted(done.sent, key=lambda one: sorted(one.labels.items())):
            self._post(posted, at)

    def _note_changes(self, current: Mapping[tuple[str, str, Key], AlertState], at: int) -> None:
        for key, alert in current.items():
            if self._states.get(key, "inactive") != alert.state:
                self._states[key] = alert.state
                self.changes.append(
                    AlertChange(at, key[1], alert.labels, alert.state, alert.value, alert.annotations)
                )
        for key, state in self._states.items():
            if state != "inactive" and key not in current:
                self._states[key] = "inactive"
                self.changes.append(AlertChange(at, key[1], dict(key[2]), "inactive"))

    def _take_recorded(self) -> None:
        """What rules wrote, among the samples."""
        names = {str(rule["record"]) for _, rule in self.platform.rules() if "record" in rule}
        names |= {"ALERTS"} if self.platform.alerts else set()
        found = list(self.evaluator.stored(f'{{__name__=~"{"|".join(sorted(names))}"}}')) if names else []
        for given in self.inputs.stored:
            found += self.evaluator.stored(split(given.notation)[0])
        for one in found:
            self.samples[frozenset(one.labels.items())] = list(one.points)

    # Alertmanager and Discord

    def _post(self, posted: Posted, at: int) -> None:
        """Prometheus sends an alert; its own labels go with it, but for those that the operator drops."""
        dropped = set(self.platform.dropped_external)
        labels = {name: value for name, value in posted.labels.items() if name not in dropped}
        external = {
            name: value for name, value in self.platform.external_labels.items() if name not in dropped
        }
        whole = Posted(
            {**external, **labels}, posted.annotations, posted.starts_at, posted.ends_at, posted.resolved
        )
        base = self._wall(at) - at
        self._into_alertmanager(whole, at, whole.starts_at - base, whole.ends_at - base)

    def _send(self, sent: Sent, ends: int | None, at: int) -> None:
        """An alert that no rule of ours makes: by hand without an end, or as Prometheus sends it."""
        ends_at = ends if ends is not None else at + VALID if sent.every else None
        starts_at = sent.at if sent.every else None
        posted = Posted(sent.labels, sent.annotations, sent.at, ends_at or 0, ends is not None)
        self._into_alertmanager(posted, at, starts_at, ends_at)

    def _into_alertmanager(self, posted: Posted, at: int, starts_at: int | None, ends_at: int | None) -> None:
        lost = ""
        if self.alertmanager is None:
            lost = self.platform.routing_problem or "Alertmanager has no configuration"
        elif self._away("alertmanager", at) is not None:
            lost = "Alertmanager was not running"
        else:
            self.alertmanager.post(
                posted.labels, posted.annotations, at, starts_at=starts_at, ends_at=ends_at
            )
        self.posts.append(Post(at, posted, lost))

    def _restart_alertmanager(self, keep: bool, _: int) -> None:
        if self.alertmanager is not None:
            self.alertmanager.restart(keep=keep)

    def _alertmanager_until(self, at: int) -> None:
        if self.alertmanager is not None:
            self.alertmanager.run_until(at)

    def _deliver(self, delivery: Delivery) -> Answer:
        assert self.platform.routing is not None
        receiver = self.platform.routing.receiver(delivery.receiver)
        if delivery.kind != "discord_configs":
            self.attempts.append(
                Attempt(delivery, None, Response(200, "not Discord: its text is not rendered"))
            )
            return Answer()
        shown = [shown_alert(alert, delivery.at, self.inputs.start) for alert in delivery.alerts]
        data = message_data(shown, delivery.receiver, delivery.group_labels, self.platform.alertmanager_url)
        try:
            config = receiver.discord[delivery.index]
            message: DiscordMessage = render_discord(config, data, self.platform.alertmanager_version)
        except LanguageError as error:
            self.attempts.append(Attempt(delivery, None, Response(0), error.message))
            return Answer(ok=False, error=f"the template fails: {error.message}")
        response = self.webhook.post(message, delivery.at)
        self.attempts.append(Attempt(delivery, message, response))
        return Answer(response.ok, response.retried, "" if response.ok else str(response), response.takes)


LONGEST_PART = 16_384
"""Bytes after which the container runtime splits a line into parts."""


def framed(line: Line, moment: datetime) -> list[str]:
    """The line as the container runtime writes it to its file: in parts, when it is long."""
    time = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}000Z"
    if line.framing == "cri":
        parts = _parts(line.text)
        flags = [*("P" for _ in parts[1:]), "F"]
        return [f"{time} {line.stream} {flag} {part}" for flag, part in zip(flags, parts, strict=True)]
    if line.framing == "docker":
        import json

        entry = {"log": f"{line.text}\n", "stream": line.stream, "time": time}
        return [json.dumps(entry, ensure_ascii=False)]
    return [line.text]


def _parts(text: str) -> list[str]:
    """The text cut where the runtime cuts it; a character that is cut in two is moved whole to the next part."""
    data = text.encode("utf-8", "replace")
    if len(data) <= LONGEST_PART:
        return [text]
    parts: list[str] = []
    while data:
        end = LONGEST_PART
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(data[:end].decode())
        data = data[end:]
    return parts
