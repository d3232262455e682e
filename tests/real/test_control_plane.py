"""The control plane is real: the operator generates what the real tools accept, and nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from obs.formats.yaml import loads
from obs.testing.control_plane import ControlPlane, ControlPlaneError
from obs.testing.kube_api import ApiError
from obs.testing.tools import Tools

NAMESPACE = "fixture"
WEBHOOK = "http://127.0.0.1:9/webhook"

PROMETHEUS = """\
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: main}
spec:
  version: v2.55.0
  scrapeInterval: 30s
  ruleSelector: {}
  serviceMonitorSelector: {matchLabels: {release: monitoring}}
"""

SERVICE_MONITOR = """\
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: promtail, labels: {release: monitoring}}
spec:
  selector: {matchLabels: {app.kubernetes.io/name: promtail}}
  endpoints:
    - port: http-metrics
      honorLabels: true
"""

RULE = """\
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: errors}
spec:
  groups:
    - name: spring
      rules:
        - alert: SpringErrorLogsDetected
          expr: promtail_custom_spring_error_logs_total > 0
          for: 1m
          annotations: {summary: "오류: {{ $labels.pod }}"}
"""

ALERTMANAGER = """\
apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata: {name: main}
spec:
  version: v0.27.0
  replicas: 1
  alertmanagerConfigSelector: {matchLabels: {release: monitoring}}
  alertmanagerConfigMatcherStrategy: {type: None}
"""

ROUTE = """\
apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: {name: route, labels: {release: monitoring}}
spec:
  route:
    receiver: "null"
    groupBy: [alertname]
    routes:
      - receiver: discord
        matchers: [{name: alertname, matchType: "=", value: "Spring, \\"quoted\\" 오류"}]
  receivers:
    - name: "null"
    - name: discord
      discordConfigs:
        - apiURL: {name: discord-webhook, key: url}
          title: '{{ template "discord.default.title" . }}'
          message: "{{ .CommonAnnotations.summary }}"
