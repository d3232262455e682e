"""What rules of a group calculate alike becomes a record of that group, and they read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from obs import Alert, RecordingRule, api
from obs.cli.init import write_starter
from obs.graph.shared_parts import with_shared_records

RATE = "sum by (job) (rate(errors_total[5m]))"
ALL = "sum(rate(errors_total[5m]))"
QUANTILE = "histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))"


def compiled(*exprs: str, taken: tuple[str, ...] = ()) -> list[str]:
    rules = [
        Alert(f"A{number}", expr=expr, summary="s", description="d") for number, expr in enumerate(exprs)
    ]
    made = with_shared_records(rules, taken, (2, 55), frozenset())
    return [f"{rule.name} = {rule.expr}" if isinstance(rule, RecordingRule) else rule.expr for rule in made]


@pytest.mark.parametrize(
    ("exprs", "after"),
    [
        ([f"{RATE} > 1", f"{ALL} > 1"], [f"{RATE} > 1", f"{ALL} > 1"]),
        (
            [f"{RATE} > 1", f"{RATE} > 9"],
            [f"job:errors:sum_rate5m = {RATE}", "job:errors:sum_rate5m > 1", "job:errors:sum_rate5m > 9"],
        ),
        (
            [f"{RATE} / {ALL} > 1", "sum by(job)(rate(errors_total[5m])) > 9"],
            [f"job:errors:sum_rate5m = {RATE}", f"job:errors:sum_rate5m / {ALL} > 1", "job:errors:sum_rate5m > 9"],
        ),
        (
            [f"max({RATE}) > 1", f"max({RATE}) > 9", f"{RATE} > 2"],
            [f"all:errors:max_rate5m = max({RATE})", "all:errors:max_rate5m > 1", "all:errors:max_rate5m > 9", f"{RATE} > 2"],
        ),
        (
            [f"{QUANTILE} > 1", f"{QUANTILE} > 2"],
            [
                "le:x_bucket:sum_rate5m = sum by (le) (rate(x_bucket[5m]))",
                "histogram_quantile(0.9, le:x_bucket:sum_rate5m) > 1",
                "histogram_quantile(0.9, le:x_bucket:sum_rate5m) > 2",
            ],
        ),
        ([f"{RATE} > 1", "sum by ("], [f"{RATE} > 1", "sum by ("]),
        ([f"{RATE} > {RATE} offset 5m"], [f"{RATE} > {RATE} offset 5m"]),
    ],
)  # fmt: skip
def test_records_of_what_is_shared(exprs: list[str], after: list[str]) -> None:
    assert compiled(*exprs) == after


def test_a_name_that_is_taken() -> None:
    made = compiled(f"{RATE} > 1", f"{RATE} > 9", taken=("job:errors:sum_rate5m",))
    assert made[0] == f"job:errors:sum_rate5m_2 = {RATE}"


def test_a_record_is_no_part_of_itself() -> None:
    record = RecordingRule("job:errors:rate5m", expr=RATE)
    alert = Alert("A", expr=f"{RATE} > 1", summary="s", description="d")
    assert with_shared_records([record, alert], (), (2, 55), frozenset()) == [record, alert]


RULES = """from obs import Alert

RATE = "sum by (job) (rate(errors_total[5m]))"
few = Alert("Few", expr=f"{RATE} > 1", for_="5m", summary="Few", description="Errors of {{ $labels.job }}.")
many = Alert("Many", expr=f"{RATE} > 9", for_="5m", summary="Many", description="Errors of {{ $labels.job }}.")
"""


def test_a_project_that_wants_it(tmp_path: Path) -> None:
    write_starter(tmp_path / "project")
    (tmp_path / "project/rules/shop.py").write_text(RULES)
    settings = tmp_path / "project/pyproject.toml"
    emitted = tmp_path / "project/charts/monitoring/files/rules/shop.yaml"
    api.build(tmp_path / "project")
    assert "record:" not in emitted.read_text()
    settings.write_text(settings.read_text().replace("[tool.obs]", "[tool.obs]\nrecord_shared = true"))
    api.build(tmp_path / "project")
    text = emitted.read_text()
    assert text.index('record: "job:errors:sum_rate5m"') < text.index('"job:errors:sum_rate5m > 1"')
    assert text.count("rate(errors_total[5m])") == 1
