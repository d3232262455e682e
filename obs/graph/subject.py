"""What is linted: rules, dashboards, pipeline and routes as the running programs see them, wherever they came from.

A project's definitions and other people's YAML and JSON both become a Subject, so that a check is written once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from obs.diagnostic import Diagnostic, Excerpt, TextPlace
from obs.graph.queries import release
from obs.lang import promql
from obs.lang.duration import parse as parse_duration
from obs.lang.error import LanguageError
from obs.record import dataclass, field

if TYPE_CHECKING:
    from obs.graph.at_hand import AtHand
    from obs.graph.document import Document, LogPipeline, Server
    from obs.graph.log_stages import LogStage
    from obs.graph.metric_types import MetricTypes, TypeMisuse
    from obs.graph.metrics import Metrics
    from obs.graph.panel_query import PanelQuery
    from obs.graph.parts import Parts
    from obs.graph.program import Program
    from obs.graph.reach import Reached
    from obs.graph.routing_document import RoutingDocument
    from obs.graph.selections import Selection
    from obs.graph.uses import Uses
    from obs.lang.gotemplate import Template
    from obs.lang.promql.flow import Flow
    from obs.lang.promql.labels import Known, LabelSet
    from obs.lang.promql.syntax import VectorSelector
    from obs.model.dashboard import Dashboard
    from obs.model.datasource import Datasource
    from obs.model.panel import Panel
    from obs.model.pipeline import Counter
    from obs.model.query import Query
    from obs.model.rule import Alert, RecordingRule
    from obs.model.service import Target
    from obs.model.stack import Stack
    from obs.origin import Origin
    from obs.project.policy import Policy
    from obs.sim.routing.config import Config
    from obs.sim.routing.tree import Node

DEFAULT_INTERVAL = 30_000
"""Milliseconds between evaluations and between scrapes where nothing is declared: the operator's default."""


@dataclass(frozen=True)
class Rule:
    """An alerting or recording rule; durations are milliseconds.

    `known` tells the labels of the metrics that it reads: the subject that it belongs to sets it.
    `places` tells where `expr` and each annotation (`annotation:summary`) or label (`label:severity`) stands in a file.
    `given` names the keys that the rule spells out (`for`, `keep_firing_for`), whatever their value.
    """

    kind: Literal["alert", "record"]
    name: str
    expr: str
    group: str
    origin: Origin
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    for_: int = 0
    keep_firing_for: int = 0
    interval: int = DEFAULT_INTERVAL
    places: Mapping[str, TextPlace] = field(default_factory=dict)
    version: tuple[int, int] = (2, 55)
    features: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    known: Known | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """What a finding calls it: `alert HighNodeCPUUsage`, `record job:up:sum`."""
        return f"{self.kind} {self.name}"

    @cached_property
    def error(self) -> LanguageError | None:
        """Why the expression is not PromQL; None when it is."""
        try:
            promql.check(self.expr, version=self.version, features=self.features)
        except LanguageError as error:
            return error
        return None

    @cached_property
    def query(self) -> promql.Query | None:
        """The checked expression; None when Prometheus refuses it."""
        if self.error is not None:
            return None
        return promql.check(self.expr, version=self.version, features=self.features)

    @cached_property
    def flow(self) -> Flow | None:
        """The labels that the result can have; None when the expression is refused."""
        from obs.lang.promql.flow import flow

        return flow(self.query.tree, self.known) if self.query is not None else None

    @cached_property
    def parts(self) -> Parts | None:
        """The nodes of the expression by kind; None when it is refused."""
        from obs.graph.parts import parts

        return parts(self.query.tree) if self.query is not None else None

    @cached_property
    def templates(self) -> Mapping[str, Template]:
        """The annotations and labels that are templates and parse, by `annotation:NAME` and `label:NAME`."""
        from obs.lang.gotemplate import check

        found: dict[str, Template] = {}
        for kind, texts in (("annotation", self.annotations), ("label", self.labels)):
            for name, text in texts.items():
                if "{{" in text:
                    with suppress(LanguageError):
                        found[f"{kind}:{name}"] = check(text, "prometheus")
        return found

    def excerpt(self, start: int, end: int, text: str = "expr") -> Excerpt:
        """A part of one of the rule's texts: `expr`, `annotation:NAME` or `label:NAME`."""
        kind, _, name = text.partition(":")
        whole = (
            self.expr if kind == "expr" else (self.annotations if kind == "annotation" else self.labels)[name]
        )
        return Excerpt(whole, start, end, self.places.get(text))