"""


@pytest.fixture
def plane(control_plane: ControlPlane) -> ControlPlane:
    control_plane.namespace(NAMESPACE)
    control_plane.clear(NAMESPACE)
    return control_plane


def test_operator_generates_what_the_tools_accept(plane: ControlPlane, tools: Tools, tmp_path: Path) -> None:
    plane.secret(NAMESPACE, "discord-webhook", {"url": WEBHOOK})
    stream = "---\n".join(["", PROMETHEUS, SERVICE_MONITOR, RULE, ALERTMANAGER, ROUTE])
    assert [applied.dropped for applied in plane.apply_all(stream, namespace=NAMESPACE)] == [()] * 5
    plane.reconcile()

    alertmanager = write(tmp_path / "alertmanager.yaml", plane.generated_alertmanager(NAMESPACE, "main"))
    assert WEBHOOK in alertmanager.read_text()
    assert tools.amtool_check_config(alertmanager).code == 0
    quoted = {"alertname": 'Spring, "quoted" 오류', "namespace": "user"}
    assert tools.amtool_routes_test(alertmanager, quoted) == [f"{NAMESPACE}/route/discord"]
    assert tools.amtool_routes_test(alertmanager, {"alertname": "Watchdog"}) == [f"{NAMESPACE}/route/null"]

    prometheus = write(tmp_path / "prometheus.yaml", plane.generated_prometheus(NAMESPACE, "main"))
    checked = tools.promtool_check_config(prometheus, syntax_only=True)
    assert checked.code == 0, checked.output
    (scrape,) = as_mapping(loads(prometheus.read_text()))["scrape_configs"]
    assert scrape["job_name"] == f"serviceMonitor/{NAMESPACE}/promtail/0"
    assert scrape["honor_labels"] is True

    files = plane.rule_files(NAMESPACE, "main")
    assert len(files) == 1
    for name, text in files.items():
        assert "오류: {{ $labels.pod }}" in text
        checked = tools.promtool_check_rules(write(tmp_path / name, text))
        assert checked.code == 0, checked.output


def test_reconcile_generates_anew(plane: ControlPlane) -> None:
    plane.secret(NAMESPACE, "discord-webhook", {"url": WEBHOOK})
    plane.apply_all(f"{ALERTMANAGER}---\n{ROUTE}", namespace=NAMESPACE)
    plane.reconcile()
    assert "group_wait" not in plane.generated_alertmanager(NAMESPACE, "main")
    plane.apply(ROUTE.replace("    groupBy:", "    groupWait: 42s\n    groupBy:"), namespace=NAMESPACE)
    plane.reconcile()
    assert "group_wait: 42s" in plane.generated_alertmanager(NAMESPACE, "main")


@pytest.mark.parametrize(
    ("manifest", "problem"),
    [
        (ROUTE.replace("title:", "username: bot\n          title:"), r"\.username: field not declared"),
        (RULE.replace("for: 1m", "wait: 1m"), r"rules\[0\]\.wait: field not declared"),
        (RULE.replace("for: 1m", "for: soon"), r"rules\[0\]\.for in body should match"),
        (RULE.replace("for: 1m", "for: 1m\n          for: 2m"), "duplicate key 'for'"),
        (RULE.replace("kind: PrometheusRule", "kind: PrometheusRules"), "no kind 'PrometheusRules'"),
        (PROMETHEUS.replace("name: main", "name: Main!"), r"metadata\.name: Invalid value"),
        (
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "dta": {}},
            r"\.dta: field not declared",
        ),
    ],
    ids=["unknown-field", "unknown-rule-field", "pattern", "doubled-field", "kind", "name", "core-kind"],
)
def test_refused(plane: ControlPlane, manifest: str | Mapping[str, object], problem: str) -> None:
    with pytest.raises((ApiError, ValueError), match=problem):
        plane.apply(manifest, namespace=NAMESPACE)


def test_a_dropped_field_is_reported(plane: ControlPlane) -> None:
    # The schema of a status subresource is known, so it is no unknown field: the server just ignores it.
    applied = plane.apply(PROMETHEUS + "status: {paused: true}\n", namespace=NAMESPACE)
    assert applied.dropped == ("status",)


def test_waiting_ends_with_the_reason(plane: ControlPlane) -> None:
    with pytest.raises(TimeoutError, match=r"(?s)a wonder.*kube-apiserver\.log"):
        plane.wait_for(lambda: False, timeout=0.1, what="a wonder")
    assert plane.api.find(f"/api/v1/namespaces/{NAMESPACE}/secrets/absent") is None


PARENT = """
import json, sys, time
from pathlib import Path
from obs.testing.control_plane import ControlPlane, ControlPlaneError
with ControlPlane(Path(sys.argv[1]), Path(sys.argv[2])) as plane:
    plane.start_operator()
    print(json.dumps([plane.pids, str(plane.folder)]), flush=True)
    sys.stdin.read() if sys.argv[3] == "leave" else time.sleep(600)
"""


@pytest.mark.cluster
@pytest.mark.parametrize("end", ["kill", "leave"])
def test_nothing_is_left_behind(tools: Tools, end: str) -> None:
    command = [sys.executable, "-c", PARENT, str(tools.bin), str(tools.crds), end]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdin
        assert parent.stdout
        pids, folder = json.loads(parent.stdout.readline())
        assert set(pids) == {"keeper", "etcd", "kube-apiserver", "operator"}
        assert all(alive(pid) for pid in pids.values())
        if end == "kill":
            parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and (any(map(alive, pids.values())) or os.path.exists(folder)):
        time.sleep(0.05)
    assert [name for name, pid in pids.items() if alive(pid)] == []
    assert not os.path.exists(folder)


@pytest.mark.cluster
def test_a_dead_server_is_reported_and_the_rest_removed(tools: Tools) -> None:
    with ControlPlane(tools.bin, tools.crds) as plane:
        pids, folder = plane.pids, plane.folder
        os.kill(pids["keeper"], signal.SIGKILL)
        os.kill(pids["etcd"], signal.SIGKILL)
        with pytest.raises(ControlPlaneError, match=r"(?s)etcd ended with -9.*etcd\.log"):
            plane.wait_for(lambda: False, timeout=10)
    assert [name for name, pid in pids.items() if alive(pid)] == []
    assert not folder.exists()


def alive(pid: int) -> bool:
    """Whether the process runs; one that is dead but not yet reaped by its new parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def as_mapping(value: object) -> dict[str, list[dict[str, object]]]:
    assert isinstance(value, dict)
    return value
