"""What a test looks at: messages, alerts over time, series. A failed expectation says where the chain broke."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from obs.lang import matchers, promql
from obs.sim.scrape import NAME, STALE, Value
from obs.testing.scenario.observed import AlertChange, Attempt, Observed
from obs.testing.scenario.span import Duration

if TYPE_CHECKING:
    from obs.testing.scenario.scenario import Scenario

Labels = Mapping[str, str]
MOST = 8
"""How many items an error message lists."""


class Text(str):
    """A text of a message; it knows where it comes from, so that an assertion can explain itself."""

    message: Message


class Moment(Duration):
    """When a message came."""

    __slots__ = ("message",)

    def __init__(self, milliseconds: int, message: Message) -> None:
        super().__init__(milliseconds)
        self.message = message


class Message:
    """A message that Discord took."""

    def __init__(self, scenario: Scenario, attempt: Attempt) -> None:
        self._attempt = attempt
        self._scenario = scenario

    @property
    def scenario(self) -> Scenario:
        """Where it was seen."""
        return self._scenario

    @property
    def at(self) -> Moment:
        """When it was sent, from the start of the scenario."""
        return Moment(self._attempt.at, self)

    @property
    def title(self) -> Text:
        """Its first line, as rendered."""
        assert self._attempt.message is not None
        return self._text(self._attempt.message.title)

    @property
    def text(self) -> Text:
        """All that a person reads: content, title and description."""
        shown = self._attempt.message
        assert shown is not None
        return self._text("\n".join(part for part in (shown.content, shown.title, shown.description) if part))

    def _text(self, text: str) -> Text:
        made = Text(text)
        made.message = self
        return made

    @property
    def receiver(self) -> str:
        """The receiver's name in the project (Alertmanager knows it as `namespace/route/name`)."""
        return self._attempt.delivery.receiver.rsplit("/", 1)[-1]

    @property
    def group(self) -> dict[str, str]:
        """The labels of its group."""
        return dict(self._attempt.delivery.group_labels)

    @property
    def alerts(self) -> list[dict[str, str]]:
        """The labels of each alert in it."""
        return [dict(alert.labels) for alert in self._attempt.delivery.alerts]

    @property
    def alertname(self) -> str:
        """The name of its alerts; empty when they have several."""
        found = {alert.get("alertname", "") for alert in self.alerts}
        return found.pop() if len(found) == 1 else ""

    @property
    def resolved(self) -> bool:
        """Whether every alert in it is over."""
        return all(alert.over(self._attempt.at) for alert in self._attempt.delivery.alerts)

    @property
    def end(self) -> Message | None:
        """The later message that all of this group is over, if it came."""
        later = [
            one for one in self._scenario.discord.resolved if one.group == self.group and one.at > self.at
        ]
        return later[0] if later else None

    @property
    def reason(self) -> str:
        """Why it was sent: first, new alert, resolved or repeat."""
        return self._attempt.delivery.reason

    @property
    def attempt(self) -> int:
        """Which attempt it was, from 1."""
        return self._attempt.delivery.number

    def __repr__(self) -> str:
        state = "resolved" if self.resolved else "firing"
        return f"<{state} message at {self.at} to {self.receiver}: {self.title}>"