@dataclass(frozen=True)
class Subject:
    """Everything at hand. What is None was not given, so a check that needs it stays silent.

    Of other people's files there are also the documents that are no rules and no dashboards, the log pipelines in
    them, the LogQL rules of a Loki ruler, and `reader_findings`: what was wrong with the files themselves.
    `passed_over` counts the files that hold nothing of the kind.
    `catalogue` is a folder with descriptions of exporters beside those that obs has; a project has its own.
    `route_lines` are the lines of the routing tree's nodes, by `Node.path`.
    """

    rules: tuple[Rule, ...] = ()
    dashboards: tuple[Dashboard, ...] = ()
    program: Program | None = None
    stack: Stack | None = None
    targets: tuple[Target, ...] = ()
    counters: tuple[Counter, ...] = ()
    alertmanager: Config | None = None
    files: tuple[str, ...] = ()
    log_rules: tuple[Rule, ...] = ()
    documents: tuple[Document, ...] = ()
    pipelines: tuple[LogPipeline, ...] = ()
    datasources: tuple[Datasource, ...] | None = None
    server: Server | None = None
    route_lines: Mapping[tuple[int, ...], Origin] = field(default_factory=dict)
    reader_findings: tuple[Diagnostic, ...] = ()
    passed_over: int = 0
    policy: Policy | None = None
    catalogue: Path | None = None

    def __post_init__(self) -> None:
        for rule in self.rules:
            object.__setattr__(rule, "known", self._known)
            rule.__dict__.pop("flow", None)  # what another subject knew

    def _known(self, selector: VectorSelector) -> LabelSet | None:
        return self.metrics.known(selector)

    @cached_property
    def metrics(self) -> Metrics:
        """Who makes each metric, and what is known of it."""
        from obs.graph.metrics import Metrics

        return Metrics(self)

    def of_kind(self, *kinds: str) -> Iterator[Document]:
        """The documents of these kinds: `ServiceMonitor`, `values`, `alertmanager` ..."""
        return (document for document in self.documents if document.kind in kinds)

    @cached_property
    def alerts(self) -> tuple[Rule, ...]:
        """The alerting rules."""
        return tuple(rule for rule in self.rules if rule.kind == "alert")

    @cached_property
    def records(self) -> tuple[Rule, ...]:
        """The recording rules."""
        return tuple(rule for rule in self.rules if rule.kind == "record")

    @cached_property
    def queried(self) -> tuple[tuple[Rule, Parts], ...]:
        """The rules whose expression is PromQL, and its parts."""
        return tuple((rule, rule.parts) for rule in self.rules if rule.parts is not None)

    @cached_property
    def uses(self) -> Uses:
        """Which rules call what and read what: a check that is about one function asks here."""
        from obs.graph.uses import Uses

        return Uses(self.queried)

    @cached_property
    def at_hand(self) -> AtHand:
        """What is here at all, by name: whether a check could find anything."""
        from obs.graph.at_hand import AtHand

        return AtHand(self)

    @cached_property
    def recorded(self) -> Mapping[str, tuple[Rule, ...]]:
        """The recording rules by the metric that they store."""
        found: dict[str, list[Rule]] = {}
        for rule in self.records:
            found.setdefault(rule.name, []).append(rule)
        return {name: tuple(rules) for name, rules in found.items()}

    @cached_property
    def metric_types(self) -> MetricTypes:
        """What the project, its rules and the catalogue tell of the types of metrics."""
        from obs.graph.metric_types import MetricTypes

        return MetricTypes(map(str, self.counters), self.recorded, self.metrics.series)

    @cached_property
    def delivered(self) -> tuple[tuple[Rule, tuple[Reached, ...]], ...]:
        """Every alert with the nodes of the routing tree that it can reach; none where no tree is known."""
        from obs.graph.reach import reach

        root = self.route
        return tuple((alert, reach(root, alert)) for alert in self.alerts) if root is not None else ()

    @cached_property
    def routing_documents(self) -> tuple[RoutingDocument, ...]:
        """Every configuration of Alertmanager in the files, as it is written."""
        from obs.graph.routing_document import routing_documents

        return routing_documents(self)

    def route_origin(self, node: Node) -> Origin | None:
        """The line of a node of the effective tree; None for one that the chart brings."""
        known = self.route_lines.get(node.path)
        if known is not None or self.program is None:
            return known
        _, _, rest = node.receiver.partition("/")
        name = rest.partition("/")[0]
        return next((one.origin for one in self.program.definitions.routes if one.name == name), None)

    def inhibition_origin(self, number: int) -> Origin | None:
        """The line of an inhibition of the effective configuration, where one file holds all of them."""
        listed = [
            (one, index)
            for one in self.of_kind("alertmanager")
            for index in range(_length(one.get("inhibit_rules")))
        ]
        if number < len(listed):
            document, index = listed[number]
            return document.at("inhibit_rules", index)
        return None

    @cached_property
    def log_stages(self) -> tuple[tuple[LogStage, ...], ...]:
        """The stages of each log pipeline, those inside of a `match` after it."""
        from obs.graph.log_stages import log_stages

        return log_stages(self)

    @cached_property
    def selections(self) -> tuple[Selection, ...]:
        """Every selector of rules and panels that names its metric, and who makes that."""
        from obs.graph.selections import selections

        return tuple(selections(self.expressions, self.metrics))

    @cached_property
    def type_misuses(self) -> tuple[TypeMisuse, ...]:
        """Every use in a rule or a panel that the type of its metric does not allow."""
        from obs.graph.metric_types import type_misuses

        return tuple(type_misuses((one for one, _ in self.expressions), self.metric_types))

    @cached_property
    def panel_queries(self) -> tuple[tuple[Dashboard, Panel, Query], ...]:
        """Every query of every panel."""
        return tuple(
            (dashboard, panel, query)
            for dashboard in self.dashboards
            for panel in dashboard.panels()
            for query in panel.queries
        )

    @cached_property
    def asked(self) -> tuple[PanelQuery, ...]:
        """Every query of every panel that is not empty, in whatever language."""
        from obs.graph.panel_query import panel_queries

        server = self.stack.prometheus if self.stack is not None else None
        said = self.server
        version = (said.version if said is not None else None) or (2, 55)
        features = said.features if said is not None else frozenset[str]()
        if server is not None:
            version, features = release(server.version), frozenset(server.features)
        return tuple(panel_queries(self.dashboards, version, features, self._known))

    @cached_property
    def expressions(self) -> tuple[tuple[Rule | PanelQuery, Parts], ...]:
        """The PromQL of rules and of panels, each with its parts."""
        return (*self.queried, *((one, one.parts) for one in self.asked if one.parts is not None))

    @cached_property
    def route(self) -> Node | None:
        """The root of the effective routing tree."""
        if self.alertmanager is None:
            return None
        from obs.sim.routing import build_tree

        return build_tree(self.alertmanager)

    @property
    def scrape_interval(self) -> int | None:
        """Milliseconds between scrapes, where declared."""
        if self.stack is None:
            return self.server.scrape_interval if self.server is not None else None
        return parse_duration(self.stack.prometheus.scrape_interval)

    @property
    def retention(self) -> int | None:
        """Milliseconds that samples are kept, where declared."""
        if self.stack is None:
            return self.server.retention if self.server is not None else None
        return parse_duration(self.stack.prometheus.retention)


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


