"""A page for each dashboard: its picture in both themes, and every panel with its queries in words."""

from __future__ import annotations

from obs.model.dashboard import Dashboard
from obs.model.panel import Panel
from obs.site.explained import explained
from obs.site.holding import Holding
from obs.site.html import anchor, code, definitions, link, listed, tag, text
from obs.site.panels import panel_node, related

MOST_DRAWN = 500
"""Dashboards with a picture; the others have a page without one."""


def file_of(dashboard: Dashboard) -> str:
    """The page's file."""
    return f"dashboard-{dashboard.uid}.html"


def pictures(dashboard: Dashboard) -> dict[str, str]:
    """The SVG of each theme, by file."""
    from obs.draw import draw

    return {
        f"pictures/{dashboard.uid}-{theme}.svg": draw(dashboard, theme=theme) for theme in ("light", "dark")
    }


def page(held: Holding, dashboard: Dashboard, *, drawn: bool) -> str:
    """The whole page."""
    return "".join(
        [
            tag("h1", text(dashboard.title)),
            tag("p", text(dashboard.description)) if dashboard.description else "",
            held.place(dashboard.origin),
            definitions(
                [
                    ("uid", tag("code", text(dashboard.uid))),
                    ("range", text(" to ".join(dashboard.time))),
                    ("variables", text(", ".join(one.label or one.name for one in dashboard.variables))),
                    ("tags", text(", ".join(dashboard.tags))),
                ]
            ),
            picture(dashboard) if drawn else "",
            tag("h2", "Panels"),
            *(_panel(held, dashboard, panel) for panel in dashboard.panels()),
        ]
    )


def picture(dashboard: Dashboard) -> str:
    """Its picture in the theme that is shown; a link to the picture alone."""
    return tag(
        "div",
        *(
            tag(
                "a",
                tag(
                    "img",
                    src=f"pictures/{dashboard.uid}-{theme}.svg",
                    alt=f"{dashboard.title} with sample data",
                    loading="lazy",
                ),
                href=f"pictures/{dashboard.uid}-{theme}.svg",
                **{f"data-{theme}": True},
            )
            for theme in ("light", "dark")
        ),
        class_="picture",
    )


def _panel(held: Holding, dashboard: Dashboard, panel: Panel) -> str:
    node = panel_node(held.graph, dashboard, panel)
    parts = [
        tag("h3", text(panel.title or panel.key), id=anchor("panel", node.partition("/")[2] or panel.key)),
        tag("p", text(panel.type), class_="weak"),
        held.place(panel.origin),
        tag("p", text(panel.description)) if panel.description else "",
    ]
    for query in panel.queries:
        parts.append(code(query.text))
        parts += [tag("p", text(line)) for line in explained(query).splitlines()]
    alerts = [
        f"{link(held.address, 'alert', name)} {text(why)}"
        for name, why in related(held.graph, dashboard, panel)
    ]
    parts.append(listed(alerts))
    return tag("article", *parts, class_="card")
