"""The bytes of a file that a user names: never of a pipe, which would wait, nor of a device, which has no end."""

from __future__ import annotations

import os

LARGEST = 32_000_000
"""Bytes that are read of one file."""


def bytes_of(file: str) -> bytes:
    """The first `LARGEST` bytes. Raises OSError for what is no regular file, or cannot be read."""
    if not os.path.isfile(file):
        raise OSError(f"{file} is no regular file")
    with open(file, "rb") as opened:
        return opened.read(LARGEST)
