"""Samples as Prometheus's remote-write receiver takes them: series that no target exposes come in this way.

Source: remote-write 1.0: a protocol buffer `WriteRequest`, compressed as one Snappy block. A block may be all literal,
so nothing is compressed here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence

from obs.sim.scrape import STALE, Value

STALE_BITS = 0x7FF0000000000002
"""The NaN that ends a series."""

HEADERS = {
    "Content-Type": "application/x-protobuf",
    "Content-Encoding": "snappy",
    "X-Prometheus-Remote-Write-Version": "0.1.0",
}

Series = tuple[Mapping[str, str], Sequence[tuple[int, Value]]]
"""Labels, `__name__` among them, and samples with their moments in milliseconds since 1970."""


def body(series: Iterable[Series]) -> bytes:
    """The body of a request."""
    return _snappy(b"".join(_bytes(1, _series(labels, samples)) for labels, samples in series))


def _series(labels: Mapping[str, str], samples: Sequence[tuple[int, Value]]) -> bytes:
    named = b"".join(
        _bytes(1, _bytes(1, name.encode()) + _bytes(2, value.encode()))
        for name, value in sorted(labels.items())
    )
    return named + b"".join(_bytes(2, _sample(at, value)) for at, value in samples)


def _sample(at: int, value: Value) -> bytes:
    double = struct.pack("<Q", STALE_BITS) if value == STALE else struct.pack("<d", float(value))
    return b"\x09" + double + b"\x10" + _varint(at)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _snappy(content: bytes) -> bytes:
    """One literal; its tag says that four bytes of length follow."""
    return _varint(len(content)) + b"\xfc" + struct.pack("<I", len(content) - 1) + content
