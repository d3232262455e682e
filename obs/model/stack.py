"""The stack that the definitions are compiled for: charts, versions, intervals, selectors, environments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from obs.diagnostic import DefinitionError
from obs.lang import duration
from obs.lang.error import LanguageError
from obs.model.definition import definition
from obs.origin import Origin, here
from obs.record import field

Values = Mapping[str, Any]


def require_duration(text: str, what: str, at: Origin) -> None:
    """DefinitionError unless the text is a Prometheus duration."""
    try:
        duration.parse(text)
    except LanguageError as error:
        raise DefinitionError(
            f"{what} is not a duration: {text!r} ({error.message})",
            check="invalid-duration",
            at=at,
            fix='write e.g. "5m"',
        ) from None


_OBJECT_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def require_object_name(text: str, what: str, at: Origin) -> None:
    """DefinitionError unless Kubernetes takes the text as a part of an object's name (RFC 1123)."""
    if not _OBJECT_NAME.fullmatch(text):
        raise DefinitionError(
            f"{what} name {text!r} must be lower-case letters, digits and -, at most 63",
            check="invalid-name",
            at=at,
        )


@definition
class Dependency:
    """A subchart of the umbrella chart, pinned; its values sit under its name."""

    name: str
    version: str = field(kw_only=True)
    repository: str = field(kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)


@definition
class PrometheusServer:
    """The Prometheus server. Versions are image tags; `retention` and the intervals are durations."""

    version: str = field(kw_only=True)
    scrape_interval: str = field(default="30s", kw_only=True)
    evaluation_interval: str = field(default="30s", kw_only=True)
    retention: str = field(default="15d", kw_only=True)
    remote_write_receiver: bool = field(default=False, kw_only=True)
    features: Sequence[str] = field(default=(), kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def validate(self) -> None:
        for name in ("scrape_interval", "evaluation_interval", "retention"):
            require_duration(getattr(self, name), f"PrometheusServer.{name}", self.origin)


@definition
class AlertmanagerServer:
    """The Alertmanager. `version` is set as the image's tag *and* as the version the operator writes the config for."""

    version: str = field(kw_only=True)
    replicas: int = field(default=1, kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)


@definition
class GrafanaServer:
    """Grafana: its version, the address that links use, and how it is reached."""

    version: str = field(kw_only=True)
    url: str = field(kw_only=True)
    ingress_class: str = field(default="", kw_only=True)
    storage: str = field(default="", kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def validate(self) -> None:
        if not self.url.startswith(("http://", "https://")) or self.url.endswith("/"):
            raise DefinitionError(
                f"GrafanaServer.url must be an address without a final slash, not {self.url!r}",
                check="invalid-url",
                at=self.origin,
                fix='e.g. "http://grafana.example"',
            )

    @property
    def host(self) -> str:
        """The name part of `url`."""
        return self.url.split("://", 1)[1].split("/", 1)[0].split(":", 1)[0]


@definition
class Stack:
    """One installation: release, namespace, pinned charts, and the versions of what they run."""

    release: str = field(kw_only=True)
    namespace: str = field(kw_only=True)
    charts: Sequence[Dependency] = field(kw_only=True)
    prometheus: PrometheusServer = field(kw_only=True)
    alertmanager: AlertmanagerServer = field(kw_only=True)
    grafana: GrafanaServer = field(kw_only=True)
    operator: str = field(kw_only=True)
    loki: str = field(kw_only=True)
    promtail: str = field(kw_only=True)
    chart_version: str = field(default="0.1.0", kw_only=True)
    dashboard_label: tuple[str, str] = field(default=("grafana_dashboard", "1"), kw_only=True)
    select: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    loki_push_url: str = field(default="", kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def validate(self) -> None:
        names = [chart.name for chart in self.charts]
        for name in sorted({name for name in names if names.count(name) > 1}):
            raise DefinitionError(f"two charts are named {name}", check="duplicate-name", at=self.origin)

    @property
    def labels(self) -> dict[str, str]:
        """What every object of the chart carries."""
        return {"app.kubernetes.io/name": self.release, "app.kubernetes.io/part-of": self.release}

    @property
    def selected(self) -> dict[str, str]:
        """What an object must carry for the operator to take it."""
        return dict(self.select) or {"release": self.release}


@definition
class Environment:
    """One place where the stack runs. `values` are Helm values, kept as they are; `repository` is the Git remote."""

    name: str
    repository: str = field(kw_only=True)
    revision: str = field(default="HEAD", kw_only=True)
    values: Values = field(default_factory=dict, kw_only=True)
    origin: Origin = field(default_factory=here, kw_only=True, repr=False)

    def validate(self) -> None:
        require_object_name(self.name, "environment", self.origin)
