"""A rule asks whether an alert fires that does not exist.

`ALERTS` has no such series, now or ever.

Flagged:
    - alert: NodeDown
      expr: up{job="node"} == 0
      for: 5m
    - alert: ShopDown
      expr: up{job="shop"} == 0 unless on () ALERTS{alertname="NodesDown"}
      for: 5m

Instead:
    - alert: NodeDown
      expr: up{job="node"} == 0
      for: 5m
    - alert: ShopDown
      expr: up{job="shop"} == 0 unless on () ALERTS{alertname="NodeDown"}
      for: 5m

Source: Prometheus 2.55, `ALERTS`; pint's promql/series asks a server for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from obs.checks.base import Finding, lint
from obs.graph.subject import Subject


@lint("warning")
def alerts_name_unknown(subject: Subject) -> Iterator[Finding]:
    """A warning when an alert of nearly that name is here, or the project declares all of them."""
    known = {alert.name for alert in subject.alerts}
    if subject.program is not None:
        known |= set(subject.program.known_alerts())
    for rule, selector in subject.uses.selectors("ALERTS", "ALERTS_FOR_STATE"):
        for matcher in selector.matchers:
            if matcher.label != "alertname" or matcher.op != "=" or matcher.value in known:
                continue
            near = get_close_matches(matcher.value, sorted(known), n=1, cutoff=0.8)
            sure = bool(near) or subject.program is not None
            yield Finding.in_rule(
                rule,
                f"{rule} asks for the alert {matcher.value}, which no rule here defines",
                (matcher.start, matcher.end),
                fix=f"did you mean {near[0]}?"
                if near
                else "declare it: ChartAlert(...) for one that a chart ships",
                evidence="likely" if sure else "assumed",
                severity=None if sure else "info",
            )
