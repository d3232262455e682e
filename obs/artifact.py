"""One generated file, before it is written."""

from __future__ import annotations

from obs.origin import Origin
from obs.record import dataclass


@dataclass(frozen=True, slots=True)
class Artifact:
    """`path` is relative to the output root with `/` separators; `origins` are the definitions it came from."""

    path: str
    data: bytes
    origins: tuple[Origin, ...] = ()
    kind: str = "file"
