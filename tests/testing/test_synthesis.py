"""Tests that are derived from alerts: each is what it says, and every alert of the project has some."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from obs import api
from obs.sim.rules.evaluator import Settings
from obs.testing.alternatives import alternations
from obs.testing.coverage.routing import told
from obs.testing.scenario.evaluators import evaluator
from obs.testing.scenario.platform import Platform, platform_of
from obs.testing.synthesis import Synthesis, synthesize
from obs.testing.synthesis.examples import examples
from obs.testing.synthesis.writing import python_text, snake

ROOT = Path(__file__).parents[2]
SHAPES = {
    "a ratio of rates": 'sum by (job) (rate(h_total{code=~"5.."}[5m])) / sum by (job) (rate(h_total[5m])) > 0.01',
    "a quantile": "histogram_quantile(0.99, sum by (le, job) (rate(d_seconds_bucket[5m]))) > 0.5",
    "absent": 'absent(up{job="kubelet"} == 1)',
    "an unless join": "kube_job_status_active > 0 unless on (namespace, job_name) kube_job_owner",
    "changes": 'changes(process_start_time_seconds{job="a"}[10m]) > 2',
    "topk": "topk(3, sum by (pod) (rate(container_cpu_usage_seconds_total[5m]))) > 2",
    "a growing queue": "deriv(queue_length[10m]) > 5",
    "two windows of an objective": "slo_errors_1h > (14.4 * 0.001) and slo_errors_5m > (14.4 * 0.001)",
}


def derived(expr: str, **rule: object) -> Synthesis:
    return synthesize({"alert": "A", "expr": expr, **rule}, evaluator(), Settings(), interval=30_000)


@pytest.mark.parametrize("expr", SHAPES.values(), ids=SHAPES.keys())
def test_shapes_of_public_rules_are_derived(expr: str) -> None:
    found = derived(expr)
    assert found.complete, found.not_derived


def test_a_threshold_is_met_on_its_number_and_for_is_counted() -> None:
    found = {case.name: case for case in derived("x > 3", **{"for": "2m"}).cases}
    assert found["fires"].series == (("x", "3.01x4 stale"),)
    assert found["fires"].fired_at == 120_000
    assert found["ends_too_early"].series == (("x", "3.01x3 stale"),)
    assert found["stays_silent_at_the_threshold"].series[0][1].startswith("3x")


def test_each_or_branch_fires_alone() -> None:
    names = {case.name for case in derived("x > 3 or y < 1").cases}
    assert {"fires_by_branch_1", "fires_by_branch_2"} <= names


def test_what_no_series_decides_is_said() -> None:
    found = derived("(hour() > 8) and on () vector(1)")
    assert not found.cases
    assert "hour" in found.not_derived[0]


@pytest.mark.parametrize("pattern", ["a|b", "5..", "node-[0-9]+", "(?:x|y)-z", r"/api/\d{3}", ""])
def test_examples_match_their_pattern(pattern: str) -> None:
    import re

    found = examples(pattern)
    assert all(re.fullmatch(pattern, text) for text in found)
    assert found or not pattern


def test_alternatives_are_found_where_they_are() -> None:
    pattern = r"a\|b|(?:c|[|]d)|(?P<e>f)"
    outer, inner = alternations(pattern)
    assert [pattern[start:end] for start, end in outer.parts] == [r"a\|b", "(?:c|[|]d)", "(?P<e>f)"]
    assert [pattern[start:end] for start, end in inner.parts] == ["c", "[|]d"]
    assert inner.only(pattern, 0) == r"a\|b|(?:c)|(?P<e>f)"
    assert outer.without(pattern, 0) == "(?:c|[|]d)|(?P<e>f)"


def test_the_same_alert_gives_the_same_text() -> None:
    texts = {python_text("g", [derived("rate(x_total[5m]) > 1")]) for _ in range(2)}
    assert len(texts) == 1


@pytest.fixture(scope="module")
def platform() -> Platform:
    return platform_of(api.load_program(api.read_settings(ROOT)))


def derived_tests() -> list[str]:
    """The names of the project's derived tests; those of the whole chain are `test_ALERT_reaches_RECEIVER`."""
    return [
        node.name
        for file in (ROOT / "tests" / "scenarios" / "generated").glob("*.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    ]


def test_what_the_texts_of_an_alert_read_is_among_its_labels() -> None:
    found = derived("x > 3", annotations={"summary": "{{ $labels.service }}"})
    assert found.cases[0].alerts[0].labels["service"] == "gateway"


def test_every_alert_of_the_project_is_shown_to_reach_its_receivers(platform: Platform) -> None:
    names, receivers = derived_tests(), told(platform)
    assert set(receivers) == set(platform.alerts)
    wanted = {
        f"test_{snake(alert)}_reaches_{snake('_and_'.join(own).rsplit('/', 1)[-1] or 'nobody')}"
        for alert, own in receivers.items()
    }
    assert wanted - set(names) == set(), "`make scenarios` derives them"
    assert {name for name in names if "_reaches_" in name} - wanted == set()


def test_every_alert_of_the_project_has_one_that_fires_and_one_that_does_not(platform: Platform) -> None:
    names = derived_tests()
    for alert in platform.alerts:
        own = [name for name in names if name.startswith(f"test_{snake(alert)}_")]
        fires = [name for name in own if "_fires" in name]
        own = [name for name in own if "_reaches_" not in name]
        assert fires, f"nothing fires {alert}: `make scenarios` derives it"
        assert len(own) > len(fires), f"nothing stays silent for {alert}: `make scenarios` derives it"
