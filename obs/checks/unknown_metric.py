"""A query asks for a metric that nobody makes.

It returns nothing: the alert never fires, the panel stays empty, and nothing says so.

A name that is one slip away from a known one is reported everywhere.

Flagged:
    - alert: DiskFillsUp
      expr: predict_linear(node_filesystem_avial_bytes[1h], 4 * 3600) < 0
      for: 10m

Instead:
    - alert: DiskFillsUp
      expr: predict_linear(node_filesystem_avail_bytes[1h], 4 * 3600) < 0
      for: 10m

So is one that only lacks its suffix, or has one too much.

Flagged:
    - alert: Restarts
      expr: increase(kube_pod_container_status_restarts[1h]) > 5

Instead:
    - alert: Restarts
      expr: increase(kube_pod_container_status_restarts_total[1h]) > 5

In a project that declares its targets, every metric has to come from somewhere: a target, a rule, the pipeline, or a
system of the catalogue.

Flagged:
    shop = Target("shop", provided_by="charts/shop", exposes=["shop_*"])
    orders = RecordingRule("job:store_orders:rate5m", expr="sum by (job) (rate(store_orders_total[5m]))")

Instead:
    shop = Target("shop", provided_by="charts/shop", exposes=["shop_*", "store_*"])
    orders = RecordingRule("job:store_orders:rate5m", expr="sum by (job) (rate(store_orders_total[5m]))")

Other people's files may ask for metrics of exporters that the catalogue does not describe: those are told in one line,
as `info`. `obs catalogue learn` makes them known.

Source: none of the other linters without a server; pint's promql/series asks one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from obs.catalogue.gaps import gap
from obs.catalogue.library import close
from obs.catalogue.renamed import RENAMED
from obs.catalogue.series import System
from obs.checks.base import Finding, lint
from obs.graph.meant import SERIES, meant_metric
from obs.graph.selections import Selection
from obs.graph.subject import Subject

_ENDINGS = ("_total", "_seconds", "_bytes", "_seconds_total", "_bytes_total", "_ratio", "_count")


@lint("warning")
def unknown_metric(subject: Subject) -> Iterator[Finding]:
    """Records and renamed metrics have checks of their own; each name is told once.

    A target's `node_*` covers a slip of the pen too, so what it exposes is looked at like what nobody makes.
    """
    told: set[str] = set()
    strangers: dict[str, Selection] = {}
    for one in subject.selections:
        name = one.metric
        covered = bool(one.sources) and all(source.kind == "target" for source in one.sources)
        if (one.sources and not covered) or name in told or ":" in name or name in RENAMED or gap(name):
            continue
        told.add(name)
        slip = meant_metric(name)
        other = "" if slip else _other_ending(subject, name)
        if slip or other:
            yield _resembling(
                one, slip or other, sure=bool(slip) or (subject.program is not None and not covered)
            )
        elif subject.program is not None and subject.targets and not covered:
            yield replace(_undeclared(one), cause=f"nobody exposes {_exporter(name)}")
        elif subject.program is None and not covered:
            system = subject.metrics.catalogue.seen(name)
            if system is None:
                strangers[name] = one
            else:
                yield _not_seen(one, system)
    if strangers:
        yield _unjudged(strangers)


def _exporter(name: str) -> str:
    return f"{name.partition('_')[0]}_*"


def _unjudged(strangers: Mapping[str, Selection]) -> Finding:
    exporters = sorted(set(map(_exporter, strangers)))
    listed = ", ".join(exporters[:8]) + (f" and {len(exporters) - 8} more" if len(exporters) > 8 else "")
    many = len(strangers) > 1
    first = next(iter(strangers.values()))
    return Finding(
        f"{len(strangers)} metric{'s' if many else ''} of exporters that the catalogue does not describe: {listed}",
        first.rule.origin,
        why=f"{'their' if many else 'its'} type, labels and existence cannot be judged",
        fix="obs catalogue learn metadata.json (an answer of /api/v1/metadata, or a page of /metrics)",
        evidence="assumed",
        severity="info",
        object="catalogue",
    )


def _resembling(one: Selection, meant: str, *, sure: bool) -> Finding:
    return Finding.in_rule(
        one.rule,
        f"{one.rule} asks for {one.metric}, which nobody is known to expose",
        one.name_span,
        fix=f"did you mean {meant}?",
        evidence="likely",
        severity=None if sure else "info",
    )


def _undeclared(one: Selection) -> Finding:
    return Finding.in_rule(
        one.rule,
        f"{one.rule} asks for {one.metric}, which nothing in this project makes",
        one.name_span,
        why="no target exposes it, no rule records it, no pipeline counts it, and the catalogue does not know it",
        fix="add it to exposes= of its Target, or describe its exporter: "
        "obs catalogue capture http://.../metrics --out catalogue/NAME.yaml",
        evidence="likely",
    )


def _not_seen(one: Selection, system: System) -> Finding:
    near = close(one.metric, list(system.entries), 1, 0.8)
    return Finding.in_rule(
        one.rule,
        f"{one.rule} asks for {one.metric}, which {system.title} was not seen to expose",
        one.name_span,
        why=f"{len(system.entries)} others of it are known from {next(iter(system.groups.values())).source}",
        fix=f"did you mean {near[0]}?" if near else "learn it again where that is old: obs catalogue learn",
        evidence="likely",
    )


def _other_ending(subject: Subject, name: str) -> str:
    """The known name that differs only in what stands for the unit or the type."""
    if len(name) < 10:
        return ""
    names = [name + end for end in _ENDINGS]
    names += [name.removesuffix(end) for end in _ENDINGS if name.endswith(end)]
    names += [f"{name.removesuffix(end)}_seconds{end}" for end in SERIES if name.endswith(end)]
    return next((each for each in names if subject.metrics.series(each)), "")
