"""What came of a scenario, as plain data; times are milliseconds from its start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from obs.sim.discord import Response
from obs.sim.promtail.entry import Entry
from obs.sim.routing.message import DiscordMessage
from obs.sim.routing.server import Delivery, Verdict
from obs.sim.rules.evaluator import Posted, State
from obs.sim.scrape import Key, Value
from obs.testing.scenario.inputs import Inputs
from obs.testing.scenario.platform import Platform

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AlertChange:
    """From this moment on an alert of these labels is in this state."""

    at: int
    alert: str
    labels: Labels
    state: State
    value: str = ""
    annotations: Labels = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScrapeTry:
    """One scrape: what became of it, and how many samples it stored."""

    at: int
    target: str
    instance: str
    outcome: Literal["ok", "down", "missed", "gone", "refused"]
    exposed: int = 0
    stored: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """An alert on its way from Prometheus to Alertmanager; `lost` says why it did not arrive."""

    at: int
    alert: Posted
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A message that Alertmanager sent, and the answer; without `message` its template failed, as `failure` says."""

    delivery: Delivery
    message: DiscordMessage | None
    response: Response
    failure: str = ""

    @property
    def at(self) -> int:
        return self.delivery.at


@dataclass(frozen=True, slots=True)
class Observed:
    """The whole run up to `until`."""

    inputs: Inputs
    platform: Platform
    until: int
    evaluator: str
    samples: Mapping[Key, Sequence[tuple[int, Value]]]
    changes: tuple[AlertChange, ...]
    scrapes: tuple[ScrapeTry, ...]
    posts: tuple[Post, ...]
    attempts: tuple[Attempt, ...]
    verdicts: tuple[Verdict, ...]
    evaluations: tuple[int, ...]
    """When rules were evaluated."""
    rule_errors: Mapping[str, str] = field(default_factory=dict)
    """Rule name, to what its last failed evaluation said."""
    rules_problem: str = ""
    """Why Prometheus does not load the rules at all."""
    pipeline_problem: str = ""
    """Why Promtail does not run: it refuses the pipeline, or a line killed it."""
    refused_samples: int = 0
    """Samples that were older than what was stored."""
    shipped: tuple[Entry, ...] = ()
    """What Promtail sent to Loki."""
