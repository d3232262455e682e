"""What a scenario runs on, as plain configuration: the very documents that the chart holds.

`platform_of` makes it of a project. Tests of faults change a field (`dataclasses.replace`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, cast

from obs.lang import duration
from obs.sim import relabel
from obs.sim.routing.config import Config
from obs.sim.routing.server import Pace

if TYPE_CHECKING:
    from obs.graph.program import Program
    from obs.model.service import Target

Document = Mapping[str, object]
RESOLVED_RETENTION = 900_000
"""What it is in Prometheus 2.55, whatever the configuration."""


@dataclass(frozen=True, slots=True)
class ScrapeTarget:
    """A target as Prometheus scrapes it; `labels` are those of one instance but for `instance` itself.

    `off` says what would switch it on; empty when it is scraped.
    """

    name: str
    exposes: tuple[str, ...] = ()
    interval: int = 30_000
    labels: Mapping[str, str] = field(default_factory=dict)
    honor_labels: bool = False
    metric_relabelings: tuple[relabel.Step, ...] = ()
    off: str = ""

    def exposes_metric(self, name: str) -> bool:
        """Whether it is the one that has this metric."""
        return any(fnmatchcase(name, pattern) for pattern in self.exposes)


@dataclass(frozen=True, slots=True)
class Answered:
    """A request that Discord took, or refused because of its limit."""

    at: int
    said: tuple[str, str, str]
    """Receiver, title, text."""
    taken: bool


@dataclass(frozen=True, slots=True)
class Platform:
    """Everything that a scenario meets. Intervals are milliseconds; `groups` are rule groups as in a rule file.

    `routing` is None without routes, and `routing_problem` then says why none can be loaded.
    """

    stages: Sequence[object] | None
    targets: tuple[ScrapeTarget, ...]
    groups: tuple[Document, ...]
    routing: Config | None
    routing_problem: str = ""
    services: Mapping[str, str] = field(default_factory=dict)
    """Namespace of each service."""
    chart_alerts: tuple[str, ...] = ()
    namespace: str = "monitoring"
    release: str = "monitoring"
    evaluation_interval: int = 30_000
    features: tuple[str, ...] = ()
    external_labels: Mapping[str, str] = field(default_factory=dict)
    dropped_external: tuple[str, ...] = ("prometheus_replica",)
    """External labels that never reach Alertmanager: the operator drops the replica's."""
    external_url: str = ""
    alertmanager_url: str = ""
    alertmanager_version: str = "v0.27.0"
    pace: Pace = field(default_factory=Pace)
    answered: tuple[Answered, ...] = ()
    """What a real Discord's limit let through, where it is chance which of many messages of one moment it is."""
    resolved_retention: int = RESOLVED_RETENTION
    """How long Prometheus goes on sending an alert that is over; no faster clock shortens it."""
    shown_clock: tuple[datetime, int] | None = None
    """What the servers' clocks show at the start, and how much less time passes on them: for moments in texts."""

    @property
    def promtail(self) -> ScrapeTarget:
        """Promtail's own target: the pipeline's counters are scraped there."""
        return next(target for target in self.targets if target.name == "promtail")

    def target_of(self, metric: str) -> ScrapeTarget | None:
        """The target that exposes a metric."""
        return next((target for target in self.targets if target.exposes_metric(metric)), None)

    def rules(self) -> list[tuple[str, Document]]:
        """Every rule with the name of its group."""
        return [
            (str(group["name"]), rule)
            for group in self.groups
            for rule in cast("Sequence[Document]", group["rules"])
        ]

    def alert_rule(self, name: str) -> Document | None:
        """The rule of an alert."""
        return next((rule for _, rule in self.rules() if rule.get("alert") == name), None)

    @property
    def alerts(self) -> tuple[str, ...]:
        """The alerts of its own rules."""
        return tuple(str(rule["alert"]) for _, rule in self.rules() if "alert" in rule)


