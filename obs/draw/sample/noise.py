"""Curves from a name: whole-number arithmetic only, so that every machine draws the same."""

from __future__ import annotations

from hashlib import blake2b

_SPAN = 1 << 32


def seed(*names: str) -> int:
    """A number for a name."""
    return int.from_bytes(blake2b("\0".join(names).encode("utf-8", "replace"), digest_size=4).digest(), "big")


def part(seed: int, index: int = 0) -> float:
    """A number from 0 up to 1 that looks like chance."""
    mixed = (seed * 2654435761 + index * 40503 + 0x9E3779B9) % _SPAN
    mixed ^= mixed >> 15
    mixed = mixed * 2246822519 % _SPAN
    mixed ^= mixed >> 13
    mixed = mixed * 3266489917 % _SPAN
    mixed ^= mixed >> 16
    return mixed / _SPAN


def smooth(seed: int, position: float) -> float:
    """From 0 to 1 along a curve without corners; about one hill for each whole number."""
    whole = int(position)
    rest = position - whole
    weight = rest * rest * (3 - 2 * rest)
    return part(seed, whole) * (1 - weight) + part(seed, whole + 1) * weight


def curve(seed: int, count: int) -> list[float]:
    """So many values around 1: a slow swing, a faster one, and a little noise."""
    slow, fast, noise = seed ^ 0x5BD1E995, seed ^ 0x27D4EB2F, seed ^ 0x165667B1
    return [
        0.55 + 0.6 * smooth(slow, index * 4 / count) + 0.22 * smooth(fast, index * 17 / count)
        + 0.08 * part(noise, index)
        for index in range(count)
    ]  # fmt: skip
