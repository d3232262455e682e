"""The servers of one run, started on loopback with the changed configurations, stopped and restarted as asked."""

from __future__ import annotations

import json
import re
import shutil
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from obs.sim.discord import Webhook
from obs.testing.prove.configuration import Ports, Setting
from obs.testing.prove.exporter import Exporter, Instance
from obs.testing.prove.generated import Generated
from obs.testing.prove.remote_write import HEADERS, Series, body
from obs.testing.prove.sink import Sink
from obs.testing.prove.speed import Speed
from obs.testing.scenario.inputs import Inputs
from obs.testing.scenario.platform import Platform
from obs.testing.servers import Servers, free_ports
from obs.testing.tools import Tools

START_SECONDS = 60.0
GENTLE_SECONDS = 10.0
"""How long a server that is restarted may take to end by itself."""


class Stack:
    """See the module; use it in a `with` block. `loki` is the port of a Loki, `tenant` the part of it to use."""

    def __init__(
        self,
        tools: Tools,
        generated: Generated,
        platform: Platform,
        inputs: Inputs,
        speed: Speed,
        *,
        loki: int = 0,
        tenant: str = "obs",
    ) -> None:
        self.inputs, self.platform, self.speed = inputs, platform, speed
        self.exporter = Exporter(speed, inputs.expositions, inputs.outages)
        self.sink = Sink(speed, Webhook(inputs.discord, *limit_of(inputs, speed)))
        self.servers = Servers("obs-prove-", tools.bin)
        self.alertmanager_started = 0.0
        """When, in seconds since 1970: its clean-ups follow from it."""
        self._given = generated, loki, tenant
        self._moved: dict[str, int] = {}
        self._absent: set[Instance] = set()

    def __enter__(self) -> Self:
        for command in ("prometheus", "alertmanager", "promtail"):
            if not (self.servers.commands / command).exists():
                from obs.testing.tools import ToolMissingError

                raise ToolMissingError(f"{command} is not built: run `make tools tools-logs`")
        try:
            self.servers.open()
            self._configure()
            self.start("alertmanager")
            for node in self.setting.ports.promtails:
                self.start(f"promtail-{node}")
            self.start("prometheus")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End everything and remove the folder."""
        self.servers.close()
        self.exporter.close()
        self.sink.close()

    def _configure(self) -> None:
        generated, loki, tenant = self._given
        nodes = sorted({line.node for line in self.inputs.lines})
        prometheus, alertmanager, *others = free_ports(2 + len(nodes))
        promtails = dict(zip(nodes, others, strict=True))
        ports = Ports(prometheus, alertmanager, self.exporter.port, promtails, loki)
        folder = self.servers.folder
        self.setting = Setting(generated, self.platform, self.speed, self.inputs, folder, ports, tenant)
        _write(folder / "prometheus.yml", self.setting.prometheus())
        _write(folder / "alertmanager.yml", self.setting.alertmanager(self.sink))
        self.write_rules(time.time())
        self.place_targets(())
        for node in nodes:
            _write(folder / f"promtail-{node}.yml", self.setting.promtail(node))
        for line in self.inputs.lines:
            path = self.setting.path(line.node, line.labels["filename"])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

    # Servers

    def start(self, name: str) -> None:
        """Start a server; returns at once."""
        if name == "prometheus":
            self.servers.spawn(name, "prometheus", *self.setting.prometheus_flags())
        elif name == "alertmanager":
            self.alertmanager_started = time.time()
            self.servers.spawn(name, "alertmanager", *self.setting.alertmanager_flags())
        else:
            file = self.servers.folder / f"{name}.yml"
            self.servers.spawn(name, "promtail", f"--config.file={file}")

    def write_rules(self, start: float) -> None:
        """The rule files, their clock set for a scenario that starts then."""
        speed = replace(self.speed, start=start, shown=self.inputs.start.timestamp())
        for name, rules in self.setting.rules(speed).items():
            _write(self.servers.folder / "rules" / f"{self._moved.get(name, 0)}-{name}", rules)

    def move_rules(self, groups: Collection[str]) -> None:
        """Give the files of some groups other names: when in its interval a group is evaluated follows from them."""
        for name, file in self._given[0].rule_files.items():
            own = {str(group["name"]) for group in cast("list[Mapping[str, object]]", file["groups"])}
            if own & set(groups):
                (self.servers.folder / "rules" / f"{self._moved.get(name, 0)}-{name}").unlink()
                self._moved[name] = self._moved.get(name, 0) + 1
        self.write_rules(time.time())
        self._reload()

    def set_clock(self, start: float) -> None:
        """Tell rules that read the clock when the scenario starts."""
        self.write_rules(start)
        self._reload()
        self.wait_alertmanager()

    def _reload(self) -> None:
        """Have Prometheus read its configuration again; it knows no Alertmanager afterwards, for up to five seconds."""
        address = f"http://127.0.0.1:{self.setting.ports.prometheus}/-/reload"
        urllib.request.urlopen(urllib.request.Request(address, b""), timeout=10).close()

    def wait_alertmanager(self) -> None:
        """Until Prometheus knows where to send alerts; raises TimeoutError."""
        self.servers.wait_for(self._knows_alertmanager, START_SECONDS, "Prometheus knows its Alertmanager")

    def _knows_alertmanager(self) -> bool:
        data = cast("Mapping[str, list[object]]", self.ask("alertmanagers"))
        return bool(data["activeAlertmanagers"])

    def place_targets(self, absent: Collection[Instance]) -> None:
        """Write the lists of the targets that come and go, without those that are absent."""
        self._absent = set(absent)
        for path, listed in self.setting.target_lists(self._absent).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            scratch = path.with_suffix(".new")  # Prometheus must not read half a list
            scratch.write_text(json.dumps(listed), encoding="utf-8")
            scratch.replace(path)

    def leave(self, instance: Instance) -> None:
        """Take a target from its list."""
        self.place_targets(self._absent | {instance})

    def come(self, instance: Instance) -> None:
        """Put a target back into its list."""
        self.place_targets(self._absent - {instance})

    def stop(self, name: str, *, keep: bool = True) -> None:
        """End a server the way Kubernetes does; without `keep` what it had on disk goes too."""
        self.servers.stop(name, patience=GENTLE_SECONDS)
        if not keep:
            shutil.rmtree(self.servers.folder / name, ignore_errors=True)

    def wait_ready(self, name: str) -> None:
        """Until a server answers; raises ServerEndedError, TimeoutError."""
        address = f"http://127.0.0.1:{self.port(name)}"
        if name.startswith("promtail-"):
            files = {one.labels["filename"] for one in self.inputs.lines if f"promtail-{one.node}" == name}
            self.servers.wait_for(
                lambda: _tailed(address) >= len(files), START_SECONDS, f"{name} tails {len(files)} files"
            )
        else:
            self.servers.wait_for(
                lambda: _get(f"{address}/-/ready") is not None, START_SECONDS, f"{name} is ready"
            )

    def port(self, name: str) -> int:
        """Where a server listens."""
        ports = self.setting.ports
        if name.startswith("promtail-"):
            return ports.promtails[name.removeprefix("promtail-")]
        return {"prometheus": ports.prometheus, "alertmanager": ports.alertmanager}[name]

    # Questions

    def ask(self, path: str, **query: str) -> object:
        """The `data` of an answer of Prometheus's API."""
        url = f"http://127.0.0.1:{self.setting.ports.prometheus}/api/v1/{path}"
        text = _get(f"{url}?{urllib.parse.urlencode(query)}" if query else url)
        if text is None:
            raise TimeoutError(f"Prometheus does not answer {path}")
        return json.loads(text)["data"]

    def raw(self, selector: str, seconds: float) -> list[tuple[dict[str, str], list[tuple[float, float]]]]:
        """Every sample of the last seconds: labels, then (seconds since 1970, value)."""
        data = cast(
            "Mapping[str, list[dict[str, object]]]", self.ask("query", query=f"{selector}[{round(seconds)}s]")
        )
        return [
            (
                cast("dict[str, str]", one["metric"]),
                [(float(at), float(value)) for at, value in cast("list[tuple[float, str]]", one["values"])],
            )
            for one in data["result"]
        ]

    def scrape_phases(self) -> dict[Instance, float]:
        """When in its interval each instance is scraped, as seconds since 1970 of one scrape."""
        found = {
            labels.get("job", "") + "/" + labels.get("instance", ""): [at for at, _ in points]
            for labels, points in self.raw("up", 600)
        }
        phases = {}
        for target, instance in self.setting.instances():
            times = found.get(f"{target.labels['job']}/{instance[1]}")
            if times:
                phases[instance] = earliest(times, self.speed.seconds(target.interval))
        return phases

    def group_times(self) -> dict[str, float]:
        """When each group of rules was last evaluated, as seconds since 1970."""
        data = cast("Mapping[str, list[dict[str, str]]]", self.ask("rules"))
        read = {
            group["name"]: datetime.fromisoformat(_trimmed(group["lastEvaluation"]))
            for group in data["groups"]
        }
        return {name: at.timestamp() for name, at in read.items() if at.year > 2000}

    def active_targets(self) -> int:
        """How many targets Prometheus scrapes."""
        data = cast("Mapping[str, list[object]]", self.ask("targets", state="active"))
        return len(data["activeTargets"])

    def store(self, series: Sequence[Series]) -> None:
        """Send samples to Prometheus; raises OSError when it does not take them."""
        address = f"http://127.0.0.1:{self.setting.ports.prometheus}/api/v1/write"
        urllib.request.urlopen(urllib.request.Request(address, body(series), HEADERS), timeout=10).close()

    def failed_posts(self) -> list[float]:
        """When Prometheus could not reach Alertmanager, in seconds since 1970."""
        log = self.servers.folder / "prometheus.log"
        return [
            datetime.fromisoformat(_trimmed(found[1])).timestamp()
            for line in log.read_text(encoding="utf-8", errors="replace").splitlines()
            if 'msg="Error sending alert"' in line and (found := re.match(r"ts=(\S+)", line))
        ]

    def post_alerts(self, alerts: list[dict[str, object]]) -> None:
        """Send alerts to Alertmanager as Prometheus does."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.setting.ports.alertmanager}/api/v2/alerts",
            json.dumps(alerts, ensure_ascii=False).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            urllib.request.urlopen(request, timeout=5).close()
        except OSError:
            return  # Alertmanager is away, as the scenario may want it


def earliest(times: Sequence[float], interval: float) -> float:
    """Of moments that come once an interval the earliest in it: on a busy machine some are late, none is early."""
    first = times[0]
    return first + min((at - first + interval / 2) % interval - interval / 2 for at in times)


def limit_of(inputs: Inputs, speed: Speed) -> tuple[int, int]:
    """Discord's limit: its window is not shortened, for requests that come at once take their real time to come."""
    requests, window = inputs.discord_limit
    return requests, window * speed.factor


def _trimmed(text: str) -> str:
    """Go's nanoseconds, as Python reads them."""
    head, dot, rest = text.partition(".")
    if not dot:
        return text.replace("Z", "+00:00")
    digits = rest.rstrip("Z").split("+")[0].split("-")[0]
    zone = rest[len(digits) :].replace("Z", "+00:00")
    return f"{head}.{digits[:6]:0<6}{zone}"


def _write(path: Path, document: Mapping[str, object]) -> None:
    """JSON is YAML too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")


def _tailed(address: str) -> int:
    """How many files Promtail follows."""
    for line in (_get(f"{address}/metrics") or "").splitlines():
        if line.startswith("promtail_files_active_total "):
            return round(float(line.split()[1]))
    return -1


def _get(url: str) -> str | None:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            text: str = answer.read().decode()
            return text
    except (urllib.error.URLError, OSError):
        return None
