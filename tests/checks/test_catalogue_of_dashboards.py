"""What dashboards and their LogQL can have wrong: each by one bad dashboard and one good."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from obs.checks.runner import Linted, Selection, run
from obs.importer.subject import read
from obs.record import dataclass, field

PROMETHEUS = {"type": "prometheus", "uid": "prometheus"}
LOKI = {"type": "loki", "uid": "loki"}
RATE = "sum by (job) (rate(errors_total[$__rate_interval]))"
LINES = 'sum by (app) (count_over_time({app="a"} |= "x" [$__auto]))'
Json = dict[str, Any]


def panel(
    expr: str = RATE, data: object = PROMETHEUS, target: Mapping[str, object] = {}, **more: Any
) -> Json:
    asked = {"refId": "A", "expr": expr, "datasource": data, **target}
    return {
        "type": "timeseries",
        "title": "Errors",
        "description": "How many.",
        "datasource": data,
        "targets": [asked],
        "fieldConfig": {"defaults": {"unit": "ops"}, "overrides": []},
        **more,
    }


def logs(expr: str, **more: Any) -> Json:
    return panel(expr, LOKI, **more)


def page(*panels: Json, variables: tuple[Json, ...] = (), **more: Any) -> Json:
    placed = [
        {"id": number + 1, "gridPos": {"x": 0, "y": 8 * number, "w": 12, "h": 8}, **one}
        for number, one in enumerate(panels or (panel(),))
    ]
    return {
        "uid": "example-uid",
        "title": "Example",
        "schemaVersion": 39,
        "timezone": "utc",
        "editable": False,
        "refresh": "1m",
        "tags": [],
        "links": [{"type": "link", "title": "All", "url": "/dashboards"}],
        "templating": {"list": list(variables)},
        "panels": placed,
        **more,
    }


def variable(name: str = "job", query: str = "label_values(up, job)", **more: Any) -> Json:
    return {"type": "query", "name": name, "query": query, "datasource": PROMETHEUS, "refresh": 2, **more}


def unit(name: str, **more: Any) -> Json:
    return {"fieldConfig": {"defaults": {"unit": name, **more}, "overrides": []}}


def steps(*colours: str) -> Json:
    values = [None, 70, 90]
    listed = [{"color": colour, "value": value} for colour, value in zip(colours, values, strict=False)]
    return unit("ops", thresholds={"mode": "absolute", "steps": listed}, color={"mode": "thresholds"})


@dataclass(frozen=True, slots=True)
class Case:
    """`bad` is reported by `check`, `good` is not; `beside` are other files of the same folder."""

    row: str
    check: str
    bad: Json
    good: Json
    beside: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.row


DATASOURCES = {
    "ds.yaml": "apiVersion: 1\ndatasources:\n  - {name: Prometheus, type: prometheus, uid: prometheus}\n  - {name: Loki, type: loki, uid: loki}\n"
}
ALERT = "groups: [{{name: g, rules: [{{alert: A, expr: up == 0, annotations: {{{}}}}}]}}]\n"
LINKED = {"rules.yaml": ALERT.format("__dashboardUid__: example-uid, __panelId__: '1'")}
PROMTAIL = {
    "promtail.yaml": "scrape_configs: [{job_name: a, static_configs: [{labels: {app: a}}], pipeline_stages: [{cri: {}}]}]\n"
}
USES = panel('sum by (job) (rate(errors_total{job=~"$job"}[$__rate_interval]))')
AS_MANIFEST = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: page, labels: {{grafana_dashboard: '1'}}}}\ndata:\n  page.json: '{}'\n"
V2 = {
    "apiVersion": "dashboard.grafana.app/v2beta1",
    "kind": "Dashboard",
    "metadata": {"name": "a"},
    "spec": {
        "title": "A",
        "elements": {},
        "layout": {"kind": "GridLayout", "spec": {"items": []}},
        "variables": [],
    },
}

ERRORS = [
    Case("D101-title", "invalid-dashboard-json", page(title=""), page()),
    Case(
        "D102", "v2-dashboard-in-sidecar", page(), page(), {"bad/cm.yaml": AS_MANIFEST.format(json.dumps(V2))}
    ),
    Case("D103", "dashboard-without-uid", page(uid=""), page()),
    Case(
        "D104",
        "duplicate-panel-id",
        page(panel(id=1), panel(id=1, title="B")),
        page(panel(id=1), panel(id=2, title="B")),
    ),
    Case(
        "D105-overlap",
        "panels-overlap",
        page(
            panel(gridPos={"x": 0, "y": 0, "w": 12, "h": 8}), panel(gridPos={"x": 6, "y": 0, "w": 12, "h": 8})
        ),
        page(
            panel(gridPos={"x": 0, "y": 0, "w": 12, "h": 8}),
            panel(gridPos={"x": 12, "y": 0, "w": 12, "h": 8}),
        ),
    ),
    Case(
        "D105-outside", "panel-outside-grid", page(panel(gridPos={"x": 18, "y": 0, "w": 12, "h": 8})), page()
    ),
    Case(
        "D106",
        "duplicate-ref-id",
        page(panel(targets=[{"refId": "A", "expr": "up"}, {"refId": "A", "expr": "up"}])),
        page(panel(targets=[{"refId": "A", "expr": "up"}, {"refId": "B", "expr": "up"}])),
    ),
    Case("D107", "invalid-promql", page(panel("sum(rate(x[5m])")), page()),
    Case("D108", "invalid-logql", page(logs('{app="a"} |=')), page(logs(LINES))),
    Case("D109", "undefined-variable", page(USES), page(USES, variables=(variable(),))),
    Case(
        "D110-unknown",
        "unknown-datasource",
        page(panel(data={"type": "prometheus", "uid": "thanos"})),
        page(),
        DATASOURCES,
    ),
    Case("D110-no-uid", "datasource-without-uid", page(panel(data={"type": "prometheus"})), page()),
    Case(
        "D111",
        "datasource-from-import-dialog",
        page(panel(data="${DS_PROMETHEUS}"), __inputs=[{"name": "DS_PROMETHEUS", "type": "datasource"}]),
        page(),
    ),
    Case(
        "D112",
        "query-language-mismatch",
        page(panel('{app="a"} |= "x"')),
        page(logs('{app="a"} |= "x"', type="logs")),
    ),
    Case("D113", "counter-read-raw", page(panel('sum by (job) (errors_total{job="shop"})')), page()),
    Case(
        "D114",
        "histogram-quantile-without-le",
        page(panel("histogram_quantile(0.9, sum by (job) (rate(x_bucket[$__rate_interval])))")),
        page(panel("histogram_quantile(0.9, sum by (job, le) (rate(x_bucket[$__rate_interval])))")),
    ),
    Case(
        "D115-gauge",
        "rate-on-gauge",
        page(panel("rate(node_load1[$__rate_interval])")),
        page(panel("node_load1")),
    ),
    Case(
        "D115-range",
        "range-shorter-than-two-scrapes",
        page(panel("rate(errors_total[1m])")),
        page(),
        {"prometheus.yml": "global: {scrape_interval: 30s}\nscrape_configs: []\n"},
    ),
    Case(
        "D116",
        "link-to-missing-dashboard",
        page(links=[{"type": "link", "title": "x", "url": "/d/exampel-uid/x"}]),
        page(links=[{"type": "link", "title": "x", "url": "/d/example-uid/x"}]),
    ),
    Case("D117", "alert-links-to-missing-panel", page(panel(id=7)), page(panel(id=1)), LINKED),
    Case(
        "D118",
        "unknown-log-label",
        page(logs('sum by (app) (count_over_time({team="a"}[$__auto]))')),
        page(logs(LINES)),
        PROMTAIL,
    ),
    Case("D119", "unknown-metric", page(panel("node_laod1")), page(panel("node_load1"))),
    Case(
        "D120",
        "recording-rule-missing",
        page(panel("job:errors:rate1m")),
        page(panel("job:errors:rate5m")),
        {
            "rules.yaml": "groups: [{name: g, rules: [{record: 'job:errors:rate5m', expr: 'sum by (job) (rate(errors_total[5m]))'}]}]\n"
        },
    ),
]

QUALITY = [
    Case("D201", "panel-without-unit", page(panel(fieldConfig={"defaults": {}, "overrides": []})), page()),
    Case("D202", "panel-without-description", page(panel(description="")), page()),
    Case("D203", "fixed-window", page(panel("sum by (job) (rate(errors_total[5m]))")), page()),
    Case("D204", "fixed-window", page(logs('sum by (app) (rate({app="a"}[5m]))')), page(logs(LINES))),
    Case(
        "D205",
        "variable-never-refreshed",
        page(USES, variables=(variable(refresh=0),)),
        page(USES, variables=(variable(),)),
    ),
    Case("D206", "unused-variable", page(variables=(variable(),)), page(USES, variables=(variable(),))),
    Case(
        "D207",
        "all-matches-nothing",
        page(
            logs('{app=~"$app"}', type="logs"),
            variables=(
                variable("app", "label_values(app)", datasource=LOKI, includeAll=True, allValue=".*"),
            ),
        ),
        page(
            logs('{app=~"$app"}', type="logs"),
            variables=(
                variable("app", "label_values(app)", datasource=LOKI, includeAll=True, allValue=".+"),
            ),
        ),
    ),
    Case("D208", "editable-dashboard", page(editable=True), page()),
    Case("D209", "refresh-too-short", page(refresh="5s"), page()),
    Case("D210", "crowded-dashboard", page(*[panel() for _ in range(26)]), page()),
    Case(
        "D211",
        "ratio-without-minimum",
        page(panel(**unit("percentunit"))),
        page(panel(**unit("percentunit", min=0))),
    ),
    Case(
        "D212",
        "legend-label-missing",
        page(panel(target={"legendFormat": "{{pod}}"})),
        page(panel(target={"legendFormat": "{{job}}"})),
    ),
    Case(
        "D213",
        "choice-ignored",
        page(
            panel('sum by (job) (rate(errors_total{job="shop"}[$__rate_interval]))'),
            USES,
            variables=(variable(),),
        ),
        page(USES, variables=(variable(),)),
    ),
    Case(
        "D214",
        "red-green-only",
        page(panel(type="gauge", **steps("green", "red"))),
        page(panel(type="gauge", **steps("blue", "red"))),
    ),
    Case(
        "D215", "raw-color", page(panel(**steps("#00ff00", "red"))), page(panel(**steps("green", "yellow")))
    ),
    Case(
        "D216", "duplicate-query", page(panel(), panel(title="Again")), page(panel(), panel("up", title="Up"))
    ),
    Case("D217", "viewer-timezone", page(timezone="browser"), page()),
    Case("D218", "dashboard-without-links", page(links=[]), page()),
    Case(
        "D220",
        "unit-differs-elsewhere",
        page(panel(), panel(title="Again", **unit("short"))),
        page(panel(), panel(title="Again")),
    ),
]

LOGQL = [
    Case("empty-compatible-selector", "invalid-logql", page(logs('{app=~".*"} |= "x"', type="logs")), page(logs('{app=~".+"} |= "x"', type="logs"))),
    Case("unwrap-outside-a-range", "invalid-logql", page(logs('{app="a"} | logfmt | unwrap bytes', type="logs")), page(logs('sum by (app) (sum_over_time({app="a"} | logfmt | unwrap bytes | __error__="" [$__auto]))'))),
    Case("count-with-unwrap", "invalid-logql", page(logs('count_over_time({app="a"} | logfmt | unwrap b [$__auto])')), page(logs('count_over_time({app="a"} | logfmt [$__auto])'))),
    Case("sum-without-unwrap", "invalid-logql", page(logs('sum_over_time({app="a"} | logfmt [$__auto])')), page(logs(LINES))),
    Case("grouping-not-allowed", "invalid-logql", page(logs('count_over_time({app="a"}[$__auto]) by (app)')), page(logs(LINES))),
    Case("quantile-parameter", "quantile-out-of-range", page(logs('quantile_over_time(95, {app="a"} | logfmt | unwrap ms | __error__="" [$__auto])')), page(logs('quantile_over_time(0.95, {app="a"} | logfmt | unwrap ms | __error__="" [$__auto])'))),
    Case("topk-parameter", "invalid-logql", page(logs('topk(0, sum by (app) (rate({app="a"}[$__auto])))')), page(logs('topk(5, sum by (app) (rate({app="a"}[$__auto])))'))),
    Case("label-nobody-extracts", "unknown-log-label", page(logs('sum by (code) (count_over_time({app="a"} | regexp "(?P<path>/x)" [$__auto]))')), page(logs('sum by (path) (count_over_time({app="a"} | regexp "(?P<path>/x)" [$__auto]))')), PROMTAIL),
    Case("regexp-without-names", "invalid-logql", page(logs('{app="a"} | regexp "(x)"', type="logs")), page(logs('{app="a"} | regexp "(?P<y>x)"', type="logs"))),
    Case("regexp-with-one-name-twice", "invalid-logql", page(logs('{app="a"} | regexp "(?P<y>x)(?P<y>z)"', type="logs")), page(logs('{app="a"} | regexp "(?P<y>x)(?P<z>z)"', type="logs"))),
    Case("unguarded-unwrap", "unguarded-unwrap", page(logs('sum by (app) (sum_over_time({app="a"} | regexp "(?P<b>[0-9-]+)" | unwrap b [$__auto]))')), page(logs('sum by (app) (sum_over_time({app="a"} | regexp "(?P<b>[0-9-]+)" | unwrap b | __error__="" [$__auto]))'))),
    Case("parser-before-filter", "parsed-before-filtered", page(logs('{app="a"} | logfmt | level="error"', type="logs")), page(logs('{app="a"} |= "error" | logfmt | level="error"', type="logs"))),
    Case("regex-filter-of-a-text", "line-regex-redundant", page(logs('{app="a"} |~ "error"', type="logs")), page(logs('{app="a"} |= "error"', type="logs"))),
    Case("interval-in-instant", "interval-in-instant-query", page(logs('sum(count_over_time({app="a"}[$__interval]))', type="stat", target={"queryType": "instant"})), page(logs('sum(count_over_time({app="a"}[$__range]))', type="stat", target={"queryType": "instant"}))),
    Case("high-cardinality", "high-cardinality-grouping", page(logs('sum by (path) (count_over_time({app="a"} | logfmt [$__auto]))')), page(logs(LINES))),
    Case("query-of-itself", "log-query-finds-itself", page(logs('{namespace=~".+"} |= "ERROR"', type="logs")), page(logs('{app="a"} |= "ERROR"', type="logs"))),
]  # fmt: skip


@pytest.mark.parametrize("case", [*ERRORS, *QUALITY, *LOGQL], ids=str)
def test_bad_is_told_and_good_is_not(case: Case, tmp_path: Path) -> None:
    assert case.check in found(case, "bad", tmp_path), "the bad one is not told"
    assert case.check not in found(case, "good", tmp_path), "the good one is told"


def found(case: Case, which: str, top: Path) -> set[str]:
    """The names of everything that is found, checks of taste included."""
    folder = top / which
    folder.mkdir()
    written = {"page.json": json.dumps(case.bad if which == "bad" else case.good, indent=1)}
    for name, text in case.beside.items():
        if not name.startswith(("bad/", "good/")) or name.startswith(f"{which}/"):
            written[name.rpartition("/")[2]] = text
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    subject, reader = read((folder,), root=folder)
    linted = Linted(subject, None, tuple(reader), subject.files)
    return {one.check for one in run(linted, Selection("mixin", select=("*",)))}
