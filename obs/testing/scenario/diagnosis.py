"""How far each alert of a scenario came, link by link, and where the chain broke."""

from __future__ import annotations

from collections.abc import Iterator

from obs.sim.scrape import Exposed
from obs.testing.scenario.links import Link, Story, dead
from obs.testing.scenario.observed import Observed
from obs.testing.scenario.span import Duration
from obs.testing.scenario.why_delivery import delivery_links
from obs.testing.scenario.why_logs import counter_names, log_links, no_sample
from obs.testing.scenario.why_rules import Ask, metrics_of, rule_links


def explain(observed: Observed, alert: str = "", ask: Ask | None = None) -> str:
    """The stories of an alert, or of every alert that the scenario is about, as text."""
    return "\n".join(str(story) for story in stories(observed, alert, ask))


def stories(observed: Observed, alert: str = "", ask: Ask | None = None) -> list[Story]:
    """The same as data, the alert that came furthest first."""
    names = [alert] if alert else concerned(observed)
    found = [Story(name, tuple(_links(observed, name, ask))) for name in names]
    return sorted(found, key=lambda story: -story.length)


def concerned(observed: Observed) -> list[str]:
    """The alerts that what was put in may concern: all of them when that is not known."""
    inputs = observed.inputs
    fed = {one.name for one in inputs.expositions} | {_name(one.notation) for one in inputs.stored}
    if inputs.lines:
        fed |= counter_names(observed)
    found = [str(one.labels.get("alertname", "")) for one in inputs.sent]
    for name in observed.platform.alerts:
        rule = observed.platform.alert_rule(name)
        if rule is not None and metrics_of(observed, str(rule["expr"])) & fed:
            found.append(name)
    if not found and (inputs.lines or fed):
        found = list(observed.platform.alerts)
    return list(dict.fromkeys(found))


def _name(notation: str) -> str:
    return notation.split("{", 1)[0].split(maxsplit=1)[0] if notation.strip() else ""


def _links(observed: Observed, name: str, ask: Ask | None) -> Iterator[Link]:
    rule = observed.platform.alert_rule(name)
    sent_by_hand = any(one.labels.get("alertname") == name for one in observed.inputs.sent)
    if rule is not None and not sent_by_hand:
        for link in _to_the_storage(observed, str(rule["expr"])):
            yield link
            if link.state == "dead":
                return
        for link in rule_links(observed, name, ask):
            yield link
            if link.state == "dead":
                return
    elif not sent_by_hand:
        yield dead("rule", f"no rule is named {name}, and the scenario does not send it")
        return
    yield from delivery_links(observed, name)


def _to_the_storage(observed: Observed, expr: str) -> Iterator[Link]:
    metrics = metrics_of(observed, expr)
    for counter in sorted(metrics & counter_names(observed)):
        yield from log_links(observed, counter)
    exposed = [one for one in observed.inputs.expositions if one.name in metrics]
    stored = {dict(key).get("__name__") for key in observed.samples}
    for one in exposed:
        if one.name in stored:
            continue
        tries = [
            each for each in observed.scrapes if (each.target, each.instance) == (one.target, one.instance)
        ]
        yield no_sample(observed, one.target, tries, Exposed(one.name, one.labels, 0.0))
        return
    if exposed:
        good = [
            each
            for each in observed.scrapes
            if each.target == exposed[0].target and each.outcome == "ok" and each.at >= 0
        ]
        yield Link(
            "scrape", f"{exposed[0].target} scraped {len(good)} times, first at {Duration(good[0].at)}"
        )
