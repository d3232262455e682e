"""Text that Helm would run as its own templates: `{{ pod }}` of a legend, `{{ $labels.pod }}` of a rule.

A file under a chart's `templates/` is a Go template to Helm. What belongs to Grafana, Prometheus or
Alertmanager must be escaped there, or read with `.Files.Get`, which Helm does not run.
"""

from __future__ import annotations

from obs.lang.gotemplate.quote import quote
from obs.lang.gotemplate.tokens import action_end
from obs.record import dataclass


@dataclass(frozen=True, slots=True)
class Hazard:
    """One action that Helm would run: its text and place, and what to write for Helm to print that text."""

    text: str
    start: int
    end: int
    escaped: str


def helm_hazards(text: str) -> tuple[Hazard, ...]:
    """Every place that Helm would evaluate, or fail on, if the text stood in a file under `templates/`.

    An action that is not closed is one hazard up to the end of the text: Helm refuses the file.
    """
    found: list[Hazard] = []
    at = 0
    while (start := text.find("{{", at)) >= 0:
        ended = action_end(text, start)
        at = len(text) if ended < 0 else ended
        found.append(Hazard(text[start:at], start, at, _literal(text[start:at])))
    return tuple(found)


def escape_for_helm(text: str) -> str:
    """The text as it must stand under `templates/` for Helm to print it unchanged."""
    out: list[str] = []
    at = 0
    for hazard in helm_hazards(text):
        out += text[at : hazard.start], hazard.escaped
        at = hazard.end
    out.append(text[at:])
    return "".join(out)


def _literal(action: str) -> str:
    return "{{ " + (f"`{action}`" if "`" not in action and "\r" not in action else quote(action)) + " }}"
