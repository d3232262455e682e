"""What real programs expose is what the catalogue says, and what the project's queries ask for is there.

Each system runs on loopback, does some work, and is scraped once. `exporters/explained.yaml` says why a difference stays.
"""

from __future__ import annotations

import contextlib

import pytest

from obs.catalogue.library import default
from obs.graph.subject import of_program
from obs.lang import promql
from obs.lang.promql.syntax import VectorSelector, walk
from obs.testing.servers import Servers
from tests.packs.made_series import plain
from tests.real.exporters import comparison
from tests.real.exporters.scraped import QueryRefusedError, Scraped, empty_panels
from tests.real.exporters.systems import SYSTEMS, Pages, program

UNSEEN = {"loki_canary_missing_entries_total": "of loki-canary, a program of its own"}
"""What the project asks for and these programs do not have."""
UNASKED = {"kube-apiserver"}
"""Systems that only the chart's own rules and dashboards ask."""


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
    texts = [rule.expr for rule in of_program(program()).rules]
    for dashboard, _, query in program().queries:
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


BOARDS = {
    "argo-rollouts",
    "checkmate-workloads",
    "eureka-registry",
    "gateway-api-traffic",
    "loki-promtail",
    "monitoring-stack",
    "postgres",
    "redis-server",
    "spring-boot-services",
}


def test_panels_show_what_real_programs_expose(
    request: pytest.FixtureRequest, servers: Servers, scraped: Scraped
) -> None:
    """The dashboards' queries, asked of a Prometheus that scrapes everything above under the labels of the cluster."""
    explained = {(board, panel) for board, panels in empty_panels().items() for panel in panels}
    queries = {
        (board.uid, f"{panel.title} {query.ref_id}"): plain(query.text, [one.name for one in board.variables])
        for board, panel, query in program().queries
        if board.uid in BOARDS and query.language == "promql"
    }
    assert explained <= set(queries)
    empty: set[tuple[str, str]] = set()

    def as_explained() -> bool:
        for name in ("postgres", "redis", "coredns", "logs", "spring"):
            request.getfixturevalue(name).work()
        empty.clear()
        empty.update(key for key, text in queries.items() if not scraped.ask(text))
        return empty == explained

    with contextlib.suppress(TimeoutError):
        servers.wait_for(as_explained, 30)
    assert empty <= explained, f"empty, and nothing says why: {sorted(empty - explained)}"
    assert explained <= empty, f"they have data, so nothing is to be explained: {sorted(explained - empty)}"


def test_rules_can_be_evaluated_over_what_real_programs_expose(scraped: Scraped) -> None:
    """Prometheus refuses a query when two series stand where the rule counts on one."""
    refused = {}
    for rule in of_program(program()).rules:
        try:
            scraped.ask(rule.expr)
        except QueryRefusedError as error:
            refused[rule.name] = str(error)
    assert refused == {}
    with pytest.raises(QueryRefusedError, match="duplicate series"):
        scraped.ask("up * on (job) group_left up")
