"""A LogQL query reads a label that no line has: not from the shipper, nor from a stage before.

A selector over such a label finds nothing; grouping by one puts everything into one group without a name; unwrapping
one counts nothing. Loki reports none of it.

Flagged:
    pipeline = Pipeline(cri(), regex(" (?P<level>[A-Z]+) "), labels("level"), honor_labels=True)
    dashboard = Dashboard(
        uid="lines", title="Lines", data=loki, rows=[[timeseries("By team", 'sum by (team) (rate({pod=~".+"}[$__auto]))')]]
    )

Instead:
    pipeline = Pipeline(cri(), regex(" (?P<level>[A-Z]+) "), labels("level"), honor_labels=True)
    dashboard = Dashboard(
        uid="lines", title="Lines", data=loki, rows=[[timeseries("By pod", 'sum by (pod) (rate({pod=~".+"}[$__auto]))')]]
    )

Flagged:
    promtail:
      config: {snippets: {pipelineStages: [{cri: {}}]}}
    ---
    groups:
      - name: logs
        rules:
          - {alert: Errors, expr: 'sum(count_over_time({application="shop"} |= "ERROR" [5m])) > 0'}

Instead:
    promtail:
      config: {snippets: {pipelineStages: [{cri: {}}]}}
    ---
    groups:
      - name: logs
        rules:
          - {alert: Errors, expr: 'sum(count_over_time({app="shop"} |= "ERROR" [5m])) > 0'}

Source: Loki 3.4, LogQL: a label that a line does not have is taken as empty.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, also_of_files, check
from obs.diagnostic import Diagnostic, Excerpt
from obs.graph.log_labels import labels_in_loki, one_installation
from obs.graph.program import Program
from obs.graph.provenance import stream_labels
from obs.graph.subject import Subject
from obs.lang import logql
from obs.lang.error import LanguageError
from obs.origin import Origin


@check()
def unknown_log_label(program: Program) -> Iterator[Diagnostic]:
    """Every label that a panel over Loki reads, at its place in the query."""
    labels = stream_labels(program)
    if labels is None:
        return
    for dashboard, panel, query in program.queries:
        if query.language != "logql":
            continue
        try:
            reads = logql.check(query.text, grafana=True).reads(labels)
        except LanguageError:
            continue  # said by invalid-logql
        for read in reads:
            if read.available != "no" or read.kind in ("drop", "without", "ignoring"):
                continue
            known = ", ".join(sorted(labels))
            selects = read.kind == "selector"
            yield Diagnostic(
                "unknown-log-label",
                f"{dashboard.uid} / {panel.title or panel.key}: query {query.ref_id} "
                + (
                    f"selects by {read.label}, which no line has"
                    if selects
                    else f"reads {read.label}, and {read.why}"
                ),
                query.origin or panel.origin,
                why=f"the streams have {known}" if selects else "",
                fix="name it in Pipeline(extra_labels=...) if your scrape configuration sets it"
                if selects
                else "extract it in a stage before (json, logfmt, pattern, or a named group of regexp)",
                excerpt=Excerpt(query.text, read.start, read.end),
            )


@also_of_files(unknown_log_label)
def in_files(subject: Subject) -> Iterator[Finding]:
    """Panels and rules of Loki's ruler, where the files hold every pipeline that lines come through."""
    labels = labels_in_loki(subject)
    if labels is None or not one_installation(subject):
        return
    for owner, what, excerpt, at in _queries(subject):
        try:
            reads = logql.check(excerpt.text, grafana=True).reads(labels)
        except LanguageError:
            continue  # said by invalid-logql
        told: set[str] = set()
        for read in reads:
            if read.available != "no" or read.kind in ("drop", "without", "ignoring") or read.label in told:
                continue
            told.add(read.label)
            selects = read.kind == "selector"
            yield Finding(
                f"{what} selects by {read.label}, which no line has"
                if selects
                else f"{what} reads {read.label}, and {read.why}",
                at,
                why=f"Promtail sends lines with {', '.join(sorted(labels))}" if selects else "",
                fix="select by one of them, or set it in a labels stage"
                if selects
                else "extract it in a stage before (json, logfmt, pattern, or a named group of regexp)",
                excerpt=Excerpt(excerpt.text, read.start, read.end, excerpt.place),
                object=owner,
                evidence="likely",
                severity="warning",
            )


def _queries(subject: Subject) -> Iterator[tuple[str, str, Excerpt, Origin | None]]:
    for dashboard, panel, query in subject.panel_queries:
        if query.language == "logql" and query.text.strip():
            what = f"{dashboard.uid} / {panel.title or panel.key}"
            yield (
                f"dashboard {what}",
                f"{what}: query {query.ref_id}",
                Excerpt(query.text, 0, 0, query.place),
                query.origin or panel.origin,
            )
    for rule in subject.log_rules:
        yield rule.title, str(rule), rule.excerpt(0, 0), rule.origin
