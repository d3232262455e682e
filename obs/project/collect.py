"""Find the definitions among what the files made: by type, no registering."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from obs.diagnostic import Diagnostic
from obs.model.dashboard import Dashboard
from obs.model.datasource import Datasource
from obs.model.pipeline import Counter, Pipeline
from obs.model.route import Route
from obs.model.rule import Alert, ChartAlert, RecordingRule
from obs.model.service import Service, Target
from obs.model.stack import Environment, Stack
from obs.origin import Origin
from obs.project.execute import Loaded

KINDS = (Alert, RecordingRule, ChartAlert, Pipeline, Counter, Route, Service, Target, Stack, Environment, Datasource)


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
    lists: dict[type, list[object]] = {
        Alert: found.alerts, RecordingRule: found.records, ChartAlert: found.chart_alerts, Pipeline: found.pipelines,
        Counter: found.counters, Route: found.routes, Service: found.services, Target: found.targets,
        Stack: found.stacks, Environment: found.environments,
    }  # type: ignore[dict-item]
    if isinstance(value, Dashboard):
        found.dashboards.append(value)
    elif isinstance(value, Datasource):
        found.datasources.append(value)
    elif type(value) in lists:
        lists[type(value)].append(value)
    elif _is_foreign_dashboard(value):
        _take_foreign(value, name, path, found)
        return
    else:
        return
    found.sources[id(value)] = value


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
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return node.lineno
    return 0


def _duplicates(found: Definitions) -> Iterator[Diagnostic]:
    """Two definitions that would become one object."""
    for what, named in (
        ("alert", [(rule.name, rule.origin) for rule in (*found.alerts, *found.chart_alerts)]),
        ("recording rule", [(f"{rule.name}{sorted(rule.labels.items())}", rule.origin) for rule in found.records]),
        ("dashboard uid", [(dashboard.uid, dashboard.origin) for dashboard in found.dashboards]),
        ("counter", [(str(counter), counter.origin) for counter in found.counters]),
        ("route", [(route.name, route.origin) for route in found.routes]),
        ("service", [(f"{service.namespace}/{service.name}", service.origin) for service in found.services]),
        ("target", [(target.name, target.origin) for target in found.targets]),
        ("environment", [(environment.name, environment.origin) for environment in found.environments]),
        ("datasource uid", [(source.uid, source.origin) for source in found.datasources]),
        ("stack", [("", stack.origin) for stack in found.stacks]),
        ("pipeline", [("", pipeline.origin) for pipeline in found.pipelines]),
    ):
        first: dict[str, Origin] = {}
        for name, origin in named:
            if name in first:
                yield Diagnostic(
                    "duplicate-name",
                    f"two definitions are {what} {name}".rstrip() if name else f"a project has one {what}, this is another",
                    origin,
                    also=((first[name], "the other one"),),
                    fix="rename one of them, or remove it",
                )
            else:
                first[name] = origin
