"""Work on two processors: a fork does one part of it, this process the other. Linux and macOS only."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from typing import NoReturn, TypeVar

Ours = TypeVar("Ours")
Theirs = TypeVar("Theirs")


def beside(theirs: Callable[[], Theirs], ours: Callable[[], Ours]) -> tuple[Ours, Theirs | None]:
    """What both parts came to; None for that of a fork which failed. What `ours` raises is raised, the fork ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _answer(writing, theirs)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as answer:
            found = ours()
            data = answer.read()
    finally:
        _, status = os.waitpid(child, 0)
    return found, None if status else pickle.loads(data)


def _answer(writing: int, theirs: Callable[[], object]) -> NoReturn:
    """What the fork does; it ends here, whatever happens."""
    status = 1
    try:
        found = theirs()
        with os.fdopen(writing, "wb") as answer:
            pickle.dump(found, answer, pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)
