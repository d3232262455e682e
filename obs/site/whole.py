"""The static site: every page as bytes, by file. The same project gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from urllib.parse import quote

from obs.redact import redact
from obs.site import alerts, dashboards, flow, metrics, pipelines, routes
from obs.site.dashboards import MOST_DRAWN, file_of, picture
from obs.site.holding import Holding
from obs.site.html import anchor, link, table, tag, text

POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
_PAGES: dict[str, tuple[str, Callable[[Holding], str]]] = {
    "alerts": ("Alerts", alerts.page),
    "routes": ("Routes", routes.page),
    "pipelines": ("Pipelines", pipelines.page),
    "metrics": ("Metrics", metrics.page),
    "graph": ("Graph", flow.page),
}
_HOME = {
    "alert": "alerts", "record": "metrics", "metric": "metrics", "stage": "pipelines", "route": "routes",
    "receiver": "routes", "inhibition": "routes",
}  # fmt: skip


def address(kind: str, name: str) -> str:
    """The file and place of a thing; empty for what has no page."""
    if kind == "node":
        kind, _, name = name.partition("/")
    if kind == "dashboard":
        return f"dashboard-{quote(name, safe='')}.html"
    if kind == "panel":
        return f"dashboard-{quote(name.partition('/')[0], safe='')}.html#{quote(anchor('panel', name))}"
    page = _HOME.get(kind)
    if page is None:
        return ""
    return f"{page}.html" + (f"#{quote(anchor(page, name))}" if page != "routes" else "")


def site(held: Holding, title: str) -> dict[str, bytes]:
    """All files."""
    made: dict[str, str] = {"index.html": _framed(title, "index", "Overview", _index(held))}
    for name, (said, page) in _PAGES.items():
        made[f"{name}.html"] = _framed(title, name, said, page(held))
    for number, board in enumerate(held.subject.dashboards):
        drawn = number < MOST_DRAWN
        made[file_of(board)] = _framed(
            title, "dashboards", board.title, dashboards.page(held, board, drawn=drawn)
        )
        made |= dashboards.pictures(board) if drawn else {}
    for asset in ("site.css", "site.js"):
        made[asset] = (files("obs.site") / "assets" / asset).read_text(encoding="utf-8")
    made["search.js"] = f"window.OBS_SEARCH = {_plain(list(_entries(held)))};\n"
    return {name: content.encode("utf-8", "replace") for name, content in sorted(made.items())}


def _plain(value: object) -> str:
    """JSON that may stand in a script."""
    said = (
        json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        .replace("</", "<\\/")
        .replace("<!", "<\\!")
    )
    return said.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _framed(title: str, name: str, said: str, content: str) -> str:
    items = [("index", "Overview"), *((one, words) for one, (words, _) in _PAGES.items())]
    links = "".join(
        tag("li", tag("a", words, href=f"{one}.html", aria_current="page" if one == name else None))
        for one, words in items
    )
    search = tag(
        "div",
        tag(
            "label",
            "Search ",
            tag("input", type="search", id="search", autocomplete="off", aria_controls="found"),
        ),
        tag("span", id="told", class_="weak", role="status"),
        tag("ul", id="found", hidden=True, aria_label="Found"),
        class_="search",
    )
    head = tag(
        "header",
        tag("strong", text(title)),
        tag("nav", tag("ul", links), aria_label="Pages"),
        tag("span", class_="spacer"),
        search,
        tag("button", "Dark", type="button", id="theme", aria_pressed="false"),
        class_="site-head",
    )
    return (
        '<!DOCTYPE html>\n<html lang="en" data-theme="light">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{text(POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(said)} · {text(title)}</title>\n"
        '<link rel="icon" href="data:,">\n<link rel="stylesheet" href="site.css">\n'
        '<script src="search.js" defer></script>\n<script src="site.js" defer></script>\n</head>\n<body>\n'
        f'<a class="skip" href="#main">To the content</a>\n{head}\n<main class="site" id="main">\n{content}\n</main>\n'
        "</body>\n</html>\n"
    )


def _index(held: Holding) -> str:
    boards = [
        tag(
            "article",
            tag("h3", link(held.address, "dashboard", one.uid, one.title)),
            tag("p", text(one.description)) if one.description else "",
            picture(one) if number < MOST_DRAWN else "",
            class_="card",
        )
        for number, one in enumerate(held.subject.dashboards)
    ]
    rows = [
        (
            link(held.address, "alert", node.partition("/")[2], rule.name),
            text(rule.labels.get("severity", "")),
            text(rule.annotations.get("summary", "")),
            text(", ".join(alerts.heard_by(held, rule)) or "nobody"),
            ", ".join(alerts.panels(held, node)),
        )
        for node, rule in alerts.alert_nodes(held)
    ]
    told = table(("Alert", "Severity", "Message", "Told to", "Look at"), rows, "Alerts")
    return "".join(
        [
            tag("h1", "What is watched here"),
            tag("h2", "Alerts"),
            told or tag("p", "No alerts."),
            tag("h2", "Dashboards"),
            tag("div", *boards, class_="boards") if boards else tag("p", "No dashboards."),
        ]
    )


def _entries(held: Holding) -> Iterator[tuple[str, str, str, str]]:
    """Everything that can be searched for: kind, name, some words, and its place."""
    for one in held.subject.dashboards:
        yield (
            "dashboard",
            one.title,
            redact(f"{one.uid} {one.description}"),
            held.address("dashboard", one.uid),
        )
        for panel in one.panels():
            name = f"{one.uid}/{panel.title or panel.key}"
            about = redact(f"{panel.description} {' '.join(query.text for query in panel.queries)}")
            yield "panel", panel.title or panel.key, about[:400], held.address("panel", name)
    for node, rule in alerts.alert_nodes(held):
        about = redact(f"{rule.annotations.get('summary', '')} {rule.expr}")
        yield "alert", rule.name, about[:400], held.address("alert", node.partition("/")[2])
    for rule in held.subject.records:
        yield "record", rule.name, redact(rule.expr)[:400], held.address("record", rule.name)
    for thing in held.graph.nodes.values():
        if thing.kind in ("metric", "stage"):
            yield thing.kind, thing.name, redact(thing.about)[:400], held.address(thing.kind, thing.name)
