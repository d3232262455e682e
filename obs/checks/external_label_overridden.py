"""A rule sets a label that Prometheus sets on everything it sends.

The rule's own wins, so the alert seems to come from somewhere else; routes and silences on it go wrong.

Flagged:
    from obs import Alert

    alert = Alert(
        "Down",
        expr="up == 0",
        labels={"prometheus": "shop"},
        summary="A target is down.",
        description="{{ $labels.job }} is down.",
    )

Instead:
    from obs import Alert

    alert = Alert(
        "Down",
        expr="up == 0",
        labels={"team": "shop"},
        summary="A target is down.",
        description="{{ $labels.job }} is down.",
    )

Source: Prometheus 2.55, `external_labels`; pint's labels/conflict asks a server for them.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.external_labels import external_labels
from obs.graph.subject import Subject


@lint("warning")
def external_label_overridden(subject: Subject) -> Iterator[Finding]:
    """Where the values of the installation, or prometheus.yml, are known."""
    known = external_labels(subject)
    for rule in subject.rules if known else ():
        for name in sorted(set(rule.labels) & (known or frozenset())):
            yield Finding.in_rule(
                rule,
                f"{rule} sets {name}, which is an external label of Prometheus",
                (0, len(rule.labels[name])),
                text=f"label:{name}",
                fix="call it something else",
            )
