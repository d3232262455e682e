"""A folder that holds several installations side by side, as repositories of examples do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from obs.checks.runner import Linted, Selection, grouped, run
from obs.diagnostic import Diagnostic
from obs.importer.subject import read

PROMTAIL = (
    "scrape_configs:\n  - {job_name: a, static_configs: [{labels: {job: a}}], pipeline_stages: [{cri: {}}]}\n"
)
LOG_RULE = """groups:
  - name: logs
    rules:
      - {alert: Errors, expr: 'sum by (cluster) (rate({job="a"} |= "error" [5m])) > 0'}
"""
LOKI = """groups:
  - name: fire
    rules:
      - {alert: Fire, expr: 1 > 0}
"""


def panel(number: int, uid: str = "p") -> dict[str, object]:
    query = {"refId": "A", "expr": "up", "datasource": {"type": "prometheus", "uid": uid}}
    return {
        "type": "timeseries", "id": number, "title": f"T{number}", "targets": [query],
        "gridPos": {"x": 0, "y": 0, "w": 6, "h": 6},
    }  # fmt: skip


def dashboard(*panels: dict[str, object]) -> str:
    return json.dumps({"uid": "u", "title": "U", "schemaVersion": 39, "panels": panels})


def datasources(uid: str) -> str:
    return f"apiVersion: 1\ndatasources: [{{name: {uid}, type: prometheus, uid: {uid}}}]\n"


def findings(folder: Path, files: dict[str, str]) -> list[Diagnostic]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    subject, found = read((folder,), root=folder)
    return grouped(run(Linted(subject, None, tuple(found), subject.files), Selection()))


TOLD: list[tuple[str, dict[str, str], str, list[str]]] = [
    ("one Promtail", {"p.yaml": PROMTAIL, "r.yaml": LOG_RULE}, "unknown-log-label", ["warning"]),
    (
        "two Promtails",
        {"a/p.yaml": PROMTAIL, "b/p.yaml": PROMTAIL, "r.yaml": LOG_RULE},
        "unknown-log-label",
        [],
    ),
    ("a folder of Loki's", {"loki/rules/fake/r.yaml": LOKI}, "invalid-promql", []),
    (
        "a rule of Loki's beside it",
        {"r.yaml": LOG_RULE + LOKI.partition("rules:\n")[2]},
        "invalid-promql",
        [],
    ),
    ("no folder of Loki's", {"rules/r.yaml": LOKI}, "invalid-promql", ["error"]),
    (
        "ids of one dashboard",
        {"d.json": dashboard(*map(panel, (1, 2, 1, 2, 3, 3)))},
        "duplicate-panel-id",
        ["warning"],
    ),
    (
        "one Grafana",
        {"ds.yaml": datasources("x"), "d.json": dashboard(panel(1))},
        "unknown-datasource",
        ["error"],
    ),
    (
        "two Grafanas",
        {"a/ds.yaml": datasources("x"), "b/ds.yaml": datasources("y"), "d.json": dashboard(panel(1))},
        "unknown-datasource",
        ["info"],
    ),
    (
        "a copy of a file",
        dict.fromkeys(
            ("a/r.yaml", "b/r.yaml"),
            "groups:\n  - name: g\n    rules:\n      - {alert: A, expr: up == 0}\n      - {alert: B, expr: up == 0}\n",
        ),
        "duplicate-rule",
        ["warning"],
    ),
]


@pytest.mark.parametrize(("name", "files", "check", "levels"), TOLD, ids=[case[0] for case in TOLD])
def test_unrelated_files(
    name: str, files: dict[str, str], check: str, levels: list[str], tmp_path: Path
) -> None:
    assert [found.severity for found in findings(tmp_path, files) if found.check == check] == levels
