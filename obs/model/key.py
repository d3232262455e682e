"""Keys: what a panel is called across edits, from which its id derives."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_GAP = re.compile(r"[\W_]+")


@lru_cache(maxsize=65536)
def slug(text: str) -> str:
    """Lower-case words joined by `-`; letters of every script are kept, in Unicode's composed form."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return _GAP.sub("-", text.lower()).strip("-")
