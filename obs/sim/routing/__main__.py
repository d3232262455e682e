"""JSON lines in, JSON lines out: configurations with alerts to receivers.

In: `{"alertmanager": {...}, "alerts": [{label: value}]}`; out: `{"receivers": [[...], ...]}`, one list for
each alert. A configuration that Alertmanager refuses, or a line that cannot be read: `{"error": "..."}`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from obs.sim.routing.config import read
from obs.sim.routing.error import ConfigError
from obs.sim.routing.tree import receivers_for, tree


def answer(line: str) -> dict[str, object]:
    """The answer to one line."""
    try:
        case = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"error": f"not JSON: {error}"}
    if not isinstance(case, Mapping):
        return {"error": "not a JSON object"}
    try:
        root = tree(read(case.get("alertmanager")))
        alerts = [_labels(alert) for alert in _alerts(case.get("alerts"))]
    except ConfigError as error:
        return {"error": error.message}
    return {"receivers": [list(receivers_for(root, labels)) for labels in alerts]}


def _alerts(value: object) -> list[object]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise ConfigError("alerts must be a list", ("alerts",))
    return value


def _labels(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise ConfigError("an alert must be an object of strings", ("alerts",))
    return dict(value)


def main() -> None:
    """Answer every line of standard input."""
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(answer(line)), flush=True)


if __name__ == "__main__":
    main()
