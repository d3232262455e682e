"""The parts that `obs prove` puts around the real servers: exporter, Discord, configuration."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from obs.formats import yaml
from obs.graph.delivery import BASE
from obs.sim.discord import Behaviour, Webhook
from obs.testing import Scenario
from obs.testing.prove.configuration import asked_labels, job_label
from obs.testing.prove.exporter import Exporter
from obs.testing.prove.generated import SUBCHARTS
from obs.testing.prove.sink import Sink
from obs.testing.prove.speed import Speed
from obs.testing.scenario.inputs import Curve, Exposition, Outage

FASTER = Speed(30)
START = 1_000_000.0
CPU = Exposition("node", "a", "cpu_total", {"mode": 'i"dle'}, Curve(((0, 1.0),), "counter"))


@pytest.fixture
def exporter() -> Iterator[Exporter]:
    made = Exporter(FASTER, (CPU,), (Outage("node", 300_000, 600_000),))
    made.start = START
    yield made
    made.close()


def test_a_page_shows_the_moment_of_the_scenario(exporter: Exporter) -> None:
    assert exporter.page(("node", "a"), START + 4) == 'cpu_total{mode="i\\"dle"} 120.0 1000004000\n'
    assert exporter.page(("node", "b"), START + 4) == ""
    assert exporter.page(("node", "a"), START - 1) == "", "before it starts there is no series"
    assert exporter.page(("node", "a"), START + 12) is None, "the target is down"


def test_a_late_scrape_shows_the_moment_at_which_it_was_due(exporter: Exporter) -> None:
    exporter.intervals[("node", "a")], exporter.phases[("node", "a")] = 1.0, START + 0.25
    on_time = exporter.page(("node", "a"), START + 4.25)
    assert exporter.page(("node", "a"), START + 4.9) == on_time
    assert exporter.page(("node", "a"), START + 4.249) == on_time, "timers may fire a millisecond early"
    assert exporter.page(("node", "a"), START + 5.26) != on_time


def test_the_exporter_answers_over_http(exporter: Exporter) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{exporter.port}/metrics?of=node/b", timeout=5) as answer:
        assert answer.status == 200


@pytest.fixture
def sink() -> Iterator[Sink]:
    behaviours = (Behaviour(600_000, 900_000, 429, retry_after=3.0), Behaviour(900_000, 999_000, 0))
    made = Sink(FASTER, Webhook(behaviours, 2, 60_000))
    made.start = START
    yield made
    made.close()


def body(title: str = "t", description: str = "d") -> bytes:
    embed = {"title": title, "description": description, "color": 1}
    return json.dumps({"content": "", "embeds": [embed]}).encode()


def test_discord_takes_refuses_and_limits(sink: Sink) -> None:
    path = "/" + sink.url("ns/route/discord", 0).split("/", 3)[3]
    assert sink.post(path, body(), START + 1).status == 204
    assert sink.post(path, body("x" * 257), START + 1).status == 400
    assert sink.post(path, body(), START + 1).status == 429, (
        "two requests in the window, the refused one counts"
    )
    assert sink.post(path, body("", " "), START + 4).status == 400
    assert sink.post(path, body(), START + 20).status == 429, "as the scenario says"
    assert [one.at for one in sink.heard] == [30_000, 30_000, 30_000, 120_000, 600_000]
    assert {one.receiver for one in sink.heard} == {"ns/route/discord"}
    assert not sink.strange


def test_what_is_no_message_is_noted(sink: Sink) -> None:
    path = "/" + sink.url("r", 0).split("/", 3)[3]
    assert sink.post("/elsewhere", body(), START + 1).status == 404
    for odd in (b"{", b"[]", b'{"embeds": []}', b'{"embeds": ["0"]}'):
        assert sink.post(path, odd, START + 1).status == 400
    assert len(sink.strange) == 5


def test_retry_after_is_a_header_too(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("obs.testing.prove.sink.time.time", lambda: START + 20)
    request = urllib.request.Request(sink.url("r", 0), body(), {"Content-Type": "application/json"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=5)
    assert refused.value.code == 429
    assert refused.value.headers["Retry-After"] == "3"
    assert json.load(refused.value)["retry_after"] == 3.0


def test_no_answer_is_no_answer(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("obs.testing.prove.sink.time.time", lambda: START + 31)
    with pytest.raises(OSError, match="closed connection without response"):
        urllib.request.urlopen(sink.url("r", 0), body(), timeout=5)


def test_fixed_targets_say_what_the_job_asks_for() -> None:
    steps = [
        {
            "action": "keep",
            "source_labels": [
                "__meta_kubernetes_service_label_app",
                "__meta_kubernetes_service_labelpresent_app",
            ],
            "regex": "(promtail);true",
        },
        {
            "action": "keep",
            "source_labels": ["__meta_kubernetes_endpoint_port_name"],
            "regex": "http-metrics",
        },
        {"action": "drop", "source_labels": ["__meta_kubernetes_pod_phase"], "regex": "(Failed|Succeeded)"},
        {"action": "keep", "source_labels": ["__tmp_hash"], "regex": "0"},
    ]
    assert asked_labels(steps) == {
        "__meta_kubernetes_service_label_app": "promtail",
        "__meta_kubernetes_service_labelpresent_app": "true",
        "__meta_kubernetes_endpoint_port_name": "http-metrics",
    }


def test_targets_of_a_pod_monitor_are_named_after_it(scenario: Scenario) -> None:
    """As the operator generates it: `job` is namespace and name of the PodMonitor, unless it names a label."""
    jobs = {target.name: target.labels["job"] for target in scenario.platform.targets}
    assert jobs["linkerd-proxy"] == "monitoring/monitoring-linkerd-proxy"
    assert jobs["cert-manager"] == "cert-manager", "it has a job label"
    steps = [{"source_labels": ["__meta_kubernetes_pod_label_app"], "target_label": "job", "regex": "(.+)"}]
    assert job_label(steps) == "__meta_kubernetes_pod_label_app"


def test_the_stand_in_gives_the_operator_what_the_chart_gives() -> None:
    """Without the chart's own inhibitions alerts are told that it keeps silent."""
    values = yaml.loads((SUBCHARTS / "kube-prometheus-stack" / "values.yaml").read_text(encoding="utf-8"))
    assert values["alertmanager"]["config"] == {"global": {"resolve_timeout": "5m"}, **BASE}
