"""The rules for a reader of the catalogue: names, types, labels, values, releases."""

from __future__ import annotations

import pytest

from obs import catalogue
from obs.catalogue import Catalogue
from obs.catalogue.entry import Entry, Scrape
from obs.catalogue.gaps import GAPS, gap
from obs.catalogue.series import System, arriving
from obs.catalogue.version import exists, release, within
from obs.lang.promql.flow import flow
from obs.lang.promql.parse import parse


@pytest.mark.parametrize(
    ("name", "system", "part", "type_", "unit"),
    [
        ("node_cpu_seconds_total", "node-exporter", "", "counter", "seconds"),
        ("node_load1", "node-exporter", "", "gauge", "count"),
        ("node_vmstat_pgfault", "node-exporter", "", "untyped", "faults"),
        ("http_server_requests_seconds_bucket", "spring-boot", "bucket", "counter", "count"),
        ("http_server_requests_seconds_sum", "spring-boot", "sum", "counter", "seconds"),
        ("http_server_requests_seconds_count", "spring-boot", "count", "counter", "count"),
        ("http_server_requests_seconds_max", "spring-boot", "max", "gauge", "seconds"),
        ("http_server_requests_active_seconds_count", "spring-boot", "count", "gauge", "count"),
        ("http_server_requests_active_seconds_sum", "spring-boot", "sum", "gauge", "seconds"),
        ("prometheus_engine_query_duration_seconds", "prometheus", "quantile", "gauge", "seconds"),
        ("prometheus_engine_query_duration_seconds_sum", "prometheus", "sum", "counter", "seconds"),
        ("promtail_read_bytes_total", "promtail", "", "gauge", "bytes"),
        ("loki_cache_hits", "loki", "", "counter", "requests"),
        ("k6_http_req_duration_seconds", "k6", "", "histogram", "seconds"),
        ("instance:node_cpu_utilisation:rate5m", "kps-recording-rules", "", "gauge", "ratio"),
    ],
)
def test_a_name_leads_to_its_metric(name: str, system: str, part: str, type_: str, unit: str) -> None:
    (found,) = catalogue.metric(name)
    assert (found.system.id, found.part, found.type) == (system, part, type_)
    assert found.unit == unit or name == "loki_cache_hits"
    assert found.exists


@pytest.mark.parametrize(
    "name",
    [
        "node_cpu_seconds",
        "node_cpu_seconds_total_count",
        "node_load1_bucket",
        "prometheus_engine_query_duration_seconds_bucket",
        "prometheus_engine_query_duration_seconds_max",
        "k6_http_req_duration_seconds_bucket",
        "",
        "_bucket",
    ],
)
def test_a_name_that_nobody_has_is_unknown(name: str) -> None:
    assert catalogue.metric(name) == ()


def test_the_bare_name_of_a_classic_histogram_is_no_series() -> None:
    (found,) = catalogue.metric("http_server_requests_seconds")
    assert (found.exists, found.part, found.type) == (False, "family", "histogram")
    assert catalogue.metric("http_server_requests_active_seconds")[0].exists is False
    assert catalogue.metric("go_gc_duration_seconds")[0].exists


def test_rate_is_right_on_counters_and_untyped_ones() -> None:
    def cumulative(name: str) -> bool:
        return catalogue.metric(name)[0].cumulative

    assert cumulative("node_vmstat_pgfault")
    assert cumulative("rollout_reconcile_error") == (
        catalogue.metric("rollout_reconcile_error")[0].type == "counter"
    )
    assert cumulative("http_server_requests_seconds_bucket")
    assert not cumulative("argocd_repo_pending_request_total")
    assert not cumulative("http_server_requests_active_seconds_count")
    assert cumulative("k6_http_req_duration_seconds")


def test_a_name_of_several_systems_is_narrowed_by_system_or_job() -> None:
    name = "controller_runtime_reconcile_total"
    assert {one.system.id for one in catalogue.metric(name)} == {"go-runtime", "trust-manager"}
    assert [one.system.id for one in catalogue.metric(name, system="trust_manager")] == ["trust-manager"]
    assert [one.system.id for one in catalogue.metric(name, job="trust-manager-metrics")] == ["trust-manager"]
    assert len(catalogue.metric(name, job="something-else")) == 2


