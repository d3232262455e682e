"""The project's own dashboards: what they hold, and that every query of theirs is one that its server accepts."""

from __future__ import annotations

import json
from importlib import import_module

import pytest

from obs.checks.base import dashboard_findings as validate
from obs.formats.canonical_json import dumps
from obs.formats.grafana_json import read, render
from obs.lang import logql, promql
from obs.model.dashboard import Dashboard
from obs.model.layout import placed
from obs.passes.panel_ids import assign

MODULES = ["loki_error_logs", "gateway_api_traffic", "loki_gateway_api_requests"]


def load(module: str) -> Dashboard:
    found: Dashboard = import_module(f"dashboards.{module}").dashboard
    return found


@pytest.mark.parametrize(
    ("module", "uid", "title", "types", "variables"),
    [
        (
            "loki_error_logs", "loki-error-logs", "Loki - Error Logs",
            {"error-rate-by-namespace": "timeseries", "errors-in-the-last-5m": "stat", "top-10-pods-by-errors-in-5m": "barchart", "error-logs": "logs"},
            ["namespace", "pod"],
        ),
        (
            "gateway_api_traffic", "gateway-api-traffic", "Gateway API Traffic",
            {"request-rate-by-route": "timeseries", "5xx-ratio-by-route": "timeseries", "response-time-by-route": "timeseries", "status-codes": "bargauge", "routes": "table"},
            ["route"],
        ),
        (
            "loki_gateway_api_requests", "loki-gateway-api-requests", "Loki - Gateway API Requests",
            {"request-rate-by-path": "timeseries", "status-codes": "timeseries", "average-duration-by-path": "timeseries", "response-bytes-by-path": "timeseries", "5xx-in-the-last-5m": "stat", "requests": "logs"},
            ["path"],
        ),
    ],
)  # fmt: skip
def test_names_that_are_in_use(
    module: str, uid: str, title: str, types: dict[str, str], variables: list[str]
) -> None:
    dashboard = load(module)
    assert (dashboard.uid, dashboard.title) == (uid, title)
    assert types.items() <= {panel.key: panel.type for panel in dashboard.panels()}.items()
    assert [variable.name for variable in dashboard.variables] == variables


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_wrong_with_them(module: str) -> None:
    dashboard = load(module)
    assert [found.problem for found in validate(dashboard) if found.severity != "info"] == []
    for panel in dashboard.panels():
        assert panel.description, panel.title
        assert panel.unit or panel.type == "logs", panel.title
        for query in panel.queries:
            check = logql.check if query.language == "logql" else promql.check
            check(query.text, grafana=True)


@pytest.mark.parametrize("module", MODULES)
def test_windows_follow_the_range(module: str) -> None:
    """A fixed window only where the title says so; `$__rate_interval` for curves, `$__range` for totals."""
    for panel in load(module).panels():
        for query in panel.queries:
            if "5m" in panel.title:
                assert "[5m]" in query.text
            elif query.language == "logql" and panel.type != "logs":
                assert "[$__auto]" in query.text
            elif query.language == "promql" and "[" in query.text:
                assert ("[$__range]" if query.instant else "[$__rate_interval]") in query.text


def test_all_selects_what_has_the_label_and_nothing_is_unwrapped_unguarded() -> None:
    for module in MODULES:
        dashboard = load(module)
        for variable in dashboard.variables:
            assert variable.all_value == (".+" if variable.include_all else "")
        for _, query in dashboard.queries():
            if "unwrap" in query.text:
                assert '| __error__=""' in query.text.partition("unwrap")[2]
            if "unwrap bytes" in query.text:
                assert '| bytes!="-"' in query.text.partition("unwrap")[0]


def test_numbers_of_errors_show_zero_and_ratios_have_no_holes() -> None:
    for module, key in (
        ("loki_error_logs", "errors-in-the-last-5m"),
        ("loki_gateway_api_requests", "5xx-in-the-last-5m"),
    ):
        assert load(module)[key].queries[0].text.endswith("or vector(0)")
    ratio = load("gateway_api_traffic")["5xx-ratio-by-route"].queries[0].text
    assert " * 0) / (" in ratio
    assert ratio.endswith(" > 0)")


def test_they_lead_to_each_other_and_to_explore() -> None:
    uids = {load(module).uid for module in MODULES}
    for module in MODULES:
        dashboard = load(module)
        tagged = [link for link in dashboard.links if link.tags]
        assert len(tagged) == 1
        assert set(tagged[0].tags) <= set(dashboard.tags)
        for link in dashboard.links:
            if link.url.startswith("/d/"):
                assert link.url.removeprefix("/d/").partition("?")[0] in uids
        if dashboard.data and dashboard.data.type == "loki":
            assert any(link.url.startswith("/explore?") for link in dashboard.links)


def test_the_gateways_dashboard_says_what_has_to_be_switched_on() -> None:
    dashboard = load("gateway_api_traffic")
    assert "ServiceMonitor" in dashboard.description
    for key in ("response-time-by-route", "routes"):
        assert "percentiles-histogram" in dashboard[key].description


@pytest.mark.parametrize("module", MODULES)
def test_they_survive_the_round_trip_and_stay_small(module: str) -> None:
    dashboard = placed(load(module))
    ids = assign([dashboard], {})[0][dashboard.uid]
    text = dumps(render(dashboard, ids))
    assert read(json.loads(text), ids) == dashboard
    assert len(text) < 32_000
    assert b"\\u" not in text
