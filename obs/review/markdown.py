"""The review as a comment on a pull request: short, one line a dashboard, the rest to be unfolded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from obs.redact import redact
from obs.review.change import RISKS, Cause, Change, Review, highest
from obs.review.checklist import questions
from obs.review.wording import short, visible

MARKER = "<!-- obs review -->"
"""The comment's first line, by which the next run finds it and writes over it."""
_ICONS = {"breaking": "🔴", "behaviour": "🟡", "cosmetic": "⚪"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~@$-])")
MOST = 60_000
"""Characters; GitHub takes 65,536."""

Place = Callable[[Change], str]


def escaped(text: str) -> str:
    """Text that stays text in GitHub's and GitLab's Markdown: no link, no HTML, no mention, no table."""
    plain = " ".join(visible(redact(text)).split())
    return _SPECIAL.sub(
        lambda found: f"\\{found[1]}" if found[1] not in "@<>" else _ENTITIES[found[1]], plain
    )


_ENTITIES = {"@": "&#64;", "<": "&lt;", ">": "&gt;"}


def code(text: str) -> str:
    """A code span, whatever backticks are in the text."""
    plain = " ".join(visible(redact(text)).split())
    fence = "`" * (max((len(run) for run in re.findall(r"`+", plain)), default=0) + 1)
    return f"{fence} {plain} {fence}" if "`" in plain else f"{fence}{plain}{fence}"


def render(review: Review, base: str, head: str, place: Place, notes: Sequence[str] = ()) -> str:
    """Ends with a newline; never longer than a comment may be."""
    text = "\n".join(_lines(review, base, head, place, notes)) + "\n"
    if len(text) > MOST:
        text = text[: MOST - 80].rsplit("\n", 1)[0] + "\n</details>\n\n…the rest is in the HTML page.\n"
    return text


def _lines(review: Review, base: str, head: str, place: Place, notes: Sequence[str]) -> Iterator[str]:
    yield MARKER
    for note in notes[:10]:
        yield f"⚠️ {escaped(short(note, 300))}"
        yield ""
    if not review.changes:
        yield f"**obs review**: nothing that is deployed changes its meaning from {code(base)} to {code(head)}."
        return
    counts = {risk: sum(change.risk == risk for change in review.changes) for risk in reversed(RISKS)}
    said = ", ".join(f"{_ICONS[risk]} {count} {risk}" for risk, count in counts.items() if count)
    yield f"**obs review**: {said} ({code(base)} to {code(head)})"
    yield ""
    yield from _table(review)
    yield from _checklist(review)
    yield from _details(review, place)


def _table(review: Review) -> Iterator[str]:
    objects: dict[str, list[Change]] = {}
    for change in review.changes:
        objects.setdefault(_subject(change), []).append(change)
    yield "| | what | change |"
    yield "|---|---|---|"
    for name, changes in objects.items():
        risk = highest(changes)
        first = next(change for change in changes if change.risk == risk)
        more = f" and {len(changes) - 1} more" if len(changes) > 1 else ""
        yield f"| {_ICONS[first.risk]} | {escaped(name)} | {escaped(short(first.sentence, 120))}{more} |"
    yield ""


def _subject(change: Change) -> str:
    return f"dashboard {change.dashboard}" if change.dashboard else change.object


def _checklist(review: Review) -> Iterator[str]:
    found = list(questions(review))
    if found:
        yield "**To answer before merging**"
        yield ""
        yield from (f"- [ ] {escaped(question)}" for question in found[:12])
        if len(found) > 12:
            yield f"- [ ] and {len(found) - 12} more in the page"
        yield ""


def _details(review: Review, place: Place) -> Iterator[str]:
    for risk in reversed(RISKS):
        causes = [cause for cause in review.causes if cause.first.risk == risk]
        if causes:
            yield f"<details><summary>{_ICONS[risk]} {risk}: {len(causes)}</summary>"
            yield ""
            for cause in causes:
                yield from _cause(cause, place)
            yield ""
            yield "</details>"


def _cause(cause: Cause, place: Place) -> Iterator[str]:
    first = cause.first
    where = place(first)
    yield f"- **{escaped(first.object)}**: {escaped(cause.sentence)}" + (f" ({code(where)})" if where else "")
    if first.why:
        yield f"  {escaped(first.why)}"
    if first.before and first.after:
        yield f"  {code(short(first.before, 300))} → {code(short(first.after, 300))}"
    others = _names(cause.others)
    if others:
        yield f"  also {others}"
    if first.impact:
        yield f"  reaches {', '.join(map(escaped, first.impact[:6]))}"


def _names(changes: Sequence[Change]) -> str:
    shown = ", ".join(escaped(change.object) for change in changes[:6])
    return f"{shown} and {len(changes) - 6} more" if len(changes) > 6 else shown
