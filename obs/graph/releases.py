"""Which releases of the operator and of Alertmanager run: from a project's stack, or from what files say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from obs.graph.document import KPS

if TYPE_CHECKING:
    from obs.graph.document import Document
    from obs.graph.subject import Subject

Release = tuple[int, int]
Path = tuple[str, ...]

OPERATORS: Mapping[int, Release] = {
    62: (0, 76),
    65: (0, 77),
    66: (0, 78),
    67: (0, 79),
    69: (0, 80),
    70: (0, 81),
    71: (0, 82),
}
"""The operator of each major version of kube-prometheus-stack that brought a new one. Source: its UPGRADE.md."""


def chart_paths(values: Document) -> tuple[Path, ...]:
    """Where values hold those of kube-prometheus-stack: under its name in an umbrella's, else at the top."""
    found = tuple((name,) for name in KPS if isinstance(values.get(name), Mapping))
    return found or ((),)


def release(text: object) -> Release | None:
    """Major and minor of a version such as `v0.28.0`; None for what is none."""
    found = re.match(r"v?(\d{1,3})\.(\d{1,4})", text) if isinstance(text, str) else None
    return (int(found[1]), int(found[2])) if found else None


def operator_release(subject: Subject) -> Release | None:
    """The release of prometheus-operator; None where nothing says it."""
    if subject.stack is not None:
        return release(subject.stack.operator)
    for values in subject.of_kind("values"):
        for path in chart_paths(values):
            found = release(values.get(*path, "prometheusOperator", "image", "tag"))
            if found is not None:
                return found
    majors = [int(version.split(".")[0]) for version in _chart_versions(subject)]
    known = [
        OPERATORS[max(one for one in OPERATORS if one <= major)]
        for major in majors
        if major >= min(OPERATORS)
    ]
    # A chart newer than the table may bring a newer operator: then nothing is known but a lower bound.
    return known[0] if len(known) == 1 and majors[0] <= max(OPERATORS) else None


def _chart_versions(subject: Subject) -> Iterator[str]:
    for chart in subject.of_kind("chart"):
        listed = chart.get("dependencies")
        for one in listed if isinstance(listed, list) else ():
            version = str(one.get("version") or "") if isinstance(one, Mapping) else ""
            if isinstance(one, Mapping) and one.get("name") in KPS and re.match(r"\d+\.\d+\.\d+$", version):
                yield version
