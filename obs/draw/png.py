"""A picture as PNG, by resvg: an optional package, since only places that show no SVG need it.

The words take the fonts of the machine, unless the font files are given: only then are the bytes the same everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from obs.diagnostic import Diagnostic, ObsError
from obs.draw.font_name import family
from obs.draw.theme import FONT
from obs.origin import Origin

MOST_PIXELS = 60_000_000
"""What one picture may have; beyond them it is drawn smaller."""


def png(picture: str, fonts: Sequence[Path] = (), zoom: float = 1.0) -> bytes:
    """`zoom` 2 is twice as wide and high. Raises ObsError without resvg-py, and for fonts that are not there."""
    for font in fonts:
        if not font.is_file():
            raise ObsError([Diagnostic("no-file", "there is no such font", Origin(str(font), 0))])
    try:
        import resvg_py
    except ImportError:
        raise ObsError(
            [
                Diagnostic(
                    "no-resvg", "PNG needs resvg-py, which is not installed", fix="pip install 'obs[png]'"
                )
            ]
        ) from None
    drawn: bytes = resvg_py.svg_to_bytes(
        svg_string=picture,
        zoom=_fitting(picture, zoom),
        skip_system_fonts=bool(fonts),
        font_files=[str(font) for font in fonts] or None,
        sans_serif_family=next(filter(None, map(family, fonts)), None),
    )
    return bytes(drawn)


def has_words(fonts: Sequence[Path] = ()) -> bool:
    """Whether there is a font to draw words with: resvg leaves out what it has none for. Raises as `png` does."""
    blank, word = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" font-family="{FONT}">'
        f'<text y="16">{text}</text></svg>'
        for text in ("", "a")
    )
    return png(blank, fonts) != png(word, fonts)


def _fitting(picture: str, zoom: float) -> float:
    size = picture.partition('viewBox="')[2].partition('"')[0].split()
    pixels = float(size[2]) * float(size[3]) if len(size) == 4 else 1.0
    return float(min(zoom, (MOST_PIXELS / max(pixels, 1.0)) ** 0.5))
