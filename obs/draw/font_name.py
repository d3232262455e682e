"""The family of a font file, from its `name` table: what a picture has to ask for to get this font."""

from __future__ import annotations

import struct
from pathlib import Path

_FAMILY = 1


def family(path: Path) -> str | None:
    """Of a TrueType or OpenType font, or of the first of a collection; None for what is neither."""
    try:
        return _family(path.read_bytes())
    except (struct.error, UnicodeDecodeError):
        return None


def _family(data: bytes) -> str | None:
    start = int(struct.unpack_from(">I", data, 12)[0]) if data[:4] == b"ttcf" else 0
    for number in range(struct.unpack_from(">H", data, start + 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, start + 12 + 16 * number)
        if tag == b"name":
            return _read(data, offset)
    return None


def _read(data: bytes, table: int) -> str | None:
    """The first name that is a family; the platforms of Windows and Unicode write UTF-16."""
    _, count, texts = struct.unpack_from(">HHH", data, table)
    for number in range(count):
        platform, _, _, kind, length, offset = struct.unpack_from(">6H", data, table + 6 + 12 * number)
        if kind == _FAMILY:
            text = data[table + texts + offset : table + texts + offset + length]
            return text.decode("latin-1" if platform == 1 else "utf-16-be")
    return None
