"""A pipeline counter reads a field that no earlier stage extracts.

The counter stays absent and every alert on it is silent; Promtail reports nothing.

Flagged:
    errors = Counter("error_lines_total", help="ERROR lines.", source="level")
    pipeline = Pipeline(cri(), regex(" ERROR "), errors, honor_labels=True)

Instead:
    errors = Counter("error_lines_total", help="ERROR lines.", source="level")
    pipeline = Pipeline(cri(), regex(" (?P<level>ERROR) "), errors, honor_labels=True)

Source: Promtail 3.0, metrics stage, `source` and `match_all`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from obs.checks.base import check
from obs.diagnostic import Diagnostic
from obs.graph.program import Program
from obs.graph.provenance import DISCOVERED
from obs.lang import re2
from obs.model.pipeline import Counter, Step
from obs.origin import Origin


@check()
def counter_without_source(program: Program) -> Iterator[Diagnostic]:
    """Follow what is extracted from stage to stage."""
    kept = {id(counter) for counter in program.counters()}
    for counter in program.definitions.counters:
        if id(counter) not in kept:
            yield Diagnostic(
                "counter-without-source",
                f"{counter} never increments: no pipeline keeps it",
                counter.origin,
                fix="put it into the pipeline, or remove it",
                also=_readers(program, counter),
            )
    if program.pipeline is not None:
        known = {"stream", *DISCOVERED, *program.pipeline.extra_labels}
        yield from _follow(program, program.pipeline.steps, known, False)


def _follow(
    program: Program, steps: Sequence[Step], extracted: set[str], open_set: bool
) -> Iterator[Diagnostic]:
    for step in steps:
        if isinstance(step, Counter):
            reads = step.source or step.name
            if not step.match_all and not open_set and reads not in extracted:
                yield _finding(program, step, reads, extracted)
        elif step.stages:
            inner = set(extracted)
            yield from _follow(program, step.stages, inner, open_set)
            extracted |= inner  # what matched keeps what was extracted from it
        else:
            names, opens = _extracts(step.kind, step.config)
            extracted |= names
            open_set = open_set or opens


def _extracts(kind: str, config: object) -> tuple[set[str], bool]:
    """What a stage adds to the extracted values, and whether it may add others that cannot be told."""
    options = config if isinstance(config, dict) else {}
    if kind in ("regex", "replace"):
        return set(re2.named_groups(str(options.get("expression", "")))), False
    if kind == "json":
        return set(options.get("expressions") or {}), False
    if kind == "logfmt":
        return set(options.get("mapping") or {}), False
    if kind == "template":
        return {str(options.get("source"))}, False
    if kind == "cri":
        return {"time", "stream", "flags", "content"}, False
    if kind == "docker":
        return {"output", "stream", "timestamp"}, False
    known = {
        "labels",
        "labeldrop",
        "labelallow",
        "static_labels",
        "output",
        "timestamp",
        "drop",
        "limit",
        "multiline",
        "tenant",
        "sampling",
        "decolorize",
        "pack",
        "structured_metadata",
        "metrics",
        "match",
    }
    return set(), kind not in known


def _finding(program: Program, counter: Counter, reads: str, extracted: set[str]) -> Diagnostic:
    known = sorted(extracted - DISCOVERED) or ["nothing"]
    return Diagnostic(
        "counter-without-source",
        f"{counter} never increments: nothing extracts {reads!r}",
        counter.origin,
        why=f"the stages before it extract {', '.join(known)}",
        fix=f"name a regex group (?P<{reads}>...), or set match_all=True",
        also=_readers(program, counter),
    )


def _readers(program: Program, counter: Counter) -> tuple[tuple[Origin, str], ...]:
    return tuple(
        (rule.origin, f"{rule} can never fire") for rule in program.rules if str(counter) in rule.expr
    )
