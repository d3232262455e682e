"""A template prints an external label that this Prometheus does not have.

Flagged:
    from obs import Alert

    alert = Alert(
        "Down", expr="up == 0", summary="{{ $externalLabels.region }}", description="{{ $labels.job }} is down."
    )

Instead:
    from obs import Alert

    alert = Alert(
        "Down", expr="up == 0", summary="{{ $labels.instance }}", description="{{ $labels.job }} is down."
    )

Source: Prometheus 2.55, `external_labels`; the operator sets `prometheus` and `prometheus_replica`.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.external_labels import external_labels
from obs.graph.subject import Subject


@lint("warning")
def external_label_unknown(subject: Subject) -> Iterator[Finding]:
    """Where the values of the installation, or prometheus.yml, are known."""
    known = external_labels(subject)
    if known is None:
        return
    for alert in subject.alerts:
        for text, template in alert.templates.items():
            for read in template.reads:
                if read.kind == "external label" and read.name is not None and read.name not in known:
                    yield Finding.in_rule(
                        alert,
                        f"{alert} prints nothing for the external label {read.name}: nothing declares it",
                        (read.start, read.end),
                        text=text,
                        why=f"declared: {', '.join(sorted(known)) or 'none'}",
                        fix="set it in the server's external labels, or leave it out",
                    )
