"""Changes to routes, inhibitions, receivers and messages; what the chart brings is not the project's to test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from obs.lang.error import LanguageError
from obs.lang.gotemplate.template import check
from obs.lang.matchers import Matcher
from obs.sim.routing.config import Config, Discord, Receiver, Route
from obs.testing.coverage.places import Places
from obs.testing.coverage.routing import inhibition
from obs.testing.coverage.templates import branches
from obs.testing.mutation.mutant import Mutant, shown
from obs.testing.mutation.rules import MATCHERS, fewer_alternatives
from obs.testing.scenario.platform import Platform

Path = tuple[int, ...]


def mutants(platform: Platform, places: Places) -> Iterator[Mutant]:
    """Every change to the project's own routes and receivers."""
    config = platform.routing
    if config is None:
        return
    for path, route in _own(config.route, ()):
        subject = f"route {'.'.join(str(index + 1) for index in path)}"
        for kind, before, after, changed in _routes(route, config):
            whole = replace(config, route=_put(config.route, path, changed))
            yield Mutant(
                kind, "routing", subject, before, after, places.routing(), replace(platform, routing=whole)
            )
    for receiver in config.receivers:
        for kind, before, after, changed_receiver in _receivers(receiver):
            listed = tuple(changed_receiver if one is receiver else one for one in config.receivers)
            whole = replace(config, receivers=listed)
            name = receiver.name.rsplit("/", 1)[-1]
            yield Mutant(
                kind, "routing", name, before, after, places.routing(), replace(platform, routing=whole)
            )
    for number in range(len(config.inhibit_rules)):
        fewer = (*config.inhibit_rules[:number], *config.inhibit_rules[number + 1 :])
        yield Mutant(
            "inhibition left out",
            "routing",
            f"inhibition {number + 1}",
            shown(inhibition(platform, number)),
            "nothing",
            places.routing(),
            replace(platform, routing=replace(config, inhibit_rules=fewer)),
        )


def _own(route: Route, path: Path) -> Iterator[tuple[Path, Route]]:
    """The nodes that the operator made of the project's object: their receivers are named after it."""
    if "/" in route.receiver:
        yield path, route
    for index, child in enumerate(route.routes):
        yield from _own(child, (*path, index))


def _put(route: Route, path: Path, new: Route) -> Route:
    if not path:
        return new
    first, *rest = path
    children = list(route.routes)
    children[first] = _put(children[first], tuple(rest), new)
    return replace(route, routes=tuple(children))


def _routes(route: Route, config: Config) -> Iterator[tuple[str, str, str, Route]]:
    for index, matcher in enumerate(route.matchers):
        flipped = Matcher(matcher.name, MATCHERS[matcher.operator], matcher.value)  # type: ignore[arg-type]
        yield "matcher", shown(matcher), shown(flipped), _matched(route, index, flipped)
        if matcher.is_regex:
            for value in fewer_alternatives(matcher.value):
                fewer = Matcher(matcher.name, matcher.operator, value)
                gone = _difference(matcher.value, value)
                yield "alternative left out", gone, "nothing", _matched(route, index, fewer)
    for other in config.receivers:
        if "/" in other.name and other.name != route.receiver:
            yield "receiver", route.receiver, other.name, replace(route, receiver=other.name)
    for label in route.group_by:
        kept = tuple(name for name in route.group_by if name != label)
        yield "group_by", label, "nothing", replace(route, group_by=kept)
    for name in ("group_wait", "group_interval", "repeat_interval"):
        value = getattr(route, name)
        if value is not None:
            yield name, f"{value} ms", f"{2 * value} ms", replace(route, **{name: 2 * value})


def _matched(route: Route, index: int, matcher: Matcher) -> Route:
    listed = list(route.matchers)
    listed[index] = matcher
    return replace(route, matchers=tuple(listed))


def _difference(whole: str, fewer: str) -> str:
    missing = [part for part in whole.split("|") if part not in fewer.split("|")]
    return "|".join(missing) or whole


def _receivers(receiver: Receiver) -> Iterator[tuple[str, str, str, Receiver]]:
    for index, config in enumerate(receiver.discord):
        flag = f"send_resolved: {str(config.send_resolved).lower()}"
        changed = replace(config, send_resolved=not config.send_resolved)
        yield "send_resolved", flag, "the opposite", _configured(receiver, index, changed)
        for before, after in _shorter(config.title):
            changed = replace(config, title=after)
            yield "branch of the title", before, "nothing", _configured(receiver, index, changed)
        for before, after in _shorter(config.message):
            changed = replace(config, message=after)
            yield "branch of the message", before, "nothing", _configured(receiver, index, changed)


def _configured(receiver: Receiver, index: int, config: Discord) -> Receiver:
    listed = list(receiver.discord)
    listed[index] = config
    return replace(receiver, discord=tuple(listed))


def _shorter(text: str) -> Iterator[tuple[str, str]]:
    """A template without one of its branches."""
    if "{{" not in text:
        return
    try:
        body = check(text, "alertmanager").tree.body
    except LanguageError:
        return
    for branch in branches(body):
        changed = text[: branch.start] + text[branch.end :]
        try:
            check(changed, "alertmanager")
        except LanguageError:
            continue
        yield shown(text[branch.start : branch.end]), changed
