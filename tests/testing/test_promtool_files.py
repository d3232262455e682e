"""promtool's unit-test files: the verdict of `obs test` is that of the real promtool, test by test."""

from __future__ import annotations

from pathlib import Path

import pytest

from obs.sim.rules.python import PythonRules
from obs.testing.promtool import run_promtool
from obs.testing.run import LoadError
from obs.testing.scenario.evaluators import evaluator
from obs.testing.tools import Tools

RULES = """
groups:
  - name: first
    rules:
      - {record: "job:up:sum", expr: "sum by (job) (up)", labels: {team: a}}
      - alert: Down
        expr: up == 0
        for: 2m
        keep_firing_for: 1m
        labels: {severity: page, where: "{{ $externalLabels.cluster }}"}
        annotations:
          summary: "{{ $labels.instance }} of {{ $labels.job }} is down ({{ $value }}) see {{ $externalURL }}"
  - name: second
    interval: 2m
    rules:
      - {alert: Few, expr: "job:up:sum < 2"}
      - {alert: Absent, expr: 'absent(up{job="z"})', for: 1m}
"""
HEAD = "rule_files: [rules.yaml]\nevaluation_interval: 1m\ntests:\n"
SERIES = """    interval: 1m
    external_labels: {cluster: c1}
    external_url: http://prom
    input_series:
      - {series: 'up{job="a", instance="1"}', values: "1 1 0x6 1x10"}
      - {series: 'up{job="a", instance="2"}', values: "1x3 _x2 stale 1+0x8"}
"""
DOWN = """{exp_labels: {severity: page, where: c1, job: a, instance: "1"}, exp_annotations: {summary: "1 of a is down (0) see http://prom"}}"""

CASES: dict[str, tuple[str, bool]] = {
    "fires": (f"alert_rule_test: [{{eval_time: 4m, alertname: Down, exp_alerts: [{DOWN}]}}]", True),
    "is still pending": ("alert_rule_test: [{eval_time: 3m, alertname: Down, exp_alerts: []}]", True),
    "between two ticks": (
        f"alert_rule_test: [{{eval_time: 4m30s, alertname: Down, exp_alerts: [{DOWN}]}}]",
        True,
    ),
    "keeps firing": (
        f"alert_rule_test: [{{eval_time: 9m, alertname: Down, exp_alerts: [{DOWN}]}}, {{eval_time: 10m, alertname: Down}}]",
        True,
    ),
    "other annotations": (
        f"alert_rule_test: [{{eval_time: 4m, alertname: Down, exp_alerts: [{DOWN.replace('is down', 'was down')}]}}]",
        False,
    ),
    "one too many": (
        f"alert_rule_test: [{{eval_time: 4m, alertname: Down, exp_alerts: [{DOWN}, {DOWN}]}}]",
        False,
    ),
    "an alert of no rule": ("alert_rule_test: [{eval_time: 4m, alertname: Nobody, exp_alerts: []}]", True),
    "without a name": ("alert_rule_test: [{eval_time: 4m, exp_alerts: []}]", False),
    "a recorded series": (
        """promql_expr_test: [{expr: "job:up:sum", eval_time: 1m, exp_samples: [{labels: 'job:up:sum{job="a", team="a"}', value: 2}]}]""",
        True,
    ),
    "a wrong value": (
        """promql_expr_test: [{expr: "job:up:sum", eval_time: 1m, exp_samples: [{labels: 'job:up:sum{job="a", team="a"}', value: 3}]}]""",
        False,
    ),
    "a scalar": (
        "promql_expr_test: [{expr: '1 + 1', eval_time: 1m, exp_samples: [{labels: '{}', value: 2}]}]",
        True,
    ),
    "no number equals NaN": (
        "promql_expr_test: [{expr: 'vector(NaN)', eval_time: 1m, exp_samples: [{labels: '{}', value: .nan}]}]",
        False,
    ),
    "a matrix": ("promql_expr_test: [{expr: 'up[5m]', eval_time: 1m}]", False),
    "not PromQL": ("promql_expr_test: [{expr: 'sum(', eval_time: 1m}]", False),
    "stale": ("promql_expr_test: [{expr: 'up{instance=\"2\"}', eval_time: 6m, exp_samples: []}]", True),
    "a gap": (
        """promql_expr_test: [{expr: 'up{instance="2"}', eval_time: 5m, exp_samples: [{labels: 'up{job="a", instance="2"}', value: 1}]}]""",
        True,
    ),
    "ALERTS": (
        """promql_expr_test: [{expr: 'count by (alertstate) (ALERTS{alertname="Down"})', eval_time: 4m, exp_samples: [{labels: '{alertstate="firing"}', value: 1}]}]""",
        True,
    ),
    "the group's own interval is not looked at": (
        "alert_rule_test: [{eval_time: 3m, alertname: Few, exp_alerts: [{exp_labels: {job: a, team: a}}]}]",
        True,
    ),
    "absent": (
        "alert_rule_test: [{eval_time: 1m, alertname: Absent, exp_alerts: [{exp_labels: {job: z}}]}]",
        True,
    ),
}


