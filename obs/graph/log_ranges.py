"""The range aggregations of a LogQL query, with the window of each as it is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from obs.record import dataclass

if TYPE_CHECKING:
    from obs.lang.logql import Query
    from obs.lang.logql.syntax import Expr, RangeAggregation, VectorAggregation


@dataclass(frozen=True, slots=True)
class LogWindow:
    """An aggregation over a window; `start` and `end` are the window's place in the query.

    `around` are the aggregations over series that it stands in, the nearest first.
    """

    node: RangeAggregation
    window: str
    start: int
    end: int
    around: tuple[VectorAggregation, ...]

    @property
    def fixed(self) -> bool:
        """Whether its length does not depend on the panel."""
        return "$" not in self.window and "[[" not in self.window


def log_ranges(query: Query) -> Iterator[LogWindow]:
    """Every range aggregation, in the order of the text."""
    from obs.lang.logql.syntax import BinaryOperation, LabelReplace, RangeAggregation, VectorAggregation

    waiting: list[tuple[Expr, tuple[VectorAggregation, ...]]] = [(query.expr, ())]
    while waiting:
        node, around = waiting.pop()
        if isinstance(node, BinaryOperation):
            waiting += [(node.right, around), (node.left, around)]
        elif isinstance(node, VectorAggregation):
            waiting.append((node.inner, (node, *around)))
        elif isinstance(node, LabelReplace):
            waiting.append((node.inner, around))
        elif isinstance(node, RangeAggregation):
            end = query.text.rfind("]", node.range.start, node.range.end)
            start = query.text.rfind("[", node.range.start, end) + 1
            if 0 < start <= end:
                yield LogWindow(node, query.text[start:end].strip(), start, end, around)
