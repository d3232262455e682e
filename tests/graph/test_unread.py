"""What can be thrown away at the scrape, and what never is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from obs.cli.app import app
from obs.graph.subject import Rule, Subject
from obs.graph.unread import of_page, pattern
from obs.origin import Origin

PAGE = {
    "shop_orders_total": 4,
    "shop_latency_seconds_bucket": 40,
    "shop_latency_seconds_count": 4,
    "shop_latency_seconds_sum": 4,
    "shop_queue": 1,
}


def reading(*exprs: str, annotation: str = "") -> Subject:
    texts = {"description": annotation} if annotation else {}
    return Subject(
        tuple(Rule("alert", "A", expr, "g", Origin("r.py", 1), annotations=texts) for expr in exprs)
    )


@pytest.mark.parametrize(
    ("subject", "names", "saved"),
    [
        (reading("rate(shop_orders_total[5m]) > 1"), {*PAGE} - {"shop_orders_total"}, (49, 53)),
        (
            reading("rate(shop_latency_seconds_count[5m]) > 1"),
            {*PAGE} - {"shop_latency_seconds_count"},
            (49, 53),
        ),
        (reading("up == 0", annotation='{{ query "shop_queue" }}'), {*PAGE} - {"shop_queue"}, (52, 53)),
        (reading('{__name__=~"shop_l.+"} > 1'), {"shop_orders_total", "shop_queue"}, (5, 53)),
    ],
)
def test_what_nothing_reads(subject: Subject, names: set[str], saved: tuple[int, int]) -> None:
    found = of_page(subject, "shop", PAGE)
    assert set(found.names) == names
    assert found.saved == saved
    assert found.kept == ""
    for name in PAGE:  # Prometheus anchors the pattern
        assert bool(re.fullmatch(pattern(found.names), name)) == (name in names)


@pytest.mark.parametrize(
    ("subject", "page", "why"),
    [
        (reading('{job="shop"} > 1'), PAGE, "any name"),
        (reading('{__name__!="up", job="a"} > 1'), PAGE, "every name but some"),
        (reading("up == 0"), {"node_load1": 1, **PAGE}, "kube-prometheus-stack"),
    ],
)
def test_what_is_kept_whole(subject: Subject, page: dict[str, int], why: str) -> None:
    assert why in of_page(subject, "shop", page).kept


def test_the_command(tmp_path: Path) -> None:
    rules, page = tmp_path / "rules.yaml", tmp_path / "shop.txt"
    rules.write_text("groups: [{name: g, rules: [{alert: A, expr: shop_queue > 5}]}]\n")
    page.write_text('shop_queue 1\nshop_orders_total{a="b"} 1\nshop_orders_total{a="c"} 1\n')
    done = CliRunner().invoke(app, ["catalogue", "unused", str(rules), "--page", str(page)])
    assert done.exit_code == 0
    assert "reads 2 of 3 series" in done.output
    assert "    regex: shop_orders_total\n" in done.output
    page.write_text("shop_queue\n")
    assert CliRunner().invoke(app, ["catalogue", "unused", str(rules), "--page", str(page)]).exit_code == 2
    page.write_text("x 1\n")
    rules.write_text("a: b\n")
    assert CliRunner().invoke(app, ["catalogue", "unused", str(rules), "--page", str(page)]).exit_code == 2
