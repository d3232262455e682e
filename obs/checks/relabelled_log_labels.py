"""An alert over a pipeline counter names Promtail's pod instead of the one that logged.

Prometheus sets `namespace`, `pod` and `container` to those of the pod that it scrapes, which is Promtail's, and keeps
the line's as `exported_namespace` and so on, unless the pipeline says `honor_labels=True`.

Flagged:
    errors = Counter("error_lines_total", help="ERROR lines.", match_all=True)
    pipeline = Pipeline(cri(), errors, honor_labels=False)
    logged = Alert("Logged", expr=seen(errors, within="5m", by=("pod",)), summary="Errors", description="In a pod.")

Instead:
    errors = Counter("error_lines_total", help="ERROR lines.", match_all=True)
    pipeline = Pipeline(cri(), errors, honor_labels=True)
    logged = Alert("Logged", expr=seen(errors, within="5m", by=("pod",)), summary="Errors", description="In a pod.")

Flagged:
    scrape_configs:
      - job_name: pods
        pipeline_stages:
          - metrics:
              error_lines_total:
                {type: Counter, description: ERROR lines., config: {match_all: true, action: inc}}
    ---
    apiVersion: monitoring.coreos.com/v1
    kind: ServiceMonitor
    metadata: {name: promtail}
    spec: {selector: {matchLabels: {app: promtail}}, endpoints: [{port: http-metrics}]}
    ---
    groups:
      - name: logs
        rules:
          - {alert: Logged, expr: "sum by (pod) (increase(promtail_custom_error_lines_total[5m])) > 0"}

Instead:
    scrape_configs:
      - job_name: pods
        pipeline_stages:
          - metrics:
              error_lines_total:
                {type: Counter, description: ERROR lines., config: {match_all: true, action: inc}}
    ---
    apiVersion: monitoring.coreos.com/v1
    kind: ServiceMonitor
    metadata: {name: promtail}
    spec: {selector: {matchLabels: {app: promtail}}, endpoints: [{port: http-metrics, honorLabels: true}]}
    ---
    groups:
      - name: logs
        rules:
          - {alert: Logged, expr: "sum by (pod) (increase(promtail_custom_error_lines_total[5m])) > 0"}

Source: Prometheus 2.55, scrape_config, `honor_labels`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, also_of_files, check
from obs.diagnostic import Diagnostic
from obs.graph.program import Program
from obs.graph.promtail_scrape import promtail_scrapes
from obs.graph.provenance import DISCOVERED
from obs.graph.queries import query_facts
from obs.graph.subject import Rule, Subject


@check()
def relabelled_log_labels(program: Program) -> Iterator[Diagnostic]:
    """Every rule that reads a counter of a pipeline without honor_labels."""
    pipeline = program.pipeline
    if pipeline is None or pipeline.honor_labels:
        return
    counters = {str(counter): counter for counter in pipeline.counters()}
    for rule in program.rules:
        for name in sorted(set(query_facts(program, rule.expr).metrics) & counters.keys()):
            yield Diagnostic(
                "relabelled-log-labels",
                f"{rule} reads {name}, whose namespace and pod would be Promtail's own, not those of the line",
                rule.origin,
                why="the scrape renames the line's labels to exported_namespace and exported_pod",
                fix="Pipeline(..., honor_labels=True)",
                also=((pipeline.origin, "the pipeline"), (counters[name].origin, "the counter")),
            )


@also_of_files(relabelled_log_labels)
def in_files(subject: Subject) -> Iterator[Finding]:
    """Every rule that names the lost labels of a counter, where every known scrape of Promtail takes them away."""
    scrapes = promtail_scrapes(subject)
    if not scrapes or any(scrape.honors or scrape.mends for scrape in scrapes):
        return
    counters = {str(counter): counter for counter in subject.counters}
    lost = frozenset.intersection(*(scrape.sets for scrape in scrapes)) & DISCOVERED
    for rule in subject.rules:
        for name in sorted({*_metrics(rule)} & counters.keys()):
            read = sorted(lost & _labels(rule))
            if not read:
                continue
            yield Finding(
                f"{rule} reads {name}, whose {' and '.join(read)} would be Promtail's own, not those of the line",
                rule.origin,
                why=f"the scrape renames the line's labels to {' and '.join('exported_' + one for one in read)}",
                fix="honorLabels: true on the endpoint, or metricRelabelings that copy exported_... back",
                also=((scrapes[0].at, "the scrape"), (counters[name].origin, "the counter")),
                object=rule.title,
            )


def _metrics(rule: Rule) -> Iterator[str]:
    return (
        (selector.metric for selector in rule.query.selectors if selector.metric) if rule.query else iter(())
    )


def _labels(rule: Rule) -> set[str]:
    """The labels that the result has by name, and those that the selectors ask for."""
    if rule.flow is None or rule.query is None:
        return set()
    kept = {
        label for branch in rule.flow.live for label in branch.labels if branch.state(label) != "excluded"
    }
    return kept | {matcher.label for selector in rule.query.selectors for matcher in selector.matchers}
