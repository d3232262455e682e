"""The whole chain in emulation, on a clock of its own: the same inputs give the same run, in milliseconds."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import count, groupby
from weakref import WeakKeyDictionary

from obs.sim.notation import split
from obs.sim.rules.evaluator import AlertState, Evaluation, Evaluator, Posted, RulesError, Settings, Step
from obs.sim.scrape import Key, Stored, Value
from obs.testing.scenario.clock import Clock
from obs.testing.scenario.deliveries import RESEND, Deliveries
from obs.testing.scenario.inputs import FOR_EVER, HISTORY, Inputs, Sent
from obs.testing.scenario.observed import AlertChange, Observed
from obs.testing.scenario.platform import Platform
from obs.testing.scenario.promtails import Promtails
from obs.testing.scenario.relevant import Group, relevant, stored_series
from obs.testing.scenario.resolved import still_sent
from obs.testing.scenario.scrapes import Instance, Scrapes

_accepted: WeakKeyDictionary[Evaluator, tuple[Group, ...]] = WeakKeyDictionary()
"""The rules that an evaluator was last seen to take as a whole."""

# At one moment: restarts, then what is put in, then scrapes, evaluations, and alerts sent by others.
_RESTART, _LINE, _SCRAPE, _EVALUATE, _SEND = range(5)
Action = Callable[[int], None]


def run(platform: Platform, inputs: Inputs, until: int, evaluator: Evaluator) -> Observed:
    """What comes of the inputs up to a moment (milliseconds)."""
    return Emulation(platform, inputs, evaluator).run(until)


class Emulation:
    """One run. The evaluator keeps its storage, so that it can be asked until another run resets it."""

    def __init__(self, platform: Platform, inputs: Inputs, evaluator: Evaluator) -> None:
        self.clock = Clock(inputs)
        self._platform = platform
        self._inputs = inputs
        self._evaluator = evaluator
        self._promtails = Promtails(platform, self.clock)
        self._scrapes = Scrapes(platform, self.clock, self._promtails)
        self._deliveries = Deliveries(platform, self.clock)
        self._samples: dict[Key, list[tuple[int, Value]]] = {}
        self._pending: list[Stored] = []
        self._refused = 0
        self._states: dict[tuple[str, str, Key], str] = {}
        self._changes: list[AlertChange] = []
        self._evaluations: list[int] = []
        self._rule_errors: dict[str, str] = {}
        self._rules_problem = ""
        self._posted: list[tuple[int, Posted]] = []
        named = (str(rule["alert"]) for _, rule in platform.rules() if "alert" in rule)
        self._places = {name: place for place, name in enumerate(dict.fromkeys(named))}
        self._groups = [str(group["name"]) for group in platform.groups]
        self._queue: list[tuple[int, int, int, Action]] = []
        self._number = count()
        self._steps: list[tuple[int, Step]] = []
        self._restarted = False

    def run(self, until: int) -> Observed:
        """The run from 0 up to and including `until`.

        First what goes into Prometheus, then its rules all at once, then what comes of them: no message changes a rule.
        """
        self._reset_evaluator()
        self._put_in(until)
        self._play(until)
        self._evaluate_all()
        self._give_out(until)
        first = self._platform.pace.flush_first
        self._play(until, lambda at: self._deliveries.run_until(at + first))
        pending, self._pending = self._pending, []
        self._evaluator.append(pending)
        self._take_recorded()
        server = self._deliveries.alertmanager
        return Observed(
            inputs=self._inputs,
            platform=self._platform,
            until=until,
            evaluator=self._evaluator.title,
            samples=self._samples,
            changes=tuple(self._changes),
            scrapes=tuple(self._scrapes.tries),
            posts=tuple(self._deliveries.posts),
            attempts=tuple(self._deliveries.attempts),
            verdicts=tuple(server.verdicts) if server is not None else (),
            evaluations=tuple(self._evaluations),
            rule_errors=self._rule_errors,
            rules_problem=self._rules_problem,
            pipeline_problem=self._promtails.problem,
            refused_samples=self._refused,
            shipped=tuple(self._promtails.shipped),
        )

    # What happens when

    def _at(self, at: int, order: int, action: Action) -> None:
        heapq.heappush(self._queue, (at, order, next(self._number), action))

    def _every(self, interval: int, offset: int, since: int, until: int, order: int, action: Action) -> None:
        for at in range(since + (offset - since) % interval, until + 1, interval):
            self._at(at, order, action)

    def _play(self, until: int, between: Action = lambda at: None) -> None:
        """Everything that is queued, in order of time; `between` lets go on by itself what does so."""
        while self._queue and self._queue[0][0] <= until:
            at, _, _, action = heapq.heappop(self._queue)
            between(at - 1)
            action(at)
        self._queue.clear()
        between(until)

    def _put_in(self, until: int) -> None:
        """Lines, scrapes, evaluations, and what happens to Promtail and Prometheus."""
        phases = self._inputs.phases
        history = -HISTORY if any(one.curve.start < 0 for one in self._inputs.expositions) else 0
        for line in self._inputs.lines:
            self._at(line.at, _LINE, partial(self._promtails.log, line))
        for instance in self._scrapes.instances:
            since = history if instance.expositions else 0
            action = partial(self._scrape, instance)
            offset = phases.targets.get(f"{instance.target.name}/{instance.name}", phases.scrape)
            self._every(instance.target.interval, offset, since, until, _SCRAPE, action)
        self._put_in_evaluations(history, until)
        for restart in self._inputs.restarts:
            if restart.what == "prometheus":
                self._at(restart.at + restart.lasts, _RESTART, self._restart_prometheus)
            elif restart.what == "promtail":
                self._at(restart.at + restart.lasts, _RESTART, self._promtails.restart)
        for outage in self._inputs.outages:
            if outage.how == "down" and outage.what == "promtail":
                self._at(outage.end, _RESTART, self._promtails.read_on)
            elif outage.how == "down" and outage.what == "prometheus":
                self._at(outage.end, _RESTART, self._restart_prometheus)

    def _put_in_evaluations(self, since: int, until: int) -> None:
        """Groups of one phase are evaluated together, one after the other."""
        phases, interval = self._inputs.phases, self._platform.evaluation_interval
        together: dict[int, list[str]] = {}
        for name in self._groups:
            together.setdefault(phases.groups.get(name, phases.evaluation), []).append(name)
        for offset, names in together.items():
            self._every(interval, offset, since, until, _EVALUATE, partial(self._plan, tuple(names)))

    def _give_out(self, until: int) -> None:
        """What rules sent, what others send, and what happens to Alertmanager."""
        lingering = still_sent(self._posted, self._changes, self._platform, self._restarts_at(), until)
        posts = sorted([*self._posted, *lingering], key=lambda one: one[0])
        for (at, _), listed in groupby(posts, key=lambda one: (one[0], self._place(one[1]))):
            for _, posted in listed:
                self._at(at, _EVALUATE, partial(self._deliveries.post, posted))
            self._at(at, _EVALUATE, self._deliveries.run_at_once)
        for sent in self._inputs.sent:
            self._prepare_sent(sent, until)
        for restart in self._inputs.restarts:
            if restart.what == "alertmanager":
                self._at(restart.at, _RESTART, partial(self._deliveries.restart, restart.keep))

    def _restarts_at(self) -> list[int]:
        """When Prometheus began anew, and forgot what it had sent."""
        return [at for at, step in self._steps if step.restart]

    def _prepare_sent(self, sent: Sent, until: int) -> None:
        last = sent.until - 1 if sent.every else sent.at
        for at in range(sent.at, min(last, until) + 1, sent.every or FOR_EVER):
            self._at(at, _SEND, partial(self._deliveries.send, sent, None))
        if sent.every and sent.until <= until:
            self._at(sent.until, _SEND, partial(self._deliveries.send, sent, sent.until))

    # Storage and rules

    def _scrape(self, instance: Instance, at: int) -> None:
        for one in self._scrapes.scrape(instance, at):
            points = self._samples.setdefault(one.labels, [])
            if points and one.at <= points[-1][0]:
                self._refused += 1  # Prometheus drops what is older than the last sample of its series
                continue
            points.append((one.at, one.value))
            self._pending.append(one)
        late, ending = self._scrapes.taken(instance, at)
        if ending:
            self._at(late, _SCRAPE, partial(self._end, ending))

    def _end(self, ending: list[Stored], at: int) -> None:
        """Series of a target that is gone end, unless it is back or Prometheus is away."""
        if self.clock.away("prometheus", at) is not None:
            return
        for one in ending:
            points = self._samples.setdefault(one.labels, [])
            if not points or one.at > points[-1][0]:
                points.append((one.at, one.value))
                self._pending.append(one)

    def _reset_evaluator(self) -> None:
        settings = Settings(
            self._platform.external_labels,
            self._platform.external_url,
            self._platform.features,
            resend_delay=RESEND,
            subquery_interval=self._platform.evaluation_interval,
        )
        self._evaluator.reset(settings)
        for one in self._inputs.stored:
            self._evaluator.append_notation(one.notation, self.clock.epoch(one.start), one.interval)

    def _restart_prometheus(self, _: int) -> None:
        self._restarted = True

    def _plan(self, groups: tuple[str, ...], at: int) -> None:
        """An evaluation that is to come, with the samples before it."""
        if self.clock.away("prometheus", at) is not None:
            return
        step = Step(self.clock.wall(at), tuple(self._pending), self._restarted, groups)
        self._pending, self._restarted = [], False
        self._steps.append((at, step))

    def _evaluate_all(self) -> None:
        interval = self._platform.evaluation_interval
        try:
            if _accepted.get(self._evaluator) != self._platform.groups:
                self._evaluator.load(self._platform.groups, interval)
                _accepted[self._evaluator] = self._platform.groups
            groups = self._relevant()
            there = {str(group["name"]) for group in groups}
            steps = [
                replace(step, groups=tuple(name for name in step.groups or () if name in there))
                for _, step in self._steps
            ]
            done = self._evaluator.run(groups, interval, steps)
        except RulesError as error:
            self._rules_problem = f"Prometheus refuses the rules: {error.message}"
            return
        for (at, step), evaluation in zip(self._steps, done, strict=True):
            if step.restart:
                self._states = dict.fromkeys(self._states, "inactive")
            self._evaluated(evaluation, step.groups or (), at)

    def _relevant(self) -> tuple[Group, ...]:
        stored = stored_series(self._samples, (one.notation for one in self._inputs.stored))
        groups = self._platform.groups
        return tuple(groups) if stored is None else relevant(groups, stored)

    def _evaluated(self, done: Evaluation, groups: tuple[str, ...], at: int) -> None:
        self._evaluations.append(at)
        current: dict[tuple[str, str, Key], AlertState] = {}
        for rule in done.rules:
            if rule.error:
                self._rule_errors[rule.name] = rule.error
            for alert in rule.alerts:
                current[rule.group, rule.name, frozenset(alert.labels.items())] = alert
        self._note_changes(current, groups, at)
        # Rule by rule; Prometheus goes through the alerts of one rule in an order of chance.
        ordered = sorted(done.sent, key=lambda one: (self._place(one), sorted(one.labels.items())))
        self._posted += [(at, posted) for posted in ordered]

    def _place(self, posted: Posted) -> int:
        """Where the rule of an alert stands among all rules."""
        return self._places.get(posted.labels["alertname"], len(self._places))

    def _note_changes(
        self, current: Mapping[tuple[str, str, Key], AlertState], groups: tuple[str, ...], at: int
    ) -> None:
        for key, alert in current.items():
            if self._states.get(key, "inactive") != alert.state:
                self._states[key] = alert.state
                self._changes.append(
                    AlertChange(at, key[1], alert.labels, alert.state, alert.value, alert.annotations)
                )
        for key, state in self._states.items():
            if state != "inactive" and key not in current and key[0] in groups:
                self._states[key] = "inactive"
                self._changes.append(AlertChange(at, key[1], dict(sorted(key[2])), "inactive"))

    def _take_recorded(self) -> None:
        """What rules wrote and what was stored without a scrape, among the samples."""
        names = {str(rule["record"]) for _, rule in self._platform.rules() if "record" in rule}
        names |= {"ALERTS"} if self._platform.alerts else set()
        pattern = "|".join(sorted(names))
        found = list(self._evaluator.stored(f'{{__name__=~"{pattern}"}}')) if names else []
        for given in self._inputs.stored:
            found += self._evaluator.stored(split(given.notation)[0])
        for one in found:
            self._samples[frozenset(one.labels.items())] = list(one.points)
