"""`obs up`: the platform's servers on this machine, fed with made-up load, until Ctrl-C."""

from __future__ import annotations

import random
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.testing.prove.play import Player
    from obs.testing.prove.stack import Stack
    from obs.testing.scenario.inputs import Inputs, Line
    from obs.testing.scenario.observed import Observed
    from obs.testing.scenario.platform import Platform
    from obs.testing.scenario.views import SeriesView

PODS, LONG, SEED = 2, "24h", 1
PATHS = ("/users", "/auth", "/notices", "/inquiries", "/study-groups", "/products", "/badges", "/points")


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command. `seconds` ends it by itself; 0 goes on until Ctrl-C."""

    project: Path | None = None
    speed: int = 1
    seconds: float = 0.0


def run_up(asked: Asked) -> int:
    """0 after Ctrl-C, 2 when the servers could not be started."""
    from obs.testing.control_plane import ControlPlaneError
    from obs.testing.prove.generated import GeneratedError
    from obs.testing.prove.speed import UnhurriedError
    from obs.testing.servers import ServerEndedError
    from obs.testing.tools import ToolFailedError, ToolMissingError

    if not 1 <= asked.speed <= 120:
        print("obs up: --speed may be 1 to 120", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `kill` cleans up as Ctrl-C does
    try:
        _up(asked)
    except KeyboardInterrupt:
        print("\nobs up: everything is stopped", file=sys.stderr)
    except (ToolMissingError, ToolFailedError, GeneratedError, ControlPlaneError) as error:
        print(f"obs up: {error}", file=sys.stderr)
        return 2
    except (UnhurriedError, ServerEndedError, TimeoutError) as error:
        print(f"obs up: {error}", file=sys.stderr)
        return 2
    return 0


def _up(asked: Asked) -> None:
    from obs import api
    from obs.testing.prove.generated import generate
    from obs.testing.prove.loki import Loki
    from obs.testing.prove.play import Player
    from obs.testing.prove.speed import Speed
    from obs.testing.prove.stack import Stack
    from obs.testing.scenario.platform import platform_of
    from obs.testing.tools import Tools

    settings = api.read_settings(asked.project)
    program = api.load_program(settings)
    tools, platform = Tools.find(settings.root), platform_of(program)
    generated = generate(settings, (program.stack.release, program.stack.namespace), tools)
    print("starting Loki, Promtail, Prometheus and Alertmanager ...", file=sys.stderr)
    inputs = load(platform)
    with (
        Loki(tools, tenants=False) as loki,
        Stack(tools, generated, platform, inputs, Speed(asked.speed), loki=loki.port) as stack,
    ):
        loki.wait_ready()
        player = Player(stack, 0)
        player.begin()
        _tell(stack, loki.port, asked.speed)
        _keep_on(player, inputs, asked.seconds)
    print(f"obs up: everything is stopped after {asked.seconds:g} s", file=sys.stderr)


def load(platform: Platform) -> Inputs:
    """Pods of every service on one node, and nodes and pods whose CPU goes up and down."""
    from obs.testing import counter, cpu, pod_cpu
    from obs.testing.scenario.scenario import Scenario, ScenarioError

    scenario = Scenario(_Nowhere(platform))
    for service in platform.services:
        scenario.log(service, "starting", times=PODS, pods=PODS)
    loads = [cpu("node-1", cores=2).flap(25, 92, every="15m", until=LONG)]
    for line in scenario.inputs.lines:
        loads.append(
            pod_cpu(line.labels["namespace"], line.labels["pod"]).flap(10, 85, every="20m", until=LONG)
        )
    loads.append(counter('http_server_requests_seconds_count{uri="/users", status="200"}').hold(5, LONG))
    for one in loads:
        try:
            scenario.given(one)
        except ScenarioError:
            continue  # no target of this project tells it
    return replace(scenario.inputs, start=datetime.now(UTC))


@dataclass(slots=True)
class _Nowhere:
    """A backend for a scenario that is only written down."""

    platform: Platform

    def run(self, inputs: Inputs, until: int) -> Observed:
        raise NotImplementedError

    def query(self, inputs: Inputs, until: int, expr: str, at: int) -> list[SeriesView]:
        raise NotImplementedError


def lines(inputs: Inputs, chance: random.Random) -> Iterator[Line]:
    """What the pods write in a second: requests through the gateway, news, now and then an error."""
    from obs.testing import access, spring

    now = datetime.now(UTC)
    for one in inputs.lines:
        if one.service == "gateway":
            status = chance.choices((200, 201, 404, 500), (90, 5, 3, 2))[0]
            text = access(chance.choice(PATHS), status, duration=chance.randrange(2, 400))(one.service, now)
            yield replace(one, text=text)
        elif chance.random() < 0.2:
            level = "ERROR" if chance.random() < 0.02 else "INFO"
            yield replace(one, text=spring("made up", level=level)(one.service, now))  # type: ignore[arg-type]


def _tell(stack: Stack, loki: int, speed: int) -> None:
    ports = stack.setting.ports
    prometheus, here = f"http://127.0.0.1:{ports.prometheus}", f"http://127.0.0.1:{loki}"
    print(f"Prometheus    {prometheus}/graph  (rules: {prometheus}/alerts, targets: {prometheus}/targets)")
    print(f"Alertmanager  http://127.0.0.1:{ports.alertmanager}")
    print(f"Loki          {here}  (no pages of its own: {here}/loki/api/v1/labels)")
    interval = stack.platform.evaluation_interval / 1000 / speed
    print(
        f"A scrape and an evaluation every {interval:g} s"
        + (
            f": every interval is divided by {speed}."
            if speed > 1
            else "; --speed 10 shows more in less time."
        )
    )
    print(f"For dashboards: obs preview --prometheus {prometheus} --loki {here}")
    print("Messages to Discord follow; Ctrl-C ends everything.", flush=True)


def _keep_on(player: Player, inputs: Inputs, seconds: float) -> None:
    chance, heard, end = random.Random(SEED), 0, time.monotonic() + seconds
    while not seconds or time.monotonic() < end:
        player.write(list(lines(inputs, chance)))
        player.stack.servers.check()
        found = player.stack.sink.heard[heard:]
        heard += len(found)
        for one in found:
            print(f"{datetime.now():%H:%M:%S} {one.response.status} {one.message.title}", flush=True)
        time.sleep(1)
