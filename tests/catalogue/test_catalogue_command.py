"""`obs catalogue` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from obs.cli.catalogue import run_catalogue

PAGES = Path(__file__).parent / "pages"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        run_catalogue(arguments)
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def test_show_a_metric(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "show", "argocd_app_info")
    assert code == 0
    assert "namespace (as exported_namespace)" in out
    assert "health_status is one of Healthy, Progressing" in out
    assert "switch on  four ServiceMonitors" in out
    code, out, _ = run(capsys, "show", "http_server_requests_seconds_bucket", "--json")
    (found,) = json.loads(out)
    assert (found["metric"], found["type"], found["system"]) == (
        "http_server_requests_seconds",
        "counter",
        "spring-boot",
    )
    assert "le" in found["labels"]


def test_show_a_system(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "show", "node-exporter")
    assert code == 0
    assert "from obs.catalogue.node_exporter import ..." in out
    assert "node_cpu_seconds_total  counter  CPU time by mode" in out


def test_show_what_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "show", "node_cpu_second_total")
    assert (code, out) == (2, "")
    assert "did you mean node_cpu_seconds_total?" in err
    code, out, _ = run(capsys, "show", "node_cpu_second_total", "--json")
    assert code == 2
    assert json.loads(out)["findings"][0]["name"] == "unknown-name"


def test_search(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "search", "gc", "pause")
    assert code == 0
    assert out.startswith("jvm_gc_pause_seconds_bucket")
    assert "go_gc_duration_seconds" in out
    assert run(capsys, "search", "no", "such", "thing")[0] == 1


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "list", "--json")
    assert code == 0
    assert sum(system["count"] for system in json.loads(out)) >= 1200


def test_capture_then_use_it_as_ones_own(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    Path("catalogue").mkdir()
    page = Path("shop.prom")
    page.write_text('# TYPE shop_orders_total counter\nshop_orders_total{state="paid"} 1\n', encoding="utf-8")
    code, out, err = run(capsys, "capture", "shop.prom", "--out", "catalogue/shop.yaml")
    assert (code, out, err) == (0, "catalogue/shop.yaml: 1 metric\n", "")
    code, out, _ = run(capsys, "show", "shop_orders_total")
    assert code == 0
    assert "state is usually paid" in out
    assert str(tmp_path) not in Path("catalogue/shop.yaml").read_text(encoding="utf-8")
    assert run(capsys, "diff", "shop.prom", "shop")[:2] == (0, "no difference\n")
    page.write_text("# TYPE shop_orders_total gauge\nshop_orders_total 1\n", encoding="utf-8")
    assert run(capsys, "diff", "catalogue/shop.yaml", "shop.prom")[:2] == (
        1,
        "~ shop_orders_total: type counter -> gauge\n~ shop_orders_total: labels -state\n",
    )


def test_capture_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "capture", str(PAGES / "app.om"), "--name", "Acme Shop", "--json")
    assert code == 0
    assert json.loads(out)["system"] == "acme-shop"


def test_diff_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "diff", "node-exporter", str(PAGES / "node.prom"), "--json")
    assert code == 1
    assert {
        "what": "values",
        "metric": "node_cpu_seconds_total",
        "label": "mode",
        "before": [],
        "after": ["dreaming"],
    } in json.loads(out)


def test_mistakes_end_with_two_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.prom").write_text("up 1\nup{a=b} 1\n", encoding="utf-8")
    Path("bad.yaml").write_text("schema: 1\n", encoding="utf-8")
    for arguments, words in (
        (["capture", "bad.prom"], "bad.prom:2"),
        (["diff", "node-exportr", "bad.prom"], "did you mean node-exporter?"),
        (["diff", "bad.yaml", "node-exporter"], "system is missing"),
        (["capture", "bad.prom", "--timeout", "0"], "Invalid value"),
        (["list", "--own", "absent"], "there is no folder absent"),
        (["capture", str(PAGES / "node.prom"), "--out", "absent/x.yaml"], "cannot be written"),
    ):
        code, _, err = run(capsys, *arguments)
        assert code == 2, arguments
        assert words in err, arguments
