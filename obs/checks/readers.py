"""Who stays empty when something is missing: dashboards with their panels, rules by name. Not a check itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obs.graph.program import Program
from obs.model.dashboard import Dashboard
from obs.origin import Origin

Text = tuple[str, str, Origin | None, bool]
"""Who asks (`dashboard x`, or a rule), what, where, and whether it is Grafana's PromQL."""


def texts(program: Program) -> Iterator[Text]:
    """Every PromQL expression of a project."""
    for rule in program.rules:
        yield str(rule), rule.expr, rule.origin, False
    for dashboard, _panel, query in program.queries:
        if query.language == "promql":
            yield f"dashboard {dashboard.uid}", query.text, dashboard.origin, True


class Readers:
    """The queries that lack one thing; `boards` are the project's dashboards by `dashboard UID`."""

    def __init__(self, boards: Mapping[str, Dashboard]) -> None:
        self.boards = boards
        self.queries: dict[str, set[str]] = {}
        self.places: dict[Origin, None] = {}
        self.metrics: dict[str, None] = {}

    def add(self, reader: str, text: str, origin: Origin | None, metric: str = "") -> None:
        """One query of a reader."""
        self.queries.setdefault(reader, set()).add(text)
        if origin is not None:
            self.places[origin] = None
        if metric:
            self.metrics[metric] = None

    def told(self) -> str:
        """`dashboard x shows nothing (12 panels) and A, B never fire`."""
        return " and ".join(part for part in (self._boards(), self._rules()) if part)

    def panels(self) -> list[str]:
        """The titles of all panels that lack something."""
        return [title for name in self.queries if name in self.boards for title in self._empty(name)]

    def titles(self) -> str:
        """Which panels, where that is not all of a dashboard."""
        partly = {
            name: panels
            for name in self.queries
            if name in self.boards and len(panels := self._empty(name)) < len(self.boards[name].panels())
        }
        return "; ".join(f"empty in {name}: {', '.join(panels)}" for name, panels in partly.items())

    def _boards(self) -> str:
        told = []
        for name in self.queries:
            if name in self.boards:
                panels = self._empty(name)
                every = len(self.boards[name].panels())
                count = f"in {len(panels)} of {every} panels" if len(panels) < every else f"({every} panels)"
                told.append(f"{name} shows nothing {count}")
        return ", ".join(told)

    def _empty(self, board: str) -> list[str]:
        asked = self.queries[board]
        shown = {
            panel.title or panel.key: None
            for panel, query in self.boards[board].queries()
            if query.text in asked
        }
        return list(shown)

    def _rules(self) -> str:
        rules = [name for name in self.queries if name not in self.boards]
        return f"{', '.join(rules)} never {'fires' if len(rules) == 1 else 'fire'}" if rules else ""


def boards(program: Program) -> dict[str, Dashboard]:
    """The dashboards of a project as `texts` names them."""
    return {f"dashboard {dashboard.uid}": dashboard for dashboard in program.dashboards}
