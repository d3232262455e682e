"""How wide a text is, about, and what of it fits: without a font, so that every machine agrees."""

from __future__ import annotations

import unicodedata

_NARROW = {".": 0.28, ",": 0.28, ":": 0.28, ";": 0.28, "'": 0.2, "|": 0.26, "!": 0.28, " ": 0.28, "-": 0.36}
_NARROW |= {"i": 0.25, "l": 0.25, "j": 0.25, "I": 0.28, "f": 0.33, "t": 0.34, "r": 0.37, "(": 0.36, ")": 0.36}
_NARROW |= {"/": 0.36, "{": 0.38, "}": 0.38, "[": 0.34, "]": 0.34, '"': 0.4, "_": 0.5, "=": 0.6}
_NARROW |= {"m": 0.87, "w": 0.79, "M": 0.87, "W": 0.98, "%": 0.84, "@": 0.96, "~": 0.6, "+": 0.6}


def width(text: str, size: float, bold: bool = False) -> float:
    """In pixels, for a sans-serif font of that size."""
    total = sum(_NARROW.get(character) or _of_kind(character) for character in text)
    return total * size * (1.06 if bold else 1)


def _of_kind(character: str) -> float:
    if character < "\x7f":
        return 0.66 if character.isupper() else 0.56
    if unicodedata.combining(character):
        return 0
    return 1.0 if unicodedata.east_asian_width(character) in ("W", "F") else 0.6


def fitting(text: str, room: float, size: float, bold: bool = False) -> str:
    """The text, or its beginning with an ellipsis; empty where not even that fits."""
    text = " ".join(text[:2000].split())
    if width(text, size, bold) <= room:
        return text
    room -= width("…", size, bold)
    used = 0.0
    for number, character in enumerate(text):
        used += width(character, size, bold)
        if used > room:
            return f"{text[:number].rstrip()}…" if number else ""
    return text


def lines(text: str, room: float, size: float, most: int) -> list[str]:
    """The words of a text on at most so many lines; the last one says with an ellipsis that there was more."""
    found: list[str] = []
    words = text[:4000].split()
    while words and len(found) < most:
        line = words.pop(0)
        while words and width(f"{line} {words[0]}", size) <= room:
            line = f"{line} {words.pop(0)}"
        found.append(fitting(line, room, size))
    if words and found:
        found[-1] = fitting(f"{found[-1]} …", room, size)
    return found
