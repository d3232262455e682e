"""A matcher on a bucket's or quantile's boundary as Prometheus 3 does not store it.

From 3.0 on, `le` and `quantile` are stored as floats (`1.0`, not `1`): a matcher on `1` finds nothing any more.

Flagged:
    apiVersion: monitoring.coreos.com/v1
    kind: Prometheus
    metadata: {name: main, namespace: monitoring}
    spec: {version: v3.0.1, ruleSelector: {}, ruleNamespaceSelector: {}}
    ---
    groups:
      - name: slo
        rules:
          - record: job:fast:ratio_rate5m
            expr: sum by (job) (rate(request_seconds_bucket{le="1"}[5m])) / sum by (job) (rate(request_seconds_count[5m]))

Instead:
    apiVersion: monitoring.coreos.com/v1
    kind: Prometheus
    metadata: {name: main, namespace: monitoring}
    spec: {version: v3.0.1, ruleSelector: {}, ruleNamespaceSelector: {}}
    ---
    groups:
      - name: slo
        rules:
          - record: job:fast:ratio_rate5m
            expr: sum by (job) (rate(request_seconds_bucket{le=~"1|1[.]0"}[5m])) / sum by (job) (rate(request_seconds_count[5m]))

Source: Prometheus 3.0, migration guide: values of `le` and `quantile` are normalised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.parts import matchers_of
from obs.graph.subject import Subject

_INTEGER = re.compile(r"[+-]?[0-9]+\Z")


@lint("error", alone=True)
def integer_bucket_matcher(subject: Subject) -> Iterator[Finding]:
    """Rules and panels of a server of version 3 and later."""
    stated = subject.server.version if subject.server is not None else None
    for rule, parts in subject.expressions:
        if (stated or rule.version) < (3, 0):
            continue
        for selector in parts.selectors:
            for one in matchers_of(selector):
                if one.label in ("le", "quantile") and one.op == "=" and _INTEGER.match(one.value):
                    yield Finding.in_rule(
                        rule,
                        f'{rule} selects {one.label}="{one.value}", which Prometheus 3 stores as {one.value}.0: it finds nothing',
                        (one.start, one.end),
                        fix=f'{one.label}=~"{one.value}([.]0)?", which finds both',
                    )
