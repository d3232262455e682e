"""A message prints a rate with all its digits.

Flagged:
    - alert: Errors
      expr: rate(errors_total[5m]) > 1
      annotations:
        summary: "{{ $value }} errors per second"

Instead:
    - alert: Errors
      expr: rate(errors_total[5m]) > 1
      annotations:
        summary: "{{ $value | humanize }} errors per second"

Source: Prometheus 2.55, template functions; pint's alerts/template finds the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.lang.promql.functions import COMPARISONS
from obs.lang.promql.syntax import Aggregate, Binary, Call, Expr, strip_parens

_PRINTED = re.compile(r"\{\{-?\s*((\$\w+|\.Value)\s*)-?\}\}")
_CALLED = re.compile(r"\{\{-?\s*(\$\w+)\s*:?=\s*(\$\w+|\.Value)\s*-?\}\}")
_WHOLE = frozenset({"round", "ceil", "floor", "absent", "scalar", "vector", "timestamp"})
_COUNTS = frozenset({"count", "count_values", "group"})
_FRACTIONS = frozenset({"rate", "irate", "deriv"})


@lint("info", alone=True)
def humanize_missing(subject: Subject) -> Iterator[Finding]:
    """Values that rate(), irate() or deriv() made; also under another name, `{{ $x := $value }}`."""
    for alert in subject.alerts:
        if alert.query is None or not _is_fraction(alert.query.tree):
            continue
        for text, template in alert.templates.items():
            found = _printed(template.text) if text.startswith("annotation:") else None
            if found is not None:
                yield Finding.in_rule(
                    alert,
                    f"{alert} prints its value with all digits",
                    (found.start(1), found.start(1) + len(found[1].rstrip())),
                    text=text,
                    fix=f"write {found[1].rstrip()} | humanize",
                )
                break


def _printed(template: str) -> re.Match[str] | None:
    """The first place that prints the value as it is."""
    names = {"$value", ".Value"}
    for found in _CALLED.finditer(template):
        if found[2] in names:
            names.add(found[1])
    return next((found for found in _PRINTED.finditer(template) if found[2] in names), None)


def _is_fraction(tree: Expr) -> bool:
    """Whether the value of the expression, not what it is compared with, comes from a rate."""
    waiting = [strip_parens(tree)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Call) and node.function in _FRACTIONS:
            return True
        if isinstance(node, Call) and node.function not in _WHOLE:
            waiting += [strip_parens(arg) for arg in node.args]
        elif isinstance(node, Aggregate) and node.op not in _COUNTS:
            waiting.append(strip_parens(node.expr))
        elif isinstance(node, Binary):
            kept = node.op in COMPARISONS or node.op in {"and", "unless"}
            both = (node.left,) if kept and node.left.type == "vector" else (node.left, node.right)
            waiting += [strip_parens(side) for side in both]
    return False
