"""The comparison of pages with the catalogue tells of everything that `test_exporters` relies on."""

from __future__ import annotations

import pytest

from tests.real.exporters.comparison import (
    SPRING,
    Explained,
    Page,
    differences,
    explanations,
    known,
    merged,
    misfits,
    outlived,
    too_early,
    unexplained,
)

REDIS = """
# TYPE redis_up gauge
redis_up{up} {value}
# TYPE redis_exporter_build_info gauge
redis_exporter_build_info{{version="{version}",commit_sha="a",build_date="b",golang_version="c"}} 1
{more}
"""


def page(*, up: str = "", value: float = 1, version: str = "1.66.0", more: str = "") -> Page:
    return Page(REDIS.format(up=up, value=value, version=version, more=more))


def told(one: Page, system: str = "redis") -> list[str]:
    """The differences without what this small page lacks."""
    return [line for line in differences(system, [one]) if not line.startswith("- ")]


def test_a_page_as_the_catalogue_has_it_differs_in_nothing() -> None:
    assert told(page()) == []
    assert "- redis_connected_clients (gauge)" in differences("redis", [page()])


@pytest.mark.parametrize(
    ("one", "line"),
    [
        (page(up='{where="here"}'), "~ redis_up: labels +where"),
        (page(more="# TYPE redis_connected_clients counter\nredis_connected_clients 1"),
         "~ redis_connected_clients: type gauge -> counter"),
        (page(more="# TYPE redis_new gauge\nredis_new 1"), "+ redis_new (gauge)"),
        (page(more="# TYPE go_threads counter\ngo_threads 1"), "~ go_threads: type gauge -> counter"),
    ],
)  # fmt: skip
def test_what_differs_is_told(one: Page, line: str) -> None:
    assert told(one) == [line]


def test_a_value_beyond_a_whole_list_is_told() -> None:
    one = Page('# TYPE alertmanager_alerts gauge\nalertmanager_alerts{state="dreaming"} 1\n')
    assert told(one, "alertmanager") == ["~ alertmanager_alerts: values of state +dreaming"]


def test_what_several_pages_show_counts_together() -> None:
    labels = (
        "# TYPE redis_db_keys gauge\n" + 'redis_db_keys{db="db0"} 1',
        "# TYPE redis_db_keys gauge\nredis_db_keys 1",
    )
    for order in (labels, labels[::-1]):
        assert merged([page(more=more) for more in order]).entries["redis_db_keys"].labels == ("db",)


def test_values_that_no_unit_allows_are_told() -> None:
    assert list(misfits("redis", [page(value=2)])) == ["redis_up is 2, which is no bool"]
    started = "# TYPE redis_start_time_seconds gauge\nredis_start_time_seconds {}"
    assert list(misfits("redis", [page(more=started.format(12))])) == [
        "redis_start_time_seconds is 12, which is no timestamp_seconds"
    ]
    assert list(misfits("redis", [page(more=started.format(1.7e9))])) == []


def test_a_metric_of_a_later_release_is_told() -> None:
    text = (
        "# TYPE alertmanager_build_info gauge\n"
        'alertmanager_build_info{{version="{}"}} 1\n'
        "# TYPE alertmanager_receivers gauge\nalertmanager_receivers 1\n"
    )
    assert list(too_early("alertmanager", [Page(text.format("0.26.0"))])) == [
        "alertmanager_receivers is there in 0.26.0"
    ]
    assert list(too_early("alertmanager", [Page(text.format("0.27.0"))])) == []


def test_explanations_are_used_and_used_up() -> None:
    lines = ["+ a_one (gauge)", "- b_two (counter)"]
    explained = Explained({"+ a_*": "x", "- c_*": "y"}, {"- d_*": "z"})
    assert unexplained(lines, explained) == ["- b_two (counter)"]
    assert outlived(lines, explained) == ["- c_*"]


def test_no_explanation_takes_everything() -> None:
    """A pattern names a metric or a family, not just any difference."""
    for system in ("argo-rollouts", "kube-apiserver", "loki", "node-exporter", "postgres", "redis", *SPRING):
        explained = explanations(system)
        for pattern, reason in {**explained.always, **explained.depends}.items():
            sign, _, rest = pattern.partition(" ")
            assert sign in ("+", "-", "~", "[-+]"), pattern
            assert len(rest.partition("*")[0]) >= 3, pattern
            assert reason, pattern


def test_what_has_gone_by_the_page_s_release_is_not_missed() -> None:
    gone = "gateway_requests_seconds"
    assert gone not in known("spring-cloud-gateway", merged([page()])).entries
