"""Where the rules use what, found in one walk for all checks: one that is about `topk` sees those, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from obs.graph.parts import Parts, metric_of
from obs.lang.promql.syntax import Aggregate, Binary, Call, Expr, VectorSelector

if TYPE_CHECKING:
    from obs.graph.subject import Rule

_Node = TypeVar("_Node", bound=Expr)


class _ByName(Generic[_Node]):
    """Nodes by what they are called, each with its rule, in the order of the rules and of the text."""

    def __init__(self) -> None:
        self._found: dict[str, list[tuple[int, Rule, _Node]]] = {}
        self._count = 0

    def add(self, name: str, rule: Rule, node: _Node) -> None:
        self._count += 1
        self._found.setdefault(name, []).append((self._count, rule, node))

    def named(self, names: Sequence[str]) -> Iterator[tuple[Rule, _Node]]:
        if len(names) == 1:
            found = self._found.get(names[0], [])
        else:
            found = [one for name in names for one in self._found.get(name, ())]
            found.sort(key=lambda one: one[0])
        return ((rule, node) for _, rule, node in found)

    def names(self) -> frozenset[str]:
        return frozenset(self._found)


class Uses:
    """An index over the expressions of all rules."""

    def __init__(self, queried: Iterable[tuple[Rule, Parts]]) -> None:
        self._calls = _ByName[Call]()
        self._aggregates = _ByName[Aggregate]()
        self._binaries = _ByName[Binary]()
        self._selectors = _ByName[VectorSelector]()
        for rule, parts in queried:
            for call in parts.calls:
                self._calls.add(call.function, rule, call)
            for aggregate in parts.aggregates:
                self._aggregates.add(aggregate.op, rule, aggregate)
            for binary in parts.binaries:
                self._binaries.add(binary.op, rule, binary)
            for selector in parts.selectors:
                self._selectors.add(metric_of(selector) or "", rule, selector)

    def calls(self, *functions: str) -> Iterator[tuple[Rule, Call]]:
        """Every call of these functions, with its rule."""
        return self._calls.named(functions)

    def aggregates(self, *operators: str) -> Iterator[tuple[Rule, Aggregate]]:
        """Every aggregation with these operators (`sum`, `topk` ...)."""
        return self._aggregates.named(operators)

    def binaries(self, *operators: str) -> Iterator[tuple[Rule, Binary]]:
        """Every operation with these operators (`/`, `unless` ...)."""
        return self._binaries.named(operators)

    def selectors(self, *metrics: str) -> Iterator[tuple[Rule, VectorSelector]]:
        """Every selector of these metrics; of no name: those that select by labels alone."""
        return self._selectors.named(metrics or ("",))

    @property
    def metrics(self) -> frozenset[str]:
        """The names of all metrics that rules read."""
        return self._selectors.names() - {""}
