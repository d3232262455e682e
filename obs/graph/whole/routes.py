"""Draws who hears of an alert: the routing tree, receivers, secrets, and the alerts that mute others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from obs.graph.alert_labels import verdict
from obs.graph.reach import Reached, reach, tells_somebody
from obs.graph.subject import Rule
from obs.graph.whole.sheet import Sheet
from obs.lang.wording import listed
from obs.model.route import Discord, Route
from obs.origin import Origin
from obs.sim.routing.config import Config, InhibitRule
from obs.sim.routing.config import Receiver as LoadedReceiver
from obs.sim.routing.tree import Node


def alerts(sheet: Sheet) -> Iterator[tuple[str, Rule]]:
    """Every alert with its node; of those that others ship only the name is known."""
    for rule in (*sheet.subject.alerts, *sheet.subject.log_rules):
        if rule.kind == "alert":
            yield sheet.rule_ids[id(rule)], rule
    program = sheet.subject.program
    for alert in program.definitions.chart_alerts if program is not None else ():
        yield f"alert/{alert.name}", Rule("alert", alert.name, "", "", alert.origin)


def draw(sheet: Sheet) -> None:
    """The effective tree; nothing where no configuration was given."""
    config, root = sheet.subject.alertmanager, sheet.subject.route
    if config is None or root is None:
        return
    for node in root.walk():
        id = route_node(sheet, node)
        sheet.edge(id, _receiver(sheet, config, node), "tells", "is its receiver", _line(sheet, node))
    for id, alert in alerts(sheet):
        for found in reach(root, alert):
            hangs = f"if {listed(map(str, dict.fromkeys(found.depends)))}" if found.depends else ""
            _delivery(sheet, config, id, found, hangs or _because(found.node))
    for number, rule in enumerate(config.inhibit_rules, start=1):
        _inhibition(sheet, number, rule)


def _delivery(sheet: Sheet, config: Config, alert: str, found: Reached, why: str) -> None:
    """The branch and its receiver hear of the alert; without them it fires unheard."""
    line, likely = _line(sheet, found.node), not found.certain
    for end in (route_node(sheet, found.node), _receiver(sheet, config, found.node)):
        sheet.edge(alert, end, "goes to", why, line, likely=likely)
        if tells_somebody(config, found.node):
            sheet.edge(end, alert, "delivers", "is how it is heard", line, likely=likely)


def _because(node: Node) -> str:
    return listed(map(str, node.matchers)) if node.matchers else "no branch takes it"


def _own_route(sheet: Sheet, node: Node) -> Route | None:
    """The definition that a node comes from; None for those of the chart and of other people."""
    program = sheet.subject.program
    for route in program.definitions.routes if program is not None else ():
        if node.receiver.startswith(f"{sheet.subject.program.stack.namespace}/{route.name}/"):  # type: ignore[union-attr]
            return route
    return None


def route_node(sheet: Sheet, node: Node) -> str:
    """The node of a branch of the tree: `root`, `0`, `0.1`, or the name of the definition and the branch in it."""
    path = ".".join(map(str, node.path))
    own = _own_route(sheet, node)
    inside = node.path[1:]
    name = path or "root"
    if own is not None:
        name = own.name + (f"/{'.'.join(map(str, inside))}" if inside else "")
    matchers = " ".join(map(str, node.matchers)) or "everything else"
    about = f"{matchers} -> {_short(node.receiver)}"
    return sheet.node("route", name, about, _line(sheet, node), (path,) if path else ())


def _line(sheet: Sheet, node: Node) -> Origin | None:
    own = _own_route(sheet, node)
    return own.origin if own is not None else sheet.subject.route_lines.get(node.path)


def _short(receiver: str) -> str:
    return receiver.rsplit("/", 1)[-1]


def _receiver(sheet: Sheet, config: Config, node: Node) -> str:
    own = _own_route(sheet, node)
    defined = next(
        (one for one in own.receivers() if one.name == _short(node.receiver))
        if own is not None
        else iter(()),
        None,
    )
    try:
        loaded = config.receiver(node.receiver)
    except KeyError:
        loaded = LoadedReceiver(node.receiver)
    origin = defined.origin if defined is not None else None
    id = sheet.node("receiver", node.receiver, _told(loaded), origin, (_short(node.receiver),))
    if isinstance(defined, Discord):
        name = f"{defined.url.name}/{defined.url.key}"
        secret = sheet.node("secret", name, "a key of a Secret", defined.url.origin, (defined.url.name,))
        sheet.edge(secret, id, "opens", "holds the address of the webhook", defined.url.origin)
    for name, where, at in _secrets_of_objects(sheet, node.receiver):
        secret = sheet.node("secret", name, "a key of a Secret", at, (name.partition("/")[0],))
        sheet.edge(secret, id, "opens", f"is its {where}", at)
    return id


def _secrets_of_objects(sheet: Sheet, receiver: str) -> Iterator[tuple[str, str, Origin]]:
    """The keys of Secrets that a receiver of an AlertmanagerConfig names, and as what."""
    for document in sheet.subject.of_kind("AlertmanagerConfig"):
        listed = document.get("spec", "receivers")
        for index, one in enumerate(listed if isinstance(listed, list) else ()):
            own = isinstance(one, Mapping) and f"{document.name}/{one.get('name')}"
            if own and (receiver == own or receiver.endswith(f"/{own}")):
                for where, key in _keys(one, "", 0):
                    yield key, where, document.at("spec", "receivers", index)


def _keys(value: object, where: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        name, key = value.get("name"), value.get("key")
        if isinstance(name, str) and isinstance(key, str):
            yield where, f"{name}/{key}"
        elif depth < 10:
            for part, inner in value.items():
                yield from _keys(inner, str(part), depth + 1)
    elif isinstance(value, list) and depth < 10:
        for inner in value:
            yield from _keys(inner, where, depth + 1)


def _told(receiver: LoadedReceiver) -> str:
    kinds = ["Discord"] * len(receiver.discord)
    kinds += [kind.removesuffix("_configs") for kind, items in receiver.others.items() for _ in items]
    return f"tells {listed(kinds)}" if kinds else "tells nobody"


def _inhibition(sheet: Sheet, number: int, rule: InhibitRule) -> None:
    """Only where an alert here may mute another; where the names must be equal, one of that name."""
    sources = [alert for alert in sheet.subject.alerts if _may(rule.source, alert)]
    targets = [alert for alert in sheet.subject.alerts if _may(rule.target, alert)]
    pairs = [
        (one, other)
        for one in sources
        for other in targets
        if one is not other and ("alertname" not in rule.equal or one.name == other.name)
    ]
    if not pairs:
        return
    source = " ".join(map(str, rule.source)) or "anything"
    target = " ".join(map(str, rule.target)) or "anything"
    same = f", same {listed(rule.equal)}" if rule.equal else ""
    made = sheet.node("inhibition", str(number), f"{source} mutes {target}{same}")
    for one, other in pairs:
        sheet.edge(sheet.rule_ids[id(one)], made, "feeds", f"is {source}", one.origin, likely=True)
        sheet.edge(made, sheet.rule_ids[id(other)], "mutes", f"may mute it{same}", other.origin, likely=True)


def _may(matchers: tuple[object, ...], alert: Rule) -> bool:
    from obs.lang.matchers import Matcher

    return all(isinstance(one, Matcher) and verdict(alert, one) != "no" for one in matchers)
