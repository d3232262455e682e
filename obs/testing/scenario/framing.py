"""Lines as the container runtime writes them to its files."""

from __future__ import annotations

import json
from datetime import datetime

from obs.testing.scenario.inputs import Line

LONGEST_PART = 16_384
"""Bytes after which the container runtime splits a line into parts."""


def framed(line: Line, moment: datetime) -> list[str]:
    """The line as the container runtime writes it to its file: in parts, when it is long."""
    time = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}000Z"
    if line.framing == "cri":
        parts = _parts(line.text)
        flags = [*("P" for _ in parts[1:]), "F"]
        return [f"{time} {line.stream} {flag} {part}" for flag, part in zip(flags, parts, strict=True)]
    if line.framing == "docker":
        entry = {"log": f"{line.text}\n", "stream": line.stream, "time": time}
        return [json.dumps(entry, ensure_ascii=False)]
    return [line.text]


def _parts(text: str) -> list[str]:
    """The text cut where the runtime cuts it; a character that is cut in two is moved whole to the next part."""
    data = text.encode("utf-8", "replace")
    if len(data) <= LONGEST_PART:
        return [text]
    parts: list[str] = []
    while data:
        end = LONGEST_PART
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(data[:end].decode())
        data = data[end:]
    return parts
