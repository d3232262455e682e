"""label_replace() or label_join() that fails whenever it is evaluated.

promtool accepts it; the rule then has an evaluation error each time, and its alert never fires.

Flagged:
    - record: requests:by_service
      expr: label_replace(requests, "service name", "$1", "job", "(.*)")

Instead:
    - record: requests:by_service
      expr: label_replace(requests, "service_name", "$1", "job", "(.*)")

Source: Prometheus 2.55, `label_replace()`: the label's name and the regex are checked when it runs.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.label_problems import problems
from obs.graph.subject import Subject


@lint("error", alone=True)
def label_replace_invalid(subject: Subject) -> Iterator[Finding]:
    """As the label flow finds it."""
    for rule, why in problems(subject, "invalid-label-function"):
        yield Finding.in_rule(
            rule,
            f"{rule} fails at every evaluation: {why.text}",
            (why.start, why.end),
            fix="use a label name of letters, digits and _, and a regex that RE2 takes",
        )
