"""An alert's runbook is a file of this repository that does not exist, or a heading that it does not have.

Flagged:
    - alert: Down
      expr: up == 0
      annotations: {runbook_url: "docs/runbooks/down.md#what-to-do"}

Instead:
    - alert: Down
      expr: up == 0
      annotations: {runbook_url: "https://runbooks.example/down"}

Source: GitHub, links to headings: lower case, spaces as dashes, punctuation left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.runbooks import missing
from obs.graph.subject import Subject

NAMES = ("runbook_url", "runbook", "runbook_link")


@lint("warning")
def runbook_not_found(subject: Subject) -> Iterator[Finding]:
    """Relative paths to Markdown, from the rule's folder or any around it; addresses are not asked."""
    for alert in subject.alerts:
        for name in NAMES:
            text = alert.annotations.get(name, "")
            problem = missing(text, alert.origin.file)
            if problem:
                yield Finding.in_rule(
                    alert,
                    f"{alert}: {problem}",
                    (0, len(text)),
                    text=f"annotation:{name}",
                    fix="write the runbook, or mend the path",
                )
