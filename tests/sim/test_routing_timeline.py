"""When messages are sent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from obs.sim.routing import Firing, read
from obs.sim.routing.config import Config
from obs.sim.routing.timeline import run

WEBHOOK = "http://127.0.0.1:9/x"


def config(send_resolved: bool = True, **route: object) -> Config:
    discord = {"webhook_url": WEBHOOK, "send_resolved": send_resolved}
    return read(
        {
            "route": {"receiver": "discord", "group_by": ["alertname"], **route},
            "receivers": [{"name": "discord", "discord_configs": [discord]}, {"name": "null"}],
            "inhibit_rules": [
                {"source_matchers": ['alertname="Source"'], "target_matchers": ['alertname="Target"']}
            ],
            "time_intervals": [
                {
                    "name": "night",
                    "time_intervals": [{"times": [{"start_time": "00:00", "end_time": "00:10"}]}],
                }
            ],
        }
    )


def alert(name: str, start: float, end: float | None = None, **labels: str) -> Firing:
    return Firing({"alertname": name, **labels}, start, end)


def sent(
    config: Config, alerts: list[Firing], seconds: float = 3600, **more: datetime
) -> list[tuple[float, str, str]]:
    """Time, reason, and the pods in the message: resolved ones with a minus."""
    return [
        (
            message.at,
            message.reason,
            " ".join(
                sorted("-" * (one.ends_at is not None) + one.labels.get("pod", "") for one in message.alerts)
            ),
        )
        for message in run(config, alerts, seconds, **more)
    ]


@pytest.mark.parametrize(
    ("route", "alerts", "messages"),
    [
        ({}, [alert("A", 10, pod="a")], [(40, "first", "a")]),
        ({"group_wait": "0s"}, [alert("A", 10, pod="a")], [(10, "first", "a")]),
        # Both come within group_wait: one message.
        ({}, [alert("A", 10, pod="a"), alert("A", 30, pod="b")], [(40, "first", "a b")]),
        # The second waits for the group's next turn.
        ({}, [alert("A", 10, pod="a"), alert("A", 50, pod="b")], [(40, "first", "a"), (340, "new alert", "a b")]),
        # Resolved at the next turn, then silence.
        ({}, [alert("A", 10, 100, pod="a")], [(40, "first", "a"), (340, "resolved", "-a")]),
        # It came and went within group_wait: nobody hears.
        ({}, [alert("A", 10, 20, pod="a")], []),
        # One of two ends.
        (
            {}, [alert("A", 10, pod="a"), alert("A", 10, 400, pod="b")],
            [(40, "first", "a b"), (640, "resolved", "-b a")],
        ),
        # At exactly the interval it has not passed yet: one turn later.
        ({"repeat_interval": "10m"}, [alert("A", 0, pod="a")], [(30, "first", "a"), (930, "repeat", "a"), (1830, "repeat", "a"), (2730, "repeat", "a")]),
        ({"repeat_interval": "11m"}, [alert("A", 0, pod="a")], [(30, "first", "a"), (930, "repeat", "a"), (1830, "repeat", "a"), (2730, "repeat", "a")]),
        # Other groups do not wait for each other.
        ({}, [alert("A", 10, pod="a"), alert("B", 20, pod="b")], [(40, "first", "a"), (50, "first", "b")]),
        # The group was forgotten in between: it waits group_wait again.
        (
            {}, [alert("A", 0, 100, pod="a"), alert("A", 700, pod="a")],
            [(30, "first", "a"), (330, "resolved", "-a"), (730, "new alert", "a")],
        ),
        # Inhibited while the source fires.
        ({}, [alert("Source", 0, 100, pod="s"), alert("Target", 0, pod="t")], [(30, "first", "s"), (330, "resolved", "-s"), (330, "first", "t")]),
    ],
)  # fmt: skip
def test_messages(
    route: dict[str, object], alerts: list[Firing], messages: list[tuple[float, str, str]]
) -> None:
    assert sent(config(**route), alerts) == messages


def test_without_resolved_messages() -> None:
    quiet = config(send_resolved=False)
    assert sent(quiet, [alert("A", 0, 100, pod="a")]) == [(30, "first", "a")]
    assert sent(quiet, [alert("A", 0, pod="a"), alert("A", 0, 100, pod="b")]) == [(30, "first", "a b")]
    # It is told anew, as the log knows that it had ended.
    assert sent(quiet, [alert("A", 0, 100, pod="a"), alert("A", 700, pod="a")]) == [
        (30, "first", "a"),
        (730, "new alert", "a"),
    ]


def test_two_routes_each_have_their_groups() -> None:
    both = config(
        routes=[{"continue": True, "group_wait": "0s"}, {"receiver": "discord", "group_wait": "1m"}]
    )
    assert [(message.at, message.node) for message in run(both, [alert("A", 5)], 100)] == [
        (5, (0,)),
        (65, (1,)),
    ]


def test_a_muted_hour_delays_the_message() -> None:
    night = config(routes=[{"mute_time_intervals": ["night"]}])
    midnight = datetime(2024, 5, 1, tzinfo=UTC)
    assert sent(night, [alert("A", 0, pod="a")], start=midnight) == [(630, "first", "a")]


def test_a_message_knows_its_data() -> None:
    (message,) = run(config(), [alert("A", 0, pod="a")], 60, datetime(2024, 5, 1, tzinfo=UTC))
    data = message.data("http://am")
    assert (data.status, data.receiver, data.group_labels, data.external_url) == (
        "firing",
        "discord",
        {"alertname": "A"},
        "http://am",
    )
    assert str(data.alerts[0].starts_at) == "2024-05-01 00:00:00 +0000 UTC"
