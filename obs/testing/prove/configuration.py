"""The generated configurations, changed as little as one machine asks for: addresses, discovery, and the clock.

Relabelling, routes, rules, receivers and stages stay as the operator and Helm wrote them. Discovery is replaced by
fixed targets that carry the labels which discovery would give them; webhooks lead to the local one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from obs.testing.prove.coming import moves
from obs.testing.prove.exporter import Instance
from obs.testing.prove.generated import Document, Generated
from obs.testing.prove.sink import Sink
from obs.testing.prove.speed import Speed
from obs.testing.scenario.inputs import Inputs
from obs.testing.scenario.names import promtail_pod, suffix
from obs.testing.scenario.platform import Platform, ScrapeTarget

LOOKBACK, RESOLVE, RESEND = 300_000, 300_000, 60_000
OUTAGE_TOLERANCE, GRACE = 3_600_000, 600_000
"""Defaults of Prometheus and Alertmanager that are intervals too (milliseconds)."""

_META = {
    "namespace": "__meta_kubernetes_namespace",
    "pod": "__meta_kubernetes_pod_name",
    "container": "__meta_kubernetes_pod_container_name",
    "service": "__meta_kubernetes_service_name",
}


@dataclass(frozen=True, slots=True)
class Ports:
    """Where everything listens; Promtail by node."""

    prometheus: int
    alertmanager: int
    exporter: int
    promtails: Mapping[str, int] = field(default_factory=dict)
    loki: int = 0


@dataclass(frozen=True, slots=True)
class Setting:
    """What the configurations of one stack are made of. `tenant` is its own part of Loki."""

    generated: Generated
    platform: Platform
    speed: Speed
    inputs: Inputs
    folder: Path
    ports: Ports
    tenant: str = "obs"

    # Prometheus

    def prometheus(self) -> dict[str, object]:
        """prometheus.yml."""
        whole = filled(self.generated.prometheus)
        made: dict[str, object] = {**whole}
        of_all = cast("Document", whole["global"])
        made["global"] = {
            **of_all,
            **{
                key: self.speed.shorter(str(of_all[key]))
                for key in ("scrape_interval", "evaluation_interval")
                if key in of_all
            },
            # A busy machine may answer late on a fast clock: a scrape may take as long as it can.
            "scrape_timeout": self.speed.shorter(str(of_all.get("scrape_interval", "1m"))),
        }
        if any(one.start < 0 for one in self.inputs.stored):  # what is sent is older than what was scraped
            made["storage"] = {"tsdb": {"out_of_order_time_window": "30d"}}
        made["rule_files"] = [str(self.folder / "rules" / "*.yaml")]
        made["scrape_configs"] = list(self._jobs(cast("Sequence[Document]", whole["scrape_configs"])))
        alerting = cast("Document", whole.get("alerting") or {})
        managers = cast("Sequence[Document]", alerting.get("alertmanagers") or ())
        made["alerting"] = {**alerting, "alertmanagers": [self._manager(one) for one in managers]}
        return made

    def rules(self, speed: Speed) -> dict[str, Document]:
        """The rule files by name; raises UnhurriedError for a rule that cannot be hurried."""
        return {
            name: {"groups": [speed.group(group) for group in cast("list[Document]", file["groups"])]}
            for name, file in self.generated.rule_files.items()
        }

    def reads_clock(self, groups: Collection[str] | None = None) -> bool:
        """Whether what a rule (of these groups) means depends on when the scenario starts."""
        early, late = (self.rules(replace(self.speed, start=start)) for start in (1.0, 2.0))
        return any(
            one != other and (groups is None or str(one["name"]) in groups)
            for name, file in early.items()
            for one, other in zip(_groups(file), _groups(late[name]), strict=True)
        )

    def prometheus_flags(self) -> list[str]:
        """The command line: the operator's where it matters, and the defaults that are intervals."""
        length = self.speed.length
        features = ",".join(self.platform.features)
        return [
            f"--config.file={self.folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.folder / 'prometheus'}",
            f"--web.listen-address=127.0.0.1:{self.ports.prometheus}",
            f"--web.external-url={self.platform.external_url}",
            "--web.route-prefix=/",
            "--web.enable-lifecycle",
            f"--query.lookback-delta={length(LOOKBACK)}",
            f"--rules.alert.resend-delay={length(RESEND)}",
            f"--rules.alert.for-outage-tolerance={length(OUTAGE_TOLERANCE)}",
            f"--rules.alert.for-grace-period={length(GRACE)}",
            "--scrape.discovery-reload-interval=100ms",
            "--scrape.timestamp-tolerance=10ms",
            *([f"--enable-feature={features}"] if features else []),
            *(["--web.enable-remote-write-receiver"] if self.inputs.stored else []),
        ]

    def instances(self) -> list[tuple[ScrapeTarget, Instance]]:
        """Every instance that is scraped."""
        found = [(self.platform.promtail, ("promtail", node)) for node in self.ports.promtails]
        listed = dict.fromkeys((one.target, one.instance) for one in self.inputs.expositions)
        by_name = {target.name: target for target in self.platform.targets}
        return [*found, *((by_name[one[0]], one) for one in listed if not by_name[one[0]].off)]

    def _jobs(self, jobs: Sequence[Document]) -> list[dict[str, object]]:
        made = []
        for job in jobs:
            own = [
                (target, instance)
                for target, instance in self.instances()
                if self.job_of(target, jobs) is job
            ]
            if own:
                made.append(self._job(job, own))
        return made

    def job_of(self, target: ScrapeTarget, jobs: Sequence[Document]) -> Document | None:
        """The job that scrapes a target: its ServiceMonitor is named after it, and asks for the same path."""
        path = target.labels.get("metrics_path", "/metrics")
        for job in jobs:
            parts = str(job["job_name"]).split("/")
            named = len(parts) > 2 and (parts[2] == target.name or parts[2].endswith(f"-{target.name}"))
            if named and job.get("metrics_path", "/metrics") == path:
                return job
        return None

    def _job(self, job: Document, own: Sequence[tuple[ScrapeTarget, Instance]]) -> dict[str, object]:
        dropped = ("kubernetes_sd_configs", "tls_config", "authorization", "basic_auth", "scheme")
        made = {key: value for key, value in job.items() if key not in dropped}
        made.pop("scrape_timeout", None)
        # The exporter tells when a scrape was due; what ends is marked all the same.
        made |= {"honor_timestamps": True, "track_timestamps_staleness": True}
        if "scrape_interval" in made:
            made["scrape_interval"] = made["scrape_timeout"] = self.speed.shorter(
                str(made["scrape_interval"])
            )
        name = own[0][0].name
        if name in {one.what for one in moves(self.inputs)}:
            made["file_sd_configs"] = [{"files": [str(self.targets_file(name))]}]
        else:
            made["static_configs"] = self._targets(job, own)
        return made

    def targets_file(self, name: str) -> Path:
        """Where the list of a target's instances is, which is read again whenever it changes."""
        return self.folder / "targets" / f"{name}.json"

    def target_lists(self, absent: Collection[Instance]) -> dict[Path, list[dict[str, object]]]:
        """The lists of the targets that come and go, without those that are absent."""
        found = {}
        jobs = cast("Sequence[Document]", self.generated.prometheus["scrape_configs"])
        for name in sorted({one.what for one in moves(self.inputs)}):
            own = [(target, one) for target, one in self.instances() if target.name == name]
            job = self.job_of(own[0][0], jobs) if own else None
            if job is not None:
                here = [(target, one) for target, one in own if one not in absent]
                found[self.targets_file(name)] = self._targets(job, here)
        return found

    def _targets(
        self, job: Document, own: Sequence[tuple[ScrapeTarget, Instance]]
    ) -> list[dict[str, object]]:
        steps = cast("Sequence[Document]", job.get("relabel_configs") or ())
        asked, label = asked_labels(steps), job_label(steps)
        return [
            self._target(target, instance, asked | ({label: target.labels["job"]} if label else {}))
            for target, instance in own
        ]

    def _target(
        self, target: ScrapeTarget, instance: Instance, asked: Mapping[str, str]
    ) -> dict[str, object]:
        name = instance[1]
        pod = suffix(f"{target.name}/{name}")
        labels = {
            key: value.replace("{suffix}", pod).replace("{instance}", name)
            for key, value in target.labels.items()
        }
        if target.name == "promtail":
            labels["pod"] = promtail_pod(self.platform.release, name)
        meta = {_META[key]: value for key, value in labels.items() if key in _META}
        kind, of = ("Pod", labels["pod"]) if "pod" in labels else ("Node", name)
        meta["__meta_kubernetes_endpoint_address_target_kind"] = kind
        meta["__meta_kubernetes_endpoint_address_target_name"] = of
        port = self.ports.promtails[name] if target.name == "promtail" else self.ports.exporter
        if target.name != "promtail":
            meta["__param_of"] = f"{target.name}/{name}"
        return {"targets": [f"127.0.0.1:{port}"], "labels": {**asked, **meta, "instance": name}}

    def _manager(self, one: Document) -> dict[str, object]:
        made = {key: value for key, value in one.items() if key != "kubernetes_sd_configs"}
        asked = asked_labels(cast("Sequence[Document]", one.get("relabel_configs") or ()))
        address = f"127.0.0.1:{self.ports.alertmanager}"
        return {**made, "static_configs": [{"targets": [address], "labels": asked}]}

    # Alertmanager

    def alertmanager(self, sink: Sink) -> dict[str, object]:
        """alertmanager.yml; its webhooks are the sink's."""
        whole = {**self.generated.alertmanager}
        of_all = cast("Document", whole.get("global") or {})
        whole["global"] = {
            **of_all,
            "resolve_timeout": self.speed.shorter(str(of_all.get("resolve_timeout", "5m"))),
        }
        whole["route"] = self.speed.route(cast("Document", whole["route"]))
        receivers = cast("Sequence[Document]", whole["receivers"])
        whole["receivers"] = [_receiver(one, sink) for one in receivers]
        return whole

    def alertmanager_flags(self) -> list[str]:
        """The command line."""
        return [
            f"--config.file={self.folder / 'alertmanager.yml'}",
            f"--storage.path={self.folder / 'alertmanager'}",
            f"--web.listen-address=127.0.0.1:{self.ports.alertmanager}",
            f"--web.external-url={self.platform.alertmanager_url}",
            "--web.route-prefix=/",
            "--cluster.listen-address=",
            "--log.level=debug",
        ]

    # Promtail

    def promtail(self, node: str) -> dict[str, object]:
        """The configuration of Promtail on a node: one target for each file of a container there."""
        files = {line.labels["filename"]: line for line in self.inputs.lines if line.node == node}
        return {
            "server": {
                "http_listen_address": "127.0.0.1",
                "http_listen_port": self.ports.promtails[node],
                "grpc_listen_address": "127.0.0.1",
                "grpc_listen_port": 0,
            },
            "positions": {
                "filename": str(self.folder / f"positions-{node}.yaml"),
                "sync_period": self.speed.length(10_000),
            },
            "target_config": {"sync_period": self.speed.length(10_000)},
            "global": {"file_watch_config": {"min_poll_frequency": "20ms", "max_poll_frequency": "20ms"}},
            "clients": [
                {
                    "url": f"http://127.0.0.1:{self.ports.loki}/loki/api/v1/push",
                    "batchwait": "100ms",
                    "tenant_id": self.tenant,
                }
            ],
            "scrape_configs": [
                {
                    "job_name": "kubernetes-pods",
                    "pipeline_stages": self.speed.stages(self.generated.stages),
                    "static_configs": [
                        {
                            "targets": ["localhost"],
                            "labels": {
                                **{key: value for key, value in line.labels.items() if key != "filename"},
                                "__path__": str(self.path(node, file)),
                            },
                        }
                        for file, line in sorted(files.items())
                    ],
                }
            ],
        }

    def path(self, node: str, filename: str) -> Path:
        """Where a container's file is: below the folder, instead of the node's root."""
        return self.folder / "root" / node / filename.lstrip("/")


