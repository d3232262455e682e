"""Handles of the catalogue in definitions: a wrong name, label or value is refused where it is written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import obs.catalogue.node_exporter
from obs import catalogue
from obs.catalogue.kps_recording_rules import instance_node_cpu_utilisation_rate5m as utilisation
from obs.catalogue.node_exporter import node_cpu_seconds_total as cpu
from obs.catalogue.prometheus_synthetic import up
from obs.catalogue.spring_boot import http_server_requests_seconds as requests
from obs.catalogue.spring_boot import http_server_requests_seconds_bucket as buckets
from obs.diagnostic import DefinitionError
from obs.lang.promql.parse import parse
from obs.model.metric import Metric


def problem_of(error: pytest.ExceptionInfo[DefinitionError]) -> tuple[str, str]:
    (found,) = error.value.diagnostics
    assert found.at is not None
    assert found.at.file == __file__
    return found.problem, found.fix


def test_a_handle_is_a_metric_of_its_type() -> None:
    assert isinstance(cpu, Metric)
    assert cpu.type == "counter"
    assert obs.catalogue.node_exporter.node_vmstat_pgfault.type == "unknown"
    assert buckets.type == "counter"
    assert requests.type == "histogram"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{cpu}", "node_cpu_seconds_total"),
        (cpu(mode="idle"), 'node_cpu_seconds_total{mode="idle"}'),
        (cpu(mode="!=idle", instance="a"), 'node_cpu_seconds_total{mode!="idle", instance="a"}'),
        (cpu(mode="=~idle|iowait|dreaming"), 'node_cpu_seconds_total{mode=~"idle|iowait|dreaming"}'),
        (cpu(mode=""), 'node_cpu_seconds_total{mode=""}'),
        (f"{utilisation}", "instance:node_cpu_utilisation:rate5m"),
        (up(whatever="x"), 'up{whatever="x"}'),
        (f"{requests.count}", "http_server_requests_seconds_count"),
        (f"{requests.sum}", "http_server_requests_seconds_sum"),
        (f"{requests.max}", "http_server_requests_seconds_max"),
        (requests.bucket(le="0.1"), 'http_server_requests_seconds_bucket{le="0.1"}'),
        (buckets(outcome="SUCCESS"), 'http_server_requests_seconds_bucket{outcome="SUCCESS"}'),
        (cpu.also("cluster")(cluster="a"), 'node_cpu_seconds_total{cluster="a"}'),
    ],
)
def test_a_handle_writes_promql(text: str, expected: str) -> None:
    assert text == expected
    parse(text)


def test_exported_labels_are_known() -> None:
    app = catalogue.handle("argocd_app_info")
    assert app(exported_namespace="argocd") == 'argocd_app_info{exported_namespace="argocd"}'
    assert app(namespace="argocd") == 'argocd_app_info{namespace="argocd"}'


def test_an_unknown_label_is_refused() -> None:
    with pytest.raises(DefinitionError) as error:
        cpu(mod="idle")  # type: ignore[call-arg]
    problem, fix = problem_of(error)
    assert problem.startswith("node_cpu_seconds_total has no label 'mod'; it has container, cpu,")
    assert fix == "did you mean 'mode'?"
    with pytest.raises(DefinitionError) as error:
        cpu(zone="a")  # type: ignore[call-arg]
    assert problem_of(error)[1] == '.also("zone") if relabelling adds it here'


def test_a_value_outside_a_whole_list_is_refused() -> None:
    with pytest.raises(DefinitionError) as error:
        cpu(mode="idel")
    assert problem_of(error) == (
        "node_cpu_seconds_total: the label mode is never 'idel'",
        "did you mean 'idle'?",
    )


def test_a_histogram_is_asked_for_a_series() -> None:
    uses: list[Callable[[], str]] = [lambda: f"{requests}", lambda: requests(outcome="SUCCESS")]
    for use in uses:
        with pytest.raises(DefinitionError) as error:
            use()
        assert problem_of(error) == (
            "no series is called http_server_requests_seconds: it is a classic histogram",
            "use one of .bucket, .sum, .count, .max",
        )
    with pytest.raises(DefinitionError) as error:
        cpu.bucket  # noqa: B018
    assert "has no series node_cpu_seconds_total_bucket" in problem_of(error)[0]


def test_an_unknown_name_is_refused_at_the_import() -> None:
    with pytest.raises(DefinitionError) as error:
        from obs.catalogue.node_exporter import node_cpu_second_total  # type: ignore[attr-defined]  # noqa: F401
    assert problem_of(error) == (
        "the catalogue of node_exporter has no metric node_cpu_second_total",
        "did you mean node_cpu_seconds_total?",
    )
    assert not hasattr(obs.catalogue.node_exporter, "__wrapped__")


def test_a_handle_by_name_says_what_is_unclear() -> None:
    with pytest.raises(DefinitionError) as error:
        catalogue.handle("http_client_requests_seconds_count")
    assert problem_of(error)[1] in ('system="spring-boot"', 'system="spring-cloud-gateway"')
    assert catalogue.handle("http_client_requests_seconds_count", system="spring-boot")(client_name="a")
    with pytest.raises(DefinitionError) as error:
        catalogue.handle("node_cpu_second_total")
    assert problem_of(error)[1] == "did you mean node_cpu_seconds_total?"


def test_every_module_lists_what_it_has() -> None:
    assert "node_load1" in dir(obs.catalogue.node_exporter)
    for system in catalogue.systems():
        module = __import__(f"obs.catalogue.{system.module}", fromlist=["x"])
        for name in dir(module):
            assert getattr(module, name).series.system is system


def test_a_type_checker_knows_names_and_labels(tmp_path: Path) -> None:
    program = tmp_path / "rules.py"
    program.write_text(
        "from obs.catalogue.node_exporter import node_cpu_seconds_total as cpu\n"
        "from obs.catalogue.node_exporter import node_cpu_second_total\n"
        "from obs.catalogue.prometheus_synthetic import up\n"
        "good: str = cpu(mode='idle', instance='a') + cpu.also('zone')(zone='b') + up(anything='c')\n"
        "bad = cpu(mod='idle')\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--no-error-summary",
            "--follow-imports=silent",
            program.name,
        ],
        cwd=tmp_path,
        env={"MYPYPATH": str(Path(__file__).parents[2]), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line.split(":")[1] for line in done.stdout.splitlines() if ": error:" in line] == ["2", "5"], (
        done.stdout
    )
    assert 'has no attribute "node_cpu_second_total"' in done.stdout
    assert 'Unexpected keyword argument "mod"' in done.stdout
