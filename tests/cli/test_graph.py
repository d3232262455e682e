"""`obs graph`, `obs why` and `obs impact` as a person and as a program use them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from obs.cli.graph import Asked, run_answer, run_graph
from obs.cli.graph_tree import COLUMNS
from obs.graph.whole import KINDS
from obs.report.picture import Arrow, Box, dot, mermaid
from obs.report.text import width

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
COUNTER = "promtail_custom_spring_error_logs_total"


def graph(capsys: pytest.CaptureFixture[str], *given: str, **options: str) -> str:
    code = run_graph(Asked(given, ROOT, **options))
    assert code == 0
    return capsys.readouterr().out


def answer(capsys: pytest.CaptureFixture[str], direction: str, *given: str) -> str:
    assert run_answer(given, Asked(project=ROOT), direction, as_json=False) == 0  # type: ignore[arg-type]
    return capsys.readouterr().out


def test_the_overview_leads_from_the_log_line_to_the_receiver(capsys: pytest.CaptureFixture[str]) -> None:
    out = graph(capsys)
    line = [next(n for n, text in enumerate(out.splitlines()) if part in text) for part in
            ("service community", f"metric {COUNTER}", "alert SpringErrorLogsDetected", "route monitoring-discord/1",
             "receiver monitoring/monitoring-discord/discord-webhook")]  # fmt: skip
    assert line == sorted(line)


@pytest.mark.parametrize(
    ("command", "name"),
    [("graph", ""), ("above", "SpringErrorLogsDetected"), ("below", "namespace"), ("below", "services/services.py"),
     ("above", "loki-gateway-api-requests"), ("above", "loki-error-logs/Error logs"), ("below", "service/gateway"), ("above", "namespace")],
)  # fmt: skip
def test_a_tree_fits_into_a_terminal(command: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    out = graph(capsys) if command == "graph" else answer(capsys, command, name)
    assert [line for line in out.splitlines() if width(line) > COLUMNS] == []


def test_why_goes_down_to_the_log_line_with_places(capsys: pytest.CaptureFixture[str]) -> None:
    out = answer(capsys, "above", "SpringErrorLogsDetected")
    for words in (
        "rules/spring.py:",
        "promtail/pipeline.py:",
        "stage 1 cri",
        "stream user",
        "target promtail",
    ):
        assert words in out


def test_the_impact_of_a_label_names_who_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    out = answer(capsys, "below", f"{COUNTER}{{pod}}")
    assert "prints it in summary, description and dashboard_url; sum by pod" in out
    assert re.search(r"route +monitoring-discord/1 .*groups by pod", out)


def test_a_route_hears_less_and_does_not_break(capsys: pytest.CaptureFixture[str]) -> None:
    out = answer(capsys, "below", "node_cpu_seconds_total")
    assert "no longer hears of HighNodeCPUUsage" in out
    broken = out.partition("these go on")[0]
    assert "alert " in broken
    assert "route" not in broken


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SpringErrorLogDetected", "did you mean 'SpringErrorLogsDetected'"),
        ("gateway", "'service/gateway', 'stream/gateway', 'target/gateway'"),
        ("nothing-like-it-at-all", "nothing here is named"),
        ("node_cpu_seconds_total{cpu}", "nothing here reads the label 'cpu' of node_cpu_seconds_total"),
        ("", "nothing here is named"),
    ],
)
def test_a_name_that_is_not_known(name: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    for direction in ("above", "below"):
        assert run_answer([name], Asked(project=ROOT), direction, as_json=False) == 2  # type: ignore[arg-type]
        assert words in capsys.readouterr().err
    assert run_graph(Asked([name], ROOT)) == 2
    assert run_graph(Asked((), ROOT, from_=name or "?")) == 2
    capsys.readouterr()


@pytest.mark.parametrize(
    ("options", "words"),
    [({"format": "svg"}, "text, dot, mermaid, json"), ({"kinds": "alert,nope"}, "no kind is called 'nope'")],
)
def test_an_option_that_is_not_known(
    options: dict[str, str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_graph(Asked((), ROOT, **options)) == 2  # type: ignore[arg-type]
    assert words in capsys.readouterr().err


def test_filters(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(
        graph(capsys, format="json", from_="stream/user", to="receiver/null", kinds="alert,stream,metric")
    )
    assert found["nodes"] == []
    found = json.loads(
        graph(capsys, format="json", from_="stream/user", to="discord-webhook/url", kinds="all")
    )
    assert found["nodes"] == []
    found = json.loads(graph(capsys, format="json", from_="node_cpu_seconds_total", kinds="alert,receiver"))
    assert [node["id"] for node in found["nodes"]] == [
        "alert/HighNodeCPUUsage",
        "receiver/monitoring/monitoring-discord/discord-webhook",
    ]
    assert ("alert/HighNodeCPUUsage", "receiver/monitoring/monitoring-discord/discord-webhook") in [
        (edge["source"], edge["target"]) for edge in found["edges"]
    ]


NODE = {"id": str, "kind": str, "name": str, "about": str, "at": (str, type(None))}
EDGE = {
    "source": str, "target": str, "kind": str, "weak": bool, "evidence": str, "why": str, "at": (str, type(None)),
}  # fmt: skip


def has_shape(value: dict[str, object], shape: dict[str, object]) -> bool:
    return value.keys() == shape.keys() and all(isinstance(value[key], shape[key]) for key in shape)  # type: ignore[arg-type]


def test_the_json_of_the_graph(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(graph(capsys, format="json"))
    assert found.keys() == {"version", "nodes", "edges"}
    assert found["version"] == 1
    assert all(has_shape(node, NODE) and node["kind"] in KINDS for node in found["nodes"])
    assert all(has_shape(edge, EDGE) and edge["evidence"] in ("certain", "likely") for edge in found["edges"])
    ids = {node["id"] for node in found["nodes"]}
    assert len(ids) == len(found["nodes"])
    assert {end for edge in found["edges"] for end in (edge["source"], edge["target"])} <= ids


@pytest.mark.parametrize(("direction", "question"), [("above", "why"), ("below", "impact")])
def test_the_json_of_an_answer(direction: str, question: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_answer([COUNTER], Asked(project=ROOT), direction, as_json=True) == 0  # type: ignore[arg-type]
    found = json.loads(capsys.readouterr().out)
    assert found.keys() == {"version", "question", "of", "found"}
    assert found["question"] == question
    assert [node["id"] for node in found["of"]] == [f"metric/{COUNTER}"]
    more = {"effect": str, "evidence": str, "by": dict}
    assert found["found"]
    assert all(has_shape(one, NODE | more) and has_shape(one["by"], EDGE) for one in found["found"])


def test_files_of_others(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA / "platform_original")
    assert run_answer(["HighNodeCPUUsage", "."], Asked(), "above", as_json=False) == 0
    out = capsys.readouterr().out
    assert "rules/checkmate.yaml:24" in out
    assert "exporter node-exporter" in out
    assert run_answer([COUNTER, "."], Asked(), "above", as_json=False) == 0
    assert "which nothing extracts" in " ".join(capsys.readouterr().out.split())


HOSTILE = [
    'a"];x',
    "back\\slash\\",
    "line\nbreak",
    '"<b>&|{}#;`',
    "\x1b[31mred",
    "한글 \u202e",
    "]]>--",
    "\\",
]


def test_dot_keeps_every_name_inside_its_quotes() -> None:
    boxes = [Box(name, "alert", name) for name in HOSTILE]
    arrows = [Arrow(one, other, one) for one in HOSTILE for other in HOSTILE if one != other]
    text = dot(boxes, arrows)
    bare = re.sub(r'"(?:[^"\\\n]|\\.)*"', "Q", text)
    statement = re.compile(
        r"  (?:Q \[label=Q, shape=\w+\];|Q -> Q \[label=Q\];|rankdir=LR;|(?:node|edge) \[[\w=, Q]+\];)"
    )
    lines = bare.splitlines()
    assert (lines[0], lines[-1]) == ("digraph obs {", "}")
    assert [line for line in lines[1:-1] if not statement.fullmatch(line)] == []
    assert "\x1b" not in text


def test_mermaid_writes_no_character_that_it_could_read() -> None:
    boxes = [Box(name, "alert", name) for name in HOSTILE]
    text = mermaid(boxes, [Arrow(HOSTILE[0], HOSTILE[1], HOSTILE[2], dashed=True)])
    lines = text.splitlines()
    assert lines[0] == "flowchart LR"
    box = re.compile(r'  n\d+\["alert<br/>(?:[\w #;_./:,-])*"\]')
    assert [line for line in lines[1:-1] if not box.fullmatch(line)] == []
    assert re.fullmatch(r'  n0 -\.->\|"(?:[\w #;_./:,-])*"\| n1', lines[-1])


BROKEN = [
    ("rules.yaml", "groups: [{name: g, rules: [{alert: A, expr: 'sum('}, {alert: B}, {record: 1, expr: up}]}]"),
    ("promtail.yaml", "scrape_configs: [{job_name: j, pipeline_stages: [1, {match: null}, {metrics: [x]}, {labels: 3},"
     " {regex: {expression: '('}}, {metrics: {m: {type: Counter, source: y, config: null}}}]}]"),
    ("promtail.yaml", "scrape_configs: [{job_name: j, pipeline_stages: [{match: {selector: '{', stages: [{labels: {a: }},"
     " {labeldrop: {b: 1}}, {metrics: {m: {type: Counter, prefix: 7}}}]}}]}]"),
    ("alertmanager.yml", "route: {receiver: a, routes: [{matchers: ['x=~\"(\"']}]}\nreceivers: [{name: a}]"),
    ("dash.json", '{"title": "t", "panels": [{"type": "x", "targets": [{"expr": "sum("}]}, 3], "schemaVersion": 39}'),
    ("monitor.yaml", "kind: ServiceMonitor\napiVersion: monitoring.coreos.com/v1\nmetadata: 3\nspec: {endpoints: [1]}"),
    ("config.yaml", "kind: AlertmanagerConfig\napiVersion: monitoring.coreos.com/v1alpha1\nmetadata: {name: x}\n"
     "spec: {route: {receiver: r}, receivers: [1, {name: r, discordConfigs: [{apiURL: {name: 3, key: k}}]}]}"),
    ("broken.yaml", "groups: [\n\t- x"),
    ("values.yaml", "prometheus: {prometheusSpec: {evaluationInterval: 7, scrapeInterval: never}}"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), BROKEN, ids=range(len(BROKEN)))
def test_broken_files_of_others_leave_no_traceback(
    name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "good.yaml").write_text(
        "groups: [{name: g, rules: [{alert: Good, expr: up == 0}]}]", encoding="utf-8"
    )
    for format in ("text", "dot", "mermaid", "json"):
        assert run_graph(Asked(["."], format=format, kinds="all")) == 0
    assert run_answer(["Good", "."], Asked(), "above", as_json=False) == 0
    assert run_answer(["up", "."], Asked(), "below", as_json=True) == 0
    from obs.cli.explain import run_explain
    from obs.cli.inputs import Inputs

    assert run_explain(["Good", "."], None, Inputs(), as_json=False) == 0
    assert "Good" in capsys.readouterr().out


def test_a_file_that_cannot_be_read_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yaml").write_text("groups: [\n\t- x", encoding="utf-8")
    assert run_graph(Asked(["rules.yaml"])) == 0
    assert "unreadable-file" in capsys.readouterr().err
