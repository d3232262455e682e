"""A counter adds a value that can be negative, which ends Promtail.

Flagged:
    - regex:
        expression: 'delta=(?P<delta>-?[0-9]+)'
    - metrics:
        delta_total:
          type: Counter
          source: delta
          config: {action: add}

Instead:
    - regex:
        expression: 'delta=(?P<delta>-?[0-9]+)'
    - metrics:
        delta:
          type: Gauge
          source: delta
          config: {action: add}

Source: client_golang: adding a negative number to a counter panics; Promtail 3.0 does not recover.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from obs.checks.base import Finding, lint
from obs.graph.log_stages import LogStage
from obs.graph.subject import Subject


@lint("error")
def counter_added_negative(subject: Subject) -> Iterator[Finding]:
    """Where the group that is added says itself that a minus may come first."""
    for stages in subject.log_stages:
        for number, stage in enumerate(stages):
            for name, given in stage.metrics():
                config = given.get("config")
                action = config.get("action") if isinstance(config, dict) else ""
                source = str(given.get("source") or name)
                if str(given.get("type", "")).lower() != "counter" or action != "add":
                    continue
                if _may_be_negative(stages[:number], source):
                    yield Finding(
                        f"counter {name} adds {source}, which can be negative: the first such line ends Promtail",
                        stage.at(name),
                        fix="make it a gauge, or match the digits without the sign",
                        object=stage.title,
                        evidence="likely",
                    )


def _may_be_negative(before: Sequence[LogStage], source: str) -> bool:
    pattern = re.compile(
        rf"\(\?P<{re.escape(source)}>(?:-\??\\?|\[[+\\]*-|\[\+?-\]|\[[^\]]*\\-|\[[^\]]*-\]|\[-)"
    )
    return any(
        stage.kind == "regex" and pattern.search(str(stage.option("expression") or "")) for stage in before
    )
