"""What the checks of rules say of small rules: found where something is wrong, silent where nothing is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from obs.checks.runner import Linted, Selection, grouped, run
from obs.diagnostic import Diagnostic
from obs.importer.subject import read


def lint(folder: Path, *rules: dict[str, object], **files: object) -> list[Diagnostic]:
    """Lint one group of rules beside further files, given as what their YAML says; grouped as the command does."""
    texts: dict[str, object] = {"rules.yaml": {"groups": [{"name": "shop", "rules": list(rules)}]}, **files}
    for name, content in texts.items():
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False))
    subject, found = read([folder], root=folder)
    return grouped(run(Linted(subject, read=tuple(found)), Selection("strict")))


def names(findings: Iterable[Diagnostic]) -> set[str]:
    return {one.check for one in findings}


def alert(expr: str, name: str = "Shop", **more: object) -> dict[str, object]:
    return {"alert": name, "expr": expr, **more}


EXPRESSIONS = [
    # a regular expression that is none, or that does nothing
    ("regex-matches-everything", True, 'orders{shop=~".*"} > 1'),
    ("regex-matches-everything", True, 'orders{shop!~".*"} > 1'),
    ("regex-matches-everything", True, 'orders{shop!~".+"} > 1'),
    ("regex-matches-everything", False, 'orders{shop=~".+"} > 1'),
    ("regex-matches-everything", False, 'count({__name__=~".+"}) > 1'),
    ("regex-redundant", True, 'orders{shop=~"(?:)"} > 1'),
    ("regex-redundant", True, 'orders{shop=~""} > 1'),
    ("regex-smelly", True, 'orders{shop=~"berlin_.*_new"} > 1'),
    ("regex-smelly", True, 'orders{unit=~"backup-.+.timer"} > 1'),
    ("regex-smelly", True, 'orders{shop!~".*test.*"} > 1'),
    ("regex-smelly", False, 'orders{code=~"4.*4"} > 1'),
    ("regex-smelly", False, 'orders{shop=~".*berlin"} > 1'),
    # divisions by what can be zero, inside of an aggregation
    ("nan-in-aggregation", True, "sum(paid / ordered) > 1"),
    ("nan-in-aggregation", True, "sum(1 / ordered) > 1"),
    ("nan-in-aggregation", True, "sum(paid / 0) > 1"),
    ("nan-in-aggregation", True, "sum(paid % 0) > 1"),
    ("nan-in-aggregation", True, "sum(paid / vector(0)) > 1"),
    ("nan-in-aggregation", True, "sum(paid / clamp_min(ordered, 0)) > 1"),
    ("nan-in-aggregation", True, "sum(paid / clamp_min(ordered, scalar(floor))) > 1"),
    ("nan-in-aggregation", True, "sum(paid / clamp_max(ordered, 1)) > 1"),
    ("nan-in-aggregation", True, "sum(paid / clamp(ordered, -1, 1)) > 1"),
    ("nan-in-aggregation", False, "sum(paid / 2) > 1"),
    ("nan-in-aggregation", False, "sum(paid / vector(2)) > 1"),
    ("nan-in-aggregation", False, "sum(paid / clamp_min(ordered, 1)) > 1"),
    ("nan-in-aggregation", False, "sum(paid / clamp_max(ordered, -1)) > 1"),
    ("nan-in-aggregation", False, "sum(paid / clamp(ordered, -9, -1)) > 1"),
    ("nan-in-aggregation", False, "sum(paid / (ordered > 0)) > 1"),
    # conditions
    ("always-firing", True, "queue and on (shop) rate(orders_total[5m])"),
    ("always-firing", False, "queue and on (shop) rate(orders_total[5m]) > 1"),
    ("always-firing", False, "queue and on () absent(orders)"),
    ("always-firing", False, 'queue and on (shop) ALERTS{alertname="ShopDown"}'),
    ("always-firing", True, "(orders > 0) or vector(0)"),
    ("dead-branch", False, "sum(orders or vector(0)) > 0"),
    ("dead-branch", False, "1 - (orders or vector(0)) < 0.9"),
    ("dead-branch", True, "7 - 5 < bool 1"),
    ("dead-branch", True, "(2 ^ 5 + 11) % 5 < bool 1"),
    ("dead-branch", False, "(2 ^ 5 + 11) % 5 <= bool 3"),
    ("dead-branch", True, "vector(0 >= bool 1) == 1"),
    # joins
    ("impossible-join", True, "sum by (job) (orders) / sum(paid) > 1"),
    ("impossible-join", True, "sum by (job) (orders) / sum by (instance) (paid) > 1"),
    ("impossible-join", False, "sum by (job) (orders) / sum by (job) (paid) > 1"),
    ("impossible-join", False, "sum by (job) (shop:orders:sum) / sum(paid) > 1"),
    ("impossible-join", False, "sum by (cluster) (orders) / sum(paid) > 1"),
    ("unused-join-label", True, "up == 0 and on (rack) racks * on (site) group_left (team) sites"),
    (
        "unused-join-label",
        True,
        "sites * on (site) group_right (team) racks * on (rack) group_right () hosts",
    ),
    (
        "unused-join-label",
        False,
        "sites * on (site) group_right (team) racks * on (rack) group_right (team) hosts",
    ),
    (
        "unused-join-label",
        False,
        "up * on (rack) group_left (team) racks * on (site) group_left (town) sites",
    ),
    # counters
    ("counter-read-raw", True, 'orders_total{shop="a"} > 1 unless absent(orders_total{shop="b"})'),
    ("counter-read-raw", False, "orders_total unless orders_total offset 1h"),
    # how long samples are kept, where nobody says
    ("range-longer-than-retention", True, "avg_over_time(orders[30d]) > 1"),
    ("range-longer-than-retention", False, "avg_over_time(orders[14d]) > 1"),
    ("offset-longer-than-retention", True, "orders offset 20d > 1"),
    ("offset-longer-than-retention", False, "orders offset 7d > 1"),
]


@pytest.mark.parametrize(("check", "wrong", "expr"), EXPRESSIONS)
def test_an_expression(check: str, wrong: bool, expr: str, tmp_path: Path) -> None:
    assert (check in names(lint(tmp_path, alert(expr)))) == wrong


MESSAGES = [
    ("humanize-missing", True, "rate(orders_total[5m]) > 1", "{{ $value }} orders"),
    ("humanize-missing", True, "rate(orders_total[5m]) > 1", "{{ $many := .Value }}{{ $many }} orders"),
    ("humanize-missing", True, "rate(orders_total[5m]) > 1", '{{ printf "%d" 2 }} {{ $value }}'),
    ("humanize-missing", False, "rate(orders_total[5m]) > 1", "{{ $value | humanize }} orders"),
    ("humanize-missing", False, "count(rate(orders_total[5m]) > 0) > 9", "{{ $value }} shops"),
    ("humanize-missing", False, "round(rate(orders_total[5m])) > 1", "{{ $value }} orders"),
    ("humanize-missing", False, "orders > on () sum(rate(orders_total[5m]))", "{{ $value }} orders"),
    ("template-query-invalid", True, "up == 0", "{{ printf \"sum(up{job='%s'}) by(\" .Labels.job | query }}"),
    ("template-query-invalid", True, "up == 0", "{{ query (printf \"summ(up{job='%s'})\" .Labels.job) }}"),
    (
        "template-query-invalid",
        True,
        "up == 0",
        '{{ with printf "sum(up{job=\'%s\'})" .Labels.job | query }}{{ . | first | label "pod" }}{{ end }}',
    ),
    ("template-query-invalid", False, "up == 0", '{{ printf "rate(up[%s])" "5m" | query | first | value }}'),
    ("template-query-invalid", False, "up == 0", '{{ printf "up > %v" $value | query | first | value }}'),
    ("invalid-template", True, "up == 0", "{{ $value | first }}"),
    ("invalid-template", True, "up == 0", "{{ .Value | toUpper }}"),
    ("invalid-template", False, "up == 0", "{{ $value | humanize | toUpper }}"),
    ("invalid-template", False, "up == 0", '{{ range query "up" }}{{ .Value | humanize }}{{ end }}'),
    (
        "absent-loses-labels",
        False,
        "increase((max without (pod) (changes_total) or 0 * absent(changes_total))[15m:1m]) >= 4",
        "{{ $labels.job }} changes often",
    ),
    (
        "absent-loses-labels",
        True,
        "max without (pod) (changes_total) >= 4 or absent(changes_total)",
        "{{ $labels.job }} changes often",
    ),
    (
        "template-label-missing",
        False,
        "sum by (shop) (sum_over_time(orders[5m]) or vector(1)) == 0",
        "{{ $labels.shop }} sells nothing",
    ),
]


@pytest.mark.parametrize(("check", "wrong", "expr", "summary"), MESSAGES)
def test_a_message(check: str, wrong: bool, expr: str, summary: str, tmp_path: Path) -> None:
    found = lint(tmp_path, alert(expr, annotations={"summary": summary}))
    assert (check in names(found)) == wrong


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("Watchdog", {}),
        ("ShopWatchdog", {}),
        ("PrometheusE2eDeadManSwitch", {}),
        ("DeadMansSnitch", {}),
        ("AlertmanagerHeartbeat", {}),
        ("AlwaysFiring", {}),
        ("PipelineWorks", {"severity": "none"}),
    ],
)
def test_an_alert_that_is_meant_to_fire_always(name: str, labels: dict[str, str], tmp_path: Path) -> None:
    assert "always-firing" not in names(lint(tmp_path, alert("vector(1)", name, labels=labels)))
    assert "always-firing" in names(
        lint(tmp_path, alert("vector(1)", "ShopDown", labels={"severity": "page"}))
    )


def test_overlapping_alerts_are_found_in_every_pair(tmp_path: Path) -> None:
    found = lint(
        tmp_path,
        alert('queue{shop="a"} > 9'),
        alert('queue{shop="b"} > 9'),
        alert('queue{shop="b",kind="x"} > 5'),
    )
    [overlap] = [one for one in found if one.check == "overlapping-alert"]
    assert overlap.excerpt is not None
    assert 'kind="x"' in overlap.excerpt.text
    assert [at.line for at, _ in overlap.also] == [6]


def test_alerts_of_which_one_excludes_the_other_do_not_overlap(tmp_path: Path) -> None:
    found = lint(
        tmp_path,
        alert("time() - (last_run_timestamp_seconds > 0) > 3600"),
        alert("max_over_time(last_run_timestamp_seconds[3h]) == 0"),
    )
    assert "overlapping-alert" not in names(found)


def test_the_same_rule_three_times_is_told_of_the_second_and_the_third(tmp_path: Path) -> None:
    found = lint(tmp_path, *(alert("queue > 9") for _ in range(3)))
    assert len([one for one in found if one.check == "duplicate-rule"]) == 2


def test_what_is_wrong_with_a_matcher_is_told_once_for_a_rule(tmp_path: Path) -> None:
    found = lint(
        tmp_path, alert('orders{shop=~"a"} / paid{shop=~"a"} > 1'), alert('paid{shop=~"a"} > 1', "Paid")
    )
    told = [one for one in found if one.check == "regex-redundant"]
    assert {one.object for one in told} == {"alert Shop", "alert Paid"}
    assert len(told) == 2
    assert max(len(one.edits) for one in told) == 2, "--fix mends both places"


CONFIG = {"prometheus.yml": {"global": {"external_labels": {"region": "eu"}}, "scrape_configs": []}}


@pytest.mark.parametrize(
    ("check", "wrong", "label"),
    [
        ("external-label-unknown", True, {"where": "{{ $externalLabels.cluster }}"}),
        ("external-label-unknown", False, {"where": "{{ $externalLabels.region }}"}),
        ("external-label-overridden", True, {"region": "us"}),
        ("external-label-overridden", False, {"area": "us"}),
    ],
)
def test_external_labels_of_a_server(check: str, wrong: bool, label: dict[str, str], tmp_path: Path) -> None:
    assert (check in names(lint(tmp_path, alert("up == 0", labels=label), **CONFIG))) == wrong


def test_without_a_server_nothing_is_said_of_external_labels(tmp_path: Path) -> None:
    found = lint(tmp_path, alert("up == 0", labels={"where": "{{ $externalLabels.cluster }}"}))
    assert "external-label-unknown" not in names(found)


def test_prometheus_scrapes_each_minute_where_its_configuration_does_not_say(tmp_path: Path) -> None:
    rule = alert("absent(orders)", **{"for": "30s"})
    assert "absent-without-for" in names(lint(tmp_path, rule, **{"prometheus.yml": {"scrape_configs": []}}))
    assert "absent-without-for" not in names(lint(tmp_path, alert("absent(orders)", **{"for": "2m"})))


@pytest.mark.parametrize(
    ("limit", "wrong"), [(5, False), (None, False), ("many", True), (1.5, True), (True, True), ([1], True)]
)
def test_the_limit_of_a_group(limit: object, wrong: bool, tmp_path: Path) -> None:
    group = {"name": "shop", "limit": limit, "rules": [alert("queue > 9")]}
    assert ("wrong-yaml-type" in names(lint(tmp_path, **{"limited.yaml": {"groups": [group]}}))) == wrong


@pytest.mark.parametrize(
    ("divisor", "severity"),
    [
        ("sum by (cluster) (rate(requests_total[1h]))", "info"),
        ("sum by (pod) (rate(requests_total[1h]))", "warning"),
        ("rate(requests_total[1h])", "warning"),
    ],
)
def test_a_divisor_that_adds_up_a_whole_cluster_weighs_less(
    divisor: str, severity: str, tmp_path: Path
) -> None:
    record = {
        "record": "shop:errors:ratio",
        "expr": f"sum by (cluster) (errors) / on (cluster) group_right {divisor}",
    }
    found = lint(tmp_path, record, alert("sum(shop:errors:ratio) > 0.1"))
    assert [one.severity for one in found if one.check == "nan-in-aggregation"] == [severity]
