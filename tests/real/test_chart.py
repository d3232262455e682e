"""The committed chart in the hands of the real programs: Helm, promtool, the API server, the operator, Prometheus."""

from __future__ import annotations

import http.server
import json
import shutil
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from obs.formats import yaml
from obs.sim.rules.engine import Engine
from obs.testing.control_plane import ControlPlane
from obs.testing.tools import Tools

ROOT = Path(__file__).parents[2]
STUBS = ROOT / "obs/testing/prove/subcharts"
NAMESPACE = "monitoring"
PROMETHEUS = "monitoring-kube-prometheus-prometheus"
ALERTMANAGER = "monitoring-kube-prometheus-alertmanager"
DISCORD = "monitoring/monitoring-discord/discord-webhook"


@pytest.fixture(scope="session")
def chart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the chart whose subcharts are the stubs; nothing can be downloaded here."""
    folder = tmp_path_factory.mktemp("chart") / "charts" / "monitoring"
    shutil.copytree(ROOT / "charts/monitoring", folder)
    shutil.copytree(STUBS, folder / "charts")
    return folder


@pytest.fixture(scope="session")
def rendered(tools: Tools, chart: Path) -> str:
    return tools.helm_template(
        "monitoring",
        str(chart),
        "--namespace",
        NAMESPACE,
        "--values",
        str(ROOT / "values/dev/monitoring.yaml"),
    )


@pytest.fixture(scope="session")
def objects(rendered: str) -> list[dict]:
    return [document for document in yaml.loads_all(rendered) if document]


@pytest.fixture(scope="session")
def cluster(control_plane: ControlPlane, rendered: str) -> ControlPlane:
    """The chart applied as Argo CD does it (server-side), and the operator's answer to it."""
    control_plane.namespace(NAMESPACE)
    control_plane.clear(NAMESPACE)
    control_plane.secret(NAMESPACE, "discord-webhook", {"url": "http://127.0.0.1:9/api/webhooks/1/x"})
    for applied in control_plane.apply_all(rendered, namespace=NAMESPACE):
        assert applied.dropped == (), applied
    control_plane.start_operator()
    return control_plane


def named(objects: list[dict], kind: str) -> list[dict]:
    return [item for item in objects if item["kind"] == kind]


def test_helm_lint_has_no_complaint(tools: Tools, chart: Path) -> None:
    outcome = tools.helm("lint", str(chart), "--values", str(ROOT / "values/dev/monitoring.yaml"), "--strict")
    assert outcome.code == 0, outcome.output


def test_helm_refuses_a_misspelt_subchart(tools: Tools, chart: Path) -> None:
    outcome = tools.helm("template", "monitoring", str(chart), "--set", "promtial.enabled=true")
    assert outcome.code != 0
    assert "promtial" in outcome.output


def test_every_object_has_the_labels_that_are_asked_for(objects: list[dict]) -> None:
    for item in objects:
        if item["kind"] in ("PrometheusRule", "AlertmanagerConfig"):
            labels = item["metadata"]["labels"]
            assert labels["release"] == "monitoring"
            assert labels["app.kubernetes.io/name"] == labels["app.kubernetes.io/part-of"] == "monitoring"


def test_dashboards_arrive_byte_for_byte(objects: list[dict]) -> None:
    """Fault 1: legends such as {{pod}} were eaten by Helm's templating."""
    maps = [
        item
        for item in named(objects, "ConfigMap")
        if "grafana_dashboard" in item["metadata"].get("labels", {})
    ]
    files = sorted((ROOT / "charts/monitoring/files/dashboards").glob("*.json"))
    assert len(maps) == len(files) > 0
    arrived = {key: text for item in maps for key, text in item["data"].items()}
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert arrived[f"monitoring-{file.name}"] == text.rstrip("\n")
        assert "{{" in text, "a legend with a template must be there to be lost"
    assert all(item["metadata"]["labels"]["grafana_dashboard"] == "1" for item in maps)


def test_promtool_accepts_every_rule_file(tools: Tools) -> None:
    files = sorted((ROOT / "charts/monitoring/files/rules").glob("*.yaml"))
    assert files
    for file in files:
        outcome = tools.promtool_check_rules(file)
        assert outcome.code == 0, outcome.output


def test_promtool_unit_tests_of_the_three_alerts(tools: Tools) -> None:
    outcome = tools.promtool_test_rules(Path(__file__).parent / "alerts_test.yaml")
    assert outcome.code == 0, outcome.output


