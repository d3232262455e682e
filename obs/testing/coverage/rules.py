"""Rules: the states of alerts, what recording rules wrote, and which `or` branches brought samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from obs.lang import promql
from obs.lang.error import LanguageError
from obs.sim.rules.evaluator import Series
from obs.sim.scrape import NAME
from obs.testing.coverage.item import Coverage, Item
from obs.testing.coverage.places import Places
from obs.testing.scenario.observed import Observed
from obs.testing.scenario.platform import Platform
from obs.testing.synthesis.conditions import Condition, conditions

Rule = Mapping[str, object]
Ask = Callable[[str], tuple[Series, ...]]
"""The result of an expression at every evaluation of a run."""


def items(platform: Platform, places: Places) -> Iterator[Item]:
    """What rules have to be exercised."""
    for _, rule in platform.rules():
        where = places.rule(_name(rule))
        if "record" in rule:
            yield Item("recording rule", _name(rule), "", where)
            continue
        for state in ("inactive", "pending", "firing"):
            if state != "pending" or rule.get("for"):
                yield Item("alert", _name(rule), state, where)
    for _, rule in platform.rules():
        for number, _ in enumerate(_branches(rule), 1):
            yield Item("or branch", _name(rule), f"branch {number}", places.rule(_name(rule)))


def _name(rule: Rule) -> str:
    return str(rule.get("alert") or rule.get("record"))


def _branches(rule: Rule) -> list[Condition]:
    """The branches of a rule that has several."""
    text = str(rule["expr"])
    try:
        found = conditions(promql.check(text).tree, text)
    except LanguageError:
        return []
    return found if len(found) > 1 else []


def measure(observed: Observed, ask: Ask, test: str, coverage: Coverage) -> None:
    """Note what a run has exercised."""
    stored = {text for key in observed.samples for label, text in key if label == NAME}
    for _, rule in observed.platform.rules():
        name = _name(rule)
        if "record" in rule:
            if name in stored:
                coverage.seen(Item("recording rule", name), test)
        elif observed.evaluations:
            _states(observed, rule, stored, test, coverage)
        if _reads(rule) & stored:
            for number, branch in enumerate(_branches(rule), 1):
                if ask(branch.alone):
                    coverage.seen(Item("or branch", name, f"branch {number}"), test)


def _states(observed: Observed, rule: Rule, stored: set[str], test: str, coverage: Coverage) -> None:
    name = _name(rule)
    changes = [change for change in observed.changes if change.alert == name]
    for change in changes:
        coverage.seen(Item("alert", name, change.state), test)
    at_first = any(change.at <= observed.evaluations[0] for change in changes)
    if not at_first and _reads(rule) & stored:
        coverage.seen(Item("alert", name, "inactive"), test)


def _reads(rule: Rule) -> set[str]:
    try:
        return {one.metric or "" for one in promql.check(str(rule["expr"])).selectors}
    except LanguageError:
        return set()