class Discord(Sequence[Message]):
    """The messages that arrived, in order of time."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        observed = scenario.observed
        self._taken = [one for one in observed.attempts if one.message is not None and one.response.ok]

    @cached_property
    def all(self) -> list[Message]:
        """Every message."""
        return [Message(self.scenario, attempt) for attempt in self._taken]

    @property
    def firing(self) -> list[Message]:
        """Those with an alert that fires."""
        return [message for message in self.all if not message.resolved]

    @property
    def resolved(self) -> list[Message]:
        """Those whose alerts are all over."""
        return [message for message in self.all if message.resolved]

    @property
    def refused(self) -> list[Attempt]:
        """The attempts that Discord did not take, with its answers."""
        return [one for one in self.scenario.observed.attempts if not one.response.ok]

    def of(self, alert: object) -> list[Message]:
        """The messages with an alert of this name."""
        name = str(getattr(alert, "name", alert))
        return [
            message for message in self.all if any(one.get("alertname") == name for one in message.alerts)
        ]

    def only(self) -> Message:
        """The one message that tells of an alert, whether or not its end was told later.

        AssertionError says why there is none, or which there are.
        """
        if len(self.firing) == 1:
            return self.firing[0]
        if not self.firing:
            raise AssertionError(f"no message reached Discord\n{self.scenario.explain()}")
        raise AssertionError(f"{len(self.firing)} messages reached Discord, not one:\n{_listed(self.all)}")

    def first(self) -> Message:
        """The first message; AssertionError says why there is none."""
        if not self.all:
            raise AssertionError(f"no message reached Discord\n{self.scenario.explain()}")
        return self.all[0]

    def none(self) -> None:
        """AssertionError when any message arrived."""
        if self.all:
            raise AssertionError(f"Discord should hear nothing, and was sent:\n{_listed(self.all)}")

    def __len__(self) -> int:
        return len(self._taken)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        return self.all[index]

    def __iter__(self) -> Iterator[Message]:
        return iter(self.all)

    def __repr__(self) -> str:
        return f"<Discord: {self.all!r}>"


def _listed(messages: Sequence[Message]) -> str:
    """A few of them, one a line."""
    shown = "\n".join(f"  {message!r}" for message in messages[:MOST])
    return shown + (f"\n  and {len(messages) - MOST} more" if len(messages) > MOST else "")


class State(str):
    """`inactive`, `pending` or `firing`; `at` is since when."""

    at: Duration


class States(list[State]):
    """The states of an alert one after the other; compares with a list of texts."""

    view: AlertView


class AlertView:
    """An alert of the project over time."""

    def __init__(self, scenario: Scenario, name: str, labels: Labels) -> None:
        self.scenario = scenario
        self.name = name
        self.labels = dict(labels)

    @property
    def changes(self) -> list[AlertChange]:
        """Every change of state of the chosen instances, as plain data."""
        return [
            change
            for change in self.scenario.observed.changes
            if change.alert == self.name and self.labels.items() <= dict(change.labels).items()
        ]

    @property
    def instances(self) -> list[dict[str, str]]:
        """The label sets that were ever pending."""
        found = {frozenset(change.labels.items()): dict(change.labels) for change in self.changes}
        return list(found.values())

    @property
    def states(self) -> States:
        """States over time, of the worst instance at each moment; the first is `inactive`."""
        current: dict[frozenset[tuple[str, str]], str] = {}
        found = States([_state("inactive", 0)])
        found.view = self
        for change in self.changes:
            current[frozenset(change.labels.items())] = change.state
            worst = max(current.values(), key=("inactive", "pending", "firing").index)
            at = max(change.at, 0)  # what was before the scenario counts as its first state
            if found[-1] != worst:
                if found[-1].at.milliseconds == at:
                    found.pop()
                if not found or found[-1] != worst:
                    found.append(_state(worst, at))
        return found

    @property
    def fired(self) -> bool:
        """Whether any instance ever fired."""
        return any(change.state == "firing" for change in self.changes)

    @property
    def fired_at(self) -> Duration:
        """When the first instance fired; AssertionError says why none did."""
        for change in self.changes:
            if change.state == "firing":
                return Duration(change.at)
        raise AssertionError(f"{self.name} never fired\n{self.scenario.explain(self.name)}")

    @property
    def ended_at(self) -> Duration:
        """When the last instance had ended; AssertionError where one fires still, or none ever did."""
        assert self.fired_at
        last = self.states[-1]
        assert last == "inactive", f"{self.name} is {last} since {last.at}"
        return last.at

    def __repr__(self) -> str:
        return f"<{self.name}: {', '.join(f'{state} at {state.at}' for state in self.states)}>"


def _state(text: str, at: int) -> State:
    made = State(text)
    made.at = Duration(at)
    return made


class SeriesView:
    """A series with its samples; `stale` stands for the marker that ends it."""

    def __init__(self, labels: Labels, points: Sequence[tuple[int, Value]]) -> None:
        self.labels = {name: value for name, value in labels.items() if name != NAME}
        self.name = labels.get(NAME, "")
        self.points = [(Duration(at), value) for at, value in points]

    @property
    def values(self) -> list[Value]:
        """The samples without their times."""
        return [value for _, value in self.points]

    @property
    def last(self) -> Value:
        """The last sample."""
        return self.points[-1][1]

    @property
    def alive(self) -> bool:
        """Whether the last sample is not a stale marker."""
        return self.last != STALE

    def __repr__(self) -> str:
        inside = ", ".join(f'{name}="{value}"' for name, value in sorted(self.labels.items()))
        shown = " ".join(str(value) for value in self.values[-MOST:])
        return f"<{self.name}{{{inside}}} {shown}>"


def series_of(observed: Observed, selector: str) -> list[SeriesView]:
    """The stored series that a selector matches; raises LanguageError."""
    found = promql.check(selector).selectors
    wanted = [
        matchers.matcher(one.label, one.op, one.value)  # type: ignore[arg-type]
        for one in found[0].matchers
    ]
    name = found[0].metric
    base = round(observed.inputs.start.timestamp() * 1000)
    return [
        SeriesView(labels, [(at - base, value) for at, value in points])
        for labels, points in (
            (dict(key), points)
            for key, points in sorted(observed.samples.items(), key=lambda one: sorted(one[0]))
        )
        if (name is None or labels.get(NAME) == name) and matchers.matches_all(wanted, labels)
    ]