def test_the_labels_of_several_systems_are_united() -> None:
    name = "http_client_requests_seconds_count"
    assert len(catalogue.metric(name)) == 2
    found = catalogue.labels(name)
    assert found is not None
    assert {"client_name", "spring_cloud_gateway_route_id"} <= found.possible
    assert "le" not in found.possible | found.guaranteed


def test_a_label_that_the_target_has_too_is_exported() -> None:
    (found,) = catalogue.metric("argocd_app_info")
    assert found.labels().renamed == {"namespace": "exported_namespace"}
    assert found.labels(honor_labels=True).renamed == {}
    assert found.labels(target_labels=["job", "instance"]).renamed == {}
    assert found.labels().own_label("namespace") is None
    assert found.labels().own_label("exported_namespace") == "namespace"


def test_a_pod_monitor_adds_no_service() -> None:
    (found,) = catalogue.metric("traefik_service_requests_total")
    assert "service" in found.labels().own.values()
    with_service = (*found.system.scrape.target_labels, "service")
    assert found.labels(target_labels=with_service).own["service"] == "exported_service"


@pytest.mark.parametrize(
    ("own", "target", "result"),
    [
        (["a"], ["b"], {"a": "a"}),
        (["a"], ["a"], {"a": "exported_a"}),
        (["a", "exported_a"], ["a"], {"a": "exported_exported_a", "exported_a": "exported_a"}),
        (["a"], ["a", "exported_a"], {"a": "exported_exported_a"}),
    ],
)
def test_exported_names_never_overwrite_a_label(
    own: list[str], target: list[str], result: dict[str, str]
) -> None:
    assert arriving(own, target) == result


def test_labels_of_buckets_quantiles_and_open_systems() -> None:
    buckets = catalogue.metric("http_server_requests_seconds_bucket")[0].labels()
    assert "le" in buckets.guaranteed
    quantiles = catalogue.metric("prometheus_engine_query_duration_seconds")[0].labels()
    assert {"quantile", "slice"} <= quantiles.names
    assert catalogue.metric("response_total")[0].labels().open
    assert catalogue.metric("up")[0].labels().open
    assert not catalogue.metric("node_load1")[0].labels().open


def test_the_labels_serve_the_flow_of_an_expression() -> None:
    tree = parse('sum by (mode, nod) (rate(node_cpu_seconds_total{job="node-exporter"}[5m]))')
    (branch,) = flow(tree, catalogue.default().known).branches
    assert branch.state("mode") == "possible"
    assert branch.state("nod") == "excluded"
    unknown = parse("sum by (x) (nobody_knows_it)")
    assert flow(unknown, catalogue.default().known).branches[0].state("x") == "possible"


def test_whole_lists_of_values_and_usual_ones() -> None:
    assert "idle" in (catalogue.values("node_cpu_seconds_total", "mode") or ())
    assert catalogue.values("node_cpu_seconds_total", "cpu") is None
    assert catalogue.values("alertmanager_notifications_total", "integration") is None
    (found,) = catalogue.metric("alertmanager_notifications_total")
    assert "discord" in found.usual_values("integration")
    assert catalogue.values("kube_pod_status_phase", "phase") == (
        "Pending",
        "Running",
        "Succeeded",
        "Failed",
        "Unknown",
    )
    assert catalogue.values("nobody_knows_it", "phase") is None


def test_values_of_a_renamed_label_are_found_under_its_new_name() -> None:
    own = System(
        "a",
        "A",
        "1",
        scrape=Scrape(target_labels=("service",)),
        entries={"m": Entry("m", "gauge", ("service",), values={"service": ("x",)})},
    )
    known = Catalogue([own])
    assert known.values("m", "service") is None
    assert known.values("m", "exported_service") == ("x",)


def test_what_the_stack_drops_and_what_is_off() -> None:
    assert catalogue.metric("container_memory_swap")[0].dropped
    assert not catalogue.metric("container_memory_working_set_bytes")[0].dropped
    spring = catalogue.metric("http_server_requests_seconds_bucket")[0]
    assert not spring.system.scrape.in_platform
    assert "ServiceMonitor" in spring.system.scrape.switch_on
    assert spring.conditions == ("buckets are configured for this meter",)
    assert catalogue.metric("http_server_requests_seconds_count")[0].conditions == ()
    assert catalogue.metric("hikaricp_connections_pending")[0].conditions == ("a JDBC DataSource exists",)


