"""Alerting and recording rules, and the alerts that others ship."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from obs.diagnostic import DefinitionError
from obs.model.definition import definition
from obs.model.stack import require_duration
from obs.origin import Origin, here
from obs.record import field

if TYPE_CHECKING:
    from obs.model.dashboard import Dashboard

Severity = Literal["critical", "warning", "info", "none"]

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_GROUP = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_RESERVED = ("alertname", "__name__")


def _require_group(group: str, at: Origin) -> None:
    """The group names a file of the chart and an object in the cluster."""
    if group and not _GROUP.fullmatch(group):
        raise DefinitionError(
            f"group {group!r} must be letters, digits, - . and _", check="invalid-name", at=at
        )


def _require_labels(labels: Mapping[str, str], what: str, at: Origin) -> None:
    for name in labels:
        if not _LABEL.fullmatch(name) or name in _RESERVED:
            raise DefinitionError(f"{what}: {name!r} cannot be a label", check="invalid-label-name", at=at)


@definition
class ExternalDashboard:
    """A dashboard that somebody else provisions, as an alert may link to it.

    `variables` maps the dashboard's variable to the alert's label that fills it.
    """

    uid: str
    title: str = field(kw_only=True)
    variables: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)


@definition
class Alert:
    """An alerting rule. Annotations are Prometheus templates; `{{ $labels.x }}` must be a label that `expr` keeps.

    `dashboard` is the dashboard object; `panel` the key or title of one of its panels. The build writes the links.
    `runbook` says what to do, in words. `for_` is how long the condition must hold, `keep_firing_for` how long the
    alert stays after it.
    """

    name: str
    expr: str = field(kw_only=True)
    summary: str = field(kw_only=True)
    description: str = field(kw_only=True)
    severity: Severity = field(default="warning", kw_only=True)
    for_: str = field(default="0s", kw_only=True)
    keep_firing_for: str = field(default="", kw_only=True)
    labels: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    annotations: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    runbook: str = field(default="", kw_only=True)
    dashboard: Dashboard | ExternalDashboard | None = field(default=None, kw_only=True)
    panel: str = field(default="", kw_only=True)
    group: str = field(default="", kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def validate(self) -> None:
        if not _LABEL.fullmatch(self.name):
            raise DefinitionError(
                f"alert name {self.name!r} must be letters, digits and _",
                check="invalid-name",
                at=self.origin,
            )
        _require_group(self.group, self.origin)
        require_duration(self.for_, f"{self.name}: for_", self.origin)
        if self.keep_firing_for:
            require_duration(self.keep_firing_for, f"{self.name}: keep_firing_for", self.origin)
        _require_labels(self.labels, self.name, self.origin)
        _require_labels(self.annotations, self.name, self.origin)
        if self.panel and self.dashboard is None:
            raise DefinitionError(
                f"{self.name}: panel= needs dashboard=", check="missing-field", at=self.origin
            )

    def __str__(self) -> str:
        return self.name


@definition
class RecordingRule:
    """A rule that stores the result of `expr` under a new metric name (`level:metric:operation`)."""

    name: str
    expr: str = field(kw_only=True)
    labels: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    group: str = field(default="", kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def validate(self) -> None:
        if not _METRIC.fullmatch(self.name):
            raise DefinitionError(
                f"{self.name!r} cannot be a metric name", check="invalid-name", at=self.origin
            )
        _require_labels(self.labels, self.name, self.origin)

    def __str__(self) -> str:
        return self.name


@definition
class ChartAlert:
    """An alert that no rule of this project defines: a subchart ships it, or a person sends it by hand."""

    name: str
    about: str = field(default="", kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def __str__(self) -> str:
        return self.name


AnyAlert = Alert | ChartAlert
