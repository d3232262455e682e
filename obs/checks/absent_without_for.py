"""absent() pages at the first missed scrape.

After a restart of Prometheus, or of what it scrapes, there are no samples for a moment, and that is enough.

Flagged:
    - alert: ShopMissing
      expr: absent(up{job="shop"})

Instead:
    - alert: ShopMissing
      expr: absent(up{job="shop"})
      for: 5m

Source: pint's alerts/absent, which asks a server for the scrape interval.
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject
from obs.lang.duration import render


@lint("warning", alone=True)
def absent_without_for(subject: Subject) -> Iterator[Finding]:
    """Alerts that show absent()'s own result; without a declared interval only those with no `for` at all."""
    least = 2 * subject.scrape_interval if subject.scrape_interval is not None else 1
    for alert in subject.alerts:
        if alert.for_ >= least or alert.flow is None or alert.parts is None:
            continue
        shown = {(branch.start, branch.end) for branch in alert.flow.live}
        for call in alert.parts.calls:
            if call.function == "absent" and (call.start, call.end) in shown:
                yield Finding.in_rule(
                    alert,
                    f"{alert} fires whenever Prometheus or the target restarts",
                    (call.start, call.end),
                    fix=f"add for: {render(max(2 * least, 120_000))}",
                )
                break
