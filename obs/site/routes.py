"""The routing tree as Alertmanager runs it, with the alerts that end at each branch."""

from __future__ import annotations

from obs.graph.reach import reach, tells_somebody
from obs.lang.duration import render
from obs.sim.routing.tree import Node
from obs.site.holding import Holding
from obs.site.html import link, tag, text


def page(held: Holding) -> str:
    """The whole tree."""
    root = held.subject.route
    if root is None:
        return tag("h1", "Routes") + tag("p", "No routes are known here.")
    ends: dict[tuple[int, ...], list[str]] = {}
    for rule in held.subject.alerts:
        for one in reach(root, rule):
            doubt = "" if one.certain else " (perhaps)"
            ends.setdefault(one.node.path, []).append(link(held.address, "alert", rule.name) + doubt)
    told = tag(
        "p", "An alert goes down the first branch whose matchers it has, and further ones after “continue”."
    )
    return tag("h1", "Routes") + told + tag("ul", _node(held, root, ends), class_="tree")


def _node(held: Holding, node: Node, ends: dict[tuple[int, ...], list[str]]) -> str:
    config = held.subject.alertmanager
    somebody = config is not None and tells_somebody(config, node)
    matchers = ", ".join(map(str, node.matchers)) or ("everything" if not node.path else "everything else")
    group = (
        "each alert alone" if node.group_by is None else ", ".join(sorted(node.group_by)) or "all together"
    )
    timing = (
        f"grouped by {group}; first after {render(node.group_wait)}, news every {render(node.group_interval)}, "
        f"again every {render(node.repeat_interval)}"
    )
    times = [*(f"not during {one}" for one in node.mute_time_intervals)]
    times += [f"only during {one}" for one in node.active_time_intervals]
    here = ends.get(node.path, [])
    return tag(
        "li",
        tag("code", text(matchers)),
        " → ",
        tag("strong", text(node.receiver)),
        " ",
        tag(
            "span",
            "tells somebody" if somebody else "tells nobody",
            class_=f"badge {'good' if somebody else 'info'}",
        ),
        " " + tag("span", "continue", class_="badge info") if node.continue_ else "",
        tag("p", text("; ".join([timing, *times])), class_="weak"),
        held.place(held.subject.route_origin(node)),
        tag("p", "Alerts that end here: ", ", ".join(here)) if here else "",
        tag("ul", *(_node(held, child, ends) for child in node.children)) if node.children else "",
    )
