"""A query of a panel with everything that a check asks of it: its trees, its labels, its place on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from obs.diagnostic import Excerpt
from obs.lang.error import LanguageError
from obs.origin import Origin
from obs.record import dataclass, field

if TYPE_CHECKING:
    from obs.graph.parts import Parts
    from obs.lang import logql, promql
    from obs.lang.logql.syntax import Matcher as LogMatcher
    from obs.lang.promql.flow import Flow
    from obs.lang.promql.labels import Known
    from obs.lang.promql.syntax import Matcher
    from obs.model.dashboard import Dashboard
    from obs.model.panel import Panel
    from obs.model.query import Query

INSTANT_PANELS = frozenset({"stat", "gauge", "bargauge", "table", "piechart", "barchart"})
"""Panels that show one value of each series; with a range query too, they reduce it."""


def panel_title(dashboard: Dashboard, panel: Panel | None = None) -> str:
    """What a finding calls a dashboard or one of its panels."""
    return f"dashboard {dashboard.uid}" + (f" / {panel.title or panel.key}" if panel is not None else "")


def has_one_unit(panel: Panel) -> bool:
    """Whether the panel's unit is that of all its numbers, as its queries give them."""
    overridden = any(name == "unit" for one in panel.overrides for name, _ in one.properties)
    plain = panel.type not in ("table", "heatmap") and not panel.transformations
    return bool(panel.unit) and not overridden and plain


@dataclass(frozen=True)
class PanelQuery:
    """One query of a panel. It answers what a rule answers, so that a check of expressions takes both."""

    dashboard: Dashboard
    panel: Panel
    target: Query
    version: tuple[int, int] = (2, 55)
    features: frozenset[str] = frozenset()
    known: Known | None = field(default=None, compare=False, repr=False)
    """What is known of the labels of metrics."""

    kind = "panel"

    def __str__(self) -> str:
        return f"{self.dashboard.uid} / {self.panel.title or self.panel.key}: query {self.target.ref_id}"

    @property
    def title(self) -> str:
        """What a finding calls the panel."""
        return panel_title(self.dashboard, self.panel)

    @property
    def expr(self) -> str:
        """The text of the query."""
        return self.target.text

    @property
    def origin(self) -> Origin:
        """The line of the query, else of the panel."""
        found = self.target.origin or self.panel.origin or self.dashboard.origin
        return found or Origin("", 1)

    @property
    def instant(self) -> bool:
        """Whether it asks for one value at the end of the time range only."""
        return self.target.instant is True

    @cached_property
    def query(self) -> promql.Query | None:
        """The checked PromQL expression; None for all else."""
        from obs.lang import promql

        if self.target.language != "promql":
            return None
        try:
            return promql.check(self.expr, version=self.version, features=self.features, grafana=True)
        except LanguageError:
            return None

    @cached_property
    def log_query(self) -> logql.Query | None:
        """The checked LogQL expression; None for all else."""
        if self.target.language != "logql":
            return None
        from obs.lang import logql

        try:
            return logql.check(self.expr, grafana=True)
        except LanguageError:
            return None

    @cached_property
    def flow(self) -> Flow | None:
        """The labels that the result of a PromQL expression can have."""
        from obs.lang.promql.flow import flow

        return flow(self.query.tree, self.known) if self.query is not None else None

    @cached_property
    def parts(self) -> Parts | None:
        """The nodes of a PromQL expression by kind."""
        from obs.graph.parts import parts

        return parts(self.query.tree) if self.query is not None else None

    @property
    def matchers(self) -> list[Matcher | LogMatcher]:
        """Those of all selectors, in either language."""
        if self.parts is not None:
            return [matcher for selector in self.parts.selectors for matcher in selector.matchers]
        return list(self.log_query.matchers) if self.log_query is not None else []

    def excerpt(self, start: int, end: int, text: str = "expr") -> Excerpt:
        """A part of the query."""
        return Excerpt(self.expr, start, end, self.target.place)


def panel_queries(
    dashboards: tuple[Dashboard, ...],
    version: tuple[int, int],
    features: frozenset[str],
    known: Known | None = None,
) -> Iterator[PanelQuery]:
    """Every query of every panel that has a text."""
    for dashboard in dashboards:
        for panel in dashboard.panels():
            for query in panel.queries:
                if query.text.strip():
                    yield PanelQuery(dashboard, panel, query, version, features, known)


_LOKI = re.compile(
    r"^\s*\{[^}]*\}\s*\||(count|bytes)_over_time\s*\(\s*\{|\|[=~]\s*[\"`]|\|\s*unwrap\b|\[\$__auto\]"
)
"""Text that only LogQL has."""
_PROMETHEUS = re.compile(
    r"\$__rate_interval|\bhistogram_quantile\s*\(|\b(irate|increase|predict_linear|label_join)\s*\("
)
"""Text that only PromQL has."""


def other_language(query: Query) -> str:
    """The language that a query is in for sure and that is not its datasource's; else empty."""
    if query.language == "promql" and _LOKI.search(query.text):
        return "LogQL"
    if query.language == "logql" and _PROMETHEUS.search(query.text):
        return "PromQL"
    return ""
