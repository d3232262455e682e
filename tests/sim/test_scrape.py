"""What a scrape stores.

Source of the cases: Prometheus 2.55, documentation of `honor_labels` and of staleness.
"""

from __future__ import annotations

import pytest

from obs.sim import relabel
from obs.sim.scrape import NAME, STALE, Exposed, Scraper, Stored, TargetConfig

TARGET = {"job": "promtail", "instance": "n1", "pod": "monitoring-promtail-x", "namespace": "monitoring"}


@pytest.mark.parametrize(
    ("honor", "exposed", "stored"),
    [
        (False, {}, TARGET),
        (False, {"pod": "g"}, {**TARGET, "exported_pod": "g"}),
        (
            False,
            {"pod": "g", "exported_pod": "h"},
            {**TARGET, "exported_pod": "h", "exported_exported_pod": "g"},
        ),
        (False, {"app": "g", "pod": ""}, {**TARGET, "app": "g"}),
        (True, {"pod": "g"}, {**TARGET, "pod": "g"}),
        (True, {"pod": ""}, TARGET),
    ],
)
def test_labels_of_the_target_and_of_the_page(
    honor: bool, exposed: dict[str, str], stored: dict[str, str]
) -> None:
    config = TargetConfig(TARGET, honor)
    assert config.stored_labels(Exposed("x", exposed, 1.0)) == {NAME: "x", **stored}


def values(stored: list[Stored], name: str) -> list[tuple[int, object]]:
    return [(one.at, one.value) for one in stored if (NAME, name) in one.labels]


def test_a_series_that_is_gone_ends() -> None:
    scraper = Scraper(TargetConfig(TARGET))
    assert values(scraper.scrape([Exposed("x", {}, 1.0)], 0), "x") == [(0, 1.0)]
    assert values(scraper.scrape([], 30), "x") == [(30, STALE)]
    assert values(scraper.scrape([], 60), "x") == []


def test_a_failed_scrape_ends_everything_but_up() -> None:
    scraper = Scraper(TargetConfig(TARGET))
    scraper.scrape([Exposed("x", {}, 1.0)], 0)
    failed = scraper.failed(30)
    assert values(failed, "x") == [(30, STALE)]
    assert values(failed, "up") == [(30, 0.0)]


def test_a_target_that_is_gone_has_no_up() -> None:
    scraper = Scraper(TargetConfig(TARGET))
    scraper.scrape([Exposed("x", {}, 1.0)], 0)
    assert values(scraper.gone(30), "x") == [(30, STALE)]
    assert values(scraper.gone(30), "up") == [(30, STALE)]


def test_what_relabelling_drops_is_counted_as_scraped() -> None:
    drop = relabel.Step("drop", (NAME,), regex="y")
    stored = Scraper(TargetConfig(TARGET, False, (drop,))).scrape(
        [Exposed("x", {}, 1.0), Exposed("y", {}, 1.0)], 0
    )
    assert values(stored, "y") == []
    assert values(stored, "scrape_samples_scraped") == [(0, 2.0)]
    assert values(stored, "scrape_samples_post_metric_relabeling") == [(0, 1.0)]