def test_the_operator_takes_the_route(cluster: ControlPlane, tools: Tools, tmp_path: Path) -> None:
    """Faults 2, 3 and 9: unknown receiver, missing label, noise in the channel."""
    text = cluster.generated_alertmanager(NAMESPACE, ALERTMANAGER)
    config = tmp_path / "alertmanager.yaml"
    config.write_text(text, encoding="utf-8")
    outcome = tools.amtool_check_config(config)
    assert outcome.code == 0, outcome.output
    to_discord = [
        "SpringErrorLogsDetected",
        "HighNodeCPUUsage",
        "HighServicePodCPUUsage",
        "NodeDown",
        "DiscordWebhookTest",
    ]
    silent = ["Watchdog", "NodeClockNotSynchronising", "PrometheusRuleFailures", "SomethingElse"]
    for where in (
        {},
        {"namespace": "gateway", "pod": "gateway-1"},
        {"namespace": "monitoring"},
        {"namespace": "user"},
    ):
        for alert in to_discord:
            assert tools.amtool_routes_test(config, {"alertname": alert, **where}) == [DISCORD], (
                alert,
                where,
            )
        for alert in silent:
            found = tools.amtool_routes_test(config, {"alertname": alert, **where})
            assert all(name.endswith("null") for name in found), (alert, where, found)


def test_every_alert_of_the_chart_reaches_discord(
    cluster: ControlPlane, tools: Tools, tmp_path: Path
) -> None:
    config = tmp_path / "alertmanager.yaml"
    config.write_text(cluster.generated_alertmanager(NAMESPACE, ALERTMANAGER), encoding="utf-8")
    for name, severity in alerts_of_the_chart():
        labels = {"alertname": name, "severity": severity, "namespace": "user", "service": "user"}
        assert tools.amtool_routes_test(config, labels) == [DISCORD], name


def alerts_of_the_chart() -> list[tuple[str, str]]:
    files = sorted((ROOT / "charts/monitoring/files/rules").glob("*.yaml"))
    documents = [yaml.loads(file.read_text(encoding="utf-8")) for file in files]
    rules = [rule for document in documents for group in document["groups"] for rule in group["rules"]]
    return [(rule["alert"], rule["labels"]["severity"]) for rule in rules if "alert" in rule]


def test_the_operator_takes_the_inhibitions(cluster: ControlPlane) -> None:
    """With the matcher strategy None it adds no namespace to them: a node has none."""
    document = yaml.loads(cluster.generated_alertmanager(NAMESPACE, ALERTMANAGER))
    rules = document["inhibit_rules"]
    muted = (
        "HighServicePodCPUUsage",
        "PodMemoryNearLimit",
        "ContainerOOMKilled",
        "ContainerCannotStart",
    )
    assert {
        "source_matchers": ['alertname="NodeDown"', 'node=~".+"'],
        "target_matchers": [f'alertname=~"{"|".join(muted)}"'],
        "equal": ["node"],
    } in rules
    assert {
        "source_matchers": ['severity="critical"', 'service=~".+"'],
        "target_matchers": ['severity=~"warning|info"'],
        "equal": ["service", "node", "instance"],
    } in rules
    tiers = [rule for rule in rules if rule.get("equal") == ["slo", "service", "rt_route"]]
    assert [rule["target_matchers"] for rule in tiers] == [
        [f'alertname="SloBurn{name}"'] for name in ("Steady", "Slow", "Creeping")
    ]


def test_the_operator_loads_every_rule(cluster: ControlPlane) -> None:
    files = cluster.rule_files(NAMESPACE, PROMETHEUS)
    text = "\n".join(files.values())
    for alert in ("SpringErrorLogsDetected", "HighNodeCPUUsage", "HighServicePodCPUUsage"):
        assert f"alert: {alert}" in text


def test_promtool_accepts_the_generated_configuration(
    cluster: ControlPlane, tools: Tools, tmp_path: Path
) -> None:
    config = tmp_path / "prometheus.yaml"
    config.write_text(cluster.generated_prometheus(NAMESPACE, PROMETHEUS), encoding="utf-8")
    outcome = tools.promtool_check_config(config, syntax_only=True)
    assert outcome.code == 0, outcome.output


COUNTERS = """\
# TYPE promtail_custom_spring_error_logs_total counter
promtail_custom_spring_error_logs_total{app="gateway",container="gateway",instance="gateway",job="gateway/gateway",\
namespace="gateway",node_name="n1",pod="gateway-7c9",stream="stdout"} 3
# TYPE promtail_read_lines_total counter
promtail_read_lines_total{path="/var/log/pods/x"} 9
"""


