"""What observes each system, and what is missing: `obs list --systems`, `obs build --strict`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from obs.cli.build import run_build
from obs.cli.systems import run_systems

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("services", "promtail", "dashboards", "rules", "alertmanager"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "obs.lock", tmp_path / "obs.lock")
    (tmp_path / "pyproject.toml").write_text("[tool.obs]\n")
    return tmp_path


def listed(project: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, dict]:
    assert run_systems(project, as_json=True) == 0
    return {one["system"]: one for one in json.loads(capsys.readouterr().out)}


def test_every_system_has_a_dashboard_alerts_and_a_scrape(capsys: pytest.CaptureFixture[str]) -> None:
    found = listed(ROOT, capsys)
    wanted = (
        "argocd cert-manager eureka gateway image-updater k6 kubernetes linkerd logs monitoring postgres redis "
        "rollouts spring traefik trust-manager"
    )
    assert set(wanted.split()) <= set(found)
    for one in found.values():
        assert one["dashboards"], one
        assert one["alerts"], one
        assert one["scrape"], one


def test_what_is_off_says_what_switches_it_on(capsys: pytest.CaptureFixture[str]) -> None:
    found = listed(ROOT, capsys)
    for one in found.values():
        off = [target["target"] for target in one["scrape"] if target["state"] != "on"]
        assert all(any(text.startswith(f"{name}: ") for text in one["missing"]) for name in off), one
    assert any(
        "percentiles-histogram.spring.cloud.gateway.requests=true" in text
        for text in found["gateway"]["missing"]
    )
    assert any("pool.metrics=true" in text for text in found["gateway"]["missing"])
    assert any("K6_PROMETHEUS_RW_TREND_STATS" in text for text in found["k6"]["missing"])


def test_the_table_names_each_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_systems(ROOT, as_json=False) == 0
    rows = [line for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
    assert rows[0].split() == ["SYSTEM", "DASHBOARD", "ALERTS", "SCRAPE"]
    assert next(line for line in rows if line.startswith("redis ")).split() == [
        "redis",
        "redis-server",
        "4",
        "ready",
    ]
    assert len({line.split()[0] for line in rows}) == len(rows)


def build(project: Path, *, strict: bool) -> int:
    return run_build(project, None, None, force=False, cache=False, strict=strict, as_json=False, quiet=True)


def test_empty_panels_are_said_once_a_system_and_fail_a_strict_build(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build(project, strict=True) == 1
    assert not (project / "charts").exists()
    told = capsys.readouterr().err
    assert told.count("target redis-exporter is switched off") == 1
    assert "dashboard redis-server shows nothing" in told
    assert "deploy prometheus-redis-exporter" in told
    assert build(project, strict=False) == 0
    assert (project / "charts/monitoring/files/monitors/redis-exporter.yaml").is_file()


def test_a_release_that_the_catalogue_does_not_describe(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / "services/targets.py"
    text = file.read_text(encoding="utf-8")
    assert "packs.traefik.target()" in text
    file.write_text(
        text.replace("packs.traefik.target()", 'packs.traefik.target(version="2.10.0")'), encoding="utf-8"
    )
    assert build(project, strict=False) == 0
    (told,) = [line for line in capsys.readouterr().err.splitlines() if "release-outside-catalogue" in line]
    assert "target traefik runs 2.10.0" in told
    assert "traefik-ingress / Open connections" in told


def test_a_new_service_is_one_line(project: Path) -> None:
    file = project / "services/services.py"
    line = 'order = Service("order", namespace="order", port=8085, kind="spring", routes=["/orders"])\n'
    text = file.read_text(encoding="utf-8")
    assert "\neverything = " in text
    file.write_text(text.replace("\neverything = ", f"{line}\neverything = "), encoding="utf-8")
    assert build(project, strict=False) == 0
    files = {path.name: path.read_text(encoding="utf-8") for path in (project / "charts").rglob("*.*")}
    for rules in ("cpu", "eureka", "slo", "spring"):
        assert "order" in files[f"{rules}.yaml"], rules
    assert "EurekaOrderMissing" in files["monitoring-discord.yaml"]
    assert "/^order(" in files["checkmate-overview.json"]
    assert "eureka|order" in files["values.yaml"], "the pipeline counts its errors"
