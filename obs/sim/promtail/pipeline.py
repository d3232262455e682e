"""A whole pipeline: configured as Promtail is, fed line by line, watched stage by stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from obs.sim.promtail.chain import Chain, StageFlow
from obs.sim.promtail.entry import Entry
from obs.sim.promtail.flow import Flow
from obs.sim.promtail.metrics import Metrics
from obs.sim.promtail.stage import Clock, Context
from obs.sim.promtail.trace import Recorder, Step, Trace


class Pipeline:
    """Promtail 3.0.0's `pipeline_stages`, emulated.

    `stages` is what YAML gives: a list of one-key maps. `now` (nanoseconds since 1970) stops the clock that
    `drop.older_than`, `pack`, `limit`, `multiline`, yearless timestamps and metrics use; without it the clock
    is real until the first `tick`.

    Raises ConfigError with the message of the real program for a pipeline that it refuses, Panic for one that
    kills it at start, and Unsupported for the geoip stage and for nesting beyond a limit.
    """

    def __init__(
        self, stages: Sequence[object], *, metrics: Metrics | None = None, now: int | None = None
    ) -> None:
        self._context = Context(Clock(now), metrics if metrics is not None else Metrics())
        self._chain = Chain(stages, self._context)

    @property
    def metrics(self) -> Metrics:
        return self._context.metrics

    def push(self, entry: Entry) -> list[Entry]:
        """What comes out for one entry, which stays as it is. Raises Panic where a line kills Promtail."""
        return list(self._chain.run(entry.copy()))

    def lines(self, lines: Iterable[str], labels: Mapping[str, str], timestamp: int) -> list[Entry]:
        """What comes out for lines of one target, all read at `timestamp`, and at the end."""
        out: list[Entry] = []
        for line in lines:
            out += self._chain.run(Entry(dict(labels), line, timestamp))
        return out + self.flush()

    def flush(self) -> list[Entry]:
        """What comes out when the pipeline closes: blocks of `multiline`, but no dangling partial line."""
        return self._chain.flush(None)

    def tick(self, now: int) -> list[Entry]:
        """Let it be `now` (nanoseconds since 1970): gives the blocks that have waited long enough.

        Metrics are not touched: an idle series goes at the scrape that finds it, `metrics.expose(now)`.
        """
        self._context.clock.stopped_at = now
        return self._chain.flush(now)

    def trace(self, entry: Entry) -> Trace:
        """As `push`, with what every stage did."""
        start = entry.copy()
        recorder = self._context.recorder = Recorder()
        try:
            out = self.push(entry)
        finally:
            self._context.recorder = None
        return Trace(start, tuple(recorder.steps), tuple(out))

    def trace_end(self) -> tuple[tuple[Step, ...], tuple[Entry, ...]]:
        """As `flush`, with what every stage did to the entries that an earlier one had held back."""
        recorder = self._context.recorder = Recorder()
        try:
            out = self.flush()
        finally:
            self._context.recorder = None
        return tuple(recorder.steps), tuple(out)

    def flow(self, start: Flow) -> Flow:
        """What any line may carry at the end, from what the target gives it."""
        return self._chain.flow(start)

    def flows(self, start: Flow) -> list[StageFlow]:
        """The same before and after each stage, inner stages of `match` included."""
        return list(self._chain.flows(start))


def trace(stages: Sequence[object], lines: Iterable[str], labels: Mapping[str, str], now: int) -> str:
    """The way of each line through a pipeline, as text. Raises as Pipeline does."""
    pipeline = Pipeline(stages, now=now)
    return "\n\n".join(str(pipeline.trace(Entry(dict(labels), line, now))) for line in lines)
