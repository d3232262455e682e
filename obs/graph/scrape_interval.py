"""How often the samples of a metric come: its own target's interval, the rule's that records it, or the server's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from obs.lang.duration import parse

if TYPE_CHECKING:
    from obs.graph.subject import Subject


def sample_interval(subject: Subject, metric: str | None) -> tuple[int, str] | None:
    """Milliseconds between two samples, and whose interval that is; None where nothing declares it."""
    recording = subject.recorded.get(metric or "", ())
    if recording:
        return max((rule.interval, f"{rule} is recorded") for rule in recording)
    exposing = [
        target for target in subject.targets if metric and target.enabled and target.exposes_metric(metric)
    ]
    if exposing:
        return max((parse(target.interval), f"target {target.name} is scraped") for target in exposing)
    server = subject.scrape_interval
    return (server, "Prometheus scrapes") if server is not None else None
