"""A part of a whole, from 0 to 1, is compared with percent.

`free / size < 10` is always true, `used / size > 90` never.

Flagged:
    - alert: DiskFull
      expr: node_filesystem_avail_bytes / node_filesystem_size_bytes < 10
      for: 5m

Instead:
    - alert: DiskFull
      expr: node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.10
      for: 5m

Flagged:
    - alert: Errors
      expr: sum(rate(requests_total{code=~"5.."}[5m])) / sum(rate(requests_total[5m])) > 5
      for: 5m

Instead:
    - alert: Errors
      expr: 100 * sum(rate(requests_total{code=~"5.."}[5m])) / sum(rate(requests_total[5m])) > 5
      for: 5m

So are metrics that the catalogue knows as ratios.

Flagged:
    - alert: NodesBusy
      expr: instance:node_cpu_utilisation:rate5m > 90
      for: 15m

Instead:
    - alert: NodesBusy
      expr: instance:node_cpu_utilisation:rate5m > 0.9
      for: 15m

Source: none of the other linters; Prometheus, best practices: ratios are 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.ratios import measured
from obs.graph.subject import Subject
from obs.lang.promql.syntax import Binary, strip_parens


@lint("error", alone=True)
def ratio_compared_with_percent(subject: Subject) -> Iterator[Finding]:
    """Ratios whose parts prove that they are: a subset by its whole, or available by size."""
    find = subject.metrics.measured
    for alert in subject.alerts:
        found = measured(alert.query.tree, alert.parts, find) if alert.query and alert.parts else None
        if found is None or found.kind != "ratio" or found.threshold <= 1:
            continue
        outcome = "never fires" if found.op in {">", ">=", "=="} else "always fires"
        yield Finding.in_rule(
            alert,
            f"{alert} {outcome}: the ratio is from 0 to 1, and is compared with {found.threshold:g}",
            (found.comparison.start, found.comparison.end),
            fix=f"compare it with {found.threshold / 100:g}",
            evidence="certain" if isinstance(strip_parens(found.node), Binary) else "likely",
        )
