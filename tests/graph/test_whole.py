"""The graph of everything: its edges, the two questions asked of it, and the names that it is asked by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from obs import api
from obs.graph.subject import Subject, of_program
from obs.graph.whole import KINDS, Graph, build, meant
from obs.importer.subject import read

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
COUNTER = "promtail_custom_spring_error_logs_total"
RESPONSES = "promtail_custom_gateway_access_log_lines_total"


def subject(name: str) -> Subject:
    if name == "platform":
        return of_program(api.load_program(api.read_settings(ROOT)))
    return read([DATA / name], root=DATA / name)[0]


@pytest.fixture(scope="module", params=["platform", "platform_original", "foreign"])
def graph(request: pytest.FixtureRequest) -> Graph:
    return build(subject(request.param))


@pytest.fixture(scope="module")
def platform() -> Graph:
    return build(subject("platform"))


def test_every_edge_has_both_ends(graph: Graph) -> None:
    assert graph.edges
    for edge in graph.edges:
        assert edge.source in graph.nodes, edge
        assert edge.target in graph.nodes, edge
        assert edge.source != edge.target
        assert edge.why


def test_an_id_is_the_kind_and_the_name(graph: Graph) -> None:
    assert all(id == f"{node.kind}/{node.name}" == node.id for id, node in graph.nodes.items())
    assert {node.kind for node in graph.nodes.values()} <= set(KINDS)


def test_what_something_breaks_is_what_comes_from_it(graph: Graph) -> None:
    below = {id: set(graph.below([id])) for id in graph.nodes}
    above = {id: set(graph.above([id])) for id in graph.nodes}
    for one in graph.nodes:
        for other in graph.nodes:
            assert (other in below[one]) == (one in above[other]), (one, other)


@pytest.mark.parametrize("name", ["platform", "platform_original", "foreign"])
def test_the_same_subject_gives_the_same_graph(name: str) -> None:
    first, second = build(subject(name)), build(subject(name))
    assert list(first.nodes.items()) == list(second.nodes.items())
    assert first.edges == second.edges


ALERT = "alert/SpringErrorLogsDetected"
CHAINS = [
    ("service/user", ALERT),
    ("stream/user", "stage/5.1 metrics"),
    ("stage/1 cri", f"metric/{COUNTER}"),
    ("target/promtail", ALERT),
    (f"metric/{COUNTER}", "route/monitoring-discord/1"),
    ("secret/discord-webhook/url", "receiver/monitoring/monitoring-discord/discord-webhook"),
    (ALERT, "receiver/monitoring/monitoring-discord/discord-webhook"),
    ("secret/discord-webhook/url", ALERT),
    ("route/monitoring-discord/1", ALERT),
    ("metric/node_cpu_seconds_total", "receiver/monitoring/monitoring-discord/discord-webhook"),
    ("target/gateway", "panel/gateway-api-traffic/Status codes"),
    ("datasource/loki", "panel/loki-error-logs/Error logs"),
    ("variable/loki-error-logs/namespace", "panel/loki-error-logs/Error logs"),
    ("panel/loki-error-logs/Error logs", ALERT),
    ("dashboard/loki-error-logs", "dashboard/gateway-api-traffic"),
    ("file/promtail/pipeline.py", ALERT),
    ("file/services/services.py", "file/rules/cpu.py"),
    (ALERT, "artifact/charts/monitoring/files/rules/spring.yaml"),
    ("stage/6.1 regex", f"metric/{RESPONSES}"),
    ("stage/6.2 labels", f"label/{RESPONSES}{{status}}"),
    ("label/stream{pod}", f"label/{COUNTER}{{pod}}"),
    (f"label/{COUNTER}{{pod}}", "route/monitoring-discord/1"),
    (f"label/{COUNTER}{{pod}}", ALERT),
    ("label/SpringErrorLogsDetected{namespace}", "receiver/monitoring/monitoring-discord/discord-webhook"),
    ("label/node_cpu_seconds_total{mode}", "alert/HighNodeCPUUsage"),
    ("target/node-exporter", "label/node_cpu_seconds_total{instance}"),
    ("label/stream{namespace}", "variable/loki-error-logs/namespace"),
]


@pytest.mark.parametrize(("source", "target"), CHAINS)
def test_it_hangs_together(source: str, target: str, platform: Graph) -> None:
    assert target in platform.below([source])
    assert source in platform.above([target])


APART = [
    ("stream/data", f"metric/{RESPONSES}"),
    ("stream/data", "panel/loki-gateway-api-requests/Requests/A"),
    ("metric/node_cpu_seconds_total", ALERT),
    (f"label/{COUNTER}{{pod}}", "receiver/monitoring/monitoring-discord/discord-webhook"),
    ("label/stream{status}", "panel/loki-gateway-api-requests/Status codes"),  # dropped before Loki
    ("panel/loki-error-logs/Error logs", "route/monitoring-discord/1"),  # a dead link stops no alert
    (ALERT, "receiver/null"),
    ("alert/HighNodeCPUUsage", ALERT),  # they only share a route
]


@pytest.mark.parametrize(("source", "target"), APART)
def test_it_does_not_hang_together(source: str, target: str, platform: Graph) -> None:
    assert source in platform.nodes
    assert target not in platform.below([source])


EFFECTS = [
    ("metric/node_cpu_seconds_total", "alert/HighNodeCPUUsage", "breaks"),
    ("metric/node_cpu_seconds_total", "route/monitoring-discord/1", "loses"),
    ("stream/user", f"metric/{COUNTER}", "loses"),
    ("stream/gateway", f"metric/{RESPONSES}", "breaks"),
    ("label/SpringErrorLogsDetected{pod}", "route/monitoring-discord/1", "changes"),
    ("label/kube_pod_container_resource_limits{resource}", "alert/HighServicePodCPUUsage", "breaks"),
    ("secret/discord-webhook/url", "receiver/monitoring/monitoring-discord/discord-webhook", "breaks"),
]


@pytest.mark.parametrize(("source", "target", "effect"), EFFECTS)
def test_what_becomes_of_it(source: str, target: str, effect: str, platform: Graph) -> None:
    assert platform.below([source])[target].effect == effect


def test_edges_carry_their_evidence(platform: Graph) -> None:
    found = {(edge.source, edge.target): edge for edge in platform.edges}
    sure = found["target/node-exporter", "metric/node_cpu_seconds_total"]
    assert (sure.evidence, sure.why) == ("certain", "exposes node_*")
    doubt = found["stream/user", "query/loki-error-logs/Error logs/A"]
    assert doubt.evidence == "likely"  # the variable may choose another namespace


def test_without_honoured_labels_the_line_is_exported() -> None:
    program = api.load_program(api.read_settings(ROOT))
    pipeline = program.definitions.pipelines[0]
    pipeline.honor_labels = False
    graph = build(of_program(program))
    assert "label/stream{pod}" not in graph.above([f"label/{COUNTER}{{pod}}"])
    assert "target/promtail" in graph.above([f"label/{COUNTER}{{pod}}"])


NAMES = [
    ("SpringErrorLogsDetected", [ALERT]),
    ("alert/SpringErrorLogsDetected", [ALERT]),
    ("alert SpringErrorLogsDetected", [ALERT]),
    ("springerrorlogsdetected", [ALERT]),
    ("loki-error-logs/Error logs", ["panel/loki-error-logs/Error logs"]),
    ("loki-error-logs/error-logs", ["panel/loki-error-logs/Error logs"]),
    ("Gateway API Traffic", ["dashboard/gateway-api-traffic"]),
    ("rules/spring.py", ["file/rules/spring.py"]),
    ("spring.py", ["file/rules/spring.py"]),
    (f"{COUNTER}{{pod}}", [f"label/{COUNTER}{{pod}}"]),
    ("6.2", ["stage/6.2 labels"]),
    ("decolorize", ["stage/3 decolorize"]),
    ("discord-webhook", []),
    ("gateway", []),
    ("SpringErrorLog", []),
]


@pytest.mark.parametrize(("name", "ids"), NAMES)
def test_what_a_name_means(name: str, ids: list[str], platform: Graph) -> None:
    assert [node.id for node in meant(platform, name).nodes] == ids


def test_a_bare_label_means_it_wherever_it_comes_from(platform: Graph) -> None:
    found = {node.id for node in meant(platform, "pod").nodes}
    assert {"label/stream{pod}", f"label/{COUNTER}{{pod}}"} <= found


def test_an_unclear_name_has_candidates(platform: Graph) -> None:
    several = meant(platform, "gateway")
    assert several.ambiguous
    assert several.candidates == ("service/gateway", "stream/gateway", "target/gateway")
    similar = meant(platform, "SpringErrorLogDetected")
    assert not similar.ambiguous
    assert similar.candidates[0] == "SpringErrorLogsDetected"


def test_kinds_that_are_left_out_are_bridged(platform: Graph) -> None:
    small = platform.of_kinds(["metric", "receiver"])
    assert {node.kind for node in small.nodes.values()} == {"metric", "receiver"}
    pairs = {(edge.source, edge.target) for edge in small.edges}
    assert (f"metric/{COUNTER}", "receiver/monitoring/monitoring-discord/discord-webhook") in pairs


RULES = """
groups:
  - name: shop
    rules:
      - record: job:errors:rate5m
        expr: sum by (job, pod) (rate(errors_total[5m]))
      - record: job:loop
        expr: job:loop or job:errors:rate5m
      - alert: Errors
        expr: sum by (job) (job:errors:rate5m) > 1
      - alert: Errors
        expr: job:errors:rate5m{pod!=""} > 5
        labels: {tier: "{{ $labels.pod }}"}
      - alert: Quiet
        expr: ALERTS{alertname="Errors"} unless up
