"""Numbers in their units. Expected texts are those that Grafana 11 writes."""

from __future__ import annotations

import pytest

from obs.draw.value import shown


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "expected"),
    [
        (None, "", None, "No data"),
        (float("nan"), "s", None, "NaN"),
        (float("inf"), "", None, "+∞"),
        (0.0, "short", None, "0"),
        (-0.0, "", 1, "0.0"),
        (1234.0, "short", None, "1.23 K"),
        (1_500_000.0, "short", None, "1.5 Mil"),
        (0.123, "percentunit", None, "12.3%"),
        (12.34, "percent", 1, "12.3%"),
        (0.00042, "s", None, "420 µs"),
        (0.25, "s", None, "250 ms"),
        (90.0, "s", None, "1.5 min"),
        (7200.0, "s", None, "2 hours"),
        (86400.0, "s", None, "1 day"),
        (1500.0, "ms", None, "1.5 s"),
        (1024.0 * 1024 * 512, "bytes", None, "512 MiB"),
        (1_500_000.0, "decbytes", None, "1.5 MB"),
        (2048.0, "binBps", None, "2 KiB/s"),
        (1_500_000.0, "bps", None, "1.5 Mb/s"),
        (12.0, "reqps", None, "12 req/s"),
        (12_500.0, "reqps", None, "12.5 K req/s"),
        (3.0, "suffix:logs/s", None, "3 logs/s"),
        (3.0, "prefix:~", None, "~3"),
        (0.0021, "si:V", None, "2.1 mV"),
        (21.5, "celsius", None, "21.5°C"),
        (1.0, "bool_yes_no", None, "Yes"),
        (0.0, "bool:up/down", None, "down"),
        (1_767_614_400_000.0, "dateTimeAsIso", None, "2026-01-05 12:00:00"),
        (1e300, "dateTimeAsIso", None, ""),
        (1200.0, "currencyUSD", None, "$1.2K"),
    ],
)
def test_a_value_in_its_unit(value: float | None, unit: str, decimals: int | None, expected: str) -> None:
    assert str(shown(value, unit, decimals)) == expected
