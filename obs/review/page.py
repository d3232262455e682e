"""The review as one HTML file: it needs no network, no script from elsewhere, and works from a disk."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from html import escape
from importlib.resources import files

from obs.redact import redact
from obs.review.change import RISKS, Cause, Change, Review
from obs.review.checklist import questions
from obs.review.pictures import MOST_PICTURES, Pair
from obs.review.wording import short, visible

Place = Callable[[Change], str]


def render(
    review: Review, boards: Sequence[Pair], base: str, head: str, place: Place, notes: Sequence[str] = ()
) -> str:
    """The whole page. Every text of the project is escaped; scripts are allowed by their hash alone."""
    style, script = _asset("review.css"), _asset("review.js")
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{_hash(style)}'; "
        f"script-src 'sha256-{_hash(script)}'; base-uri 'none'; form-action 'none'"
    )
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en" data-theme="light">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_text(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>obs review: {_text(base)} to {_text(head)}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            '<a class="skip" href="#changes">To the changes</a>',
            *_head(review, base, head),
            '<main id="changes">',
            *_notes(notes),
            *_questions(review),
            *_changes(
                review, place, {pair.uid: number for number, pair in enumerate(boards[:MOST_PICTURES])}
            ),
            *_boards(boards),
            "</main>",
            f"<script>{script}</script>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _asset(name: str) -> str:
    return (files("obs.review") / "assets" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _text(text: str) -> str:
    return escape(visible(redact(text)), quote=True)


def _head(review: Review, base: str, head: str) -> Iterator[str]:
    counts = {risk: sum(change.risk == risk for change in review.changes) for risk in reversed(RISKS)}
    yield "<header>"
    yield f"<h1>{_text(base)} → {_text(head)}</h1>"
    yield '<ul class="counts">'
    yield from (f'<li class="badge {risk}">{count} {risk}</li>' for risk, count in counts.items() if count)
    yield "</ul>"
    yield '<span class="spacer"></span>'
    yield '<span class="weak">j / k: next, previous · t: theme</span>'
    yield '<button id="theme" type="button" aria-pressed="false">Dark</button>'
    yield "</header>"


def _notes(notes: Sequence[str]) -> Iterator[str]:
    if notes:
        yield '<section class="notes" aria-labelledby="notes"><h2 id="notes">Not compared</h2><ul>'
        yield from (f"<li>{_text(note)}</li>" for note in notes)
        yield "</ul></section>"


def _questions(review: Review) -> Iterator[str]:
    found = list(questions(review))
    if not found:
        return
    yield '<section aria-labelledby="questions"><h2 id="questions">To answer before merging</h2><ul class="questions">'
    yield from (f'<li><label><input type="checkbox"><span>{_text(one)}</span></label></li>' for one in found)
    yield "</ul></section>"


def _changes(review: Review, place: Place, drawn: Mapping[str, int]) -> Iterator[str]:
    causes = review.causes
    if not causes:
        yield "<h2>No change of meaning</h2><p>Nothing that is deployed means anything else than before.</p>"
        return
    for risk in reversed(RISKS):
        found = [cause for cause in causes if cause.first.risk == risk]
        if found:
            yield f'<section aria-labelledby="risk-{risk}"><h2 id="risk-{risk}">{risk.capitalize()}</h2>'
            for cause in found:
                yield from _cause(cause, place, drawn)
            yield "</section>"


def _cause(cause: Cause, place: Place, drawn: Mapping[str, int]) -> Iterator[str]:
    first = cause.first
    yield f'<article class="entry {first.risk}" tabindex="-1">'
    yield f"<h3>{_text(short(first.object, 200))}</h3>"
    yield f'<p><span class="risk">{first.risk}</span> {_text(cause.sentence)}</p>'
    if first.why:
        yield f"<p>{_text(first.why)}</p>"
    if first.before or first.after:
        old = f"<del>{_text(first.before)}</del>" if first.before else ""
        new = f"<ins>{_text(first.after)}</ins>" if first.after else ""
        yield f"<pre>{old}{new}</pre>"
    where = _text(place(first))
    number = drawn.get(first.dashboard)
    if number is not None:
        named = f'<span class="hidden"> of {_text(first.dashboard)}</span>'
        where += f'{" · " if where else ""}<a href="#board-{number}">picture{named}</a>'
    if where:
        yield f'<p class="weak">{where}</p>'
    if cause.others:
        names = "".join(f"<li>{_text(other.object)}</li>" for other in cause.others[:200])
        yield f"<details><summary>also {len(cause.others)} more</summary><ul>{names}</ul></details>"
    if first.impact:
        yield f'<p class="weak">reaches {_text(", ".join(first.impact))}</p>'
    yield "</article>"


def _boards(boards: Sequence[Pair]) -> Iterator[str]:
    if not boards:
        return
    yield '<section aria-labelledby="dashboards"><h2 id="dashboards">Dashboards</h2>'
    for number, pair in enumerate(boards):
        if number == MOST_PICTURES:
            yield f"<p>and {len(boards) - MOST_PICTURES} more dashboards, which are not drawn here</p>"
            break
        yield from _board(pair, number)
    yield "</section>"


def _board(pair: Pair, number: int) -> Iterator[str]:
    """One dashboard; each picture is in the page once a theme, and the views show it otherwise."""
    sides = [side for side in ("before", "after") if getattr(pair, side) is not None]
    title = _text(pair.title)
    yield f'<article class="board" id="board-{number}" tabindex="-1"><h3>{title}</h3>'
    if len(sides) > 1:
        yield f'<div class="tabs" role="group" aria-label="Views of {title}">'
        for view, said in _VIEWS:
            chosen = "true" if view == "both" else "false"
            yield f'<button type="button" data-view="{view}" aria-pressed="{chosen}">{said}</button>'
        yield "</div>"
        label = f'<label class="weak share" for="share-{number}">How much of the new one</label>'
        yield f'{label}<input id="share-{number}" class="share" type="range" min="0" max="100" value="50">'
    else:
        yield f'<p class="weak">{"new" if sides == ["after"] else "removed"}</p>'
    yield f'<div class="stage" data-view="{"both" if len(sides) > 1 else sides[0]}">'
    for side in sides:
        yield f'<div class="layer {side}">{_pictures(pair, side)}</div>'
    yield "</div>"
    yield "</article>"


_VIEWS = (("both", "Before and after"), ("after", "After"), ("before", "Before"), ("overlay", "Overlay"))


def _pictures(pair: Pair, side: str) -> str:
    alt = _text(
        f"{pair.title}, {'as it was' if side == 'before' else 'as it will be'}: {_marked(pair, side)}"
    )
    return "".join(
        f'<div data-{theme}><img alt="{alt}" src="{_address(pair.drawn(side, theme))}"></div>'
        for theme in ("light", "dark")
    )


def _marked(pair: Pair, side: str) -> str:
    """What the frames in the picture say, for those who do not see them."""
    here = pair.seen(side)
    dashboard = pair.before if side == "before" else pair.after
    assert dashboard is not None
    said = [
        f"{panel.title or panel.key} {here[panel.key]}" for panel in dashboard.panels() if panel.key in here
    ]
    return f"{'; '.join(said[:20])}{' and more' if len(said) > 20 else ''}" if said else "no panel is marked"


def _address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
