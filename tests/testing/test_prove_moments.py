"""Series that are sent to Prometheus, targets that come and go, and the moments at which they do."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest

from obs.sim.scrape import STALE
from obs.testing import Scenario, cases, pod_cpu, spring
from obs.testing.prove import coming, remote_write, stored
from obs.testing.prove.coming import Visit, visits
from obs.testing.prove.play import unplayable
from obs.testing.prove.speed import Speed
from obs.testing.scenario.inputs import ClockStep, Inputs, Outage, StoredSeries

SLOW = Speed(5)
PODS = "kubelet"


def literal(body: bytes) -> bytes:
    """A Snappy block of one literal, taken apart: its length in front, then tag, length less one, content."""
    length, place = 0, 0
    while True:
        length |= (body[place] & 0x7F) << 7 * place
        place += 1
        if not body[place - 1] & 0x80:
            break
    assert body[place] == 0xFC
    (less,) = struct.unpack("<I", body[place + 1 : place + 5])
    content = body[place + 5 :]
    assert len(content) == length == less + 1
    return content


def test_a_request_of_remote_write() -> None:
    """Byte by byte as protoc encodes it: WriteRequest{timeseries: {labels: ..., samples: {value: 1.5, timestamp: 300}}}."""
    content = literal(remote_write.body([({"b": "2", "__name__": "up"}, [(300, 1.5)])]))
    assert content == (
        b"\x0a\x26"  # one series
        b"\x0a\x0e\x0a\x08__name__\x12\x02up\x0a\x06\x0a\x01b\x12\x012"  # labels, sorted
        b"\x12\x0c\x09\x00\x00\x00\x00\x00\x00\xf8\x3f\x10\xac\x02"  # a sample
    )


def test_the_end_of_a_series_is_prometheus_own_nan() -> None:
    content = literal(remote_write.body([({"__name__": "up"}, [(0, STALE)])]))
    assert bytes.fromhex("02000000 0000f07f") in content


def test_samples_are_sent_with_their_moments() -> None:
    inputs = Inputs(stored=(StoredSeries('up{job="x"} 1 _ 3x2', 60_000, 30_000),))
    ((labels, samples),) = stored.series(inputs, 150_000, Speed(30), 1000.0)
    assert labels == {"__name__": "up", "job": "x"}
    assert samples == [(1_002_000, 1.0), (1_004_000, 3.0), (1_005_000, 3.0)]
    assert stored.names(inputs) == {"up"}


def test_a_histogram_cannot_be_sent() -> None:
    inputs = Inputs(stored=(StoredSeries("h {{schema:0 sum:1 count:1}}", 0, 30_000),))
    assert unplayable(inputs) == "h is a native histogram, and only floats are sent"


def test_a_clock_that_jumps_is_not_played() -> None:
    assert "clock" in unplayable(Inputs(clock_steps=(ClockStep(0, 1),)))


@pytest.mark.parametrize(
    ("outage", "playable"),
    [
        (Outage("promtail", 0, 60_000, "missed"), True),
        (Outage("promtail", 60_000, 90_000, "missed"), False),
        (Outage("promtail", 60_000, 90_000, "gone"), True),
        (Outage(PODS, 0, 60_000, "missed"), False),
        (Outage(PODS, 0, 60_000, "gone"), True),
    ],
)
def test_which_gaps_can_be_played(scenario: Scenario, outage: Outage, playable: bool) -> None:
    """A target that was scraped before, as the kubelet is in the minutes before the start, ends when it is left out."""
    scenario.log("gateway", spring())
    scenario.given(pod_cpu("gateway", "gateway-1").hold(50))
    assert (unplayable(replace(scenario.inputs, outages=(outage,))) == "") is playable


def test_targets_leave_and_come_between_two_scrapes(scenario: Scenario) -> None:
    """Scrapes are six seconds apart at this speed, at 10 s and so on; Prometheus takes up to five to notice."""
    scenario.given(pod_cpu("gateway", "gateway-1").hold(50))
    inputs = replace(scenario.inputs, outages=(Outage(PODS, 60_000, 120_000, "gone"),))
    target = next(one for one in scenario.platform.targets if one.name == PODS)
    assert coming.slowest(scenario.platform, inputs, 30) == SLOW.factor
    assert coming.slowest(scenario.platform, scenario.inputs, 30) == 30
    instance = (PODS, "node-1")
    assert visits(inputs, target, instance, 10_000, SLOW) == [Visit(instance, 41_500, 102_000)]
    assert visits(inputs, target, (PODS, "node-1"), 0, SLOW) == [Visit(instance, 31_500, 92_000)]
    assert visits(inputs, target, ("node-exporter", "node-1"), 0, SLOW) == []


def test_a_target_that_was_never_there_does_not_leave(scenario: Scenario) -> None:
    inputs = Inputs(outages=(Outage("promtail", 0, 180_000, "missed"),))
    (visit,) = visits(inputs, scenario.platform.promtail, ("promtail", "node-1"), 10_000, SLOW)
    assert visit == Visit(("promtail", "node-1"), None, 162_000)


@cases(until=["7m", "7m30s", "8m"])
def test_what_a_target_told_is_seen_for_a_while_after_it_is_gone(scenario: Scenario, until: str) -> None:
    """Prometheus 2.55, `endOfRunStaleness`: the end is written two intervals and a tenth after the last scrape."""
    scenario.given(pod_cpu("gateway", "gateway-1").hold(50))
    scenario.gone(PODS, at="6m30s")
    scenario.run(until)
    found = scenario.query('container_cpu_usage_seconds_total{pod="gateway-1"}', until)
    (series,) = scenario.series('container_cpu_usage_seconds_total{pod="gateway-1"}')
    assert bool(found) is (until == "7m")
    assert (STALE in [value for _, value in series.points]) is (until != "7m")
