"""By which labels the series of an expression are told apart, and in which unit they are."""

from __future__ import annotations

import pytest

from obs.graph.label_shape import shape
from obs.graph.subject import Rule, Subject
from obs.graph.uniqueness import unique_by
from obs.graph.units import unit_of
from obs.lang import promql
from obs.origin import Origin

METRICS = Subject().metrics

KEYS = [
    ("kube_pod_info", {"namespace", "pod"}),
    ('kube_pod_info{namespace="shop"}', {"pod"}),
    ("kube_node_info", {"node"}),
    ("node_uname_info", {"instance"}),
    ('kube_node_status_condition{condition="Ready"}', {"node", "status"}),
    ('kube_node_status_condition{condition="Ready"} == 1', {"node"}),  # of a state set one state holds
    ('kube_node_status_condition{condition="Ready"} == bool 1', {"node", "status"}),
    ("kube_pod_container_resource_limits", {"namespace", "pod", "container", "resource"}),
    ("rate(node_disk_read_bytes_total[5m])", {"instance", "device"}),
    ("sum by (namespace) (x)", {"namespace"}),
    ("sum by (namespace, pod, node) (kube_pod_info)", {"namespace", "pod"}),
    ("sum(x)", set()),
    ("sum without (device) (node_filesystem_size_bytes)", {"instance", "mountpoint"}),
    ("topk by (pod) (1, kube_pod_info)", {"pod"}),
    ("topk(5, kube_pod_info)", {"namespace", "pod"}),
    ("histogram_quantile(0.9, sum by (le, job) (rate(x_bucket[5m])))", {"job"}),
    ("count by (instance, pod) (x)", {"instance"}),  # an instance is in one pod
    ("x / on (a, b) y", {"a", "b"}),
    ("kube_pod_info * on (node) group_left y", {"namespace", "pod"}),
    ("kube_pod_info unless y", {"namespace", "pod"}),
    ("x", None),
    ("kube_pod_info or x", None),
    ('label_replace(kube_pod_info, "a", "$1", "b", "(.*)")', None),
    ("kube_node_labels", None),  # any label may be on it
    ("process_start_time_seconds", None),  # of several systems
]


@pytest.mark.parametrize(("expr", "key"), KEYS)
def test_unique_by(expr: str, key: set[str] | None) -> None:
    found = unique_by(promql.check(expr).tree, METRICS)
    assert found == (None if key is None else frozenset(key))


SHAPES = [
    ("rate(alertmanager_notifications_failed_total[5m])", {"integration", "reason"}, "alertmanager"),
    ("sum by (reason, job) (rate(alertmanager_notifications_failed_total[5m]))", {"reason"}, ""),
    ("sum without (reason) (alertmanager_notifications_failed_total)", {"integration"}, "alertmanager"),
    ("sum by (job) (x)", set(), ""),
    ('kube_pod_status_phase{phase=~"Failed|"}', {"namespace", "pod"}, "kube-state-metrics"),
]


@pytest.mark.parametrize(("expr", "present", "system"), SHAPES)
def test_shape(expr: str, present: set[str], system: str) -> None:
    found = shape(promql.check(expr).tree, METRICS)
    assert found is not None
    assert (set(found.present), found.system) == (present, system)


UNITS = [
    ("node_memory_MemFree_bytes", "bytes"),
    ("node_memory_MemFree_bytes / node_memory_MemTotal_bytes", "ratio"),
    ("100 * node_memory_MemFree_bytes / node_memory_MemTotal_bytes", "None"),
    ("(node_memory_MemFree_bytes / node_memory_MemTotal_bytes) * 100", "percent"),
    ("rate(node_network_receive_bytes_total[5m]) * 8", "bits per second"),
    ("time() - process_start_time_seconds", "seconds"),
    ("process_start_time_seconds + 60", "a point in time"),
    ("grafana_api_dashboard_search_milliseconds / 1000", "seconds"),
    ("request_duration_ms > 5", "milliseconds"),
    ("histogram_quantile(0.9, rate(http_server_requests_seconds_bucket[5m]))", "seconds"),
    ("increase(node_network_receive_bytes_total[5m]) > 1e6", "bytes"),
    ("count(node_memory_MemFree_bytes)", "None"),
    ("node_memory_MemFree_bytes > bool 5", "None"),
    ("node_load1", "None"),
    ("sum(node_memory_MemFree_bytes) by (job) / 1024", "None"),
]


@pytest.mark.parametrize(("expr", "unit"), UNITS)
def test_unit_of(expr: str, unit: str) -> None:
    assert str(unit_of(promql.check(expr).tree, METRICS)) == unit


def record(name: str, expr: str, **labels: str) -> Rule:
    return Rule("record", name, expr, "g", Origin("rules.yaml", 1), labels)


def test_records_are_followed() -> None:
    rules = (
        record("node:info:raw", "kube_node_info", team="a"),
        record(
            "job:errors:rate5m", "sum by (job, reason) (rate(alertmanager_notifications_failed_total[5m]))"
        ),
        record("memory:free:percent", "(node_memory_MemFree_bytes / node_memory_MemTotal_bytes) * 100"),
    )
    metrics = Subject(rules).metrics
    assert unique_by(promql.check("node:info:raw").tree, metrics) == {"node"}
    assert unique_by(promql.check('job:errors:rate5m{job="a"}').tree, metrics) == {"reason"}
    found = shape(promql.check("job:errors:rate5m").tree, metrics)
    assert found is not None
    assert found.present == {"reason"}
    assert str(unit_of(promql.check("max(memory:free:percent)").tree, metrics)) == "percent"


def test_records_in_a_circle_and_in_a_long_chain_are_left_open() -> None:
    circle = Subject((record("a:x", "b:x"), record("b:x", "a:x"))).metrics
    assert unique_by(promql.check("a:x").tree, circle) is None
    chain = Subject(tuple(record(f"a:{n}", f"a:{n + 1}") for n in range(3000))).metrics
    assert unit_of(promql.check("a:0").tree, chain) is None
