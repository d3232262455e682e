"""Who makes a metric and which labels a query sees on it, in this repository's project and in others' files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from obs import api
from obs.graph.metrics import Metrics
from obs.graph.subject import Rule, Subject, of_program
from obs.lang import promql
from obs.lang.promql.labels import LabelSet
from obs.lang.promql.syntax import VectorSelector
from obs.origin import Origin

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def platform() -> Subject:
    return of_program(api.load_program(api.read_settings(ROOT)))


def record(name: str, expr: str, **labels: str) -> Rule:
    return Rule("record", name, expr, "g", Origin("rules.yaml", 1), labels)


def labels(metrics: Metrics, selector: str) -> LabelSet | None:
    tree = promql.check(selector).tree
    assert isinstance(tree, VectorSelector)
    return metrics.known(tree)


def names(found: LabelSet | None) -> set[str]:
    assert found is not None
    return set(found.guaranteed | found.possible)


def test_a_catalogued_metric_of_a_project_has_no_label_beyond_its_own_and_the_targets(
    platform: Subject,
) -> None:
    found = labels(platform.metrics, "node_cpu_seconds_total")
    assert found is not None
    assert not found.open
    target = {"job", "instance", "namespace", "service", "pod", "container", "endpoint"}
    assert names(found) == {"cpu", "mode", *target}


def test_in_files_of_others_any_label_may_be_added() -> None:
    found = labels(Subject().metrics, "node_cpu_seconds_total")
    assert found is not None
    assert found.open
    assert {"cpu", "mode"} <= names(found)


def test_the_labels_of_a_bucket() -> None:
    found = labels(Subject().metrics, "prometheus_http_request_duration_seconds_bucket")
    assert found is not None
    assert "le" in found.guaranteed


def test_a_record_has_the_labels_of_its_expression_and_its_own() -> None:
    subject = Subject((record("job:x:sum", "sum by (job) (x)", team="web"),))
    found = labels(subject.metrics, "job:x:sum")
    assert found is not None
    assert not found.open
    assert names(found) == {"job", "team"}
    assert "team" in found.guaranteed


def test_records_that_read_each_other_are_followed_and_do_not_end_in_a_circle() -> None:
    rules = (record("a:x", "sum by (job, pod) (b:x)"), record("b:x", "a:x or c"), record("c:x", "a:x"))
    assert names(labels(Subject(rules).metrics, "c:x")) == {"job", "pod"}


def test_a_long_chain_of_records() -> None:
    rules = tuple(record(f"a:{n}", f"a:{n + 1}") for n in range(3000))
    assert Subject(rules).rules[0].flow is not None


def test_the_pipelines_counter_keeps_the_labels_of_the_line(platform: Subject) -> None:
    counter = str(platform.counters[0])
    (source,) = platform.metrics.sources(counter)
    assert source.kind == "pipeline"
    assert {"namespace", "pod"} <= names(source.labels)
    assert platform.program is not None
    assert ("exported_namespace" in names(source.labels)) != platform.program.pipeline.honor_labels  # type: ignore[union-attr]


def test_a_metric_of_a_target_that_is_off(platform: Subject) -> None:
    (source,) = platform.metrics.sources("spring_cloud_gateway_requests_seconds_count")
    assert source.scraped is False
    assert "gateway is switched off" in source.off
    assert "serviceMonitor.enabled" in source.switch_on


def test_a_system_that_nobody_declared_and_the_platform_does_not_scrape(platform: Subject) -> None:
    (source,) = platform.metrics.sources("endpoints_pods")
    assert source.scraped is None
    assert "podMonitor" in source.switch_on


def test_a_name_that_nobody_knows() -> None:
    assert labels(Subject().metrics, "shop_orders_total") is None
    assert Subject().metrics.sources("shop_orders_total") == ()


def test_a_projects_own_relabelling_adds_drops_and_removes(platform: Subject) -> None:
    from obs import Relabel, Target

    steps = [
        Relabel("replace", source_labels=["__meta"], target_label="zone"),
        Relabel("labeldrop", regex="mode"),
        Relabel("drop", source_labels=["__name__"], regex="node_load.*"),
    ]
    own = Target("own", provided_by="x", exposes=["node_*"], metric_relabelings=steps)
    metrics = replace(platform, targets=(own,)).metrics
    assert "zone" in names(labels(metrics, "node_cpu_seconds_total"))
    assert "mode" not in names(labels(metrics, "node_cpu_seconds_total"))
    assert metrics.sources("node_load1")[0].scraped is False


TYPES = [
    ("promtail_read_bytes_total", "gauge"),  # a gauge in spite of its name
    ("loki_cache_hits", "counter"),  # a counter in spite of its name
    ("prometheus_http_request_duration_seconds_bucket", "counter"),
    ("node_netstat_Tcp_InSegs", None),  # untyped, and rate() is right
    ("kube_pod_info", "gauge"),
]


@pytest.mark.parametrize(("name", "type_"), TYPES)
def test_the_catalogue_tells_types(name: str, type_: str | None) -> None:
    kind = Subject().metric_types.kind(name)
    assert (kind.type if kind else None) == type_
    assert kind is None or kind.evidence == "certain"
