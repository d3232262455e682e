"""What runs on the platform and where its metrics come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Literal

from obs.diagnostic import DefinitionError
from obs.model.definition import definition
from obs.model.metric import Metric, MetricType
from obs.model.stack import require_duration, require_object_name
from obs.origin import Origin, here
from obs.record import field

Kind = Literal["spring", "gateway", "registry", "database", "cache", "other"]
Monitor = Literal["service", "pod", "push"]


@definition
class Service:
    """A workload: its name, namespace and port as the cluster knows them."""

    name: str
    namespace: str = field(kw_only=True)
    port: int = field(kw_only=True)
    kind: Kind = field(default="other", kw_only=True)
    about: str = field(default="", kw_only=True)
    routes: Sequence[str] = field(default=(), kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)


@definition
class Relabel:
    """One Prometheus relabelling step, keys as in ServiceMonitor (`sourceLabels`, `targetLabel`, ...)."""

    action: Literal["replace", "keep", "drop", "labeldrop", "labelkeep", "labelmap"] = "replace"
    source_labels: Sequence[str] = field(default=(), kw_only=True)
    regex: str = field(default="", kw_only=True)
    target_label: str = field(default="", kw_only=True)
    replacement: str = field(default="", kw_only=True)
    separator: str = field(default="", kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)


@definition
class Target:
    """Something that Prometheus scrapes, or would if it were switched on.

    `exposes` holds glob patterns of metric names. `provided_by` names the chart that makes the monitor; with `"obs"`
    it is generated here: a ServiceMonitor, or with `monitor="pod"` a PodMonitor for what has no Service. `"push"` is
    for what writes to Prometheus itself. Its place is that of `service`, or `namespace` (`"*"` is any) and `selector`.
    Without an `interval`, the server's own is used.

    A target that is off keeps the reason and what switches it on. With `ready` its monitor is compiled all the same:
    it finds nothing until then, so that nothing is left to do here.

    `system` groups targets that are one thing to people (default: the name); `version` is the release that runs, where
    it is known; `job_label` is the label of the Service or pod that becomes `job`.
    """

    name: str
    service: Service | None = field(default=None, kw_only=True)
    exposes: Sequence[str] = field(default=(), kw_only=True)
    provided_by: str = field(default="obs", kw_only=True)
    monitor: Monitor = field(default="service", kw_only=True)
    namespace: str = field(default="", kw_only=True)
    port: str = field(default="http", kw_only=True)
    path: str = field(default="/metrics", kw_only=True)
    interval: str = field(default="", kw_only=True)
    honor_labels: bool = field(default=False, kw_only=True)
    selector: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    job_label: str = field(default="", kw_only=True)
    relabelings: Sequence[Relabel] = field(default=(), kw_only=True)
    metric_relabelings: Sequence[Relabel] = field(default=(), kw_only=True)
    enabled: bool = field(default=True, kw_only=True)
    ready: bool = field(default=False, kw_only=True)
    switch_on: str = field(default="", kw_only=True)
    system: str = field(default="", kw_only=True)
    version: str = field(default="", kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def validate(self) -> None:
        require_object_name(self.name, "target", self.origin)
        if self.interval:
            require_duration(self.interval, f"target {self.name}: interval", self.origin)
        if not self.enabled and not self.switch_on:
            raise DefinitionError(
                f"target {self.name} is off and does not say what switches it on",
                check="missing-field",
                at=self.origin,
                fix='add switch_on="..."',
            )
        if self.compiled and self.service is None and not self.namespace:
            raise DefinitionError(
                f"target {self.name} is generated here and names no service",
                check="missing-field",
                at=self.origin,
                fix="add service=..., or namespace= and selector=, or provided_by= the chart that brings its "
                "ServiceMonitor",
            )

    @property
    def compiled(self) -> bool:
        """Whether a monitor for it is part of the chart."""
        return self.provided_by == "obs" and self.monitor != "push" and (self.enabled or self.ready)

    @property
    def group(self) -> str:
        """The system that it belongs to."""
        return self.system or self.name

    def exposes_metric(self, name: str) -> bool:
        """Whether one of the patterns covers this metric name."""
        return any(fnmatchcase(name, pattern) for pattern in self.exposes)

    def metric(self, name: str, type: MetricType = "unknown") -> Metric:
        """A handle for one of its metrics; DefinitionError for a name outside `exposes`."""
        made = Metric(name, type=type)
        if not self.exposes_metric(name):
            raise DefinitionError(
                f"target {self.name} does not expose {name}",
                check="unknown-metric",
                at=made.origin,
                fix=f"one of: {', '.join(self.exposes)}",
            )
        return made
