"""A panel shows its numbers in a unit that the query does not have.

A ratio shown as percent is a hundred times too small, seconds shown as milliseconds a thousand times.

Flagged:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'sum(rate(errors_total{code="500"}[5m])) / sum(rate(errors_total[5m]))'}]
        fieldConfig: {defaults: {unit: percent}}

Instead:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'sum(rate(errors_total{code="500"}[5m])) / sum(rate(errors_total[5m]))'}]
        fieldConfig: {defaults: {unit: percentunit}}

Flagged:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'histogram_quantile(0.9, sum by (le) (rate(latency_seconds_bucket[5m])))'}]
        fieldConfig: {defaults: {unit: ms}}

Instead:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'histogram_quantile(0.9, sum by (le) (rate(latency_seconds_bucket[5m])))'}]
        fieldConfig: {defaults: {unit: s}}

Flagged:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'rate(received_bytes_total[5m])'}]
        fieldConfig: {defaults: {unit: bps}}

Instead:
    panels:
      - type: timeseries
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: 'rate(received_bytes_total[5m])'}]
        fieldConfig: {defaults: {unit: Bps}}

Source: Grafana 12, units; Prometheus, naming of metrics: base units in the name.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.panel_query import has_one_unit
from obs.graph.subject import Subject
from obs.graph.value_units import ValueUnit, value_unit

_TIME = frozenset(
    [
        "ns",
        "µs",
        "ms",
        "s",
        "m",
        "h",
        "d",
        "dtdurationms",
        "dtdurations",
        "dthms",
        "dtdhms",
        "clockms",
        "clocks",
        "timeticks",
    ]
)
_SECONDS = frozenset(["s", "dtdurations", "dthms", "dtdhms", "clocks"])
_MILLISECONDS = frozenset(["ms", "dtdurationms", "clockms"])
_BYTES = frozenset(["bytes", "decbytes"])
_DATA = _BYTES | frozenset(
    [
        "bits",
        "decbits",
        "kbytes",
        "deckbytes",
        "mbytes",
        "decmbytes",
        "gbytes",
        "decgbytes",
        "tbytes",
        "dectbytes",
        "pbytes",
        "decpbytes",
    ]
)
_BYTE_RATES = frozenset(["binBps", "Bps"])
_DATA_RATES = _BYTE_RATES | frozenset(
    [
        "binbps",
        "bps",
        "KiBs",
        "Kibits",
        "KBs",
        "Kbits",
        "MiBs",
        "Mibits",
        "MBs",
        "Mbits",
        "GiBs",
        "Gibits",
        "GBs",
        "Gbits",
        "TiBs",
        "Tibits",
        "TBs",
        "Tbits",
    ]
)
_SHARES = frozenset({"percent", "percentunit"})
_MEASURES = _TIME | _DATA | _DATA_RATES | _SHARES
_CONTRADICTED: dict[ValueUnit, frozenset[str]] = {
    "ratio": _MEASURES - {"percentunit"},
    "percent": _MEASURES - {"percent"},
    "seconds": _MEASURES - _SECONDS,
    "milliseconds": _MEASURES - _MILLISECONDS,
    "bytes": _MEASURES - _BYTES,
    "bytes per second": _MEASURES - _BYTE_RATES - _BYTES,
    "count": _MEASURES,
    "events per second": _MEASURES,
}
_MEANT: dict[ValueUnit, str] = {
    "ratio": "percentunit",
    "percent": "percent",
    "seconds": "s",
    "milliseconds": "ms",
    "bytes": "bytes",
    "bytes per second": "Bps",
    "count": "short",
    "events per second": "reqps",
}


@lint("warning")
def unit_contradicts_query(subject: Subject) -> Iterator[Finding]:
    """Of PromQL, where the unit of the whole panel is that of the query: no overrides, no transformations."""
    for query in subject.asked:
        panel = query.panel
        if query.query is None or query.parts is None or query.target.hide or not has_one_unit(panel):
            continue
        found = value_unit(query.query.tree, query.parts)
        if found is not None and panel.unit in _CONTRADICTED[found]:
            yield Finding.in_panel(
                query.dashboard,
                panel,
                f"shows {panel.unit}, and query {query.target.ref_id} gives {_words(found)}",
                why="" if found in ("ratio", "percent") else "the names of its metrics say so",
                fix=f'unit="{_MEANT[found]}", or calculate in the query',
                evidence="certain" if found in ("ratio", "percent") else "likely",
                cause=f"{panel.unit} of {query.expr}",
            )


def _words(unit: ValueUnit) -> str:
    return {"ratio": "a ratio from 0 to 1", "percent": "percent from 0 to 100"}.get(unit, unit)
