"""A function or modifier that the server does not know, or has switched off.

The rule group fails to load, or the rule fails at every evaluation.

Flagged:
    - alert: Jitter
      expr: mad_over_time(latency_seconds[5m]) > 1
      for: 5m

Instead:
    - alert: Jitter
      expr: stddev_over_time(latency_seconds[5m]) > 1
      for: 5m

Source: Prometheus, feature flags and changelog; pint's promql/features asks a server for both.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.feature_gates import gated
from obs.graph.subject import Subject


@lint("error", alone=True)
def experimental_function_without_flag(subject: Subject) -> Iterator[Finding]:
    """Against the declared server; without one, likely. Of a project, the build tells it as invalid-promql."""
    if subject.program is not None:
        return
    known = subject.server is not None and subject.server.version is not None
    for rule in subject.rules:
        if rule.error is not None and gated(rule.expr):
            yield Finding.in_rule(
                rule,
                f"{rule} does not run on this Prometheus: {rule.error.message}",
                (rule.error.start, rule.error.end),
                fix="switch the feature on (PrometheusServer.features), or write it without",
                evidence="certain" if known else "likely",
                severity=None if known else "info",
            )
