"""Who is told of which alert, how grouped and how often: of each alert, from the effective tree of both sides."""

from __future__ import annotations

from collections.abc import Iterator

from obs.graph.alert_labels import verdict
from obs.graph.reach import Reached, reach, tells_somebody
from obs.graph.subject import Rule, Subject
from obs.review.change import Change, Meaning
from obs.review.differences.pairs import Pairs
from obs.review.differences.waits import receiver_name as name_of
from obs.review.differences.waits import waits
from obs.review.wording import listed, span
from obs.sim.routing.config import Config, InhibitRule
from obs.sim.routing.tree import Node


def compare(before: Subject, after: Subject, pairs: Pairs[Rule]) -> Iterator[Change]:
    """Alerts that are on both sides, one by one; then what no alert shows."""
    old, new = before.alertmanager, after.alertmanager
    if old is None or new is None or before.route is None or after.route is None:
        if (old is None) != (new is None) and (before.program is None) == (after.program is None):
            gone = new is None
            yield Change("route", "routes", "the routes are gone" if gone else "routes are new",
                         "breaking" if gone else "behaviour", "nobody is told of any alert" if gone else "")  # fmt: skip
        return
    for was, alert in pairs.both:
        if alert.kind == "alert":
            yield from _alert(was, alert, before, after)
            yield from _muting(was, alert, before, after)
    yield from _default(before, after)
    yield from _time_intervals(old, new)


def _told(subject: Subject, alert: Rule) -> dict[str, Reached]:
    """The receivers that tell somebody, and where the alert reaches each first."""
    assert subject.route is not None
    assert subject.alertmanager is not None
    found: dict[str, Reached] = {}
    for one in reach(subject.route, alert):
        if tells_somebody(subject.alertmanager, one.node):
            found.setdefault(one.node.receiver, one)
    return found


def _about(alert: Rule, shared: str, meaning: Meaning | None = None) -> Meaning:
    """A sentence that begins with the alert's name."""
    said = meaning or Meaning("")
    return Meaning(f"{alert.name} {shared}", said.risk, said.why, said.before, said.after, shared)


def _alert(old: Rule, new: Rule, before: Subject, after: Subject) -> Iterator[Change]:
    was, now = _told(before, old), _told(after, new)

    def change(meaning: Meaning, field: str) -> Change:
        return Change.of(meaning, "route", new.title, field, new.origin)

    for receiver in was:
        if receiver not in now:
            only = f"it now goes to {listed(map(name_of, now))} only"
            why = Meaning("", "breaking", only if now else "nobody is told of it any more")
            yield change(_about(new, f"no longer reaches {name_of(receiver)}", why), "receiver")
    for receiver, reached in now.items():
        here = was.get(receiver)
        if here is None:
            first = Meaning("", "behaviour", "" if was else "nobody was told of it before")
            yield change(_about(new, f"now reaches {name_of(receiver)}", first), "receiver")
            continue
        if reached.certain != here.certain:
            yield change(_sometimes(new, here, reached), "receiver")
        wait = waits(before, old, here.node, after, new, reached.node)
        for field, meaning in _nodes(here.node, reached.node, wait):
            yield change(meaning, field)


def _sometimes(alert: Rule, was: Reached, now: Reached) -> Meaning:
    matchers = listed(dict.fromkeys(map(str, (now.depends or was.depends))))
    name = name_of(now.node.receiver)
    if now.certain:
        return _about(alert, f"always reaches {name}", Meaning("", "behaviour", f"it depended on {matchers}"))
    return _about(
        alert, f"reaches {name} only sometimes", Meaning("", "breaking", f"it depends on {matchers}")
    )


_WAITS = {
    "group_wait": "first message after",
    "group_interval": "news of a group after",
    "repeat_interval": "repeated after",
}


def _nodes(old: Node, new: Node, wait: str) -> Iterator[tuple[str, Meaning]]:
    if old.group_by != new.group_by:
        yield "group_by", Meaning(f"grouped by {_labels(new)} instead of {_labels(old)}", "behaviour",
                                  "one message for each group")  # fmt: skip
    for field, what in _WAITS.items():
        one, other = getattr(old, field), getattr(new, field)
        if one != other:
            why = wait if field == "group_wait" else ""
            yield field, Meaning(f"{what} {span(other)} instead of {span(one)}", "behaviour", why)
    for field, word in (("mute_time_intervals", "muted"), ("active_time_intervals", "told only")):
        one, other = getattr(old, field), getattr(new, field)
        if one != other:
            yield field, Meaning(_hours(word, one, other))


def _hours(word: str, old: tuple[str, ...], new: tuple[str, ...]) -> str:
    if not new:
        return f"no longer {word} during {listed(old)}"
    return f"{word} during {listed(new)}" + (f" instead of {listed(old)}" if old else "")


def _labels(node: Node) -> str:
    if node.group_by is None:
        return "all labels"
    return listed(sorted(node.group_by)) if node.group_by else "nothing"


# What mutes an alert


def _muting(old: Rule, new: Rule, before: Subject, after: Subject) -> Iterator[Change]:
    was, now = _muters(before, old), _muters(after, new)
    for source in [one for one in now if one not in was]:
        why = "no message while both fire"
        meaning = _about(new, f"is muted while {source} fires", Meaning("", "behaviour", why))
        yield Change.of(meaning, "route", new.title, "inhibition", new.origin)
    for source in [one for one in was if one not in now]:
        meaning = _about(new, f"is no longer muted while {source} fires")
        yield Change.of(meaning, "route", new.title, "inhibition", new.origin)


def _muters(subject: Subject, alert: Rule) -> list[str]:
    """The alerts that can mute this one; an alert that matches both sides of a rule mutes none that does."""
    assert subject.alertmanager is not None
    return [
        source.name
        for rule in subject.alertmanager.inhibit_rules
        if _fits(alert, rule, "target")
        for source in subject.alerts
        if source.name != alert.name and _fits(source, rule, "source")
        if not (_fits(alert, rule, "source") and _fits(source, rule, "target"))
    ]


def _fits(alert: Rule, rule: InhibitRule, side: str) -> bool:
    matchers = rule.target if side == "target" else rule.source
    return all(verdict(alert, matcher) != "no" for matcher in matchers)


def _default(before: Subject, after: Subject) -> Iterator[Change]:
    """Alerts that no route names end at the root: that is nobody's own change, so it is told once."""
    assert before.route is not None
    assert after.route is not None
    old, new = name_of(before.route.receiver), name_of(after.route.receiver)
    if old != new:
        sentence = f"alerts that no route takes go to {new} instead of {old}"
        yield Change("route", "routes", sentence, "behaviour", field="receiver")


def _time_intervals(old: Config, new: Config) -> Iterator[Change]:
    for name in sorted(old.time_intervals.keys() & new.time_intervals.keys()):
        if old.time_intervals[name] != new.time_intervals[name]:
            yield Change("route", f"time interval {name_of(name)}", "covers other hours", "behaviour",
                         "what it mutes is told at other times", "time_intervals")  # fmt: skip
