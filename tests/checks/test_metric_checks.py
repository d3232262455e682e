"""What is found of metrics in this repository's project, whose targets, releases and values are declared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from obs import api
from obs.checks.base import Check, Finding, checks
from obs.cli.init import write_starter
from obs.graph.subject import Rule, Subject, of_program
from obs.model.stack import AlertmanagerServer
from obs.origin import Origin

ROOT = Path(__file__).parents[2]
CHECKS: dict[str, Check] = {check.name: check for check in checks()}


@pytest.fixture(scope="module")
def platform() -> Subject:
    return of_program(api.load_program(api.read_settings(ROOT)))


def problems(subject: Subject, check: str, *exprs: str) -> list[str]:
    return [found.problem for found in findings(subject, check, *exprs)]


def findings(subject: Subject, check: str, *exprs: str) -> list[Finding]:
    rules = tuple(Rule("alert", "A", expr, "g", Origin("rules.py", 1)) for expr in exprs)
    of_subject = CHECKS[check].of_subject
    assert of_subject is not None
    return list(of_subject(replace(subject, rules=rules, dashboards=())))


FOUND = [
    ("unknown-metric", "store_orders_total > 1", "nothing in this project makes"),
    ("unknown-metric", "node_laod1 > 1", "nobody is known to expose"),
    ("unknown-label-on-metric", 'node_load1{zone="a"} > 1', "node_load1 has no label zone"),
    ("unknown-label-on-metric", 'node_load1{zone!="a"} > 1', "excludes nothing"),
    ("unknown-label-on-metric", 'up{nod="a"} == 0', "up has no label nod"),
    (
        "unknown-label-value",
        'alertmanager_alerts{job="alertmanager-main"} > 1',
        "is never 'alertmanager-main'",
    ),
    ("unknown-label-value", 'kube_pod_status_phase{phase="Crashed"} == 1', "is never 'Crashed'"),
    ("unknown-label-value", 'kube_pod_status_phase{phase!="Runing"} == 1', "excludes nothing"),
    ("dropped-metric", "container_memory_swap > 1", "kube-prometheus-stack drops container_memory_swap"),
    ("label-not-allowlisted", 'kube_pod_labels{label_team="a"} == 1', "has no label_team"),
]
CLEAN = [
    ("unknown-metric", "node_load1 > 1"),
    ("unknown-metric", "promtail_anything_at_all > 1"),  # a target exposes promtail_*
    ("unknown-metric", "etcd_server_has_leader == 0"),  # known to be left out of the catalogue
    ("unknown-metric", 'ALERTS{alertname="A"} == 1'),
    ("unknown-label-on-metric", 'node_load1{instance="a"} > 1'),
    ("unknown-label-on-metric", 'node_load1{zone=""} > 1'),
    ("unknown-label-on-metric", 'kube_pod_labels{label_team="a"} == 1'),
    ("unknown-label-value", 'alertmanager_alerts{job="monitoring-kube-prometheus-alertmanager"} > 1'),
    ("unknown-label-value", 'kube_pod_status_phase{phase=~"Pend.*"} == 1'),
    ("unknown-label-value", 'up{job="anything"} == 0'),
    ("dropped-metric", "container_memory_rss > 1"),
    ("metric-not-in-release", "alertmanager_inhibition_rules > 1"),
]


@pytest.mark.parametrize(("check", "expr", "words"), FOUND)
def test_found_in_the_project(platform: Subject, check: str, expr: str, words: str) -> None:
    (problem,) = problems(platform, check, expr)
    assert words in problem


@pytest.mark.parametrize(("check", "expr"), CLEAN)
def test_clean_in_the_project(platform: Subject, check: str, expr: str) -> None:
    assert problems(platform, check, expr) == []


def test_a_metric_that_the_declared_release_does_not_have_yet(platform: Subject) -> None:
    assert platform.stack is not None
    older = replace(platform.stack, alertmanager=AlertmanagerServer(version="v0.26.0"))
    (problem,) = problems(
        replace(platform, stack=older), "metric-not-in-release", "alertmanager_inhibition_rules > 1"
    )
    assert problem == ("A: alertmanager_inhibition_rules came with Alertmanager 0.27; here it is v0.26.0")


def test_the_project_proves_a_label_missing_that_other_peoples_files_may_have(platform: Subject) -> None:
    rule = Rule(
        "alert",
        "A",
        "node_load1 > 5",
        "g",
        Origin("rules.py", 1),
        annotations={"summary": "{{ $labels.team }}"},
    )
    of_subject = CHECKS["template-label-missing"].of_subject
    assert of_subject is not None
    found = list(of_subject(replace(platform, rules=(rule,))))
    assert [(one.evidence, one.why) for one in found] == [
        ("likely", "node_load1 of node_exporter has no other labels")
    ]
    assert list(of_subject(Subject(rules=(rule,)))) == []


def test_files_of_others_may_ask_for_exporters_that_nobody_described() -> None:
    exprs = ("store_orders_total > 1", "my_exporter_load1 > 1", "my_exporter_load5 > 1")
    (problem,) = problems(Subject(), "unknown-metric", *exprs)
    assert "3 metrics of exporters that the catalogue does not describe: my_*, store_*" in problem
    severities = [found.severity for found in findings(Subject(), "unknown-metric", *exprs)]
    assert severities == ["info"]


def test_a_projects_own_catalogue_counts(tmp_path: Path) -> None:
    """`catalogue/*.yaml`: its metrics are known, with their labels and values."""
    write_starter(tmp_path / "project")
    folder = tmp_path / "project" / "catalogue"
    folder.mkdir()
    (folder / "shop.yaml").write_text(
        "schema: 1\nsystem: shop\ntitle: The shop\nversion: '2.4'\ngroups:\n  - group: orders\n    source: shop.py\n"
        "    metrics:\n      - {name: shop_orders_total, type: counter, labels: [state], help: Orders,"
        " values: {state: [paid, refused]}}\n",
        encoding="utf-8",
    )
    own = of_program(api.load_program(api.read_settings(tmp_path / "project")))
    assert problems(own, "unknown-metric", "rate(shop_orders_total[5m]) > 1") == []
    assert problems(own, "unknown-label-value", 'shop_orders_total{state="payed"} > 1') == [
        "A selects nothing: the label state of shop_orders_total is never 'payed'"
    ]
    assert problems(own, "unknown-label-on-metric", 'shop_orders_total{kind="a"} > 1') == [
        "A selects nothing: shop_orders_total has no label kind"
    ]
    assert problems(own, "counter-read-raw", "shop_orders_total > 1") != []