def _groups(file: Document) -> Sequence[Document]:
    return cast("Sequence[Document]", file["groups"])


def filled(value: object) -> Document:
    """What the config reloader fills in beside Prometheus."""

    def walk(one: object) -> object:
        if isinstance(one, str):
            return one.replace("$(SHARD)", "0").replace("$(POD_NAME)", "prometheus-0")
        if isinstance(one, Mapping):
            return {key: walk(inner) for key, inner in one.items()}
        if isinstance(one, list):
            return [walk(inner) for inner in one]
        return one

    return cast("Document", walk(value))


def asked_labels(steps: Sequence[Document]) -> dict[str, str]:
    """What discovery must say for a job's `keep` steps to let a target through, where they name a plain value."""
    found: dict[str, str] = {}
    for step in steps:
        if step.get("action") != "keep":
            continue
        sources = cast("Sequence[str]", step.get("source_labels") or ())
        values = str(step.get("regex", "")).split(";")
        for source, value in zip(sources, values, strict=False):
            plain = re.fullmatch(r"\(([^()|.*+?\\]+)\)|([^()|.*+?\\]+)", value)
            if source.startswith("__meta_") and plain:
                found[source] = plain[1] or plain[2]
    return found


def job_label(steps: Sequence[Document]) -> str:
    """The label of a Service or pod that a job takes its name from, where it has one."""
    for step in steps:
        sources = cast("Sequence[str]", step.get("source_labels") or ())
        if step.get("target_label") == "job" and sources[:1] != ("__meta_kubernetes_service_name",):
            for source in sources:
                if source.startswith(("__meta_kubernetes_service_label_", "__meta_kubernetes_pod_label_")):
                    return source
    return ""


def _receiver(receiver: Document, sink: Sink) -> dict[str, object]:
    made: dict[str, object] = {**receiver}
    for kind, listed in receiver.items():
        if not kind.endswith("_configs"):
            continue
        items = []
        for index, one in enumerate(cast("Sequence[Document]", listed)):
            keys = [key for key in ("webhook_url", "url", "api_url") if key in one]
            url = sink.url(str(receiver["name"]), index) if kind == "discord_configs" else sink.other
            items.append({**one, **dict.fromkeys(keys, url)})
        made[kind] = items
    return made
