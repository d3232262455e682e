"""What real programs expose is what the catalogue says, and what the project's queries ask for is there.

Each system runs on loopback, does some work, and is scraped once. `exporters/explained.yaml` says why a difference stays.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from obs import api
from obs.catalogue.capture import fetch
from obs.catalogue.library import default
from obs.graph.subject import of_program
from obs.lang import promql
from obs.lang.promql.syntax import VectorSelector, walk
from obs.testing.control_plane import ControlPlane
from obs.testing.prove.generated import Generated, generate
from obs.testing.servers import Servers
from obs.testing.tools import ToolMissingError, Tools
from tests.conftest import unavailable
from tests.packs.made_series import plain
from tests.real.exporters import comparison
from tests.real.exporters.comparison import Page
from tests.real.exporters.coredns import CoreDns
from tests.real.exporters.kubernetes import Kubernetes
from tests.real.exporters.logs import Logs
from tests.real.exporters.monitoring import Monitoring
from tests.real.exporters.node import NodeExporter
from tests.real.exporters.postgres import Postgres
from tests.real.exporters.redis import Redis
from tests.real.exporters.rollouts import Rollouts
from tests.real.exporters.scraped import Scraped, empty_panels
from tests.real.exporters.spring import Spring

COMMANDS = (
    *(
        "alertmanager",
        "coredns",
        "kube-state-metrics",
        "loki",
        "node_exporter",
        "postgres_exporter",
        "promtail",
    ),
    *("rollouts-controller", "spring-gateway.jar", "spring-registry.jar", "spring-service.jar"),
)
SYSTEMS = {
    "alertmanager": "monitoring",
    "argo-rollouts": "rollouts",
    "coredns": "coredns",
    "kube-apiserver": "kubernetes",
    "kube-state-metrics": "kubernetes",
    "loki": "logs",
    "node-exporter": "node",
    "postgres": "postgres",
    "prometheus": "monitoring",
    "prometheus-operator": "kubernetes",
    "promtail": "logs",
    "redis": "redis",
    "eureka": "spring",
    "spring-boot": "spring",
    "spring-cloud-gateway": "spring",
}
"""The fixture that runs each system of the catalogue."""
UNSEEN = {"loki_canary_missing_entries_total": "of loki-canary, a program of its own"}
"""What the project asks for and these programs do not have."""
UNASKED = {"kube-apiserver"}
"""Systems that only the chart's own rules and dashboards ask."""

SETTINGS = api.read_settings(Path(__file__).resolve().parents[2])
PROGRAM = api.load_program(SETTINGS)

Pages = Callable[[str], tuple[Page, ...]]


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
    return generate(SETTINGS, (PROGRAM.stack.release, PROGRAM.stack.namespace), tools)


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


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_difference_is_explained(system: str, pages: Pages) -> None:
    lines = comparison.differences(system, pages(system))
    left = comparison.unexplained(lines, comparison.explanations(system))
    assert not left, f"nothing explains {left}"


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_explanation_has_outlived_its_reason(system: str, pages: Pages) -> None:
    lines = comparison.differences(system, pages(system))
    assert comparison.outlived(lines, comparison.explanations(system)) == []


def test_what_go_programs_share_is_as_the_catalogue_has_it(pages: Pages) -> None:
    every = [page for system in SYSTEMS if system not in comparison.SPRING for page in pages(system)]
    lines, explained = comparison.shared_differences(every), comparison.explanations("go-runtime")
    left = comparison.unexplained(lines, explained)
    assert not left, f"nothing explains {left}"
    assert comparison.outlived(lines, explained) == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_is_there_is_of_this_release(system: str, pages: Pages) -> None:
    assert list(comparison.too_early(system, pages(system))) == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_values_fit_their_units(system: str, pages: Pages) -> None:
    assert sorted(set(comparison.misfits(system, pages(system)))) == []


def selectors() -> dict[str, VectorSelector]:
    """Every selector of the project's panels and rules, by its text."""
    texts = [rule.expr for rule in of_program(PROGRAM).rules]
    for dashboard, _, query in PROGRAM.queries:
        if query.language == "promql":
            texts.append(plain(query.text, [variable.name for variable in dashboard.variables]))
    return {
        text[node.start : node.end]: node
        for text in texts
        for node in walk(promql.check(text).tree)
        if isinstance(node, VectorSelector)
    }


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_the_project_asks_for_is_there(system: str, pages: Pages) -> None:
    """The series are on the page, and their labels or the target's have every label that a selector matches."""
    known = default().system(system)
    assert known is not None
    asked = {text: node for text, node in selectors().items() if node.name and known.resolve(node.name)}
    assert bool(asked) == (system not in UNASKED)
    shown: dict[str, set[str]] = {}
    for page in pages(system):
        for sample in page.samples:
            shown.setdefault(sample.name, set()).update(label for label, value in sample.labels if value)
    target = set(known.scrape.target_labels)
    missing = [
        text
        for text, node in asked.items()
        if node.name not in UNSEEN
        and (
            node.name not in shown
            or not {one.label for one in node.matchers} - {"__name__"} <= shown[node.name] | target
        )
    ]
    assert missing == []
    assert not set(shown) & set(UNSEEN)


BOARDS = (
    "argo-rollouts",
    *(
        "checkmate-workloads",
        "eureka-registry",
        "gateway-api-traffic",
        "loki-promtail",
        "monitoring-stack",
        "postgres",
    ),
    *("redis-server", "spring-boot-services"),
)


def test_panels_show_what_real_programs_expose(
    request: pytest.FixtureRequest, servers: Servers, generated: Generated
) -> None:
    """The dashboards' queries, asked of a Prometheus that scrapes everything above under the labels of the cluster."""
    running = {name: request.getfixturevalue(name) for name in dict.fromkeys(SYSTEMS.values())}
    addresses = {system: pages for one in running.values() for system, pages in one.pages.items()}
    scraped = Scraped(servers)
    scraped.start(generated, addresses)
    explained = {(board, panel) for board, panels in empty_panels().items() for panel in panels}
    queries = {
        (board.uid, f"{panel.title} {query.ref_id}"): plain(query.text, [one.name for one in board.variables])
        for board, panel, query in PROGRAM.queries
        if board.uid in BOARDS and query.language == "promql"
    }
    assert explained <= set(queries)
    empty: set[tuple[str, str]] = set()

    def as_explained() -> bool:
        for name in ("postgres", "redis", "coredns", "logs", "spring"):
            running[name].work()
        empty.clear()
        empty.update(key for key, text in queries.items() if not scraped.ask(text))
        return empty == explained

    with contextlib.suppress(TimeoutError):
        servers.wait_for(as_explained, 30)
    assert empty <= explained, f"empty, and nothing says why: {sorted(empty - explained)}"
    assert explained <= empty, f"they have data, so nothing is to be explained: {sorted(explained - empty)}"
