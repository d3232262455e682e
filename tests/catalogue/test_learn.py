"""What a server's saved answers tell becomes a catalogue file, and lint knows the exporter from then on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from obs.catalogue.exposition import PageError
from obs.catalogue.learn import learn, read_answer
from obs.catalogue.series import System
from obs.cli.app import app

# The shapes are those of the HTTP API of Prometheus 2.55.
METADATA = {
    "status": "success",
    "data": {
        "shop_orders_total": [{"type": "counter", "help": "Orders.", "unit": ""}],
        "shop_latency_seconds": [{"type": "histogram", "help": "Latency.", "unit": ""}],
        "shop_size_bytes": [{"type": "gauge", "help": "Size.", "unit": ""}],
        "node_load1": [{"type": "gauge", "help": "1m load average.", "unit": ""}],
    },
}
TARGETS = {
    "status": "success",
    "data": [
        {"target": {"job": "shop"}, "metric": "shop_size_bytes", "type": "gauge", "help": "", "unit": ""}
    ],
}


def row(name: str, **labels: str) -> dict[str, str]:
    return {"__name__": name, "job": "shop", "instance": "10.0.0.1:8080", **labels}


ROWS = [
    row("up"),
    row("shop_orders_total", status="paid"),
    row("shop_orders_total", status="lost"),
    row("shop_latency_seconds_bucket", le="0.5", route="/a"),
    row("shop_latency_seconds_count", route="/a"),
    row("shop_size_bytes", exported_job="importer"),
]
SERIES = {"status": "success", "data": ROWS}
RESULT = {
    "status": "success",
    "data": {"resultType": "vector", "result": [{"metric": one, "value": [0, "1"]} for one in ROWS]},
}


def learned(*documents: object) -> System:
    answers = [read_answer(json.dumps(one)) for one in documents]
    return learn(answers, name="shop", source="x.json", known=lambda name: name.startswith("node_")).system


@pytest.mark.parametrize("rows", [SERIES, RESULT, ROWS])
def test_types_from_metadata_and_labels_from_series(rows: object) -> None:
    found = learned(METADATA, rows)
    orders, latency, size = (
        found.entries[name] for name in ("shop_orders_total", "shop_latency_seconds", "shop_size_bytes")
    )
    assert (orders.type, orders.labels, orders.usual) == (
        "counter",
        ("status",),
        {"status": ("lost", "paid")},
    )
    assert (latency.type, latency.labels, latency.buckets) == ("histogram", ("route",), (0.5,))
    assert (size.type, size.labels, size.unit) == ("gauge", ("job",), "bytes")
    assert found.scrape.target_labels == ("instance", "job")
    assert "node_load1" not in found.entries


def test_labels_are_open_where_only_metadata_is_known() -> None:
    assert learned(METADATA).entries["shop_orders_total"].open
    assert list(learned(TARGETS).entries) == ["shop_size_bytes"]


def test_histograms_are_seen_without_metadata() -> None:
    found = learned(SERIES).entries
    assert found["shop_latency_seconds"].type == "histogram"
    assert "shop_latency_seconds_bucket" not in found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"status": "error", "error": "no such endpoint"}', "no such endpoint"),
        ('{"status": "success", "data": []}', "neither metadata"),
        ('{"status": "success", "data": {"a": 1}}', "a has no list"),
        ("[1, 2]", "neither metadata"),
        ('{"a', "not JSON"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_is_no_answer(text: str, words: str) -> None:
    with pytest.raises(PageError, match=words):
        read_answer(text)


RULES = """groups:
  - name: shop
    rules:
      - {alert: A, expr: 'rate(shop_ordrs_total[5m]) > 0', for: 10m}
      - {alert: B, expr: 'rate(shop_orders_total{state="paid"}[15m]) > 0', for: 10m}
      - {alert: C, expr: 'rate(shop_orders_total{status="paid"}[15m]) > 0', for: 10m}
"""


def test_lint_knows_what_was_learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, document in (("metadata.json", METADATA), ("series.json", SERIES)):
        Path(name).write_text(json.dumps(document))
    Path("rules.yaml").write_text(RULES)
    done = CliRunner().invoke(app, ["catalogue", "learn", "metadata.json", "series.json", "--name", "shop"])
    assert done.exit_code == 0, done.output
    lint = ["lint", "rules.yaml", "--format", "json", "--catalogue", "catalogue"]
    found = json.loads(CliRunner().invoke(app, lint).output)
    told = {(one["name"], one["object"]): one for one in found}
    assert told.keys() == {("unknown-metric", "alert A"), ("unknown-label-on-metric", "alert B")}
    assert told["unknown-metric", "alert A"]["fix"] == "did you mean shop_orders_total?"
    assert told["unknown-label-on-metric", "alert B"]["evidence"] == "certain"


def test_a_file_that_somebody_wrote_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("series.json").write_text(json.dumps(SERIES))
    Path("catalogue").mkdir()
    Path("catalogue/shop.yaml").write_text("schema: 1\n")
    done = CliRunner().invoke(app, ["catalogue", "learn", "series.json", "--name", "shop"])
    assert done.exit_code == 2
    assert Path("catalogue/shop.yaml").read_text() == "schema: 1\n"
