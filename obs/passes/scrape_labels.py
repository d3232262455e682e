"""Keep a log line's own `namespace`, `pod` and `container` on the counters that Promtail serves."""

from __future__ import annotations

import re

from obs.graph.program import Program
from obs.model.service import Relabel

OVERWRITTEN = ("namespace", "pod", "container")
"""Target labels that say whose line it was. The operator sets them to Promtail's own pod, and Prometheus then stores
the line's as `exported_*`. Source: prometheus-operator 0.77, ServiceMonitor scrape configuration."""

REPEATED = ("job", "instance")
"""Stream labels that say again what `namespace` and `pod` say."""


def counter_relabelings(program: Program) -> list[Relabel]:
    """Relabelling after the scrape that puts the line's labels back, for the pipeline's own counters only.

    Promtail's chart 6.16.6 has no `honorLabels` for its ServiceMonitor, so the labels are copied back instead.
    """
    if program.pipeline is None or not program.pipeline.honor_labels:
        return []
    names = sorted({re.escape(counter.prefix) + ".+" for counter in program.counters()})
    if not names:
        return []
    own = names[0] if len(names) == 1 else f"(?:{'|'.join(names)})"
    copies = [
        Relabel(
            "replace",
            source_labels=("__name__", f"exported_{label}"),
            regex=f"{own};(.+)",
            target_label=label,
            replacement="$1",
        )
        for label in OVERWRITTEN
    ]
    return [*copies, Relabel("labeldrop", regex=f"exported_({'|'.join((*OVERWRITTEN, *REPEATED))})")]
