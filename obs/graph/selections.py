"""What queries select, joined with who makes it: found once for all the checks that ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from obs.graph.metrics import job_of
from obs.graph.parts import metric_of
from obs.record import dataclass

if TYPE_CHECKING:
    from obs.catalogue.series import Series
    from obs.graph.metric_source import Source
    from obs.graph.metrics import Metrics
    from obs.graph.panel_query import PanelQuery
    from obs.graph.parts import Parts
    from obs.graph.subject import Rule
    from obs.lang.promql.syntax import VectorSelector


@dataclass(frozen=True, slots=True)
class Selection:
    """A selector of a rule or panel whose metric is named; `sources` are empty where nobody is known to make it.

    `series` are what the catalogue says, and empty when anybody makes it of whom the catalogue says nothing.
    """

    rule: Rule | PanelQuery
    parts: Parts
    selector: VectorSelector
    metric: str
    sources: tuple[Source, ...]
    series: tuple[Series, ...]

    @property
    def only(self) -> Series | None:
        """What the catalogue says where the name means one thing only."""
        return self.series[0] if len(self.series) == 1 else None

    @property
    def name_span(self) -> tuple[int, int]:
        """The place of the metric's name."""
        start = self.selector.start
        end = start + len(self.metric) if self.selector.name is not None else self.selector.end
        return start, min(end, self.selector.end)


def selections(
    expressions: Iterable[tuple[Rule | PanelQuery, Parts]], metrics: Metrics
) -> Iterator[Selection]:
    """Every selector that names its metric."""
    for rule, parts in expressions:
        for selector in parts.selectors:
            name = metric_of(selector)
            if name is not None and "$" not in name:
                sources = metrics.sources(name, job_of(selector.matchers))
                yield Selection(rule, parts, selector, name, sources, _series(sources) if sources else ())


def _series(sources: tuple[Source, ...]) -> tuple[Series, ...]:
    found = tuple(one.series for one in sources if one.series is not None)
    return found if len(found) == len(sources) else ()
