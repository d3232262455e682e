"""Every alert: what it means in words, who hears of it, what to do, and where to look; and the recording rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from obs.graph.reach import reach, tells_somebody
from obs.graph.subject import Rule
from obs.graph.whole import Node
from obs.lang.duration import render
from obs.site.holding import Holding
from obs.site.html import anchor, code, definitions, link, listed, tag, text
from obs.site.words import Section


def page(held: Holding) -> str:
    """All of them, by group."""
    parts = [tag("h1", "Alerts")]
    named = {rule.name for rule in held.subject.alerts}
    nodes = alert_nodes(held)
    for node, rule in nodes:
        parts.append(_alert(held, node, rule))
    if not nodes:
        parts.append(tag("p", "This project defines no alerts."))
    foreign = [one for one in held.graph.nodes.values() if one.kind == "alert" and one.name not in named]
    if foreign:
        parts.append(tag("h2", "Alerts of others that the routes know", id="alerts-of-others"))
        parts += [_foreign(held, one) for one in foreign]
    records = list(held.subject.records)
    if records:
        parts.append(tag("h2", "Recording rules"))
        parts += [_record(held, rule) for rule in records]
    return "".join(parts)


def alert_nodes(held: Holding) -> list[tuple[str, Rule]]:
    """Each alerting rule with its node of the graph; a second one of a name is `alert/NAME~2`."""
    found: list[tuple[str, Rule]] = []
    seen: dict[str, int] = {}
    for rule in (*held.subject.rules, *held.subject.log_rules):
        if rule.kind != "alert":
            continue
        seen[rule.name] = seen.get(rule.name, 0) + 1
        number = seen[rule.name]
        found.append((f"alert/{rule.name}" + (f"~{number}" if number > 1 else ""), rule))
    return found


def _alert(held: Holding, node: str, rule: Rule) -> str:
    severity = rule.labels.get("severity", "")
    badge = tag("span", text(severity), class_=f"badge {severity}") if severity.isalpha() else ""
    sections = list(held.words(held.subject, held.graph, node, rule))
    story = "".join(_section(one) for one in sections)
    return tag(
        "article",
        tag("h2", text(rule.name), " ", badge, id=anchor("alerts", node.partition("/")[2])),
        held.place(rule.origin),
        "".join(tag("p", text(line)) for line in meaning(sections)),
        definitions(
            [
                ("must hold for", text(render(rule.for_)) if rule.for_ else "no time: fires at once"),
                ("told to", ", ".join(text(one) for one in heard_by(held, rule)) or "nobody"),
                ("runbook", runbook(rule)),
                ("look at", ", ".join(panels(held, node))),
                ("group", text(rule.group)),
            ]
        ),
        code(rule.expr),
        tag("details", tag("summary", "The whole story"), story) if story else "",
        class_="card",
    )


def meaning(sections: Sequence[Section]) -> list[str]:
    """What the expression says, from the story: a sentence, and what its parts stand for."""
    found: list[str] = []
    for section in sections:
        for line in section.lines:
            said = line.strip()
            if said.startswith("It is true when: "):
                found.append("Fires when: " + said.removeprefix("It is true when: "))
            elif found and line.startswith("    "):
                found.append(said)
        if found:
            break
    return found


def heard_by(held: Holding, rule: Rule) -> list[str]:
    """The receivers that tell somebody of it, and the circumstance where that is not sure."""
    config, root = held.subject.alertmanager, held.subject.route
    if config is None or root is None:
        return ["no routes are known here"]
    found: dict[str, None] = {}
    for one in reach(root, rule):
        if tells_somebody(config, one.node):
            doubt = "" if one.certain else f" (if {' and '.join(map(str, one.depends))})"
            found[f"{one.node.receiver}{doubt}"] = None
    return list(found)


def runbook(rule: Rule) -> str:
    """A link to it where it is an address, else its text."""
    for name in ("runbook_url", "runbook"):
        said = rule.annotations.get(name, "")
        if said.startswith(("https://", "http://")) and "{{" not in said:
            return tag("a", text(said), href=said, rel="noopener noreferrer")
        if said:
            return text(said)
    return ""


def panels(held: Holding, node: str) -> list[str]:
    """Links to the panels and dashboards that its message leads to."""
    found = {}
    for edge in held.graph.incoming.get(node, ()):
        source = held.graph.nodes[edge.source]
        if edge.kind == "links to" and source.kind in ("panel", "dashboard"):
            found[source.id] = link(held.address, source.kind, source.name)
    return list(found.values())


def _section(section: Section) -> str:
    head = tag("h3", text(section.title))
    if section.table:
        return head + tag("pre", text("\n".join(section.lines)), tabindex="0")
    return head + "".join(_paragraphs(section.lines))


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """Items with what belongs to them, and plain paragraphs."""
    item: list[str] = []
    for line in lines:
        begins = line.startswith("  - ")
        if begins or (item and not line.startswith("    ")):
            yield from ([tag("ul", tag("li", *item))] if item else [])
            item = []
        said = tag("p", text(line.strip().removeprefix("- ")))
        if begins or item:
            item.append(said)
        else:
            yield said
    if item:
        yield tag("ul", tag("li", *item))


def _foreign(held: Holding, node: Node) -> str:
    told = [
        held.graph.nodes[edge.target]
        for edge in held.graph.outgoing.get(node.id, ())
        if edge.kind == "goes to" and held.graph.nodes[edge.target].kind == "receiver"
    ]
    return tag(
        "article",
        tag("h3", text(node.name), id=anchor("alerts", node.name)),
        held.place(node.origin),
        tag("p", text(node.about)),
        listed(text(f"goes to {one.name}, which {one.about}") for one in told),
        class_="card",
    )


def _record(held: Holding, rule: Rule) -> str:
    from obs.lang.promql.explain import explain

    words = explain(rule.query.tree) if rule.query is not None else "Prometheus does not accept it."
    return tag(
        "article",
        tag("h3", text(rule.name)),
        held.place(rule.origin),
        tag("p", text(words)),
        code(rule.expr),
        class_="card",
    )
