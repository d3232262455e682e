"""Our SLO rules beside those of sloth 0.12: where they agree, and the differences that docs/slo.md explains."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from obs import Objectives, Slo
from obs.formats import yaml
from obs.graph.burn import fires
from obs.lang import duration
from obs.model.slo import MONTH
from obs.packs import slo as compiled
from obs.testing.tools import ToolMissingError, Tools
from tests.conftest import unavailable

SPEC = """
version: prometheus/v1
service: shop
slos:
  - name: availability
    objective: 99.0
    sli:
      events:
        error_query: sum by (service) (rate(failed_total[{{.window}}]))
        total_query: sum by (service) (rate(asked_total[{{.window}}]))
    alerting:
      name: Sloth
      page_alert: {labels: {severity: critical}}
      ticket_alert: {labels: {severity: warning}}
"""
OURS = Slo(
    "availability",
    objective=0.99,
    requests="sum by (service) (rate(asked_total[5m]))",
    failures="sum by (service) (rate(failed_total[5m]))",
)


@pytest.fixture
def sloth(tools: Tools) -> Path:
    try:
        return tools.path("sloth")
    except ToolMissingError as error:
        unavailable(str(error))


def generated(sloth: Path, folder: Path, period: str) -> subprocess.CompletedProcess[str]:
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    return subprocess.run(
        [sloth, "generate", "-i", folder / "spec.yaml", "-o", folder / "sloth.yaml", "--default-slo-period", period],
        capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("period", ["28d", "30d"])
def test_factors_are_the_same_up_to_the_noise_of_floats(sloth: Path, tmp_path: Path, period: str) -> None:
    assert generated(sloth, tmp_path, period).returncode == 0
    theirs = {
        float(found) for found in re.findall(r"\(([0-9.]+) \* 0\.01\)", (tmp_path / "sloth.yaml").read_text())
    }
    ours = {float(tier.factor(period)) for tier in MONTH}
    assert sorted(theirs) == pytest.approx(sorted(ours), rel=1e-12)


def test_a_quarter_is_unknown_to_sloth(sloth: Path, tmp_path: Path) -> None:
    """It has tables for 28 and 30 days; here factors follow from any period."""
    done = generated(sloth, tmp_path, "90d")
    assert done.returncode != 0
    assert "missing" in done.stdout + done.stderr
    assert [float(tier.factor("90d")) for tier in MONTH] == [43.2, 18, 9, 3]


def both(sloth: Path, tools: Tools, folder: Path, test: dict[str, object]) -> None:
    """One promtool test over both sets of rules."""
    made = Objectives(slos=[OURS])
    assert generated(sloth, folder, "30d").returncode == 0
    rules: list[object] = [
        {"record": one.name, "expr": one.expr, **({"labels": dict(one.labels)} if one.labels else {})}
        for one in compiled.records(Objectives(slos=[OURS], level="own"))
    ]
    rules += [
        {"alert": one.name, "expr": one.expr, "labels": {"severity": one.severity}}
        for one in compiled.alerts(Objectives(slos=[OURS], level="own"))
    ]
    (folder / "ours.yaml").write_text(
        yaml.dumps({"groups": [{"name": "slo", "rules": rules}]}), encoding="utf-8"
    )  # type: ignore[dict-item]
    file = folder / "test.yaml"
    whole = {"rule_files": ["ours.yaml", "sloth.yaml"], "evaluation_interval": made.step, "tests": [test]}
    file.write_text(yaml.dumps(whole), encoding="utf-8")  # type: ignore[arg-type]
    outcome = tools.promtool_test_rules(file)
    assert outcome.code == 0, outcome.output


def expect(expr: str, at: str, value: float | None) -> dict[str, object]:
    return {
        "expr": expr,
        "eval_time": at,
        "exp_samples": [] if value is None else [{"labels": "{}", "value": value}],
    }


def firing(name: str) -> str:
    return f'count(ALERTS{{alertname="{name}", severity="critical"}})'


def test_both_wake_somebody_for_an_outage(sloth: Path, tools: Tools, tmp_path: Path) -> None:
    """Ours sums records of five minutes, so that it is two and a half minutes later."""
    at = fires(Objectives(slos=[OURS]), OURS, MONTH[0], 1.0)
    assert at is not None
    begin = duration.parse("7h")  # so that the pair of six hours is not the first
    sooner = at - duration.parse("2m30s")

    def moment(after: int) -> str:
        return duration.render(-(-(begin + after) // 30_000) * 30_000)

    both(
        sloth, tools, tmp_path,
        {
            "interval": "30s",
            "input_series": [
                {"series": 'asked_total{service="a"}', "values": "0+300x900"},
                {"series": 'failed_total{service="a"}', "values": "0x840 300+300x50"},
            ],
            "promql_expr_test": [
                expect(firing("Sloth"), moment(sooner - 60_000), None),
                expect(firing("Sloth"), moment(sooner + 60_000), 1),
                expect(firing("SloBurnFast"), moment(sooner + 60_000), None),
                expect(firing("SloBurnFast"), moment(at + 60_000), 1),
            ],
        },
    )  # fmt: skip


def test_what_is_left_of_the_budget_counts_requests(sloth: Path, tools: Tools, tmp_path: Path) -> None:
    """A busy faultless hour, then a quiet one in which half fails: one request in 3600 of all, but half of one mean."""
    both(
        sloth, tools, tmp_path,
        {
            "interval": "30s",
            "input_series": [
                {"series": 'asked_total{service="a"}', "values": "0+3600x120 432000+1x120"},
                {"series": 'failed_total{service="a"}', "values": "0x120 0+0.5x120"},
            ],
            "promql_expr_test": [
                expect("max(own:error_ratio:rate30d) < bool 0.001", "2h", 1),
                expect("max(slo:sli_error:ratio_rate30d) > bool 0.2", "2h", 1),
            ],
        },
    )  # fmt: skip


def test_a_service_without_a_failure_has_all_of_its_budget(sloth: Path, tools: Tools, tmp_path: Path) -> None:
    """Until the first failure there is no series of failures, and sloth's ratio is empty."""
    both(
        sloth, tools, tmp_path,
        {
            "interval": "30s",
            "input_series": [{"series": 'asked_total{service="a"}', "values": "0+300x40"}],
            "promql_expr_test": [
                expect("max(own:error_ratio:rate1h)", "15m", 0),
                expect("max(slo:sli_error:ratio_rate1h)", "15m", None),
            ],
        },
    )  # fmt: skip


def test_one_failure_of_a_night_wakes_nobody(sloth: Path, tools: Tools, tmp_path: Path) -> None:
    """One request a minute, of which six in a row fail: sloth pages, and ten failures are asked for here."""
    both(
        sloth, tools, tmp_path,
        {
            "interval": "30s",
            "input_series": [
                {"series": 'asked_total{service="a"}', "values": "0+0.25x60"},
                {"series": 'failed_total{service="a"}', "values": "0x10 0+0.25x30"},
            ],
            "promql_expr_test": [expect(firing("Sloth"), "18m", 1), expect(firing("SloBurnFast"), "18m", None)],
        },
    )  # fmt: skip
