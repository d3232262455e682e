"""Stages one after the other: what a pipeline is, and what `match` holds inside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from obs.lang.error import Unsupported
from obs.record import dataclass
from obs.sim.promtail.entry import Entry
from obs.sim.promtail.error import ConfigError
from obs.sim.promtail.flow import Flow
from obs.sim.promtail.go_values import show_as_string
from obs.sim.promtail.stage import Context, Stage
from obs.sim.promtail.trace import Step

_DEPTH = 32


@dataclass(frozen=True, slots=True)
class StageFlow:
    """What may be there before and after one stage; `place` as in a trace (`2.1` is inside stage 2)."""

    place: str
    stage: Stage
    before: Flow
    after: Flow


def _shown(raw: object) -> str:
    return "%!s(<nil>)" if raw is None else show_as_string(raw)


class Chain:
    """A list of stages that entries go through in order."""

    def __init__(self, stages: Sequence[object], context: Context, place: str = "") -> None:
        if place.count(".") >= _DEPTH:
            raise Unsupported(f"match stages nested deeper than {_DEPTH}")
        self.context = context
        self.place = place
        self.stages: list[Stage] = []
        for raw in stages:
            self._append(raw)

    def _append(self, raw: object) -> None:
        from obs.sim.promtail.stages import build

        if not isinstance(raw, Mapping):
            raise ConfigError(
                "invalid YAML config, make sure each stage of your pipeline is a YAML object "
                f"(must end with a `:`), check stage `- {_shown(raw)}`"
            )
        if len(raw) > 1:
            raise ConfigError("pipeline stage must contain only one key")
        for name, config in raw.items():
            if not isinstance(name, str):
                raise ConfigError("pipeline stage key must be a string")
            place = f"{self.place}{len(self.stages) + 1}"
            self.stages.append(build(name, config, self.context, place))

    def run(self, entry: Entry) -> Sequence[Entry]:
        """What comes out for one entry that goes in: labels are first copied into the extracted map."""
        entry.extracted.update(entry.labels)
        entries: Sequence[Entry] = (entry,)
        if self.context.recorder is not None:
            return self._recorded(entries, self.context.recorder.steps)
        for stage in self.stages:
            if len(entries) == 1:
                entries = stage.run(entries[0])
            elif entries:
                entries = [after for before in entries for after in stage.run(before)]
            else:
                return ()
        return entries

    def _recorded(self, entries: Sequence[Entry], steps: list[Step]) -> Sequence[Entry]:
        """As `run`, with a step for each stage and entry; a stage's own step stands before its inner ones."""
        for number in range(1, len(self.stages) + 1):
            entries = self._step(number, entries, steps)
        return entries

    def _step(self, number: int, entries: Sequence[Entry], steps: list[Step]) -> list[Entry]:
        stage, context = self.stages[number - 1], self.context
        out: list[Entry] = []
        for entry in entries:
            before, context.note = entry.copy(), ""
            at = len(steps)
            after = stage.run(entry)
            note, context.note = context.note, ""
            step = Step(
                f"{self.place}{number}", stage.kind, before, tuple(each.copy() for each in after), note
            )
            steps.insert(at, step)
            out += after
        return out

    def flush(self, now: int | None) -> list[Entry]:
        """What stages held back and is due, sent through the stages behind them."""
        out: list[Entry] = []
        recorder = self.context.recorder
        for number, stage in enumerate(self.stages, 1):
            if recorder is not None:
                out = self._step(number, out, recorder.steps)
            else:
                out = [after for before in out for after in stage.run(before)]
            out += stage.flush(now)
        return out

    def flow(self, before: Flow) -> Flow:
        before = before.entered()
        for stage in self.stages:
            before = stage.flow(before)
        return before

    def flows(self, before: Flow) -> Iterator[StageFlow]:
        """Every stage with what may be there around it, inner stages after the one that holds them."""
        before = before.entered()
        for number, stage in enumerate(self.stages, 1):
            after = stage.flow(before)
            yield StageFlow(f"{self.place}{number}", stage, before, after)
            inner = getattr(stage, "inner", None)
            if isinstance(inner, Chain):
                yield from inner.flows(before)
            before = after