"""
ROUTES = """
route:
  receiver: pager
  group_by: [alertname, pod]
  routes:
    - matchers: ['tier="a"']
      receiver: second
receivers:
  - name: pager
    webhook_configs: [{url: "http://pager.example/"}]
  - name: second
"""


@pytest.fixture
def shop(tmp_path: Path) -> Graph:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "alertmanager.yml").write_text(ROUTES, encoding="utf-8")
    return build(read([tmp_path], root=tmp_path)[0])


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("metric/errors_total", "record/job:errors:rate5m"),
        ("record/job:errors:rate5m", "alert/Errors"),
        ("record/job:errors:rate5m", "alert/Errors~2"),
        ("alert/Errors", "alert/Quiet"),
        ("alert/Errors~2", "alert/Quiet"),
        ("label/errors_total{pod}", "label/Errors~2{pod}"),
        ("label/errors_total{pod}", "alert/Errors~2"),
        ("label/errors_total{pod}", "route/root"),
        ("route/0", "receiver/second"),
    ],
)
def test_rules_of_others_hang_together(source: str, target: str, shop: Graph) -> None:
    assert target in shop.below([source])
    assert source in shop.above([target])


OBJECTS = """
apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: {name: team, namespace: shop}
spec:
  route: {receiver: chat}
  receivers:
    - name: chat
      discordConfigs: [{apiURL: {name: hook, key: url}}]
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: shop, namespace: shop}
spec: {endpoints: [{port: http, interval: 15s}], selector: {}}
---
groups:
  - name: shop
    rules:
      - record: job:up:sum
        expr: sum by (job) (up{job="shop"})
      - alert: Any
        expr: '{__name__=~"job:.*"} == 0'
