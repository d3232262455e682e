"""`obs diff`: what a change means, in sentences."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from obs.cli.output import colour, plural, print_findings
from obs.cli.sides import Side, sides
from obs.cli.terminal import say, wrapped
from obs.diagnostic import ObsError
from obs.redact import redact
from obs.report.text import Painter, safe
from obs.review.change import RISKS, Cause, Change, Review

_COLOURS = {"breaking": "1;31", "behaviour": "33", "cosmetic": "2"}
_BOLD, _DIM = "1", "2"


def run_diff(base: str, head: str, project: Path | None, *, as_json: bool) -> int:
    """0 where both mean the same, 1 where they differ, 2 where one cannot be read."""
    from obs.review.comparison import compare

    try:
        with sides(base, head, project) as (before, after):
            review = compare(before.subject, after.subject)
            if as_json:
                print(json.dumps(document(review, before, after), ensure_ascii=False, indent=2))
            else:
                _print(review, before, after)
    except ObsError as error:
        print_findings(error.diagnostics, None)
        return 2
    return 1 if review.changes else 0


def place_of(change: Change, before: Side, after: Side) -> str:
    """The line of the definition, on the side that has it."""
    if change.at is None:
        return ""
    side = after if Path(change.at.file).is_relative_to(after.root) else before
    return side.place(change.at)


def document(review: Review, before: Side, after: Side) -> dict[str, object]:
    """What `--json` prints; `schema` counts up when a key changes its meaning."""
    return {
        "schema": 1,
        "base": before.name,
        "head": after.name,
        "risk": review.risk,
        "changes": [_plain(change, before, after) for change in review.changes],
    }


def _plain(change: Change, before: Side, after: Side) -> dict[str, object]:
    return {
        "kind": change.kind,
        "object": change.object,
        "field": change.field,
        "risk": change.risk,
        "sentence": redact(change.sentence),
        "why": redact(change.why),
        "before": redact(change.before),
        "after": redact(change.after),
        "at": place_of(change, before, after) or None,
        "impact": list(change.impact),
    }


def _print(review: Review, before: Side, after: Side) -> None:
    paint = Painter(colour(sys.stdout))
    for cause in review.causes:
        _print_cause(cause, before, after, paint)
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
    say(f"{risk} {paint(_BOLD, safe(first.object) + query)}")
    for line in wrapped(redact(cause.sentence) + (f": {redact(first.why)}" if first.why else ""), "  "):
        say(line)
    place = place_of(first, before, after)
    if place:
        say(paint(_DIM, f"  {place}"))
    for other in cause.others[:8]:
        say(paint(_DIM, f"  also {safe(other.object)}"))
    if len(cause.others) > 8:
        say(paint(_DIM, f"  and {len(cause.others) - 8} more"))
    say()
