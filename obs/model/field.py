"""How a panel shows the numbers of its queries: unit, limits, colours, the panel type's own settings."""

from __future__ import annotations

from collections.abc import Mapping

from obs.model.link import Link
from obs.model.threshold import Steps, Thresholds, as_thresholds
from obs.model.unit import written
from obs.record import dataclass, field


@dataclass(frozen=True, slots=True)
class Field:
    """`color` is Grafana's colour object or the name of its mode; `custom` belongs to the panel's type."""

    unit: str = ""
    decimals: int | None = None
    min: float | None = None
    max: float | None = None
    no_value: str = ""
    display_name: str = ""
    color: Mapping[str, object] = field(default_factory=dict)
    thresholds: Thresholds | None = None
    mappings: tuple[Mapping[str, object], ...] = ()
    links: tuple[Link, ...] = ()
    custom: Mapping[str, object] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Override:
    """Other settings for some fields: `matcher` is Grafana's (byName, byRegexp, byFrameRefID ...), with
    what it looks for; `properties` are pairs of Grafana's property id and value."""

    matcher: str
    matches: object
    properties: tuple[tuple[str, object], ...]
    extra: Mapping[str, object] = field(default_factory=dict)


def override(
    name: str = "",
    *,
    regexp: str = "",
    query: str = "",
    unit: str = "",
    decimals: int | None = None,
    min: float | None = None,
    max: float | None = None,
    color: str = "",
    display_name: str = "",
    thresholds: Steps | None = None,
    links: tuple[Link, ...] = (),
    mappings: tuple[Mapping[str, object], ...] = (),
    **custom: object,
) -> Override:
    """Settings for the field of that name, for the names that match, or for a query's fields (its refId).

    Further keywords are the panel type's own settings, in Grafana's names: `width=120`, `cellOptions={...}`.
    """
    matcher, matches = (
        ("byRegexp", regexp) if regexp else ("byFrameRefID", query) if query else ("byName", name)
    )
    properties: list[tuple[str, object]] = []
    if unit:
        properties.append(("unit", written(unit)))
    properties += [
        (setting, value)
        for setting, value in (("decimals", decimals), ("min", min), ("max", max))
        if value is not None
    ]
    if color:
        properties.append(("color", {"mode": "fixed", "fixedColor": color}))
    if display_name:
        properties.append(("displayName", display_name))
    if thresholds is not None:
        limits = as_thresholds(thresholds)
        steps = [{"color": colour, "value": value} for value, colour in limits.steps]
        properties.append(("thresholds", {"mode": limits.mode, "steps": steps}))
    if links:
        rendered = [
            {"title": one.title, "url": one.url, "targetBlank": one.new_tab}
            for one in (each.inline() for each in links)
        ]
        properties.append(("links", rendered))
    if mappings:
        properties.append(("mappings", list(mappings)))
    properties += [(f"custom.{setting}", value) for setting, value in custom.items()]
    return Override(matcher, matches, tuple(properties))
