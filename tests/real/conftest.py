"""The real programs that the catalogue is compared with, started once for a module of tests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from obs import api
from obs.catalogue.capture import fetch
from obs.testing.control_plane import ControlPlane
from obs.testing.prove.generated import Generated, generate
from obs.testing.servers import Servers
from obs.testing.tools import ToolMissingError, Tools
from tests.conftest import unavailable
from tests.real.exporters.comparison import Page
from tests.real.exporters.coredns import CoreDns
from tests.real.exporters.kubernetes import Kubernetes
from tests.real.exporters.logs import Logs
from tests.real.exporters.monitoring import Monitoring
from tests.real.exporters.node import NodeExporter
from tests.real.exporters.postgres import Postgres
from tests.real.exporters.redis import Redis
from tests.real.exporters.rollouts import Rollouts
from tests.real.exporters.scraped import Scraped
from tests.real.exporters.spring import Spring
from tests.real.exporters.systems import COMMANDS, ROOT, SYSTEMS, Pages, program


@pytest.fixture(scope="module")
def servers(tools: Tools) -> Iterator[Servers]:
    try:
        for command in COMMANDS:
            tools.path(command)
    except ToolMissingError as error:
        unavailable(str(error))
    with Servers("obs-exporters-", tools.bin) as started:
        started.folder.chmod(0o711)  # PostgreSQL's user has its data below it
        yield started


@pytest.fixture(scope="module")
def postgres(servers: Servers) -> Iterator[Postgres]:
    made = Postgres(servers)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def redis(servers: Servers) -> Redis:
    made = Redis(servers)
    made.start()
    return made


@pytest.fixture(scope="module")
def launched(servers: Servers, tools: Tools, postgres: Postgres, redis: Redis) -> Spring:
    made = Spring(servers, tools, postgres=postgres.ports[0], redis=redis.ports[0])
    made.launch()
    return made


@pytest.fixture(scope="module")
def spring(launched: Spring) -> Spring:
    launched.wait()
    return launched


@pytest.fixture(scope="module")
def node(servers: Servers) -> NodeExporter:
    made = NodeExporter(servers)
    made.start()
    return made


@pytest.fixture(scope="module")
def coredns(servers: Servers, control_plane: ControlPlane) -> CoreDns:
    made = CoreDns(servers, control_plane)
    made.start()
    return made


@pytest.fixture(scope="module")
def kubernetes(servers: Servers, control_plane: ControlPlane) -> Kubernetes:
    made = Kubernetes(servers, control_plane)
    made.start()
    return made


@pytest.fixture(scope="module")
def rollouts(servers: Servers, tools: Tools, control_plane: ControlPlane) -> Rollouts:
    made = Rollouts(servers, tools, control_plane)
    made.start()
    return made


@pytest.fixture(scope="module")
def generated(tools: Tools) -> Generated:
    stack = program().stack
    return generate(api.read_settings(ROOT), (stack.release, stack.namespace), tools)


@pytest.fixture(scope="module")
def logs(servers: Servers, tools: Tools, generated: Generated) -> Iterator[Logs]:
    made = Logs(servers, tools, generated.stages)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def monitoring(servers: Servers) -> Iterator[Monitoring]:
    made = Monitoring(servers)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def pages(request: pytest.FixtureRequest, launched: Spring) -> Pages:
    """The pages of a system, each read once. The JVMs start meanwhile, for they take longest."""

    @cache
    def read(system: str) -> tuple[Page, ...]:
        running = request.getfixturevalue(SYSTEMS[system])
        if system == "kube-apiserver":
            return (running.api_server(),)
        return tuple(Page(*fetch(address)) for address in running.pages[system])

    return read


@pytest.fixture(scope="module")
def scraped(request: pytest.FixtureRequest, servers: Servers, generated: Generated) -> Scraped:
    """A Prometheus that scrapes all of them."""
    running = [request.getfixturevalue(name) for name in dict.fromkeys(SYSTEMS.values())]
    made = Scraped(servers)
    made.start(generated, {system: pages for one in running for system, pages in one.pages.items()})
    return made
