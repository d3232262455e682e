"""What every stage has, and what the stages of one pipeline share."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from obs.sim.promtail.entry import Entry
from obs.sim.promtail.flow import Flow
from obs.sim.promtail.metrics import Metrics
from obs.sim.promtail.trace import Recorder


@dataclass(slots=True)
class Clock:
    """The time of day: the real one until it is set, and standing still from then on."""

    stopped_at: int | None = None

    def now(self) -> int:
        """Nanoseconds since 1970."""
        return time.time_ns() if self.stopped_at is None else self.stopped_at


@dataclass(slots=True)
class Context:
    """Shared by all stages of a pipeline, inner ones too. `note` is the last stage's word on what it did."""

    clock: Clock = field(default_factory=Clock)
    metrics: Metrics = field(default_factory=Metrics)
    recorder: Recorder | None = None
    note: str = ""


class Stage:
    """A step of a pipeline: `run` on one entry, `flow` on all that are possible."""

    kind: ClassVar[str]

    def __init__(self, context: Context) -> None:
        self.context = context

    def run(self, entry: Entry) -> Sequence[Entry]:
        """What goes on to the next stage: the entry, none (dropped or held back), or several."""
        raise NotImplementedError

    def flush(self, now: int | None) -> Sequence[Entry]:
        """What was held back and is due at `now`; with None, when the pipeline closes."""
        return ()

    def flow(self, before: Flow) -> Flow:
        return before

    @property
    def reads(self) -> tuple[str, ...]:
        """The extracted keys without which the stage does nothing."""
        return ()

    def drop(self, reason: str, why: str) -> Sequence[Entry]:
        """Count a dropped line as Promtail does and say why."""
        self.context.metrics.dropped(reason)
        self.context.note = f"dropped ({reason}): {why}"
        return ()


class Processor(Stage):
    """A stage that changes an entry and never drops it."""

    def process(self, entry: Entry) -> None:
        raise NotImplementedError

    def run(self, entry: Entry) -> Sequence[Entry]:
        self.process(entry)
        return (entry,)