"""


def test_objects_of_others_hang_together(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(OBJECTS, encoding="utf-8")
    graph = build(read([tmp_path], root=tmp_path)[0])
    assert "receiver/shop/team/chat" in graph.below(["secret/hook/url"])
    assert "target/shop" in graph.above(["record/job:up:sum"])
    found = graph.below(["record/job:up:sum"])["alert/Any"]
    assert (found.effect, found.likely) == ("breaks", True)


def test_a_rule_of_loki_reads_lines() -> None:
    graph = build(subject("foreign"))
    assert [id for id in graph.below(["lines/loki"]) if id.startswith("alert/")]


def test_a_label_that_is_summed_away_goes_no_further(shop: Graph) -> None:
    assert "label/Errors{pod}" not in shop.nodes
    assert "alert/Errors" not in shop.below(["label/errors_total{pod}"])


def test_two_rules_of_one_name_are_meant_together(shop: Graph) -> None:
    assert [node.id for node in meant(shop, "Errors").nodes] == ["alert/Errors", "alert/Errors~2"]
    assert [node.id for node in meant(shop, "Errors~2").nodes] == ["alert/Errors~2"]


def test_nothing_gives_an_empty_graph() -> None:
    graph = build(Subject())
    assert graph.nodes == {}
    assert graph.edges == ()
    assert meant(graph, "x").candidates == ()


@pytest.mark.parametrize("name", ['"', "a]b", "\x1b[31m", "<script>", "한글/`x`", "x" * 5000, "\ud800"])
def test_a_hostile_name_stays_one_node(name: str) -> None:
    from obs.graph.subject import Rule
    from obs.origin import Origin

    rule = Rule("alert", name, "up == 0", "g", Origin("a.yaml", 1))
    graph = build(replace(Subject(), rules=(rule,)))
    assert [node.id for node in meant(graph, name).nodes] == [f"alert/{name}"]
    assert f"alert/{name}" in graph.below(["metric/up"])
