"""The twelve faults that the platform really had: each cannot be said any more, or is reported at its line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from obs import api
from obs.diagnostic import Diagnostic, ObsError
from obs.formats import yaml
from obs.sim.routing import build_tree, read, receivers_for

ROOT = Path(__file__).parents[1]
DEFINITIONS = ("services", "promtail", "dashboards", "rules", "alertmanager")


@pytest.fixture
def platform(tmp_path: Path) -> Path:
    """The platform's own definitions, to break."""
    for folder in DEFINITIONS:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "pyproject.toml").write_text("[tool.obs]\n")
    return tmp_path


@pytest.fixture
def broken(platform: Path) -> Callable[[str, str, str], Path]:
    def replace(file: str, old: str, new: str) -> Path:
        text = (platform / file).read_text(encoding="utf-8")
        assert old in text, f"{file} no longer has {old!r}"
        (platform / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return platform

    return replace


def errors(project: Path) -> tuple[Diagnostic, ...]:
    with pytest.raises(ObsError) as caught:
        api.compile_project(api.read_settings(project))
    return tuple(found for found in caught.value.diagnostics if found.severity == "error")


def place(found: Diagnostic, project: Path) -> str:
    assert found.at is not None
    return Path(found.at.file).relative_to(project).as_posix()


def line(project: Path, file: str, words: str) -> int:
    lines = (project / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, text in enumerate(lines, start=1) if words in text)


def test_1_helm_never_reads_a_generated_text() -> None:
    """Legends and annotations with {{ }} come out of files/ as they are; real Helm is asked in tests/real."""
    templates = sorted((ROOT / "charts/monitoring/templates").glob("*.yaml"))
    assert len(templates) == 4
    for file in templates:
        text = file.read_text(encoding="utf-8")
        assert ".Files.Get" in text
        assert "tpl " not in text


def test_2_a_route_cannot_name_a_receiver_that_does_not_exist(broken) -> None:
    project = broken(
        "alertmanager/discord.py", "        discord: [*errors", "        'discord-webhok': [*errors"
    )
    (found,) = errors(project)
    assert found.check == "wrong-type"
    assert "Route.to must be" in found.problem


def test_3_every_object_carries_what_its_selector_asks_for() -> None:
    values = yaml.loads((ROOT / "charts/monitoring/values.yaml").read_text(encoding="utf-8"))
    stack = values["kube-prometheus-stack"]
    wanted = stack["alertmanager"]["alertmanagerSpec"]["alertmanagerConfigSelector"]["matchLabels"]
    assert (
        wanted
        == stack["prometheus"]["prometheusSpec"]["ruleSelector"]["matchLabels"]
        == {"release": "monitoring"}
    )
    labels = (ROOT / "charts/monitoring/templates/_labels.tpl").read_text(encoding="utf-8")
    assert "release: monitoring" in labels


def test_3_a_webhook_must_be_a_secret_reference_and_is_not_repeated(broken) -> None:
    from obs.report.text import render

    secret = "https://discord.com/api/webhooks/123456789/abcDEF_secret"
    project = broken(
        "alertmanager/discord.py", 'url=SecretKey("discord-webhook", key="url")', f'url="{secret}"'
    )
    (found,) = errors(project)
    assert "Discord.url must be SecretKey" in found.problem
    assert "abcDEF" not in render([found], project)
    assert "[redacted]" in render([found], project)


@pytest.mark.parametrize(
    "body",
    ["{{ .CommonAnnotations.summary }}", "{{ range .Alerts }}{{ .Annotations.description }}{{ end }}", "  "],
)
def test_4_a_message_that_can_be_empty(broken, body: str) -> None:
    project = broken(
        "alertmanager/message.py",
        'body=section("발생", ".Alerts.Firing", detail) + section("복구", ".Alerts.Resolved", over) + advice',
        f"body={body!r}",
    )
    (found,) = errors(project)
    assert (found.check, place(found, project)) == ("empty-message", "alertmanager/message.py")


def test_5_a_dashboard_on_a_datasource_that_nobody_provisions(broken) -> None:
    project = broken("dashboards/gateway_api_traffic.py", "data=prometheus,", 'data=Prometheus(uid="prom"),')
    (project / "dashboards/gateway_api_traffic.py").write_text(
        (project / "dashboards/gateway_api_traffic.py")
        .read_text()
        .replace("from obs import", "from obs import Prometheus,", 1)
    )
    found = errors(project)
    assert {one.check for one in found} == {"unknown-datasource"}
    assert "'prom'" in found[0].problem


def test_6_a_counter_that_nothing_feeds(broken) -> None:
    project = broken(
        "promtail/pipeline.py",
        '"ERROR lines of Spring Boot services.", match_all=True',
        '"ERROR lines.", source="level"',
    )
    (found,) = errors(project)
    assert found.check == "counter-without-source"
    assert found.at is not None
    assert found.at.line == line(project, "promtail/pipeline.py", "spring_errors = Counter")
    assert "never increments: nothing extracts 'level'" in found.problem
    assert [words for _, words in found.also] == [
        "SpringErrorsWidespread can never fire",
        "SpringErrorStorm can never fire",
        "SpringErrorLogsDetected can never fire",
    ]


def test_7_an_alert_that_would_name_promtails_pod(broken) -> None:
    project = broken("promtail/pipeline.py", "honor_labels=True", "honor_labels=False")
    found = errors(project)
    assert {(one.check, place(one, project)) for one in found} == {
        ("relabelled-log-labels", "rules/spring.py")
    }
    assert len(found) == 3  # by pod, by service, by services


def test_8_a_dashboard_over_a_target_that_is_off() -> None:
    findings = api.compile_project(api.read_settings(ROOT)).findings
    told = [one for one in findings if one.check == "switched-off-target"]
    (found,) = [one for one in told if "gateway-api-traffic" in one.problem]
    assert "dashboard gateway-api-traffic shows nothing" in found.problem
    assert "serviceMonitor.enabled" in found.fix


def test_9_what_the_chart_ships_stays_silent() -> None:
    spec = yaml.loads(
        (ROOT / "charts/monitoring/files/alertmanager/monitoring-discord.yaml").read_text(encoding="utf-8")
    )
    root = build_tree(read(alertmanager(spec)))
    for alert in (
        "Watchdog",
        "NodeClockNotSynchronising",
        "PrometheusRuleFailures",
        "KubePodCrashLooping",
        "InfoInhibitor",
    ):
        assert receivers_for(root, {"alertname": alert, "namespace": "gateway"}) == ("null",)
    for alert in (
        "SpringErrorLogsDetected",
        "HighNodeCPUUsage",
        "HighServicePodCPUUsage",
        "DiscordWebhookTest",
    ):
        assert receivers_for(root, {"alertname": alert}) == ("discord-webhook",)


def alertmanager(spec: dict) -> dict:
    """The spec's route in Alertmanager's own words."""

    def route(node: dict) -> dict:
        found = {"receiver": node["receiver"]}
        if "matchers" in node:
            found["matchers"] = [
                f'{one["name"]}{one["matchType"]}"{one["value"]}"' for one in node["matchers"]
            ]
        if "routes" in node:
            found["routes"] = [route(child) for child in node["routes"]]
        return found

    return {"route": route(spec["route"]), "receivers": [{"name": one["name"]} for one in spec["receivers"]]}


def test_9_an_alert_that_nobody_hears_of_is_said(broken) -> None:
    project = broken(
        "alertmanager/discord.py", "high_node_cpu, high_service_pod_cpu, ", "high_service_pod_cpu, "
    )
    compiled = api.compile_project(api.read_settings(project))
    (found,) = [one for one in compiled.findings if one.check == "alert-reaches-nobody"]
    assert "HighNodeCPUUsage fires and nobody is told" in found.problem


@pytest.mark.parametrize(
    ("old", "new", "label"),
    [
        ("| unwrap duration", "| unwrap latency", "latency"),
        ("sum by (status)", "sum by (code)", "code"),
        ('| status=~"5.."', '| code=~"5.."', "code"),
    ],
)
def test_10_a_label_that_no_stage_extracts(broken, old: str, new: str, label: str) -> None:
    project = broken("dashboards/loki_gateway_api_requests.py", old, new)
    found = errors(project)
    assert {one.check for one in found} == {"unknown-log-label"}
    assert all(f"reads {label}" in one.problem for one in found)
    excerpt = found[0].excerpt
    assert excerpt is not None
    assert excerpt.text[excerpt.start : excerpt.end].startswith(label)


def test_11_a_selector_over_a_label_that_the_shipper_does_not_set(broken) -> None:
    project = broken(
        "dashboards/loki_error_logs.py", 'namespace = loki.label("namespace"', 'namespace = loki.label("team"'
    )
    found = [one for one in errors(project) if one.check == "unknown-log-label"]
    assert found
    assert "selects by team, which no line has" in found[0].problem


@pytest.mark.parametrize("datasource", ["${DS_LOKI}", "default", None])
def test_12_a_datasource_that_depends_on_the_instance(broken, datasource: str | None) -> None:
    text = f'"datasource": {{"type": "loki", "uid": "{datasource}"}}, ' if datasource else ""
    project = broken(
        "dashboards/loki_error_logs.py",
        "dashboard = ",
        f"panel = {{'type': 'timeseries', 'title': 'Raw', {text} 'targets': [{{'refId': 'A', {text} 'expr': '{{pod=\"a\"}}'}}]}}\n"
        "dashboard = ",
    )
    file = project / "dashboards/loki_error_logs.py"
    file.write_text(
        file.read_text().replace("    data=loki,\n", "", 1).replace("rows=[", "rows=[[panel],", 1)
    )
    assert "unknown-datasource" in {one.check for one in errors(project)}
