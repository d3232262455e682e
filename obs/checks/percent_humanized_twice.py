"""A message takes percent for a ratio, and multiplies by a hundred again.

`humanizePercentage` makes 95 to 9500%.

Flagged:
    - alert: DiskFull
      expr: 100 * node_filesystem_avail_bytes / node_filesystem_size_bytes < 10
      for: 5m
      annotations:
        summary: "{{ $value | humanizePercentage }} left"

Instead:
    - alert: DiskFull
      expr: node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.10
      for: 5m
      annotations:
        summary: "{{ $value | humanizePercentage }} left"

Source: Prometheus 2.55, template function `humanizePercentage`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.metrics import Find
from obs.graph.parts import comparison, number
from obs.graph.ratios import measured
from obs.graph.subject import Rule, Subject
from obs.lang.promql.syntax import Binary, Expr, strip_parens

_HUMANIZED = re.compile(
    r"(?:\$value|\.Value)\s*\|\s*(humanizePercentage)\b|\b(humanizePercentage)\s+(?:\$value|\.Value)"
)


@lint("warning", alone=True)
def percent_humanized_twice(subject: Subject) -> Iterator[Finding]:
    """Values that are proved to be percent, or are 100 times something and compared with more than 1."""
    for alert in subject.alerts:
        if not any("humanizePercentage" in text for text in alert.annotations.values()) or not _is_percent(
            alert, subject.metrics.measured
        ):
            continue
        for name, text in alert.annotations.items():
            found = _HUMANIZED.search(text)
            if found is not None:
                group = 1 if found[1] else 2
                yield Finding.in_rule(
                    alert,
                    f"{alert} prints a hundred times too much: its value is percent already",
                    found.span(group),
                    text=f"annotation:{name}",
                    fix='use printf "%.1f%%", or measure the ratio',
                )
                break


def _is_percent(alert: Rule, find: Find) -> bool:
    if alert.query is None or alert.parts is None:
        return False
    found = measured(alert.query.tree, alert.parts, find)
    if found is not None:
        return found.kind == "percent"
    compared = comparison(alert.query.tree)
    return compared is not None and compared.threshold > 1 and _is_times_hundred(compared.measured)


def _is_times_hundred(node: Expr) -> bool:
    node = strip_parens(node)
    if not isinstance(node, Binary):
        return False
    if node.op == "*":
        return 100 in {number(node.left), number(node.right)}
    return node.op == "/" and _is_times_hundred(node.left)