class Exporter(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = COUNTERS.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        return None


@pytest.fixture
def exporter() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exporter)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def promtail_job(config: str, port: int) -> dict:
    """The operator's scrape job for Promtail, its discovery replaced by one target with the same meta labels.

    `$(SHARD)` is what the config reloader fills in beside Prometheus.
    """
    jobs = [
        job
        for job in yaml.loads(config.replace("$(SHARD)", "0"))["scrape_configs"]
        if "promtail" in job["job_name"]
    ]
    assert len(jobs) == 1
    job = jobs[0]
    del job["kubernetes_sd_configs"]
    job["scrape_interval"] = job["scrape_timeout"] = "1s"
    job["static_configs"] = [
        {
            "targets": [f"127.0.0.1:{port}"],
            "labels": {
                "__meta_kubernetes_namespace": NAMESPACE,
                "__meta_kubernetes_pod_name": "monitoring-promtail-abcde",
                "__meta_kubernetes_pod_container_name": "promtail",
                "__meta_kubernetes_pod_container_port_name": "http-metrics",
                "__meta_kubernetes_endpoint_port_name": "http-metrics",
                "__meta_kubernetes_endpointslice_port_name": "http-metrics",
                "__meta_kubernetes_service_name": "monitoring-promtail-metrics",
                "__meta_kubernetes_service_label_app_kubernetes_io_name": "promtail",
                "__meta_kubernetes_service_labelpresent_app_kubernetes_io_name": "true",
                "__meta_kubernetes_service_label_app_kubernetes_io_instance": "monitoring",
                "__meta_kubernetes_service_labelpresent_app_kubernetes_io_instance": "true",
            },
        }
    ]
    return job


