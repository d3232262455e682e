"""`obs diff`: what a change means, in sentences."""

from __future__ import annotations

import sys
from pathlib import Path

from obs.cli.compared import compared, notes_of, place_of
from obs.cli.output import colour, plural, print_findings
from obs.cli.sides import Side, sides
from obs.cli.terminal import say, say_json, wrapped
from obs.diagnostic import ObsError
from obs.redact import redact
from obs.report.text import Painter, safe
from obs.review.change import RISKS, Cause, Change, Review
from obs.review.wording import listed

_COLOURS = {"breaking": "1;31", "behaviour": "33", "cosmetic": "2"}
_BOLD, _DIM = "1", "2"


def run_diff(base: str, head: str, project: Path | None, *, as_json: bool) -> int:
    """0 where both mean the same, 1 where they differ, 2 where one cannot be read."""
    try:
        with sides(base, head, project) as (before, after):
            review = compared(before, after)
            if as_json:
                say_json(document(review, before, after))
            else:
                _print(review, before, after)
    except ObsError as error:
        print_findings(error.diagnostics, None)
        return 2
    return 1 if review.changes else 0


def document(review: Review, before: Side, after: Side) -> dict[str, object]:
    """What `--json` prints; `schema` counts up when a key changes its meaning."""
    return {
        "schema": 1,
        "base": before.name,
        "head": after.name,
        "risk": review.risk,
        "notes": [redact(note) for note in notes_of(before, after)],
        "causes": _causes(review),
        "changes": [_plain(change, before, after) for change in review.changes],
    }


def _causes(review: Review) -> list[dict[str, object]]:
    """Which changes one edit made, by their place in `changes`."""
    places = {id(change): number for number, change in enumerate(review.changes)}
    return [
        {
            "sentence": redact(cause.sentence),
            "risk": cause.first.risk,
            "changes": [places[id(change)] for change in cause.changes],
        }
        for cause in review.causes
    ]


def _plain(change: Change, before: Side, after: Side) -> dict[str, object]:
    return {
        "kind": change.kind,
        "object": redact(change.object),
        "field": change.field,
        "risk": change.risk,
        "sentence": redact(change.sentence),
        "why": redact(change.why),
        "before": redact(change.before),
        "after": redact(change.after),
        "at": place_of(change, before, after) or None,
        "dashboard": change.dashboard or None,
        "panel": (change.panel if redact(change.object) == change.object else "") or None,
        "impact": list(map(redact, change.impact)),
    }


def _print(review: Review, before: Side, after: Side) -> None:
    paint = Painter(colour(sys.stdout))
    for cause in review.causes:
        _print_cause(cause, before, after, paint)
    for note in notes_of(before, after):
        for line in wrapped(redact(note), ""):
            say(paint(_COLOURS["behaviour"], line))
    counts = {risk: sum(change.risk == risk for change in review.changes) for risk in reversed(RISKS)}
    said = ", ".join(f"{count} {risk}" for risk, count in counts.items() if count)
    if said:
        say(f"{plural(len(review.changes), 'change')} ({said}) from {before.name} to {after.name}")
    else:
        say(f"no change of meaning from {before.name} to {after.name}")


def _print_cause(cause: Cause, before: Side, after: Side, paint: Painter) -> None:
    first = cause.first
    risk = paint(_COLOURS[first.risk], f"{first.risk:9}")
    query = f" ({first.field})" if first.field.startswith("query ") and not cause.others else ""
    say(f"{risk} {paint(_BOLD, safe(redact(first.object)) + query)}")
    for line in wrapped(redact(cause.sentence) + (f": {redact(first.why)}" if first.why else ""), "  "):
        say(line)
    place = place_of(first, before, after)
    if place:
        say(paint(_DIM, f"  {place}"))
    if first.impact:
        for line in wrapped(f"reaches {listed(safe(redact(one)) for one in first.impact)}", "  "):
            say(paint(_DIM, line))
    for other in cause.others[:8]:
        say(paint(_DIM, f"  also {safe(redact(other.object))}"))
    if len(cause.others) > 8:
        say(paint(_DIM, f"  and {len(cause.others) - 8} more"))
    say()