def platform_of(program: Program) -> Platform:
    """The platform that a project describes, as it would be deployed."""
    from obs.graph.delivery import effective_config
    from obs.graph.pipeline_stages import pipeline_stages

    stack = program.stack
    server = f"{stack.release}-kube-prometheus-prometheus"
    return Platform(
        stages=pipeline_stages(program.pipeline) if program.pipeline is not None else None,
        targets=tuple(_targets(program)),
        groups=tuple(_groups(program)),
        routing=effective_config(program),
        routing_problem="" if program.definitions.routes else "the project defines no route",
        services={service.name: service.namespace for service in program.definitions.services},
        chart_alerts=tuple(alert.name for alert in program.definitions.chart_alerts),
        namespace=stack.namespace,
        release=stack.release,
        evaluation_interval=duration.parse(stack.prometheus.evaluation_interval),
        features=tuple(stack.prometheus.features),
        external_labels={
            "prometheus": f"{stack.namespace}/{server}",
            "prometheus_replica": f"prometheus-{server}-0",
        },
        external_url=f"http://{server}.{stack.namespace}:9090",
        alertmanager_url=f"http://{stack.release}-kube-prometheus-alertmanager.{stack.namespace}:9093",
        alertmanager_version=stack.alertmanager.version,
    )


def _groups(program: Program) -> list[Document]:
    from obs.emit.rules import rule_document

    return [
        {"name": name, "rules": [rule_document(program, rule) for rule in rules]}
        for name, rules in program.groups.items()
    ]


def _targets(program: Program) -> list[ScrapeTarget]:
    from obs.emit.values import relabeling
    from obs.passes.scrape_labels import counter_relabelings

    found = [_target(program, target) for target in program.definitions.targets]
    own = [relabel.read(relabeling(step)) for step in counter_relabelings(program)]
    prefixes = tuple(dict.fromkeys(f"{counter.prefix}*" for counter in program.counters()))
    name, stack = f"{program.stack.release}-promtail", program.stack
    labels = {
        "namespace": stack.namespace,
        "pod": f"{name}-{{suffix}}",
        "container": "promtail",
        "service": f"{name}-metrics",
        "endpoint": "http-metrics",
        "job": f"{name}-metrics",
    }
    interval = duration.parse(stack.prometheus.scrape_interval)
    others = [target for target in found if target.name != "promtail"]
    return [
        ScrapeTarget("promtail", ("promtail_*", *prefixes), interval, labels, metric_relabelings=tuple(own)),
        *others,
    ]


_CHART_TARGETS = {
    "node-exporter": ("prometheus-node-exporter", "http-metrics"),
    "kube-state-metrics": ("kube-state-metrics", "http"),
    "kubelet": ("kube-prometheus-kubelet", "https-metrics"),
}
"""Service and port of the targets that kube-prometheus-stack 65.8.1 brings."""


def _target(program: Program, target: Target) -> ScrapeTarget:
    from obs.emit.values import relabeling

    service = target.service
    own = service.name if service else f"{program.stack.release}-{target.name}"
    named = target.namespace if target.namespace not in ("", "*") else program.stack.namespace
    labels = {
        "namespace": service.namespace if service else named,
        "endpoint": target.port,
        "job": own if service else target.name,
    }
    if target.monitor != "pod":
        labels["service"] = own
    elif not target.job_label:
        labels["job"] = f"{program.stack.namespace}/{own}"  # a PodMonitor's targets are named after it
    chart = _CHART_TARGETS.get(target.name) if target.provided_by == "kube-prometheus-stack" else None
    if chart is not None:
        labels |= {"service": f"{program.stack.release}-{chart[0]}", "endpoint": chart[1]}
    if target.name == "kubelet":  # its endpoints are nodes, and the operator makes its Service
        labels |= {"namespace": "kube-system", "metrics_path": "/metrics/cadvisor", "node": "{instance}"}
    else:
        labels |= {"pod": f"{own}-{{suffix}}", "container": service.name if service else target.name}
    return ScrapeTarget(
        target.name,
        tuple(target.exposes),
        duration.parse(target.interval),
        labels,
        target.honor_labels,
        tuple(relabel.read(relabeling(step)) for step in target.metric_relabelings),
        "" if target.enabled else target.switch_on or "enabled=True",
    )
