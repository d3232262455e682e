"""`--prometheus`: the same rules, judged by one release and by another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from obs.cli.app import app
from obs.diagnostic import ObsError

# What changed is in Prometheus's migration guide to 3.0 and in its changelog.
CASES = [
    ("histogram_quantile(0.9, x)", "2.55.1", "3.1.0", set(), set()),
    (
        "holt_winters(node_load1[1h], 0.5, 0.5) > 1",
        "2.55.1",
        "3.1.0",
        set(),
        {"experimental-function-without-flag"},
    ),
    (
        "double_exponential_smoothing(node_load1[1h], 0.5, 0.5) > 1",
        "2.55.1",
        "3.1.0",
        {"experimental-function-without-flag"},
        {"experimental-function-without-flag"},
    ),
    (
        'rate(alertmanager_notification_latency_seconds_bucket{le="1"}[5m]) > 1',
        "2.55.1",
        "3.1.0",
        set(),
        {"integer-bucket-matcher"},
    ),
    ("rate(x_total[5m] smoothed) > 1", "3.1.0", "v3.8", {"experimental-function-without-flag"}, None),
]


def found(folder: Path, expr: str, release: str) -> set[str]:
    (folder / "rules.yaml").write_text(
        json.dumps({"groups": [{"name": "g", "rules": [{"alert": "A", "expr": expr, "for": "10m"}]}]})
    )
    asked = ["lint", str(folder / "rules.yaml"), "--format", "json", "--prometheus", release]
    done = CliRunner().invoke(app, asked)
    return {one["name"] for one in json.loads(done.output)}


@pytest.mark.parametrize(("expr", "before", "after", "told_before", "told_after"), CASES)
def test_two_releases(
    tmp_path: Path,
    expr: str,
    before: str,
    after: str,
    told_before: set[str],
    told_after: set[str] | None,
) -> None:
    about = {"invalid-promql", "experimental-function-without-flag", "integer-bucket-matcher"}
    assert found(tmp_path, expr, before) & about == told_before
    if told_after is not None:
        assert found(tmp_path, expr, after) & about == told_after


def test_no_release(tmp_path: Path) -> None:
    with pytest.raises(ObsError, match="newest is no release"):  # `obs.cli.app.main` tells it
        CliRunner().invoke(app, ["lint", str(tmp_path), "--prometheus", "newest"], catch_exceptions=False)
