"""What each stage did to one line, as data and as text for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from obs.record import dataclass, field
from obs.sim.promtail import go_time
from obs.sim.promtail.entry import Entry


@dataclass(frozen=True, slots=True)
class Step:
    """One stage and one entry: `place` is its number in the pipeline, inner ones after a dot (`2.1`).

    `after` is empty when the entry went no further; `note` then says why.
    """

    place: str
    stage: str
    before: Entry
    after: tuple[Entry, ...]
    note: str = ""

    @property
    def dropped(self) -> bool:
        return not self.after

    @property
    def depth(self) -> int:
        return self.place.count(".")


@dataclass(slots=True)
class Recorder:
    """Collects steps while a pipeline runs."""

    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trace:
    """A line's way through a pipeline. `str()` renders it."""

    start: Entry
    steps: tuple[Step, ...]
    out: tuple[Entry, ...]

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __str__(self) -> str:
        return "\n".join(_render(self))


def _render(trace: Trace) -> Iterator[str]:
    yield f"line {trace.start.line!r}"
    yield f"     {_labels(trace.start)}  {go_time.render(trace.start.timestamp)}"
    width = max((len(f"{'  ' * step.depth}{step.place} {step.stage}") for step in trace.steps), default=0)
    for step in trace.steps:
        head = f"{'  ' * step.depth}{step.place} {step.stage}".ljust(width)
        told = list(_changes(step))
        yield f"{head}  {told[0]}"
        yield from (f"{' ' * width}  {line}" for line in told[1:])
    yield f"out  {len(trace.out)} line{'' if len(trace.out) == 1 else 's'}"
    for entry in trace.out:
        yield f"     {entry.line!r} {_labels(entry)}  {go_time.render(entry.timestamp)}"


def _labels(entry: Entry) -> str:
    return "{" + ", ".join(f'{name}="{value}"' for name, value in sorted(entry.labels.items())) + "}"


def _changes(step: Step) -> Sequence[str]:
    if not step.after:
        return [step.note or "held back"]
    told: list[str] = []
    for number, entry in enumerate(step.after, 1):
        prefix = f"[{number} of {len(step.after)}] " if len(step.after) > 1 else ""
        told += [prefix + change for change in _difference(step.before, entry)]
    if not told:
        return [step.note or "no change"]
    return [*told, step.note] if step.note else told


def _difference(before: Entry, after: Entry) -> Iterator[str]:
    if before.line != after.line:
        yield f"line = {after.line!r}"
    yield from _map_difference("extracted", before.extracted, after.extracted)
    yield from _map_difference("label", before.labels, after.labels)
    for name, value in after.structured_metadata[len(before.structured_metadata) :]:
        yield f"metadata {name} = {value!r}"
    if before.timestamp != after.timestamp:
        yield f"timestamp = {go_time.render(after.timestamp)}"


def _map_difference(what: str, before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    for name in sorted(after):
        if name not in before or before[name] != after[name]:
            yield f"{what} {name} = {after[name]!r}"
    for name in sorted(before.keys() - after.keys()):
        yield f"{what} {name} removed"


def render(traces: Iterable[Trace]) -> str:
    """Several lines' traces, an empty line between them."""
    return "\n\n".join(map(str, traces))
