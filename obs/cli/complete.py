"""Names for the shell's completion: those of the project around the working directory."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[\w./:{}-]+")
"""Names that a shell takes as one word as they are."""
MOST = 200


def names(incomplete: str) -> list[str]:
    """Names of definitions, files and metrics that begin so; none where no project can be read."""
    return _names(incomplete, ())


def alerts(incomplete: str) -> list[str]:
    """The same of alerts alone."""
    return _names(incomplete, ("alert",))


def _names(incomplete: str, kinds: tuple[str, ...]) -> list[str]:
    from obs import api
    from obs.diagnostic import ObsError

    try:
        graph = api.graph()
    except (ObsError, OSError):
        return []
    found = {
        name
        for node in graph.nodes.values()
        if (node.kind in kinds if kinds else node.kind not in ("query", "artifact"))
        for name in (node.name, *(node.aliases if node.kind == "panel" else ()))
        if name.startswith(incomplete) and _PLAIN.fullmatch(name)
    }
    return sorted(found)[:MOST]
