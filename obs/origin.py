"""Where in the user's own files an object was made."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from types import FrameType

from obs.record import dataclass

_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_FOREIGN = (
    f"{os.sep}site-packages{os.sep}",
    f"{os.sep}dist-packages{os.sep}",
    "<attrs generated",
    "<string>",
)


@dataclass(frozen=True, slots=True)
class Origin:
    """A line of a definition; `via` holds the callers when a helper built the object, innermost first."""

    file: str
    line: int
    via: tuple[Origin, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@lru_cache(maxsize=4096)
def _is_users(file: str) -> bool:
    return not (
        file.startswith((_PACKAGE, "<")) or any(part in file for part in _FOREIGN) or "importlib" in file
    )


def here(callers: int = 3) -> Origin:
    """The nearest line outside this package, with up to `callers` lines that led to it.

    Paths are absolute; `project` makes them relative to the project when it reports them.
    """
    frame: FrameType | None = sys._getframe(1)
    found: list[Origin] = []
    while frame is not None and len(found) <= callers:
        file = frame.f_code.co_filename
        if _is_users(file):
            place = Origin(file, frame.f_lineno)
            if not found or found[-1] != place:  # a comprehension is a frame of its own
                found.append(place)
            if frame.f_code.co_name == "<module>":
                break  # what imported the definition has no part in it
        elif found and file.startswith(_PACKAGE):
            break  # the loader that imported the definition
        frame = frame.f_back
    if not found:
        return Origin("<unknown>", 0)
    return Origin(found[0].file, found[0].line, tuple(found[1:]))