def test_the_scrape_keeps_the_log_lines_own_labels(
    cluster: ControlPlane, tools: Tools, exporter: int, tmp_path: Path
) -> None:
    """Fault 7, in a real Prometheus with the operator's own relabelling."""
    job = promtail_job(cluster.generated_prometheus(NAMESPACE, PROMETHEUS), exporter)
    config = tmp_path / "prometheus.yml"
    config.write_text(json.dumps({"scrape_configs": [job]}), encoding="utf-8")
    port = free_port()
    server = subprocess.Popen(
        [
            str(tools.path("prometheus")),
            f"--config.file={config}",
            f"--storage.tsdb.path={tmp_path / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        series = wait_for_series(port, "promtail_custom_spring_error_logs_total")
        own = wait_for_series(port, "promtail_read_lines_total")
    finally:
        server.terminate()
        server.wait(10)
    assert (series["namespace"], series["pod"], series["container"]) == ("gateway", "gateway-7c9", "gateway")
    assert not [label for label in series if label.startswith("exported_")]
    assert (own["namespace"], own["pod"]) == (NAMESPACE, "monitoring-promtail-abcde")


def wait_for_series(port: int, metric: str, seconds: float = 30) -> dict[str, str]:
    query = urllib.parse.urlencode({"query": metric})
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/query?{query}", timeout=2) as answer:
                found = json.load(answer)["data"]["result"]
            if found:
                assert len(found) == 1
                return found[0]["metric"]
        except OSError:
            pass
        time.sleep(0.3)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/targets", timeout=2) as answer:
        targets = answer.read().decode()
    raise AssertionError(f"no {metric} within {seconds} s; targets: {targets}")


def test_the_stack_runs_the_versions_that_it_says(objects: list[dict]) -> None:
    for kind in ("Prometheus", "Alertmanager"):
        (item,) = named(objects, kind)
        assert item["spec"]["image"].endswith(":" + item["spec"]["version"])
    (alertmanager,) = named(objects, "Alertmanager")
    assert alertmanager["spec"]["version"] == "v0.28.0"
    assert alertmanager["spec"]["alertmanagerConfigMatcherStrategy"] == {"type": "None"}


def test_grafana_is_reached_through_traefik(objects: list[dict]) -> None:
    (ingress,) = named(objects, "Ingress")
    assert ingress["spec"]["ingressClassName"] == "traefik"
    assert [rule["host"] for rule in ingress["spec"]["rules"]] == ["grafana.checkmate"]


def test_the_datasource_that_is_added_is_loki_alone(objects: list[dict]) -> None:
    (found,) = [
        item
        for item in named(objects, "ConfigMap")
        if item["metadata"]["name"].endswith("grafana-datasources")
    ]
    sources = yaml.loads(found["data"]["datasources.yaml"])["datasources"]
    assert [(source["uid"], source["type"], source["url"]) for source in sources] == [
        ("loki", "loki", "http://monitoring-loki-gateway.monitoring.svc.cluster.local")
    ]


def scrape_jobs(cluster: ControlPlane) -> dict[str, dict]:
    config = cluster.generated_prometheus(NAMESPACE, PROMETHEUS).replace("$(SHARD)", "0")
    return {job["job_name"]: job for job in yaml.loads(config)["scrape_configs"]}


def test_the_operator_makes_a_scrape_of_every_monitor_in_the_chart(cluster: ControlPlane) -> None:
    jobs = scrape_jobs(cluster)
    for kind, folder in (("serviceMonitor", "monitors"), ("podMonitor", "podmonitors")):
        files = sorted((ROOT / "charts/monitoring/files" / folder).glob("*.yaml"))
        assert files
        for file in files:
            assert f"{kind}/{NAMESPACE}/monitoring-{file.stem}/0" in jobs


POD = {
    "__address__": "10.42.0.7:9100",
    "__tmp_hash": "0",
    "__meta_kubernetes_pod_phase": "Running",
    "__meta_kubernetes_pod_ready": "true",
}
PODS = {
    "traefik": (
        "traefik",
        {"pod_container_name": "traefik", "pod_container_port_name": "metrics", "namespace": "kube-system",
         "pod_name": "traefik-1", "pod_label_app_kubernetes_io_name": "traefik"},
        {"job": "traefik", "namespace": "kube-system", "pod": "traefik-1"},
        {"service"},  # Traefik's own label keeps its name
    ),
    "certificates": (
        "cert-manager",
        {"pod_container_name": "cert-manager-controller", "pod_container_port_name": "http-metrics",
         "namespace": "cert-manager", "pod_name": "cert-manager-1", "pod_label_app_kubernetes_io_name": "cert-manager",
         "pod_label_app_kubernetes_io_component": "controller"},
        {"job": "cert-manager"},
        set(),
    ),
    "a Deployment in the mesh": (
        "linkerd-proxy",
        {"pod_container_name": "linkerd-proxy", "pod_container_port_name": "linkerd-admin", "namespace": "user",
         "pod_name": "user-1", "pod_label_app_kubernetes_io_name": "user-chart",
         "pod_label_linkerd_io_proxy_deployment": "user", "pod_label_pod_template_hash": "7c9"},
        {"namespace": "user", "pod": "user-1", "deployment": "user"},
        {"pod_template_hash"},
    ),
    "a Rollout in the mesh": (
        "linkerd-proxy",
        {"pod_container_name": "linkerd-proxy", "pod_container_port_name": "linkerd-admin", "namespace": "gateway",
         "pod_name": "gateway-1", "pod_label_app_kubernetes_io_name": "gateway"},
        {"namespace": "gateway", "deployment": "gateway"},
        set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("monitor", "meta", "labels", "without"), PODS.values(), ids=PODS.keys())
def test_a_pod_is_scraped_under_its_labels(
    cluster: ControlPlane,
    tools: Tools,
    monitor: str,
    meta: dict[str, str],
    labels: dict[str, str],
    without: set[str],
) -> None:
    """The operator's relabelling of a PodMonitor, done by Prometheus itself."""
    steps = scrape_jobs(cluster)[f"podMonitor/{NAMESPACE}/monitoring-{monitor}/0"]["relabel_configs"]
    present = {
        f"__meta_kubernetes_{name.replace('_label_', '_labelpresent_')}": "true"
        for name in meta
        if "_label_" in name
    }
    engine = Engine(tools.path("rule-engine"))
    try:
        found = engine.relabel(
            POD | present | {f"__meta_kubernetes_{name}": value for name, value in meta.items()}, steps
        )
        other = engine.relabel(
            POD
            | present
            | {f"__meta_kubernetes_{name}": value for name, value in meta.items()}
            | {
                "__meta_kubernetes_pod_container_name": "app",
                "__meta_kubernetes_pod_container_port_name": "http",
            },
            steps,
        )
    finally:
        engine.close()
    assert found is not None
    assert labels.items() <= found.items()
    assert not without & found.keys()
    assert other is None, "another container of the pod is left alone"
