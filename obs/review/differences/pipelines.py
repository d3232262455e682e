"""Log pipelines: which lines end otherwise, shown on lines of the formats that services really write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from obs.graph.log_stages import LogStage
from obs.graph.log_survival import LEVELS, console_lines, sample_lines
from obs.graph.subject import Subject
from obs.lang.error import LanguageError
from obs.review.change import Change, Risk
from obs.review.wording import listed, quoted

_LABELS = {
    "namespace": "gateway", "pod": "gateway-7d9f8b6c4-x2k9p", "container": "gateway", "app": "gateway",
    "job": "gateway/gateway", "node_name": "node-1", "filename": "/var/log/pods/gateway/0.log", "stream": "stdout",
}  # fmt: skip
_NOW = 1_771_831_507_000_000_000
Outcome = tuple[tuple[str, ...], tuple[tuple[tuple[str, str], ...], ...], tuple[str, ...]]
"""The lines that are shipped, their labels, and the counters that the line hit."""


def compare(before: Subject, after: Subject) -> Iterator[Change]:
    """Pipeline by pipeline, in order."""
    old, new = before.log_stages, after.log_stages
    for number in range(max(len(old), len(new))):
        if number >= len(old) or number >= len(new):
            gone = number >= len(new)
            yield Change("pipeline", "log pipeline", f"log pipeline {'removed' if gone else 'added'}",
                         "breaking" if gone else "behaviour", field="pipeline")  # fmt: skip
        else:
            yield from _pipeline(old[number], new[number])


def _raw(stages: Sequence[LogStage]) -> list[Any]:
    return [{one.kind: one.options} for one in stages if "." not in one.number]


def _pipeline(old: Sequence[LogStage], new: Sequence[LogStage]) -> Iterator[Change]:
    was, now = _raw(old), _raw(new)
    if was == now:
        return
    at = new[0].origin if new else None
    found: dict[tuple[str, tuple[str, ...]], list[tuple[str, str]]] = {}
    for name, line in _lines(was, now):
        one, other = outcome(was, line), outcome(now, line)
        if other is None:
            yield Change("pipeline", "log pipeline", "Promtail refuses the new pipeline", "breaking", "no line is shipped any more",
                         "pipeline", at=at)  # fmt: skip
            return
        if one != other:
            found.setdefault((_said(one, other), _counters(one, other)), []).append((name, line))
    for (sentence, counters), lines in found.items():
        risk: Risk = "breaking" if "no longer" in sentence else "behaviour"
        names = listed(quoted(name) for name, _ in lines)
        yield Change("pipeline", "log pipeline", f"lines like {names} {sentence}", risk, "", "pipeline",
                     at=at, about=counters)  # fmt: skip
    if not found:
        yield Change("pipeline", "log pipeline", "the stages changed; every sample line still ends the same", "behaviour",
                     "lines of another form may not", "pipeline", at=at)  # fmt: skip


_WORD = re.compile(r"[A-Za-z][\w /:-]{2,}")
_PLAIN = "2026-02-23T07:25:07.123Z  INFO 1 --- [gateway] [           main] c.e.Main  : %s"


def _lines(old: Sequence[Any], new: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """Lines of the known formats, of every level, and with the words that only one of the sides looks for."""
    yield from sample_lines()
    for number, line in enumerate(console_lines()):
        level = LEVELS[number % len(LEVELS)].strip()
        if level not in ("ERROR", "INFO"):
            yield f"{level} of form {number // len(LEVELS) + 1}", line
    before, after = set(_words(old)), set(_words(new))
    for word in sorted(before ^ after)[:20]:
        yield word, _PLAIN % word


def _words(stages: object) -> Iterator[str]:
    if isinstance(stages, Mapping):
        for name, inner in stages.items():
            if name in ("expression", "selector", "value", "firstline") and isinstance(inner, str):
                yield from _WORD.findall(re.sub(r"\\[wdsSWDbB]|\(\?P?<\w+>|\{[^}]*\}", "\0", inner))
            else:
                yield from _words(inner)
    elif isinstance(stages, Sequence) and not isinstance(stages, str):
        for inner in stages:
            yield from _words(inner)


def _counters(*sides: Outcome | None) -> tuple[str, ...]:
    one, other = (set(side[2]) if side is not None else set() for side in sides)
    return tuple(sorted(one ^ other))


def outcome(stages: Sequence[Any], line: str) -> Outcome | None:
    """What becomes of one line of a container; None where Promtail refuses the pipeline."""
    from obs.sim.promtail import Pipeline

    kinds = {kind for stage in stages if isinstance(stage, dict) for kind in stage}
    framed = f"2026-02-23T07:25:07.123456789Z stdout F {line}" if "cri" in kinds else line
    try:
        pipeline = Pipeline(list(stages), now=_NOW)
        entries = list(pipeline.lines([framed], _LABELS, _NOW))
        samples = pipeline.metrics.samples()
    except LanguageError:
        return None
    labels = tuple(
        tuple(sorted((name, str(value)) for name, value in entry.labels.items())) for entry in entries
    )
    counted = tuple(sorted({sample.name for sample in samples}))
    return tuple(entry.line for entry in entries), labels, counted


def _said(old: Outcome | None, new: Outcome | None) -> str:
    if old is None or new is None:
        return "are shipped now: Promtail takes the pipeline again"
    parts = []
    if old[0] and not new[0]:
        return "are no longer shipped"
    if new[0] and not old[0]:
        return "are shipped now"
    lost, won = [one for one in old[2] if one not in new[2]], [one for one in new[2] if one not in old[2]]
    if lost:
        parts.append(f"are no longer counted by {listed(lost)}")
    if won:
        parts.append(f"are now counted by {listed(won)}")
    was, now = dict(old[1][0]) if old[1] else {}, dict(new[1][0]) if new[1] else {}
    gone, come = sorted(was.keys() - now.keys()), sorted(now.keys() - was.keys())
    if gone:
        parts.append(f"no longer have the label {listed(gone)}")
    if come:
        parts.append(f"get the label {listed(come)}")
    changed = sorted(name for name in was.keys() & now.keys() if was[name] != now[name])
    if changed:
        parts.append(f"have another {listed(changed)}")
    if old[0] != new[0]:
        parts.append("read differently")
    return ", ".join(parts) or "end otherwise"
