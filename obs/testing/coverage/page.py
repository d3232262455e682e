"""Coverage as one HTML file: no script, no network, every text escaped."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape

from obs.redact import redact
from obs.testing.coverage.item import KINDS, Coverage, Item, Kind

STYLE = (
    ":root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:auto;padding:1rem}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .6rem;vertical-align:top;"
    "border-bottom:1px solid #8886;overflow-wrap:anywhere}.no{font-weight:700}caption{text-align:left;font-weight:600}"
    "code{font-family:ui-monospace,monospace}summary{cursor:pointer}"
)


def render(coverage: Coverage) -> str:
    """The whole page."""
    digest = b64encode(sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_text(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            "<title>Coverage of the scenarios</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            "<main>",
            f"<h1>Coverage {coverage.share():.1f} %</h1>",
            *_summary(coverage),
            *(line for kind in KINDS for line in _kind(coverage, kind)),
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _text(text: str) -> str:
    return escape(redact(text), quote=True)


def _summary(coverage: Coverage) -> Iterator[str]:
    yield '<table><caption>By kind</caption><thead><tr><th scope="col">Kind</th><th scope="col">Exercised</th>'
    yield '<th scope="col">Percent</th></tr></thead><tbody>'
    for kind in KINDS:
        items = coverage.of(kind)
        if items:
            done = len(items) - len(coverage.missed(kind))
            share = f"{coverage.share(kind):.1f}"
            yield f'<tr><th scope="row">{kind}</th><td>{done} of {len(items)}</td><td>{share}</td></tr>'
    yield "</tbody></table>"


def _kind(coverage: Coverage, kind: Kind) -> Iterator[str]:
    items = coverage.of(kind)
    if not items:
        return
    yield f"<h2>{kind.capitalize()}</h2>"
    yield '<table><thead><tr><th scope="col">What</th><th scope="col">Exercised by</th></tr></thead><tbody>'
    for item in items:
        yield from _row(item, coverage.tests[item])
    yield "</tbody></table>"


def _row(item: Item, tests: list[str]) -> Iterator[str]:
    where = f" <small>{_text(item.where)}</small>" if item.where else ""
    yield f"<tr><td><code>{_text(str(item))}</code>{where}</td><td>"
    if not tests:
        yield '<span class="no">no test</span>'
    elif len(tests) == 1:
        yield _text(tests[0])
    else:
        listed = "".join(f"<li>{_text(name)}</li>" for name in tests)
        yield f"<details><summary>{len(tests)} tests</summary><ul>{listed}</ul></details>"
    yield "</td></tr>"
