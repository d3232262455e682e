"""The labels that Prometheus sets on everything that it sends: the operator's two, and those of the values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.graph.subject import Subject

OPERATORS = frozenset({"prometheus", "prometheus_replica"})
"""Source: prometheus-operator, `prometheusExternalLabelName` and `replicaExternalLabelName`."""


def external_labels(subject: Subject) -> frozenset[str] | None:
    """Their names in any environment; None where no installation, and no server's configuration, is declared."""
    if subject.program is None:
        declared = subject.server.external_labels if subject.server is not None else None
        return frozenset(declared) if declared is not None else None
    names = set(OPERATORS)
    for environment in subject.program.definitions.environments:
        names |= _declared(environment.values)
    return frozenset(names)


def _declared(values: object) -> set[str]:
    """Every `externalLabels` at any depth of a chart's values."""
    found: set[str] = set()
    if isinstance(values, Mapping):
        for key, value in values.items():
            if key == "externalLabels" and isinstance(value, Mapping):
                found |= {str(name) for name in value}
            else:
                found |= _declared(value)
    elif isinstance(values, Sequence) and not isinstance(values, str):
        for value in values:
            found |= _declared(value)
    return found
