"""A panel or rule reads a metric whose only targets are switched off.

It shows nothing, and an alert over it can never fire, until somebody switches the target on.

Flagged:
    shop = Target("shop", provided_by="charts/shop", exposes=["shop_*"], enabled=False, switch_on="metrics: true")
    orders = RecordingRule("job:shop_orders:rate5m", expr="sum by (job) (rate(shop_orders_total[5m]))")

Instead:
    shop = Target("shop", provided_by="charts/shop", exposes=["shop_*"])
    orders = RecordingRule("job:shop_orders:rate5m", expr="sum by (job) (rate(shop_orders_total[5m]))")

Flagged:
    kube-prometheus-stack:
      nodeExporter: {enabled: false}
    ---
    groups:
      - name: nodes
        rules:
          - {alert: NodeBusy, expr: 'avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) < 0.2'}

Instead:
    kube-prometheus-stack:
      nodeExporter: {enabled: true}
    ---
    groups:
      - name: nodes
        rules:
          - {alert: NodeBusy, expr: 'avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) < 0.2'}

Source: Prometheus operator, ServiceMonitor: without one, nothing of a service is scraped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from obs.checks.base import Finding, also_of_files, check
from obs.checks.readers import Readers, boards, texts
from obs.diagnostic import Diagnostic, Evidence, Excerpt
from obs.graph.program import Program
from obs.graph.queries import query_facts
from obs.graph.subject import Subject
from obs.graph.systems import system_of
from obs.lang.error import LanguageError
from obs.model.service import Target
from obs.model.stack import Environment
from obs.origin import Origin

if TYPE_CHECKING:
    from obs.graph.dark_targets import Target as Scraped
    from obs.lang.promql import Query
    from obs.lang.promql.syntax import VectorSelector
    from obs.model.dashboard import Dashboard


@check()
def switched_off_target(program: Program) -> Iterator[Diagnostic]:
    """One finding for a system, or for a dashboard or rule and a target, however many queries share them."""
    yield from _off_in_an_environment(program)
    readers: dict[tuple[str, str], tuple[Target, Origin | None, list[str]]] = {}
    systems: dict[str, _Dark] = {}
    known = boards(program)
    for reader, text, origin, grafana in texts(program):
        for metric in query_facts(program, text, grafana=grafana).metrics:
            targets = program.targets_of(metric)
            if not targets or any(target.enabled for target in targets):
                continue
            system = system_of(targets)
            if system:
                dark = systems.setdefault(system, _Dark(known))
                dark.targets.update({target.name: target for target in targets})
                dark.add(reader, text, origin)
                continue
            entry = readers.setdefault((reader, targets[0].name), (targets[0], origin, []))
            if metric not in entry[2]:
                entry[2].append(metric)
    for system, dark in systems.items():
        yield dark.diagnostic(system)
    for (reader, _), (target, origin, metrics) in readers.items():
        yield Diagnostic(
            "switched-off-target",
            f"{reader} shows nothing: target {target.name} is switched off, and only it has "
            f"{', '.join(sorted(metrics))}",
            origin,
            severity="warning",
            fix=target.switch_on,
            also=((target.origin, "switched off here"),),
        )


class _Dark(Readers):
    """What one system keeps empty, and its targets."""

    def __init__(self, boards: Mapping[str, Dashboard]) -> None:
        super().__init__(boards)
        self.targets: dict[str, Target] = {}

    def diagnostic(self, system: str) -> Diagnostic:
        """One finding, at the first target that is off."""
        first, *_ = [one for one in self.targets.values() if one.system == system]
        off = (
            f"target {first.name} is" if len(self.targets) == 1 else f"targets {', '.join(self.targets)} are"
        )
        return Diagnostic(
            "switched-off-target",
            f"{self.told()}: {off} switched off, and nothing else has the metrics of {system}",
            first.origin,
            severity="warning",
            why=self.titles(),
            fix=first.switch_on,
            also=tuple((place, "reads it") for place in self.places if place != first.origin),
        )


def _off_in_an_environment(program: Program) -> Iterator[Diagnostic]:
    """Targets of the stack's own chart that are on here, and off in the values of an environment."""
    off = {
        target.name: (target, environment)
        for environment in program.definitions.environments
        for target in program.definitions.targets
        if target.enabled and _switch(environment, target)
    }
    told: set[tuple[str, str]] = set()
    for reader, text, origin, grafana in texts(program) if off else ():
        for metric in query_facts(program, text, grafana=grafana).metrics:
            targets = program.targets_of(metric)
            if not targets or not all(target.name in off for target in targets):
                continue
            target, environment = off[targets[0].name]
            if (reader, target.name) not in told:
                told.add((reader, target.name))
                switch = _switch(environment, target)
                yield Diagnostic(
                    "switched-off-target",
                    f"{reader} shows nothing in {environment.name}: {switch} is false there, and only target "
                    f"{target.name} has {metric}",
                    origin,
                    severity="warning",
                    fix=f"leave {switch} out of the values of {environment.name}",
                    also=((environment.origin, "switched off here"),),
                )


