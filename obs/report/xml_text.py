"""Text for XML 1.0: what must be escaped, and characters that no XML document may hold."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def attribute(text: str) -> str:
    """The text for a place between double quotes; forbidden characters become U+FFFD."""
    return "".join(_ESCAPES.get(char, char) for char in _FORBIDDEN.sub("\ufffd", text))


def element(text: str) -> str:
    """The text for a place between tags."""
    plain = _FORBIDDEN.sub("\ufffd", text)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
