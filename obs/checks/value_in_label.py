"""The measured value is part of a label.

Labels are what an alert is known by: with each new value it is another alert. The old one resolves, the new one starts
its `for` again and sends its own message.

Flagged:
    - alert: QueueLength
      expr: queue_length > 100
      labels:
        length: "{{ $value }}"

Instead:
    - alert: QueueLength
      expr: queue_length > 100
      annotations:
        description: "{{ $value }} wait."

Source: Prometheus 2.55, alerting rules; pint's alerts/template finds the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject

_VALUE = re.compile(r"\$value\b|(?<![\w)])\.Value\b")


@lint("warning", alone=True)
def value_in_label(subject: Subject) -> Iterator[Finding]:
    """`$value` and `.Value`, but for those of a query inside the template."""
    for alert in subject.alerts:
        for text, template in alert.templates.items():
            if not text.startswith("label:"):
                continue
            reads_value = "$value" in template.variables_read
            found = _VALUE.search(template.text) if reads_value or not template.queries else None
            if found is not None:
                yield Finding.in_rule(
                    alert,
                    f"{alert} is another alert with every new value of its label {text.partition(':')[2]}",
                    found.span(),
                    text=text,
                    fix="print the value in an annotation",
                )
