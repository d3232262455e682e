"""What the rules of the objectives record: requests, failures and retries by service and route, and ratios by window."""

from __future__ import annotations

import pytest

from obs.testing import Scenario, cases
from services.services import community, store, study, user

SERVICES = {service.name: float(number) for number, service in enumerate((user, community, study, store), 1)}
"""Each with a number of its own, by which its rates are multiplied."""
READS = ("GET /a",)
WRITES = ("POST /a", "PATCH /a", "DELETE /a")
MINUTE, HOUR, DAY = 60, 3_600, 86_400
EVERY = 10 * MINUTE


def destination(service: str) -> str:
    return f"{service}.{service}.svc.cluster.local:8080"


def series(metric: str, **labels: str) -> str:
    inside = ", ".join(f'{name}="{value}"' for name, value in labels.items())
    return f"{metric}{{{inside}}}"


def rate(per_second: float) -> str:
    """A counter that grows so fast for six minutes, and grew ten times as fast in the ten minutes before."""
    before, after = 300 * per_second, 30 * per_second
    return f"0+{before:g}x20 {20 * before + after:g}+{after:g}x11"


def methods(routes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(route.split(" ")[0] for route in routes)


def recorded(scenario: Scenario, metric: str, *labels: str) -> dict[tuple[str, ...], float]:
    """The last values of a record that still has some, by labels."""
    return {
        tuple(one.labels[name] for name in labels): float(one.last)
        for one in scenario.series(metric)
        if one.alive
    }


def test_requests_and_failures_of_each_service_and_route(scenario: Scenario) -> None:
    for service, factor in SERVICES.items():
        for route in (*READS, *WRITES):
            own = {"dst": destination(service), "rt_route": route}
            for answer, per_second in (("success", 2 * factor), ("failure", factor)):
                counted = series("route_response_total", direction="outbound", classification=answer, **own)
                scenario.stored(counted, rate(per_second))
        quiet = {"direction": "outbound", "dst": destination(service), "rt_route": "GET /never-fails"}
        scenario.stored(series("route_response_total", classification="success", **quiet), rate(factor))
    for direction, service, route in (
        ("inbound", "user", "GET /a"),
        ("outbound", "eureka", "GET /a"),
        ("outbound", "user", ""),
    ):
        for answer in ("success", "failure"):
            other = {"dst": destination(service), "rt_route": route, "classification": answer}
            scenario.stored(series("route_response_total", direction=direction, **other), rate(1000))
    scenario.run("16m")
    of = ("service", "rt_route")
    requests = recorded(scenario, 'slo:requests:rate5m{slo="availability"}', *of)
    failures = recorded(scenario, 'slo:failures:rate5m{slo="availability"}', *of)
    expected = {(name, route): 3 * number for name, number in SERVICES.items() for route in (*READS, *WRITES)}
    fails = {key: value / 3 for key, value in expected.items()}
    calm = {(name, "GET /never-fails"): number for name, number in SERVICES.items()}
    assert requests == pytest.approx(expected | calm)
    assert failures == pytest.approx(fails | dict.fromkeys(calm, 0.0))


@cases(slo=["read-latency", "write-latency"])
def test_slow_answers_of_each_service_and_route(scenario: Scenario, slo: str) -> None:
    """Of four answers a second two come within 500 ms, three within a second."""
    for direction, names in (("outbound", SERVICES), ("inbound", SERVICES), ("outbound", {"eureka": 1.0})):
        for service, factor in names.items():
            for route in (*READS, *WRITES, "HEAD /a"):
                own = {"direction": direction, "dst": destination(service), "rt_route": route}
                scenario.stored(series("route_response_latency_ms_count", **own), rate(4 * factor))
                for bound, share in (("500", 2), ("1000", 3), ("+Inf", 4)):
                    bucket = series("route_response_latency_ms_bucket", le=bound, **own)
                    scenario.stored(bucket, rate(share * factor))
    quiet = [route.replace("/a", "/without-buckets") for route in (*READS, *WRITES)]
    for service in SERVICES:
        for route in quiet:
            for direction, path in (("outbound", route), ("inbound", f"{route}-and-inbound")):
                own = {"direction": direction, "dst": destination(service), "rt_route": path}
                scenario.stored(series("route_response_latency_ms_count", **own), rate(1))
    scenario.run("16m")
    of = ("service", "rt_route")
    requests = recorded(scenario, f'slo:requests:rate5m{{slo="{slo}"}}', *of)
    failures = recorded(scenario, f'slo:failures:rate5m{{slo="{slo}"}}', *of)
    routes, slow = (READS, 2) if slo == "read-latency" else (WRITES, 1)
    without = [(name, path) for name in SERVICES for path in quiet if path.startswith(methods(routes))]
    keys = {(name, route): number for name, number in SERVICES.items() for route in routes}
    asked = {key: 4 * number for key, number in keys.items()} | dict.fromkeys(without, 1.0)
    failed = {key: slow * number for key, number in keys.items()} | dict.fromkeys(without, 0.0)
    assert requests == pytest.approx(asked)
    assert failures == pytest.approx(failed)


def test_retries_of_each_service_and_of_its_busiest_caller(scenario: Scenario) -> None:
    """Two callers send 10 and 20 requests a second, and send half of them again."""
    for service, factor in SERVICES.items():
        for pod, sent in (("a", 10 * factor), ("b", 20 * factor)):
            own = {"dst": destination(service), "pod": pod}
            scenario.stored(series("route_request_total", direction="outbound", **own), rate(sent))
            scenario.stored(series("route_request_total", direction="inbound", **own), rate(1000))
            scenario.stored(
                series("route_actual_request_total", direction="outbound", **own), rate(1.5 * sent)
            )
    for metric in ("route_request_total", "route_actual_request_total"):
        other = series(metric, direction="outbound", dst=destination("eureka"), pod="a")
        scenario.stored(other, rate(1000))
    scenario.run("16m")
    used = recorded(scenario, "slo:retry_budget_used:ratio_rate5m", "service")
    again = recorded(scenario, "slo:retries:ratio_rate5m", "service")
    budget = {(name,): 10 * number / (10 + 0.2 * 20 * number) for name, number in SERVICES.items()}
    assert used == pytest.approx(budget)
    assert again == pytest.approx({(name,): 0.5 for name in SERVICES})


def test_no_retries_are_recorded_without_requests_and_some_with_few(scenario: Scenario) -> None:
    for service, sent in (("user", "0x32"), ("store", rate(0.01))):
        own = {"direction": "outbound", "dst": destination(service), "pod": "a"}
        scenario.stored(series("route_request_total", **own), sent)
        scenario.stored(series("route_actual_request_total", **own), sent)
    scenario.run("16m")
    assert recorded(scenario, "slo:retries:ratio_rate5m", "service") == pytest.approx({("store",): 0.0})


WINDOWS = {
    "5m": 5 * MINUTE, "30m": 30 * MINUTE, "1h": HOUR, "2h": 2 * HOUR, "6h": 6 * HOUR, "1d": DAY, "3d": 3 * DAY,
    "7d": 7 * DAY,
}  # fmt: skip


def failing(age: float) -> float:
    """The share of requests that failed so long ago: half as many in each older window, nearly all before all of them."""
    for number, window in enumerate(WINDOWS.values()):
        if age < window:
            return 0.5**number
    return 0.9


def test_the_share_of_failures_in_each_window(scenario: Scenario) -> None:
    """A fortnight of one request a second, of one in a million seconds, and of none."""
    count, youngest = 15 * DAY // EVERY, 2 * MINUTE
    ages = [youngest + EVERY * number for number in reversed(range(count))]
    for route, requests in (("GET /a", 1.0), ("GET /rare", 1e-6), ("GET /never", 0.0)):
        own = {"slo": "availability", "service": "user", "rt_route": route}
        asked = " ".join([f"{requests:g}"] * count)
        failed = " ".join(f"{requests * failing(age):g}" for age in ages)
        scenario.stored(series("slo:requests:rate5m", **own), asked, every=EVERY, at=-ages[0])
        scenario.stored(series("slo:failures:rate5m", **own), failed, every=EVERY, at=-ages[0])
    scenario.run("30s")
    for name, window in WINDOWS.items():
        found = recorded(scenario, f"slo:error_ratio:rate{name}", "rt_route")
        seen = [failing(age) for age in ages if age < window]
        share = sum(seen) / len(seen)
        assert found == pytest.approx({("GET /a",): share, ("GET /rare",): share}), name