def written(folder: Path, body: str) -> Path:
    (folder / "rules.yaml").write_text(RULES)
    path = folder / "tests.yaml"
    path.write_text(body)
    return path


@pytest.mark.parametrize(("text", "passes"), CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("engine", ["auto", "python"])
def test_the_verdict(tmp_path: Path, text: str, passes: bool, engine: str) -> None:
    path = written(tmp_path, f"{HEAD}  - name: one\n{SERIES}    {text}\n")
    chosen = PythonRules() if engine == "python" else evaluator()
    (result,) = run_promtool(path, tmp_path, chosen, lambda name: True)
    assert (result.outcome == "passed") is passes, result.message


@pytest.mark.parametrize(("text", "passes"), CASES.values(), ids=CASES.keys())
def test_the_verdict_of_promtool(tools: Tools, tmp_path: Path, text: str, passes: bool) -> None:
    path = written(tmp_path, f"{HEAD}  - name: one\n{SERIES}    {text}\n")
    done = tools.promtool_test_rules(path)
    assert (done.code == 0) is passes, done.output


HISTOGRAMS = """  - interval: 1m
    input_series:
      - {series: h, values: "{{schema:1 sum:4 count:3 buckets:[1 2]}}+{{schema:1 sum:2 count:3 buckets:[1 2]}}x3"}
    promql_expr_test:
      - {expr: h, eval_time: 1m, exp_samples: [{labels: h, histogram: "{{schema:1 sum:6 count:6 buckets:[2 4]}}"}]}
      - {expr: histogram_count(h), eval_time: 1m, exp_samples: [{labels: "{}", value: 6}]}
"""


def test_native_histograms(tools: Tools, tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + HISTOGRAMS)
    assert tools.promtool_test_rules(path).code == 0
    (result,) = run_promtool(path, tmp_path, evaluator("engine"), lambda name: True)
    assert (result.outcome, result.message) == ("passed", "")
    (refused,) = run_promtool(path, tmp_path, PythonRules(), lambda name: True)
    assert refused.outcome == "error"
    assert "native histograms" in refused.message


def test_order_of_groups(tools: Tools, tmp_path: Path) -> None:
    """A group that reads what another one records sees it at once only when it comes later."""
    late = "group_eval_order: [second, first]\n" + HEAD
    asks = "    promql_expr_test: [{expr: 'count(ALERTS{alertname=\"Few\"})', eval_time: 0, exp_samples: [{labels: '{}', value: 1}]}]\n"
    one = "  - interval: 1m\n    input_series: [{series: 'up{job=\"a\"}', values: '1x3'}]\n"
    for head, passes in (
        (HEAD.replace("tests:", "group_eval_order: [first, second]\ntests:"), True),
        (late, False),
    ):
        path = written(tmp_path, head + one + asks)
        assert (tools.promtool_test_rules(path).code == 0) is passes
        (result,) = run_promtool(path, tmp_path, evaluator(), lambda name: True)
        assert (result.outcome == "passed") is passes


def test_what_later_releases_have(tools: Tools, tmp_path: Path) -> None:
    """`fuzzy_compare` of 3.5 and `start_timestamp` of 3.9, which promtool 2.55 does not know."""
    text = """fuzzy_compare: true
tests:
  - start_timestamp: 2026-01-05T00:00:00Z
    input_series: [{series: x, values: "0.1x3"}]
    promql_expr_test:
      - {expr: x * 3, eval_time: 1m, exp_samples: [{labels: "{}", value: 0.3}]}
      - {expr: day_of_week(), eval_time: 1m, exp_samples: [{labels: "{}", value: 1}]}
"""
    path = written(tmp_path, text)
    (result,) = run_promtool(path, tmp_path, evaluator("engine"), lambda name: True)
    assert (result.outcome, result.message) == ("passed", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tests: [{nme: a}]", "a test has no field 'nme'"),
        ("rulefiles: []", "the file has no field 'rulefiles'"),
        ("group_eval_order: [a, a]\ntests: []", "group name repeated in evaluation order: a"),
        ("- 1", "the file is not a mapping"),
        ("tests: {}\n\t", "tabs"),
    ],
)
def test_files_that_promtool_refuses(tools: Tools, tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)
    assert tools.promtool_test_rules(path).code != 0
    with pytest.raises(LoadError) as caught:
        list(run_promtool(path, tmp_path, evaluator(), lambda name: True))
    if said != "tabs":
        assert said in str(caught.value)
