"""`obs lint --fix` reads a record instead of calculating it again, where that is the same value."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from obs.cli.app import app

RATE = "sum by (job) (rate(errors_total[5m]))"
RECORD = f"- {{record: 'job:errors:rate5m', expr: '{RATE}'}}"


def alert(expr: str) -> str:
    return f"- {{alert: Errors, expr: '{expr}'}}"


@pytest.mark.parametrize(
    ("groups", "after"),
    [
        ([[RECORD, alert(f"{RATE} > 1 and {RATE} < 9")]], alert("job:errors:rate5m > 1 and job:errors:rate5m < 9")),
        ([[alert(f"{RATE} > 1"), RECORD]], alert(f"{RATE} > 1")),
        ([[RECORD], [alert(f"{RATE} > 1")]], alert(f"{RATE} > 1")),
        ([[RECORD, alert(f'label_replace({RATE}, "a", "$1", "__name__", "(.*)") > 1')]], "__name__"),
    ],
)  # fmt: skip
def test_where_the_value_is_the_same(tmp_path: Path, groups: list[list[str]], after: str) -> None:
    file = tmp_path / "rules.yaml"
    lines = ["groups:"]
    for number, rules in enumerate(groups):
        lines += [f"  - name: g{number}", "    rules:", *(f"      {rule}" for rule in rules)]
    file.write_text("\n".join(lines) + "\n")
    CliRunner().invoke(app, ["lint", str(file), "--fix"])
    assert after in file.read_text()
    assert ("job:errors:rate5m >" in file.read_text()) == ("job:errors:rate5m >" in after)
