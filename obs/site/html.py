"""HTML as text: every value is escaped, and secrets in it are taken out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape

from obs.redact import redact

Address = Callable[[str, str], str]
"""Where a thing is told of: its kind (`alert`, `panel`, `metric`, `node` ...) and name; empty for nowhere."""

_VOID = frozenset({"img", "input", "link", "meta", "br"})


def text(said: str) -> str:
    """For content and attributes."""
    return escape(redact(said), quote=True)


def tag(name: str, *content: str, **given: str | bool | None) -> str:
    """An element; `content` is HTML already. `class_` is `class`, `aria_label` is `aria-label`; None is left out."""
    written = []
    for key, value in given.items():
        if value is None or value is False:
            continue
        attribute = key.rstrip("_").replace("_", "-")
        written.append(f" {attribute}" if value is True else f' {attribute}="{text(value)}"')
    head = f"<{name}{''.join(written)}>"
    return head if name in _VOID else f"{head}{''.join(content)}</{name}>"


def anchor(page: str, name: str) -> str:
    """The id of a thing on its page; an id holds no blanks."""
    return page + "/" + re.sub(r"\s", "-", name)


def code(said: str) -> str:
    """A block of text in a language; it can be reached and scrolled with the keyboard."""
    return tag("pre", text(said), tabindex="0")


def link(address: Address, kind: str, name: str, said: str = "") -> str:
    """A link where there is a page for it, else the bare name."""
    there = address(kind, name)
    return tag("a", text(said or name), href=there) if there else text(said or name)


def definitions(rows: Iterable[tuple[str, str]]) -> str:
    """Names and what they are (HTML); rows without anything are left out."""
    found = "".join(tag("dt", text(name)) + tag("dd", value) for name, value in rows if value)
    return tag("dl", found) if found else ""


def listed(items: Iterable[str]) -> str:
    """A list of HTML; nothing for none."""
    found = "".join(tag("li", item) for item in items)
    return tag("ul", found) if found else ""


def table(head: Iterable[str], rows: Iterable[Iterable[str]], caption: str) -> str:
    """Rows of HTML under headings; nothing without rows."""
    body = "".join(tag("tr", *(tag("td", cell) for cell in row)) for row in rows)
    names = "".join(tag("th", text(name), scope="col") for name in head)
    return (
        tag("table", tag("thead", tag("tr", names)), tag("tbody", body), aria_label=caption) if body else ""
    )
