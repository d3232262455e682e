"""What the checks say of joins is what Prometheus does: it refuses them, or they return nothing.

Each query stands with the series of one minute in a small cluster. `promtool test rules` evaluates it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from obs.checks.base import checks
from obs.formats import yaml
from obs.graph.subject import Rule, Subject
from obs.origin import Origin
from obs.testing.tools import Tools

SERIES = [
    'kube_pod_info{namespace="shop", pod="redis-0", node="a", job="ksm", instance="1"}',
    'kube_pod_info{namespace="store", pod="redis-0", node="b", job="ksm", instance="1"}',
    'kube_node_info{node="a", job="ksm", instance="1"}',
    'kube_node_info{node="b", job="ksm", instance="1"}',
    'kube_node_status_allocatable{node="a", resource="cpu", unit="core", job="ksm", instance="1"}',
    'kube_node_status_condition{node="a", condition="Ready", status="true", job="ksm", instance="1"}',
    'kube_node_status_condition{node="a", condition="Ready", status="false", job="ksm", instance="1"}',
    'container_memory_rss{namespace="shop", pod="redis-0", container="c", job="kubelet", instance="2"}',
    'container_memory_rss{namespace="store", pod="redis-0", container="c", job="kubelet", instance="2"}',
    'alertmanager_notifications_total{integration="discord", job="am", instance="3"}',
    'alertmanager_notifications_failed_total{integration="discord", reason="other", job="am", instance="3"}',
]
REFUSED = [
    "sum by (pod) (container_memory_rss) * on (pod) group_left (node) kube_pod_info",
    'kube_node_status_allocatable * on (node) kube_node_status_condition{condition="Ready"}',
    "container_memory_rss * on (namespace) group_left sum by (namespace, pod, container) (container_memory_rss)"
    ' * on () group_left kube_node_info{node=~".+"}',
]
EMPTY = [
    "alertmanager_notifications_failed_total / alertmanager_notifications_total",
    "sum by (integration, reason) (alertmanager_notifications_failed_total)"
    " / sum by (integration) (alertmanager_notifications_total)",
]
FINE = [
    "sum by (namespace, pod) (container_memory_rss) * on (namespace, pod) group_left (node) kube_pod_info",
    'kube_node_status_allocatable{resource="cpu"}'
    ' * on (node) kube_node_status_condition{condition="Ready", status="true"}',
    "sum without (reason) (alertmanager_notifications_failed_total) / alertmanager_notifications_total",
    "kube_pod_info * on (node) group_left kube_node_info",
]


def found(check: str, expr: str) -> bool:
    of_subject = next(one.of_subject for one in checks() if one.name == check)
    assert of_subject is not None
    return any(of_subject(Subject(rules=(Rule("record", "a:b", expr, "g", Origin("r", 1)),))))


def evaluated(tools: Tools, expr: str, folder: Path) -> tuple[bool, str]:
    """Whether promtool finds a sample, and what it says."""
    group = {"name": "g", "rules": [{"record": "a:b", "expr": f"count({expr}) > bool 0"}]}
    (folder / "rules.yaml").write_text(yaml.dumps({"groups": [group]}), encoding="utf-8")
    test = {
        "interval": "1m",
        "input_series": [{"series": one, "values": "1 1"} for one in SERIES],
        "promql_expr_test": [
            {"expr": "a:b", "eval_time": "1m", "exp_samples": [{"labels": "a:b", "value": 1}]}
        ],
    }
    (folder / "test.yaml").write_text(
        yaml.dumps({"rule_files": ["rules.yaml"], "tests": [test]}), encoding="utf-8"
    )
    done = tools.promtool_test_rules(folder / "test.yaml")
    return done.code == 0, done.output


@pytest.mark.parametrize("expr", REFUSED)
def test_prometheus_refuses_what_is_reported(tools: Tools, expr: str, tmp_path: Path) -> None:
    fine, said = evaluated(tools, expr, tmp_path)
    assert not fine
    assert "duplicate series" in said
    assert found("many-to-many-risk", expr)


@pytest.mark.parametrize("expr", EMPTY)
def test_what_is_reported_returns_nothing(tools: Tools, expr: str, tmp_path: Path) -> None:
    fine, said = evaluated(tools, expr, tmp_path)
    assert not fine
    assert "duplicate series" not in said
    assert found("one-sided-label", expr)


@pytest.mark.parametrize("expr", FINE)
def test_what_works_is_not_reported(tools: Tools, expr: str, tmp_path: Path) -> None:
    fine, said = evaluated(tools, expr, tmp_path)
    assert fine, said
    assert not found("many-to-many-risk", expr)
    assert not found("one-sided-label", expr)