def test_traps_are_told_where_they_belong() -> None:
    (found,) = catalogue.metric("rollout_info")
    assert any("the controller's own list" in trap for trap in found.traps)
    assert not any(
        "the controller's own list" in trap for trap in catalogue.metric("analysis_run_info")[0].traps
    )


def test_releases_decide_whether_a_metric_exists() -> None:
    (found,) = catalogue.metric("argocd_app_sync_status")
    assert (found.in_version("v2.13.3"), found.in_version("3.0.0"), found.in_version("*")) == (
        True,
        False,
        None,
    )
    assert found.entry.renamed_to == "argocd_app_info"
    assert catalogue.metric("node_load1")[0].in_version("*") is True


@pytest.mark.parametrize(
    ("version", "since", "until", "answer"),
    [
        ("1.20.0", "1.20", "", True),
        ("1.19.9", "1.20", "", False),
        ("v1.20", "1.20.0", "", True),
        ("3.0.0-rc1", "", "3.0", False),
        ("2.9", "", "2.10", True),
        ("latest", "1.0", "", None),
        ("", "", "1", None),
        ("latest", "", "", True),
    ],
)
def test_since_and_until(version: str, since: str, until: str, answer: bool | None) -> None:
    assert exists(version, since, until) is answer


def test_ranges_of_releases() -> None:
    assert within("2.13.3", ">=2.12 <2.16")
    assert within("2.16", ">=2.12 <2.16") is False
    assert within("*", ">=2.12") is None
    assert release("1.0") == release("1") == (1,)
    linkerd = catalogue.system("linkerd")
    assert linkerd is not None
    assert linkerd.covers("2.15.1")
    assert linkerd.covers("2.16.0") is False


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("node_cpu_second_total", "node_cpu_seconds_total"),
        ("htp_server_requests_seconds_bucket", "http_server_requests_seconds_bucket"),
        ("kube_pod_container_status_restart_total", "kube_pod_container_status_restarts_total"),
        ("ALERT", "ALERTS"),
    ],
)
def test_did_you_mean(typed: str, meant: str) -> None:
    assert catalogue.close_matches(typed)[0] == meant


def test_nothing_resembles_a_name_of_ones_own() -> None:
    assert catalogue.close_matches("checkout_basket_items") == ()
    assert catalogue.close_matches("x" * 100_000) == ()


def test_search_prefers_names() -> None:
    found = [one.name for one in catalogue.search("node cpu seconds")]
    assert found[0].startswith("node_cpu")
    assert catalogue.search("") == ()
    assert catalogue.search("no such words anywhere") == ()


def test_systems_are_found_by_id_and_module() -> None:
    assert len(catalogue.systems()) == 28
    assert catalogue.system("node-exporter") is catalogue.system("node_exporter")
    assert catalogue.system("nothing") is None


def test_a_project_adds_and_replaces() -> None:
    jobs = System(
        "shop", "Shop", "1", "shop", entries={"shop_jobs_total": Entry("shop_jobs_total", "counter")}
    )
    node = System(
        "node-exporter", "Mine", "1", "node", entries={"node_load1": Entry("node_load1", "counter")}
    )
    known = Catalogue([jobs, node])
    assert known.metric("shop_jobs_total")[0].system is jobs
    assert [one.type for one in known.metric("node_load1")] == ["counter"]
    assert known.metric("node_cpu_seconds_total") == ()
    assert known.close_matches("shop_job_total") == ("shop_jobs_total",)
    assert known.system("node_exporter") is None
    assert known.system("node-exporter") is node
    assert len(known.systems()) == 29
    assert catalogue.metric("shop_jobs_total") == ()


def test_patterns_of_a_target_become_names() -> None:
    names = catalogue.default().matching(["kube_pod_status_*", "spring_cloud_gateway_requests_seconds_*"])
    assert "kube_pod_status_phase" in names
    assert "spring_cloud_gateway_requests_seconds_bucket" in names
    assert not any(name.startswith("node_") for name in names)


def test_what_is_left_out_knowingly_is_no_part_of_the_catalogue() -> None:
    assert gap("scheduler_pending_pods").startswith("kube-scheduler")
    assert gap("node_load1") == ""
    described = catalogue.default().matching([pattern for pattern in GAPS if "*" not in pattern])
    assert described == ()
