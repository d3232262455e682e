"""`fieldConfig`, both ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from obs.formats.grafana_json.shape import as_map, number, objects, rest, text
from obs.model.field import Field, Override
from obs.model.link import Link
from obs.model.threshold import Thresholds

Object = dict[str, Any]


def render_field_config(field: Field, overrides: Iterable[Override]) -> Object:
    """Grafana's object; a setting that the model leaves open is left to Grafana's default."""
    defaults: Object = {"custom": field.custom, "mappings": list(field.mappings)}
    if field.unit:
        defaults["unit"] = field.unit
    if field.color:
        defaults["color"] = field.color
    if field.thresholds is not None:
        defaults["thresholds"] = render_thresholds(field.thresholds)
    if field.links:
        defaults["links"] = [render_data_link(link) for link in field.links]
    for name, value in (
        ("decimals", field.decimals),
        ("min", field.min),
        ("max", field.max),
        ("noValue", field.no_value or None),
        ("displayName", field.display_name or None),
    ):
        if value is not None:
            defaults[name] = value
    if field.extra:
        defaults |= field.extra
    return {"defaults": defaults, "overrides": [_render_override(one) for one in overrides]}


def render_thresholds(thresholds: Thresholds) -> Object:
    steps = [{"color": color, "value": value} for value, color in thresholds.steps]
    return {"mode": thresholds.mode, "steps": steps}


def render_data_link(link: Link) -> Object:
    return {"targetBlank": link.new_tab, "title": link.title, "url": link.url, **link.extra}


def _render_override(override: Override) -> Object:
    return {
        "matcher": {"id": override.matcher, "options": override.matches},
        "properties": [{"id": name, "value": value} for name, value in override.properties],
        **override.extra,
    }


def read_field_config(config: Mapping[str, object]) -> tuple[Field, tuple[Override, ...]]:
    """The model's parts; what has no name there is kept in `extra`."""
    defaults = as_map(config.get("defaults"))
    return _read_field(defaults), tuple(_read_override(one) for one in objects(config.get("overrides")))


_NAMES = (
    "unit", "decimals", "min", "max", "noValue", "displayName", "color", "thresholds", "mappings", "links",
    "custom",
)  # fmt: skip


def _read_field(defaults: Mapping[str, Any]) -> Field:
    decimals = number(defaults.get("decimals"))
    return Field(
        unit=text(defaults.get("unit")),
        decimals=None if decimals is None else int(decimals),
        min=number(defaults.get("min")),
        max=number(defaults.get("max")),
        no_value=text(defaults.get("noValue")),
        display_name=text(defaults.get("displayName")),
        color=as_map(defaults.get("color")),
        thresholds=read_thresholds(defaults.get("thresholds")),
        mappings=tuple(objects(defaults.get("mappings"))),
        links=tuple(read_data_link(link) for link in objects(defaults.get("links"))),
        custom=as_map(defaults.get("custom")),
        extra=rest(defaults, _NAMES),
    )


def read_thresholds(value: object) -> Thresholds | None:
    """None where there are no steps: Grafana's default then holds."""
    given = as_map(value)
    steps = [
        (None if index == 0 else number(step.get("value")), text(step.get("color")))
        for index, step in enumerate(objects(given.get("steps")))
    ]
    if not steps:
        return None
    base = number(given.get("base", objects(given.get("steps"))[0].get("value")))
    return Thresholds(tuple(steps), "percentage" if given.get("mode") == "percentage" else "absolute", base)


def read_data_link(link: Mapping[str, Any]) -> Link:
    return Link(
        url=text(link.get("url")),
        title=text(link.get("title")),
        keep_time=False,
        vars=False,
        icon="external link",
        new_tab=link.get("targetBlank") is True,
        extra=rest(link, ("url", "title", "targetBlank")),
    )


def _read_override(override: Mapping[str, Any]) -> Override:
    matcher = as_map(override.get("matcher"))
    properties = [(text(one.get("id")), one.get("value")) for one in objects(override.get("properties"))]
    return Override(
        text(matcher.get("id")),
        matcher.get("options"),
        tuple(properties),
        rest(override, ("matcher", "properties")),
    )
