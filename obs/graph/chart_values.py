"""What the values of kube-prometheus-stack say, of a project's environments and of other people's values files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.graph.subject import Subject

CHART = "kube-prometheus-stack"


def uses_chart(subject: Subject) -> bool:
    """Whether it is declared that the chart is installed."""
    if subject.stack is not None:
        return any(chart.name == CHART for chart in subject.stack.charts)
    return any(
        isinstance(one.get(CHART), Mapping) or one.get("prometheusOperator")
        for one in subject.of_kind("values")
    )


def settings(subject: Subject, key: str) -> Iterator[object]:
    """Every value under a key, at any depth, of anybody's values."""
    program = subject.program
    for environment in program.definitions.environments if program is not None else ():
        yield from _under(environment.values, key)
    for document in subject.of_kind("values"):
        yield from _under(document.value, key)


def is_set(subject: Subject, path: str, value: object) -> bool:
    """Whether a dotted path has this value in some values, wherever a parent chart has put them."""
    first, *rest = path.split(".")
    return any(_at(found, rest) == value for found in settings(subject, first))


def _at(values: object, path: Sequence[str]) -> object:
    for part in path:
        values = values.get(part) if isinstance(values, Mapping) else None
    return values


def _under(values: object, key: str) -> Iterator[object]:
    if isinstance(values, Mapping):
        for name, value in values.items():
            if name == key:
                yield value
            yield from _under(value, key)
    elif isinstance(values, list | tuple):
        for value in values:
            yield from _under(value, key)
