"""Words that all sentences share."""

from __future__ import annotations

import re
from collections.abc import Iterable


def listed(names: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`; beyond six the rest is counted."""
    found = list(names)
    if len(found) > 6:
        found = [*found[:5], f"{len(found) - 5} more"]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else "nothing"


def short(text: str, most: int = 80) -> str:
    """On one line, not longer than that."""
    plain = " ".join(text.split())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def quoted(text: str) -> str:
    """Between single quotes on one line, however long it is."""
    return f"'{short(text)}'"


_HIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def visible(text: str) -> str:
    """Without what is not seen and changes how the rest is: controls, reversed directions, halves of characters."""
    return text if text.isascii() and text.isprintable() else _HIDDEN.sub("\ufffd", text)


def number(value: float) -> str:
    """As a person writes it: `80`, `0.05`."""
    return f"{value:g}"


def span(milliseconds: int) -> str:
    """A duration: `5m`, `1h30m`."""
    if milliseconds <= 0:
        return "0s"
    seconds, rest = divmod(milliseconds, 1000)
    parts = []
    for name, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{name}")
    return "".join(parts) + (f"{rest}ms" if rest else "")
