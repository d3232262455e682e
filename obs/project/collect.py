"""Find the definitions among what the files made: by type, no registering."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from obs.diagnostic import Diagnostic
from obs.model.dashboard import Dashboard
from obs.model.datasource import Datasource
from obs.model.metric import Metric
from obs.model.pipeline import Counter, Pipeline
from obs.model.route import Route
from obs.model.rule import Alert, ChartAlert, RecordingRule
from obs.model.runbook import Runbook, Runbooks
from obs.model.service import Service, Target
from obs.model.slo import Objectives
from obs.model.stack import Environment, Stack
from obs.origin import Origin
from obs.project.execute import Loaded
from obs.record import dataclass, field


@dataclass(slots=True)
class Definitions:
    """Everything that the files define, in the order of path and then of line, each object once."""

    dashboards: list[Dashboard] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    records: list[RecordingRule] = field(default_factory=list)
    chart_alerts: list[ChartAlert] = field(default_factory=list)
    pipelines: list[Pipeline] = field(default_factory=list)
    counters: list[Counter] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    stacks: list[Stack] = field(default_factory=list)
    environments: list[Environment] = field(default_factory=list)
    datasources: list[Datasource] = field(default_factory=list)
    metrics: list[Metric] = field(default_factory=list)
    objectives: list[Objectives] = field(default_factory=list)
    runbooks: list[Runbook] = field(default_factory=list)
    runbook_pages: list[Runbooks] = field(default_factory=list)
    facts: dict[tuple[str, bool], object] = field(default_factory=dict, repr=False)
    """What `graph.queries` has found out about each expression."""
    sources: dict[int, object] = field(default_factory=dict)
    """`id` of each object as the user made it, to what it became (a foreign dashboard becomes a Dashboard)."""


def collect(loaded: list[Loaded]) -> tuple[Definitions, list[Diagnostic]]:
    """The definitions of all files, and what is wrong about them as a set."""
    found = Definitions()
    problems: list[Diagnostic] = []
    for item in sorted(loaded, key=_datasources_first):
        for name, value in vars(item.module).items():
            if not name.startswith("__"):
                for one in _each(value):
                    _take(one, name, item.path, found)
    found.services.sort(key=lambda one: (one.origin.file, one.origin.line))  # not by who imports them first
    problems.extend(_duplicates(found))
    return found, problems


def _datasources_first(item: Loaded) -> bool:
    """Foreign dashboards name datasources by text, so these must be known before them; else the order stays."""
    return not any(isinstance(value, Datasource) for value in vars(item.module).values())


def _each(value: object) -> Iterator[object]:
    """The value, or what a list, tuple or mapping of definitions holds."""
    if isinstance(value, (list, tuple)):
        yield from value
    elif isinstance(value, Mapping) and type(value) is dict:
        yield from value.values()
    else:
        yield value


def _take(value: object, name: str, path: Path, found: Definitions) -> None:
    if id(value) in found.sources:
        return
    if _is_foreign_dashboard(value):
        _take_foreign(value, name, path, found)
        return
    for kind, place in _PLACES.items():
        if isinstance(value, kind):
            getattr(found, place).append(value)
            found.sources[id(value)] = value
            return


_PLACES: dict[type, str] = {
    Dashboard: "dashboards",
    Alert: "alerts",
    RecordingRule: "records",
    ChartAlert: "chart_alerts",
    Pipeline: "pipelines",
    Counter: "counters",
    Route: "routes",
    Service: "services",
    Target: "targets",
    Stack: "stacks",
    Environment: "environments",
    Datasource: "datasources",
    Metric: "metrics",
    Objectives: "objectives",
    Runbook: "runbooks",
    Runbooks: "runbook_pages",
}


def _is_foreign_dashboard(value: object) -> bool:
    return type(value).__module__.startswith("grafanalib.") and type(value).__name__ == "Dashboard"


def _take_foreign(value: object, name: str, path: Path, found: Definitions) -> None:
    from obs.frontends.grafanalib import dashboard as read_dashboard

    dashboard = read_dashboard(value, Origin(str(path), _line_of(path, name)), datasources=found.datasources)
    found.dashboards.append(dashboard)
    found.sources[id(value)] = dashboard


def _line_of(path: Path, name: str) -> int:
    """The line that assigns a module-level name; 0 when it cannot be told."""
    import ast

    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.AnnAssign)
            else []
        )
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return node.lineno
    return 0


def _duplicates(found: Definitions) -> Iterator[Diagnostic]:
    """Two definitions that would become one object."""
    alerts: list[Alert | ChartAlert] = [*found.alerts, *found.chart_alerts]
    named: dict[str, list[tuple[str, Origin | None]]] = {
        "alert": [(one.name, one.origin) for one in alerts],
        "recording rule": [(f"{one.name}{sorted(one.labels.items())}", one.origin) for one in found.records],
        "dashboard uid": [(one.uid, one.origin) for one in found.dashboards],
        "counter": [(str(one), one.origin) for one in found.counters],
        "route": [(one.name, one.origin) for one in found.routes],
        "service": [(f"{one.namespace}/{one.name}", one.origin) for one in found.services],
        "target": [(one.name, one.origin) for one in found.targets],
        "environment": [(one.name, one.origin) for one in found.environments],
        "datasource uid": [(one.uid, one.origin) for one in found.datasources],
        "stack": [("", one.origin) for one in found.stacks],
        "pipeline": [("", one.origin) for one in found.pipelines],
        "folder of runbooks": [("", one.origin) for one in found.runbook_pages],
        "runbook of": [(one.alert.name, one.origin) for one in found.runbooks],
    }
    for what, pairs in named.items():
        first: dict[str, Origin | None] = {}
        for name, origin in pairs:
            if name not in first:
                first[name] = origin
                continue
            other = first[name]
            yield Diagnostic(
                "duplicate-name",
                f"two definitions are {what} {name}"
                if name
                else f"a project has one {what}, this is another",
                origin,
                also=((other, "the other one"),) if other is not None else (),
                fix="rename one of them, or remove it",
            )
