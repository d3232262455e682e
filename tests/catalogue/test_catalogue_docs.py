"""The example file in the documentation is one that can be read, and its table names every key."""

from __future__ import annotations

import re
from pathlib import Path

from obs.catalogue.schema import METRIC
from obs.catalogue.source import read_source

PAGE = (Path(__file__).parents[2] / "docs" / "catalogue.md").read_text(encoding="utf-8")


def test_the_example_can_be_read() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    found = read_source(example, "shop.yaml")
    assert found.entries["shop_orders_total"].values == {"state": ("paid", "refused")}


def test_every_key_is_explained() -> None:
    rows = PAGE.split("| key of a metric | meaning |")[1].split("\n\n")[0]
    assert {
        key
        for row in rows.splitlines()
        for key in re.findall(r"`(\w+)`", row.split("|")[1] if "|" in row else "")
    } == set(METRIC)
