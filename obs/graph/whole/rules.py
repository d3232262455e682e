"""Draws what Prometheus does: scrape targets, the metrics they expose, and the rules that read these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obs.graph.document import Document
from obs.graph.metric_source import dropping_steps
from obs.graph.parts import Parts, matchers_of, metric_of
from obs.graph.subject import Rule
from obs.graph.whole.sheet import LINES, Sheet
from obs.lang.duration import render
from obs.lang.promql.syntax import VectorSelector
from obs.origin import Origin
from obs.record import dataclass

ALERTS = ("ALERTS", "ALERTS_FOR_STATE")
"""The series that Prometheus itself makes of firing alerts."""


def place_rules(sheet: Sheet) -> None:
    """A node for every rule, before anything reads one."""
    for rule in (*sheet.subject.rules, *sheet.subject.log_rules):
        sheet.rule_ids[id(rule)] = sheet.another(rule.kind, rule.name, _about(rule), rule.origin)
    program = sheet.subject.program
    for alert in program.definitions.chart_alerts if program is not None else ():
        sheet.node("alert", alert.name, alert.about or "not a rule of this project", alert.origin)


def _about(rule: Rule) -> str:
    words = [f"group {rule.group}"]
    if rule.kind == "alert":
        words.append(f"severity {rule.labels.get('severity', 'none')}")
        words.append(f"for {render(rule.for_)}")
    return ", ".join(words)


def draw(sheet: Sheet) -> None:
    """The metrics that every rule reads, and what exposes them; the rules of a Loki ruler read lines."""
    for rule in sheet.subject.log_rules:
        lines = sheet.node("lines", LINES, "log lines as Loki stores them")
        sheet.edge(lines, sheet.rule_ids[id(rule)], "feeds", "reads log lines", rule.origin)
    for rule, parts in sheet.subject.queried:
        reads_metrics(sheet, parts, sheet.rule_ids[id(rule)], rule.origin)


def reads_metrics(sheet: Sheet, parts: Parts, reader: str, origin: Origin | None) -> None:
    """An edge from every metric of an expression; from the alerts themselves where it reads `ALERTS`."""
    for selector in parts.selectors:
        name = metric_of(selector)
        if name is None:
            _by_pattern(sheet, selector, reader, origin)
            continue
        alerts = tuple(_alerts(sheet, selector)) if name in ALERTS else ()
        for source in alerts or sheet.metric(name):
            sheet.edge(source, reader, "feeds", f"reads {name}", origin)


def _by_pattern(sheet: Sheet, selector: VectorSelector, reader: str, origin: Origin | None) -> None:
    """`{__name__=~"job:.*"}` reads what is recorded and counted under such names, and perhaps more."""
    from obs.lang.promql import regexes

    for matcher in selector.matchers:
        if matcher.label == "__name__" and matcher.op == "=~" and not matcher.dynamic:
            for name in sorted({*sheet.subject.recorded, *sheet.series}):
                if regexes.matches(matcher.value, name):
                    for source in sheet.metric(name):
                        sheet.edge(source, reader, "feeds", f"reads {matcher.value}", origin, likely=True)


def _alerts(sheet: Sheet, selector: VectorSelector) -> Iterator[str]:
    named = [one.value for one in matchers_of(selector) if one.label == "alertname" and one.op == "="]
    for rule in sheet.subject.alerts:
        if rule.name in named:
            yield sheet.rule_ids[id(rule)]


# What exposes a metric


@dataclass(frozen=True, slots=True)
class _Job:
    """A scrape of other people's files: known by the `job` that its series have."""

    node: str
    job: str


def draw_targets(sheet: Sheet) -> None:
    """Every metric that is not recorded comes from a target, or from a system that the catalogue knows."""
    _place_targets(sheet)
    by_job = {one.job: one.node for one in _jobs(sheet)}
    for _, parts in sheet.subject.queried if by_job else ():
        for selector in parts.selectors:
            _selected_by_job(sheet, selector, by_job)
    exposed = {target for _, target, kind in sheet.edges if kind in ("exposes", "counts")}
    for id, node in list(sheet.nodes.items()):
        if node.kind == "metric" and not _declared(sheet, node.name) and id not in exposed:
            _catalogued(sheet, node.name)


def _selected_by_job(sheet: Sheet, selector: VectorSelector, by_job: Mapping[str, str]) -> None:
    name = metric_of(selector)
    if name is None or name in sheet.subject.recorded:
        return
    for matcher in matchers_of(selector):
        if matcher.label == "job" and matcher.op == "=" and matcher.value in by_job:
            why = f'selected with job="{matcher.value}"'
            sheet.edge(by_job[matcher.value], sheet.node("metric", name), "exposes", why, likely=True)


def _place_targets(sheet: Sheet) -> None:
    for target in sheet.subject.targets:
        state = f"every {target.interval}" if target.enabled else f"off: {target.switch_on}"
        node = sheet.node("target", target.name, f"{state}, by {target.provided_by}", target.origin)
        if target.service is not None:
            service = sheet.node("service", target.service.name, target.service.about, target.service.origin)
            sheet.edge(service, node, "feeds", f"serves {target.path}", target.origin)


def _declared(sheet: Sheet, metric: str) -> bool:
    exposing = [target for target in sheet.subject.targets if target.exposes_metric(metric)]
    for target in exposing:
        patterns = " and ".join(one for one in target.exposes if target.exposes_metric(metric))
        why = f"exposes {patterns}" + "".join(
            f"; its relabelling throws away {one}" for one in dropping_steps(target, metric)
        )
        off = "" if target.enabled else "; it is switched off"
        sheet.edge(f"target/{target.name}", f"metric/{metric}", "exposes", f"{why}{off}", target.origin)
    return bool(exposing)


def _catalogued(sheet: Sheet, metric: str) -> None:
    for series in sheet.subject.metrics.series(metric):
        exporter = sheet.node("exporter", series.system.id, series.system.title)
        sheet.edge(exporter, f"metric/{metric}", "exposes", "the catalogue knows it there", likely=True)


def _jobs(sheet: Sheet) -> Iterator[_Job]:
    """ServiceMonitors, PodMonitors and scrape configurations of other people's files."""
    for document in sheet.subject.of_kind("ServiceMonitor", "PodMonitor"):
        about = f"{document.kind}, {_interval(document)}"
        node = sheet.another("target", document.name or document.kind, about, document.origin)
        yield _Job(node, document.name)
    for document in sheet.subject.of_kind("prometheus"):
        for index, job in enumerate(document.get("scrape_configs") or ()):
            if isinstance(job, Mapping) and job.get("job_name"):
                name = str(job["job_name"])
                at = document.at("scrape_configs", index)
                yield _Job(sheet.another("target", name, "a scrape configuration", at), name)


def _interval(document: Document) -> str:
    for key in ("endpoints", "podMetricsEndpoints"):
        interval = document.get("spec", key, 0, "interval")
        if interval:
            return f"every {interval}"
    return "at the server's interval"
