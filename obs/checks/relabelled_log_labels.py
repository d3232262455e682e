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

Source: Prometheus 2.55, scrape_config, `honor_labels`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import check
from obs.diagnostic import Diagnostic
from obs.graph.program import Program
from obs.graph.queries import query_facts


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
