"""A large number that is hard to read.

Flagged:
    - alert: Memory
      expr: memory_bytes > 5400000

Instead:
    - alert: Memory
      expr: memory_bytes > 5_400_000

Source: Prometheus 2.54, numbers may have underscores; promruval's check of the same kind. `--fix` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject

_UNDERSCORES = (2, 54)


@lint("info", "strict", alone=True)
def large_number_without_underscores(subject: Subject) -> Iterator[Finding]:
    """Whole numbers of five digits and more."""
    for rule, parts in subject.queried:
        if rule.version < _UNDERSCORES:
            continue
        for node in parts.numbers:
            digits = node.text.lstrip("+-")
            if digits.isdigit() and len(digits) > 4:
                better = node.text[: len(node.text) - len(digits)] + f"{int(digits):_}"
                yield Finding.in_rule(
                    rule,
                    f"{rule}: {digits} is hard to read",
                    (node.start, node.end),
                    fix=f"write {better}",
                    replacement=better,
                )