def of_program(program: Program) -> Subject:
    """A project's definitions as a subject."""
    stack = program.stack
    return Subject(
        rules=tuple(_rule(program, rule, group) for group, rules in program.groups.items() for rule in rules),
        dashboards=tuple(program.dashboards),
        program=program,
        stack=stack,
        targets=tuple(program.definitions.targets),
        counters=tuple(program.counters()),
        alertmanager=_effective(program),
        files=tuple(sorted({rule.origin.file for rule in program.rules})),
    )


def _rule(program: Program, rule: Alert | RecordingRule, group: str) -> Rule:
    from obs.model.rule import RecordingRule

    server = program.stack.prometheus
    interval = parse_duration(server.evaluation_interval)
    version = release(server.version)
    features = frozenset(server.features)
    if isinstance(rule, RecordingRule):
        return Rule(
            "record",
            rule.name,
            rule.expr,
            group,
            rule.origin,
            dict(rule.labels),
            interval=interval,
            version=version,
            features=features,
        )
    return Rule(
        "alert",
        rule.name,
        rule.expr,
        group,
        rule.origin,
        {"severity": rule.severity, **rule.labels},
        dict(program.annotations.get(rule.name, {})),
        parse_duration(rule.for_),
        parse_duration(rule.keep_firing_for) if rule.keep_firing_for else 0,
        interval,
        version=version,
        features=features,
    )


def _effective(program: Program) -> Config | None:
    """The configuration that the operator makes of the project's routes under the chart's base route."""
    from obs.graph.delivery import effective_config

    return effective_config(program)
