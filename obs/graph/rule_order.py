"""The order of the rules of a group in which each record is stored before another rule reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from obs.model.rule import Alert, RecordingRule

AnyRule = Alert | RecordingRule
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


def in_order(rules: Sequence[AnyRule]) -> list[AnyRule]:
    """The rules, each after the records that it reads; otherwise as they come. Records in a circle stay as they are."""
    records: dict[str, list[RecordingRule]] = {}
    for rule in rules:
        if isinstance(rule, RecordingRule):
            records.setdefault(rule.name, []).append(rule)
    done: dict[int, AnyRule] = {}
    entered: set[int] = set()

    def place(rule: AnyRule) -> None:
        if id(rule) in entered:
            return
        entered.add(id(rule))
        for name in reads(rule.expr):
            for record in records.get(name, ()):
                place(record)
        done[id(rule)] = rule

    for rule in rules:
        place(rule)
    return list(done.values())


def reads(expr: str) -> list[str]:
    """Every word of an expression that can be the name of a metric, labels and functions among them."""
    return list(dict.fromkeys(_NAME.findall(expr)))
