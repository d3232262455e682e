"""Names that the shell completes."""

from __future__ import annotations

from pathlib import Path

import pytest

from obs import api
from obs.cli import complete

ROOT = Path(__file__).resolve().parents[2]


def test_names_of_the_project_around_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "rules")
    assert complete.names("SpringErrorL") == [
        "SpringErrorLogsDetected",
        "SpringErrorLogsDetected{namespace}",
        "SpringErrorLogsDetected{pod}",
        "SpringErrorLogsDetected{service}",
        "SpringErrorLogsDetected{severity}",
    ]
    assert complete.alerts("High") == ["HighNodeCPUUsage", "HighServicePodCPUUsage"]
    assert "loki-error-logs/error-logs" in complete.names("loki-error-logs/")
    assert all(" " not in name for name in complete.names(""))


def test_no_project_no_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert complete.names("") == []


def test_the_graph_from_python() -> None:
    graph = api.graph(ROOT)
    assert "alert/HighNodeCPUUsage" in graph.below(["metric/node_cpu_seconds_total"])
    other = api.graph(files=[ROOT / "tests/data/foreign/rules.yaml"])
    assert "alert/NodeClockSkew" in other.nodes