def _switch(environment: Environment, target: Target) -> str:
    """The value that is false; empty where none is."""
    from obs.graph.helm_switches import STACK

    for keys, systems in STACK.items():
        value: object = environment.values.get(target.provided_by)
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is False and target.name == systems[0]:
            return ".".join((target.provided_by, *keys))
    return ""


@also_of_files(switched_off_target)
def in_files(subject: Subject) -> Iterator[Finding]:
    """The same where values switch a ServiceMonitor off, and no other target has the metric."""
    from obs.graph.dark_targets import targets

    known = targets(subject)
    if not any(target.switch for target in known):
        return
    told: dict[tuple[str, str], Finding] = {}
    for reader, origin, excerpts in _queries(subject):
        for excerpt, selector in excerpts:
            found = _dark(known, selector)
            if found is None:
                continue
            target, evidence = found
            first = told.get((reader, target.name))
            if first is not None:
                if origin is not None and origin != first.at:
                    told[reader, target.name] = replace(
                        first, also=(*first.also, (origin, selector.name or ""))
                    )
                continue
            assert target.switch is not None
            told[reader, target.name] = Finding(
                f"{reader} shows nothing: target {target.name} is switched off, and only it has {selector.name}",
                origin,
                fix=f"set {target.switch.path} to true, or leave out what reads it",
                also=((target.switch.at, "switched off here"),),
                excerpt=excerpt,
                object=reader,
                evidence=evidence,
                severity="warning",
            )
    yield from (replace(found, also=tuple(dict.fromkeys(found.also))) for found in told.values())


def _dark(known: Sequence[Scraped], selector: VectorSelector) -> tuple[Scraped, Evidence] | None:
    """The target that is off and alone has what the selector asks for."""
    if not selector.name:
        return None
    having = [(target, target.has(selector.name)) for target in known]
    named = [target for target in known if target.selects(selector)]
    if named:
        having = [(target, "likely") for target in named]
    sure: list[tuple[Scraped, Evidence]] = [(target, evidence) for target, evidence in having if evidence]
    if not sure or any(target.switch is None for target, _ in sure):
        return None
    return sure[0]


def _queries(subject: Subject) -> Iterator[tuple[str, Origin | None, list[tuple[Excerpt, VectorSelector]]]]:
    """Each reader with its selectors and where they stand."""
    from obs.lang import promql

    for rule in subject.rules:
        if rule.query is not None:
            nodes = _selectors(rule.query)
            yield rule.title, rule.origin, [(rule.excerpt(node.start, node.end), node) for node in nodes]
    for dashboard, panel, query in subject.panel_queries:
        if query.language != "promql":
            continue
        try:
            nodes = _selectors(promql.check(query.text, grafana=True))
        except LanguageError:
            continue  # said by invalid-promql
        excerpts = [(Excerpt(query.text, node.start, node.end, query.place), node) for node in nodes]
        yield f"dashboard {dashboard.uid}", query.origin or panel.origin, excerpts


def _selectors(query: Query) -> list[VectorSelector]:
    from obs.lang.promql.syntax import VectorSelector, walk

    return [node for node in walk(query.tree) if isinstance(node, VectorSelector)]
