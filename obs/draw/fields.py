"""What a series is called and how its numbers are shown: the panel's field settings with the overrides that match."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from obs.draw.data import Data, Series, reduced
from obs.draw.theme import CONTINUOUS, Theme, blend
from obs.draw.value import Shown, shown
from obs.lang import re2
from obs.lang.error import LanguageError
from obs.model.panel import Panel
from obs.model.threshold import Thresholds
from obs.record import dataclass, field

_DEFAULT_MODES = dict.fromkeys(
    ("stat", "gauge", "bargauge", "table", "state-timeline", "status-history"), "thresholds"
)
"""What a panel that says nothing of colours is coloured by; all others have the classic palette."""
_LEGEND = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Styled:
    """A series ready to draw: `colour` is its own, `custom` the panel type's settings for it."""

    name: str
    values: tuple[float | None, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    ref_id: str = "A"
    unit: str = ""
    decimals: int | None = None
    low: float | None = None
    high: float | None = None
    colour: str = "#808080"
    mode: str = ""
    thresholds: Thresholds | None = None
    mappings: tuple[Mapping[str, object], ...] = ()
    custom: Mapping[str, object] = field(default_factory=dict)
    no_value: str = ""
    base: tuple[float, ...] = ()
    """Where each value of a stack begins; empty for what starts at zero."""

    def shown(self, value: float | None) -> Shown:
        """A value of this series, in its unit or as its mappings say."""
        mapped = mapping_of(self.mappings, value)
        if mapped is not None and mapped.get("text"):
            return Shown(str(mapped["text"]))
        if value is None and self.no_value:
            return Shown(self.no_value)
        return shown(value, self.unit, self.decimals)

    def reduced(self, calc: str) -> float | None:
        """One value for the whole series."""
        return reduced(self.values, calc)


def styled(panel: Panel, data: Data, theme: Theme) -> list[Styled]:
    """Every series of the panel, in the order of its queries."""
    names = display_names(panel, data.series)
    found = []
    for index, (series, name) in enumerate(zip(data.series, names, strict=True)):
        one = Styled(
            panel.field.display_name.replace("${__field.name}", name) if panel.field.display_name else name,
            series.values,
            series.labels,
            series.ref_id,
            panel.field.unit,
            panel.field.decimals,
            panel.field.min,
            panel.field.max,
            thresholds=panel.field.thresholds,
            mappings=panel.field.mappings,
            custom=panel.field.custom,
            no_value=panel.field.no_value,
        )
        one, colour = _overridden(one, panel, theme)
        mode = colour or panel.field.color or {"mode": _DEFAULT_MODES.get(panel.type, "palette-classic")}
        found.append(replace(one, colour=_colour_of(mode, one, index, theme), mode=str(mode.get("mode", ""))))
    return found


def display_names(panel: Panel, series: Sequence[Series]) -> list[str]:
    """The legend's template filled in; without one, the labels in which the series differ."""
    legends = {query.ref_id or chr(65 + number % 26): query.legend for number, query in enumerate(
        query for query in panel.queries if not query.hide and query.text.strip())}  # fmt: skip
    return [_display_name(one, legends.get(one.ref_id, ""), series) for one in series]


def _display_name(one: Series, legend: str, series: Sequence[Series]) -> str:
    if legend not in ("", "__auto"):
        return (
            _LEGEND.sub(lambda found: one.labels.get(found[1], ""), legend).strip() or one.metric or "Value"
        )
    if not one.labels:
        return one.metric or ("Value" if len(series) == 1 else f"Value #{one.ref_id}")
    varying = [name for name in one.labels if len({other.labels.get(name) for other in series}) > 1]
    if len(varying or one.labels) == 1:
        return one.labels[(varying or list(one.labels))[0]]
    said = ", ".join(f'{name}="{value}"' for name, value in one.labels.items())
    return f"{one.metric}{{{said}}}"


def _overridden(one: Styled, panel: Panel, theme: Theme) -> tuple[Styled, Mapping[str, object]]:
    colour: Mapping[str, object] = {}
    for override in panel.overrides:
        if _applies(override.matcher, override.matches, one):
            for name, value in override.properties:
                if name == "color" and isinstance(value, Mapping):
                    colour = value
                else:
                    one = _with(one, name, value)
    return one, colour


def _applies(matcher: str, matches: object, one: Styled) -> bool:
    if matcher == "byName":
        return matches == one.name
    if matcher == "byFrameRefID":
        return matches == one.ref_id
    if matcher == "byRegexp" and isinstance(matches, str):
        pattern = re.match(r"/(.*)/[a-z]*\Z", matches, re.DOTALL)
        try:
            return re2.compile(pattern[1] if pattern else matches).search(one.name) is not None
        except (LanguageError, ValueError):
            return False
    if matcher == "byNames" and isinstance(matches, Mapping):
        names = matches.get("names")
        return isinstance(names, list) and (one.name in names) == (matches.get("mode") != "exclude")
    return matcher == "byType" and matches == "number"


def _with(one: Styled, name: str, value: object) -> Styled:
    from obs.formats.grafana_json.field import read_field_config

    if name.startswith("custom."):
        return replace(one, custom={**one.custom, name.removeprefix("custom."): value})
    if name in ("unit", "decimals", "min", "max", "displayName", "thresholds", "mappings", "noValue"):
        found = read_field_config({"defaults": {name: value}, "overrides": []})[0]
        setting, changed = {
            "unit": ("unit", found.unit),
            "decimals": ("decimals", found.decimals),
            "min": ("low", found.min),
            "max": ("high", found.max),
            "displayName": ("name", found.display_name or one.name),
            "thresholds": ("thresholds", found.thresholds),
            "mappings": ("mappings", found.mappings),
            "noValue": ("no_value", found.no_value),
        }[name]
        changes: dict[str, Any] = {setting: changed}
        return replace(one, **changes)
    return one


def _colour_of(mode: Mapping[str, object], one: Styled, index: int, theme: Theme) -> str:
    name = str(mode.get("mode") or "palette-classic")
    if name == "fixed":
        return theme.colour(mode.get("fixedColor"), theme.palette(index))
    if name == "shades":
        base = theme.colour(mode.get("fixedColor"), theme.palette(index))
        return blend(base, theme.panel, min(index * 0.12, 0.6)) if base.startswith("#") else base
    if name == "thresholds" or name.startswith("continuous"):
        return value_colour(one, one.reduced("lastNotNull"), theme, name)
    return theme.palette(index)


def limits_of(one: Styled) -> tuple[float, float]:
    """The field's own minimum and maximum, else those of its values; a share has its natural ones."""
    known = [value for value in one.values if value is not None]
    natural = {"percent": 100.0, "percentunit": 1.0}.get(one.unit)
    low = one.low if one.low is not None else 0.0 if natural else min(known, default=0.0)
    high = one.high if one.high is not None else natural or max(known, default=1.0)
    return (low, high) if high > low else (low, low + 1)


def threshold_colour(steps: Thresholds | None, value: float | None, one: Styled, theme: Theme) -> str:
    """The colour of the highest step that the value reaches."""
    parts = steps.steps if steps is not None and steps.steps else ((None, "green"), (80.0, "red"))
    if value is None:
        return theme.secondary if steps is None else theme.colour(parts[0][1])
    at = value
    if steps is not None and steps.mode == "percentage":
        low, high = limits_of(one)
        at = (value - low) / (high - low) * 100
    return theme.colour(
        [colour for limit, colour in parts if limit is None or at >= limit][-1:][0] if parts else ""
    )


def value_colour(one: Styled, value: float | None, theme: Theme, mode: str = "") -> str:
    """The colour of a value: of its mapping, its step, its place on a continuous scale, else of the series."""
    mapped = mapping_of(one.mappings, value)
    if mapped is not None and mapped.get("color"):
        return theme.colour(mapped["color"])
    mode = mode or one.mode
    if mode in CONTINUOUS and value is not None:
        low, high = limits_of(one)
        return on_scale([theme.colour(name) for name in CONTINUOUS[mode]], (value - low) / (high - low))
    if mode in ("thresholds", ""):
        return threshold_colour(one.thresholds, value, one, theme)
    return one.colour


def on_scale(colours: Sequence[str], part: float) -> str:
    """A colour between several, at a share of the way."""
    at = max(0.0, min(1.0, part)) * (len(colours) - 1)
    index = min(int(at), len(colours) - 2)
    return blend(colours[index], colours[index + 1], at - index)


def mapping_of(mappings: Iterable[Mapping[str, object]], value: float | None) -> Mapping[str, object] | None:
    """What a value is mapped to: its `text` and `color`; None when nothing maps it."""
    for mapping in mappings:
        options = mapping.get("options")
        if not isinstance(options, Mapping):
            continue
        found = _mapped(str(mapping.get("type")), options, value)
        if isinstance(found, Mapping):
            return found
    return None


def _mapped(kind: str, options: Mapping[str, object], value: float | None) -> object:
    if kind == "value" and value is not None:
        return options.get(f"{value:g}") or options.get(str(value))
    if kind == "special" and options.get("match") in ("null", "null+nan") and value is None:
        return options.get("result")
    if kind == "range" and value is not None:
        low, high = options.get("from"), options.get("to")
        above = not isinstance(low, (int, float)) or value >= low
        below = not isinstance(high, (int, float)) or value <= high
        return options.get("result") if above and below else None
    return None
