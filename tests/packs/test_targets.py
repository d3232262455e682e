"""What a Target compiles to, and packs in somebody else's project."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from obs import Relabel, Service, Target, api
from obs.cli.init import write_starter
from obs.diagnostic import DefinitionError
from obs.emit.monitors import spec
from obs.formats import yaml

ROOT = Path(__file__).resolve().parents[2]
SHOP = Service("orders", namespace="shop", port=8080)


def test_a_service_is_found_by_its_name() -> None:
    assert spec(Target("orders", service=SHOP, interval="30s", honor_labels=True)) == {
        "namespaceSelector": {"matchNames": ["shop"]},
        "selector": {"matchLabels": {"app.kubernetes.io/name": "orders"}},
        "endpoints": [{"port": "http", "path": "/metrics", "interval": "30s", "honorLabels": True}],
    }


def test_pods_of_every_namespace() -> None:
    target = Target(
        "proxies",
        monitor="pod",
        namespace="*",
        port="admin",
        interval="30s",
        job_label="app",
        relabelings=[Relabel("keep", source_labels=["__meta_kubernetes_pod_container_name"], regex="proxy")],
    )
    assert spec(target) == {
        "jobLabel": "app",
        "namespaceSelector": {"any": True},
        "selector": {},
        "podMetricsEndpoints": [
            {
                "port": "admin",
                "path": "/metrics",
                "interval": "30s",
                "relabelings": [
                    {
                        "action": "keep",
                        "sourceLabels": ["__meta_kubernetes_pod_container_name"],
                        "regex": "proxy",
                    }
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("settings", "compiled"),
    [
        ({"service": SHOP}, True),
        ({"service": SHOP, "enabled": False, "switch_on": "x"}, False),
        ({"service": SHOP, "enabled": False, "switch_on": "x", "ready": True}, True),
        ({"provided_by": "charts/orders"}, False),
        ({"provided_by": "k6", "monitor": "push"}, False),
        ({"monitor": "push"}, False),
    ],
)
def test_when_a_monitor_is_part_of_the_chart(settings: dict, compiled: bool) -> None:
    assert Target("orders", **settings).compiled is compiled


@pytest.mark.parametrize(
    "settings", [{}, {"monitor": "pod"}, {"enabled": False, "switch_on": "x", "ready": True}]
)
def test_a_monitor_needs_a_place(settings: dict) -> None:
    with pytest.raises(DefinitionError, match="names no service"):
        Target("orders", **settings)


PACKS = {
    "redis": ('redis.target(Service("cache", namespace="shop", port=6379), enabled=True)', ', Service("cache", namespace="shop", port=6379)'),
    "postgres": ('postgres.target(Service("db", namespace="shop", port=5432), enabled=True)', ', Service("db", namespace="shop", port=5432)'),
    "traefik": ("traefik.target(namespace='edge')", ""),
    "linkerd": ("linkerd.target()", ""),
    "rollouts": ("rollouts.target(enabled=True)", ""),
}  # fmt: skip


@pytest.mark.parametrize(("pack", "target", "more"), [(name, *texts) for name, texts in PACKS.items()])
def test_one_pack_alone_in_another_project(tmp_path: Path, pack: str, target: str, more: str) -> None:
    write_starter(tmp_path)
    head = f"from obs import Service\nfrom obs.packs import {pack}\n"
    (tmp_path / "services/own.py").write_text(f"{head}target = {target}\n")
    (tmp_path / "dashboards/own.py").write_text(
        f"{head}from services.stack import prometheus\ndashboard = {pack}.dashboard(prometheus, tags=['shop'])\n"
    )
    (tmp_path / "rules/own.py").write_text(
        f"{head}from dashboards.own import dashboard\nalerts = {pack}.alerts(dashboard{more}, owner='shop')\n"
    )
    compiled = api.compile_project(api.read_settings(tmp_path))
    paths = [one.path for one in compiled.artifacts]
    assert any("monitors/" in path for path in paths)
    (rules,) = [one for one in compiled.artifacts if one.path.endswith("files/rules/own.yaml")]
    for rule in yaml.loads(rules.data.decode())["groups"][0]["rules"]:
        assert rule["labels"]["owner"] == "shop"
        assert "dashboard_url" in rule["annotations"]
        assert "runbook" in rule["annotations"]


def test_a_further_service_is_one_line(tmp_path: Path) -> None:
    for folder in ("services", "promtail", "dashboards", "rules", "alertmanager"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "pyproject.toml").write_text("[tool.obs]\n")
    file = tmp_path / "services/services.py"
    text = file.read_text(encoding="utf-8")
    last = 'redis = Service("redis", namespace="data", port=6379, kind="cache")\n'
    assert last in text
    line = 'billing = Service("billing", namespace="billing", port=8085, kind="spring")\n'
    file.write_text(text.replace(last, last + line), encoding="utf-8")
    program = api.load_program(api.read_settings(tmp_path))
    assert "billing" in [target.name for target in program.definitions.targets]
    rates = next(alert for alert in program.definitions.alerts if alert.name == "ServiceHighErrorRate")
    assert "|billing" in rates.expr
    assert "EurekaBillingMissing" in [alert.name for alert in program.definitions.alerts]


def test_lokis_own_chart_is_told_to_bring_its_monitor() -> None:
    values = yaml.loads((ROOT / "charts/monitoring/values.yaml").read_text(encoding="utf-8"))
    assert values["loki"]["monitoring"]["serviceMonitor"] == {
        "enabled": True,
        "labels": {"release": "monitoring"},
        "interval": "30s",
        "metricsInstance": {"enabled": False},
    }
