"""What evaluates rules: samples in, alerts and recorded series out.

There are two: Prometheus's own engine (`engine.py`, built by `make tools`), and one in Python for the functions
that it knows (`python.py`). Times are milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from obs.lang.error import LanguageError
from obs.record import dataclass, field
from obs.sim.scrape import Stored, Value

Labels = Mapping[str, str]
State = Literal["inactive", "pending", "firing"]


class RulesError(LanguageError):
    """Rules or an expression that cannot be evaluated, in the evaluator's words."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The server's settings that decide about results; `lookback` and `resend_delay` are milliseconds."""

    external_labels: Mapping[str, str] = field(default_factory=dict)
    external_url: str = ""
    features: tuple[str, ...] = ()
    lookback: int = 300_000
    resend_delay: int = 60_000
    subquery_interval: int = 60_000


@dataclass(frozen=True, slots=True)
class AlertState:
    """One alert of a rule: pending or firing."""

    labels: Labels
    annotations: Labels
    state: State
    value: str
    active_at: int
    fired_at: int = 0


@dataclass(frozen=True, slots=True)
class RuleState:
    """A rule after an evaluation; `error` says why it failed."""

    group: str
    name: str
    alerts: tuple[AlertState, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """An alert as Prometheus sends it; `ends_at` lies ahead while it fires."""

    labels: Labels
    annotations: Labels
    starts_at: int
    ends_at: int
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one evaluation of some groups brought."""

    rules: tuple[RuleState, ...]
    sent: tuple[Posted, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """An evaluation of `groups` (None: of all) at a moment, after these samples were stored.

    With `restart` the server was restarted before it: see `Evaluator.load`.
    """

    at: int
    samples: tuple[Stored, ...] = ()
    restart: bool = False
    groups: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Labels and points (milliseconds, value) of a result."""

    labels: Labels
    points: tuple[tuple[int, Value], ...]


class Evaluator(Protocol):
    """See the module."""

    @property
    def title(self) -> str:
        """Which evaluator this is, for a person."""

    def close(self) -> None:
        """End what it has started; it is asked no more."""

    def reset(self, settings: Settings) -> None:
        """An empty server."""

    def load(self, groups: Sequence[Mapping[str, object]], interval: int, *, restart: bool = False) -> None:
        """Replace the groups, each as a rule file has it. Raises RulesError with the refusal.

        After a `restart` all alerts are forgotten, and what `for` had counted is restored from the storage.
        """

    def append(self, samples: Sequence[Stored]) -> None:
        """Store samples. Raises RulesError for one that is older than what its series has."""

    def append_notation(self, text: str, start: int, interval: int) -> None:
        """Store a series in promtool's notation (`x{a="b"} 1+1x5 stale`)."""

    def evaluate(self, groups: Sequence[str], at: int, samples: Sequence[Stored] = ()) -> Evaluation:
        """Store samples, then evaluate groups in this order."""

    def run(
        self, groups: Sequence[Mapping[str, object]], interval: int, steps: Sequence[Step]
    ) -> list[Evaluation]:
        """Load the groups and evaluate them step by step."""

    def query(self, expr: str, at: int) -> tuple[Series, ...]:
        """The result of an expression at a moment. Raises RulesError."""

    def query_range(self, expr: str, start: int, end: int, step: int) -> tuple[Series, ...]:
        """The result at every step. Raises RulesError."""

    def stored(self, selector: str) -> tuple[Series, ...]:
        """Raw samples of the series that a selector matches."""
