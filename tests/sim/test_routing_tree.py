"""Inheritance, explanations, groups, inhibition and the hours of a route."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from obs.sim.routing import build_tree, explain, inhibited_by, muted_by_time, reached, read
from obs.sim.routing.config import Config


def config(route: dict[str, object], **more: object) -> Config:
    receivers = [{"name": name} for name in ("null", "discord", "team")]
    return read({"route": {"receiver": "null", **route}, "receivers": receivers, **more})


def test_what_is_inherited() -> None:
    root = build_tree(
        config(
            {
                "group_by": ["alertname"],
                "group_wait": "10s",
                "routes": [
                    {
                        "matchers": ['a="1"'],
                        "repeat_interval": "1h",
                        "mute_time_intervals": ["nights"],
                        "routes": [{"group_by": ["..."], "receiver": "team"}, {"group_by": []}],
                    }
                ],
            },
            time_intervals=[{"name": "nights", "time_intervals": []}],
        )
    )
    (child,) = root.children
    grouped, plain = child.children
    assert (child.receiver, child.group_by, child.group_wait, child.group_interval, child.repeat_interval) == (
        "null", frozenset({"alertname"}), 10_000, 300_000, 3_600_000,
    )  # fmt: skip
    assert (grouped.receiver, grouped.group_by, grouped.repeat_interval) == ("team", None, 3_600_000)
    # Measured with Alertmanager 0.27: an empty list inherits.
    assert plain.group_by == {"alertname"}
    assert [node.mute_time_intervals for node in root.walk()] == [(), ("nights",), (), ()]


def test_group_labels_are_those_the_alert_has() -> None:
    root = build_tree(config({"group_by": ["alertname", "pod"]}))
    assert root.group_labels({"alertname": "A", "job": "x"}) == {"alertname": "A"}
    everything = build_tree(config({"group_by": ["..."]}))
    assert everything.group_labels({"alertname": "A", "job": "x"}) == {"alertname": "A", "job": "x"}


def test_an_explanation_names_every_verdict() -> None:
    root = build_tree(
        config(
            {
                "routes": [
                    {"receiver": "team", "matchers": ['severity="critical"', 'team=~"a|b"']},
                    {"receiver": "discord", "matchers": ['alertname="X"'], "continue": True},
                    {"receiver": "team", "matchers": ['alertname=~".+"']},
                    {"receiver": "null"},
                ]
            }
        )
    )
    labels = {"alertname": "X", "severity": "critical"}
    step = explain(root, labels)
    assert [(str(verdict.matcher), verdict.value, verdict.holds) for verdict in step.below[0].verdicts] == [
        ('severity="critical"', "critical", True),
        ('team=~"a|b"', "", False),
    ]
    assert [(below.matched, below.reached, below.skipped) for below in step.below] == [
        (False, False, None), (True, True, None), (True, True, None), (False, False, 2),
    ]  # fmt: skip
    assert [node.path for node in reached(root, labels)] == [(1,), (2,)]
    assert not step.reached


RULES = [
    {
        "source_matchers": ['severity="critical"'],
        "target_matchers": ['severity=~"warning|critical"'],
        "equal": ["namespace"],
    }
]


@pytest.mark.parametrize(
    ("labels", "firing", "muted"),
    [
        ({"severity": "warning", "namespace": "a"}, [{"severity": "critical", "namespace": "a"}], True),
        ({"severity": "warning", "namespace": "a"}, [{"severity": "critical", "namespace": "b"}], False),
        ({"severity": "warning"}, [{"severity": "critical"}], True),  # both lack the label
        ({"severity": "warning", "namespace": "a"}, [{"severity": "critical"}], False),
        ({"severity": "info", "namespace": "a"}, [{"severity": "critical", "namespace": "a"}], False),
        # It matches both sides, and so does what would mute it.
        ({"severity": "critical", "namespace": "a"}, [{"severity": "critical", "namespace": "a"}], False),
        ({"severity": "warning", "namespace": "a"}, [], False),
    ],
)
def test_inhibition(labels: dict[str, str], firing: list[dict[str, str]], muted: bool) -> None:
    rules = config({}, inhibit_rules=RULES).inhibit_rules
    assert (inhibited_by(rules, labels, firing) is not None) is muted


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("interval", "inside", "outside"),
    [
        ({"times": [{"start_time": "09:00", "end_time": "17:00"}]}, ["2024-05-01T09:00", "2024-05-01T16:59:59"], ["2024-05-01T17:00", "2024-05-01T08:59"]),
        ({"times": [{"start_time": "22:00", "end_time": "24:00"}]}, ["2024-05-01T23:59"], ["2024-05-02T00:00"]),
        ({"weekdays": ["monday:friday"]}, ["2024-05-03T12:00"], ["2024-05-04T12:00", "2024-05-05T12:00"]),
        ({"weekdays": ["Saturday", "sunday"]}, ["2024-05-04T12:00", "2024-05-05T12:00"], ["2024-05-06T12:00"]),
        ({"days_of_month": ["1:5"]}, ["2024-05-05T12:00"], ["2024-05-06T12:00"]),
        ({"days_of_month": ["-1"]}, ["2024-02-29T12:00", "2023-02-28T12:00"], ["2024-02-28T12:00"]),
        ({"days_of_month": ["-3:-1"]}, ["2024-04-28T12:00"], ["2024-04-27T12:00"]),
        ({"days_of_month": ["31"]}, ["2024-05-31T12:00"], ["2024-04-30T12:00"]),
        ({"days_of_month": ["29:31"]}, ["2024-04-30T12:00", "2024-02-29T12:00"], ["2023-02-28T12:00"]),
        ({"months": ["may:august", "12"]}, ["2024-08-31T12:00", "2024-12-01T00:00"], ["2024-09-01T12:00"]),
        ({"years": ["2024:2025"]}, ["2025-12-31T23:59"], ["2026-01-01T00:00"]),
        ({"times": [{"start_time": "00:00", "end_time": "09:00"}], "location": "Asia/Seoul"}, ["2024-05-01T15:00"], ["2024-05-01T00:00"]),
        ({"weekdays": ["monday"], "location": "Asia/Seoul"}, ["2024-05-05T15:00"], ["2024-05-06T15:00"]),
        ({"times": []}, [], ["2024-05-01T12:00"]),
        ({}, ["2024-05-01T12:00"], []),
    ],
)  # fmt: skip
def test_time_intervals(interval: dict[str, object], inside: list[str], outside: list[str]) -> None:
    intervals = [{"name": "t", "time_intervals": [interval]}]
    loaded = config(
        {"routes": [{"mute_time_intervals": ["t"]}, {"active_time_intervals": ["t"]}]},
        time_intervals=intervals,
    )
    muted, active = build_tree(loaded).children
    assert [muted_by_time(loaded, muted, at(moment)) for moment in inside] == ["t"] * len(inside)
    assert [muted_by_time(loaded, muted, at(moment)) for moment in outside] == [None] * len(outside)
    assert [muted_by_time(loaded, active, at(moment)) for moment in inside] == [None] * len(inside)
    assert [muted_by_time(loaded, active, at(moment)) for moment in outside] == ["outside of t"] * len(
        outside
    )
