"""Two versions of one panel: what it asks, how it shows it, where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from obs.model.field import Field, Override
from obs.model.link import Link
from obs.model.panel import Panel
from obs.model.query import Query, ref_id
from obs.model.threshold import Thresholds
from obs.review.change import Meaning
from obs.review.differences import logql, promql, settings
from obs.review.differences.pairs import pair
from obs.review.wording import listed, number, quoted, short

Found = Iterator[tuple[str, Meaning]]
_COSMETIC_OPTIONS = ("legend", "tooltip", "showHeader", "cellHeight", "footer", "justifyMode", "textMode", "graphMode", "colorMode",
                     "wideLayout", "sortBy", "orientation", "displayMode", "namePlacement", "showTime", "wrapLogMessage")  # fmt: skip


def text_of(panel: Panel) -> str:
    """Everything that the panel asks, for looking things up in."""
    return "\n".join(query.text for query in panel.queries)


def differences(old: Panel, new: Panel) -> Found:
    """Field and meaning of everything that differs."""
    if old.title != new.title:
        yield "title", Meaning(f"renamed from {quoted(old.title)} to {quoted(new.title)}", "cosmetic")
    if old.type != new.type:
        yield "type", Meaning(f"drawn as {new.type} instead of {old.type}")
    if old.description != new.description:
        said = "added" if not old.description else "removed" if not new.description else "reads differently"
        yield "description", Meaning(f"description {said}", "cosmetic", "", old.description, new.description)
    if _source(old) != _source(new):
        yield "datasource", Meaning(f"asks {_source(new)} instead of {_source(old)}")
    yield from _queries(old, new)
    yield from _field(old.field, new.field)
    yield from _overrides(old.overrides, new.overrides)
    if old.type == new.type:
        yield from _mappings("options", old.options, new.options)
    if old.transformations != new.transformations:
        yield "transformations", Meaning(_transformed(old, new))
    yield from _rest(old, new)
    yield from _place(old, new)


def _source(panel: Panel) -> str:
    data = panel.datasource or next((query.datasource for query in panel.queries if query.datasource), None)
    return data.uid if data is not None else "the default datasource"


def _queries(old: Panel, new: Panel) -> Found:
    def named(panel: Panel) -> list[tuple[str, Query]]:
        return [(query.ref_id or ref_id(index), query) for index, query in enumerate(panel.queries)]

    pairs = pair(
        named(old),
        named(new),
        [lambda one: (one[0], one[1].text), lambda one: one[1].text, lambda one: one[0]],
    )
    several = len(new.queries) > 1 or len(old.queries) > 1
    for (_, one), (ref, other) in pairs.both:
        for field, meaning in _query(one, other):
            yield f"{field} {ref}" if several else field, meaning
    for ref, query in pairs.gone:
        yield "query", Meaning(f"query {ref} removed: {short(query.text)}", "behaviour", "", query.text, "")
    for ref, query in pairs.come:
        yield "query", Meaning(f"query {ref} added: {short(query.text)}", "behaviour", "", "", query.text)


def _asked(old: Query, new: Query) -> list[Meaning]:
    """What the texts mean; of a query whose datasource is not known, in the language that both are written in."""
    language = new.language or old.language
    if language == "promql" or (not language and promql.reads(old.text) and promql.reads(new.text)):
        return promql.compare(old.text, new.text, "panel")
    if language == "logql" or (not language and logql.reads(old.text) and logql.reads(new.text)):
        return logql.compare(old.text, new.text)
    return [Meaning("the query changed", "behaviour", "", old.text, new.text)]


def same_text(old: str, new: str) -> bool:
    """Whether two texts are the same, or queries that mean the same."""
    if old == new:
        return True
    for language in (promql, logql):
        if language.reads(old) and language.reads(new):
            return not language.compare(old, new)
    return False


def _query(old: Query, new: Query) -> Found:
    if old.text != new.text:
        found = _asked(old, new)
        for meaning in found:
            yield "query", meaning
    if old.legend != new.legend:
        yield (
            "legend",
            Meaning(
                f"legend {quoted(old.legend or 'automatic')} -> {quoted(new.legend or 'automatic')}",
                "cosmetic",
            ),
        )
    if (old.instant or False) != (new.instant or False):
        yield (
            "query",
            Meaning("asks for the last moment only" if new.instant else "asks for the whole time range"),
        )
    if old.hide != new.hide:
        yield "query", Meaning("its series are hidden now" if new.hide else "its series are shown now")
    if old.min_step != new.min_step:
        yield (
            "query",
            Meaning(f"shortest step {old.min_step or 'automatic'} -> {new.min_step or 'automatic'}"),
        )
    if old.format != new.format:
        yield "query", Meaning(f"format {old.format} -> {new.format}")
    if old.max_lines != new.max_lines:
        yield (
            "query",
            Meaning(
                f"at most {new.max_lines or 'the usual number of'} lines instead of {old.max_lines or 'the usual number'}"
            ),
        )
    if old.exemplar != new.exemplar:
        yield (
            "query",
            Meaning("exemplars are shown" if new.exemplar else "exemplars are no longer shown", "cosmetic"),
        )


def _field(old: Field, new: Field) -> Found:
    if old.unit != new.unit:
        yield "unit", Meaning(f"unit {old.unit or 'none'} -> {new.unit or 'none'}", "behaviour",
                              "the same numbers mean something else" if old.unit and new.unit else "")  # fmt: skip
    for name, what in (("decimals", "decimals"), ("min", "lowest value"), ("max", "highest value")):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            said = [number(value) if value is not None else "automatic" for value in (before, after)]
            yield (
                name,
                Meaning(f"{what} {said[0]} -> {said[1]}", "cosmetic" if name == "decimals" else "behaviour"),
            )
    for name, what in (("no_value", "text without data"), ("display_name", "name of the series")):
        if getattr(old, name) != getattr(new, name):
            yield (
                name,
                Meaning(
                    f"{what} {quoted(getattr(old, name) or 'default')} -> {quoted(getattr(new, name) or 'default')}",
                    "cosmetic",
                ),
            )
    yield from thresholds(old.thresholds, new.thresholds)
    if old.color != new.color:
        yield (
            "color",
            Meaning(f"coloured by {_colour(new.color)} instead of {_colour(old.color)}", "cosmetic"),
        )
    if old.mappings != new.mappings:
        yield "mappings", Meaning("values are translated into other texts")
    if old.links != new.links:
        yield "links", _linked("values", old.links, new.links)
    yield from _mappings("style", old.custom, new.custom, "cosmetic")
    yield from _mappings("field", old.extra, new.extra)


def _linked(whose: str, old: Sequence[Link], new: Sequence[Link]) -> Meaning:
    was, now = [one.title for one in old], [one.title for one in new]
    if was == now:
        return Meaning(f"links of the {whose} lead elsewhere: {listed(map(quoted, now))}")
    said = f" instead of {listed(map(quoted, was))}" if was else ""
    return Meaning(f"links of the {whose}: {listed(map(quoted, now))}{said}")


def _colour(colour: Mapping[str, object]) -> str:
    return str(colour.get("fixedColor") or colour.get("mode") or "default")


def thresholds(old: Thresholds | None, new: Thresholds | None) -> Found:
    """Limits that moved, appeared or went; colours alone are cosmetic."""
    before = old.steps if old is not None else ()
    after = new.steps if new is not None else ()
    if old is not None and new is not None and old.mode != new.mode:
        said = "percent of the range" if new.mode == "percentage" else "values"
        yield "thresholds", Meaning(f"thresholds are {said} now")
    was, now = ([value for value, _ in steps if value is not None] for steps in (before, after))
    if was == now:
        if before != after and after:
            said = f"colours of the steps: {listed(name for _, name in after)}"
            yield "thresholds", Meaning(said, "cosmetic")
        return
    gone, come = [one for one in was if one not in now], [one for one in now if one not in was]
    if len(gone) == len(come):
        for one, other in zip(gone, come, strict=True):
            yield "thresholds", Meaning(f"threshold {number(one)} -> {number(other)}")
        return
    for some, word in ((gone, "removed"), (come, "added")):
        if some:
            yield "thresholds", Meaning(f"threshold {listed(map(number, some))} {word}")


def _overrides(old: tuple[Override, ...], new: tuple[Override, ...]) -> Found:
    before, after = ({(one.matcher, str(one.matches)): one for one in side} for side in (old, new))
    for key in before:
        if key not in after:
            yield "overrides", Meaning(f"override for {quoted(key[1])} removed")
    for key, one in after.items():
        if key not in before:
            yield (
                "overrides",
                Meaning(f"override for {quoted(key[1])} added: {listed(name for name, _ in one.properties)}"),
            )
            continue
        was, now = dict(before[key].properties), dict(one.properties)
        for name in sorted({*was, *now}):
            if was.get(name) == now.get(name):
                continue
            if name == "thresholds":
                for _, meaning in thresholds(_read(was.get(name)), _read(now.get(name))):
                    yield "thresholds", replace(meaning, sentence=f"{meaning.sentence} of {quoted(key[1])}")
            else:
                yield "overrides", Meaning(f"{name} of {quoted(key[1])}: {_value(was.get(name))} -> {_value(now.get(name))}",
                                           "cosmetic" if name.startswith(("custom.", "color")) else "behaviour")  # fmt: skip


def _read(value: object) -> Thresholds | None:
    """The thresholds of an override, which are kept as they are written."""
    steps = value.get("steps") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or not isinstance(steps, list):
        return None
    found = [one for one in steps if isinstance(one, Mapping)]
    limits = [one.get("value") if number else None for number, one in enumerate(found)]
    mode: Literal["absolute", "percentage"] = (
        "percentage" if value.get("mode") == "percentage" else "absolute"
    )
    return Thresholds(
        tuple(
            (float(limit) if isinstance(limit, (int, float)) else None, str(one.get("color", "")))
            for limit, one in zip(limits, found, strict=True)
        ),
        mode,
    )


def _value(value: object) -> str:
    if value is None or value in ("", [], ()):
        return "default"
    if isinstance(value, (list, tuple)) and all(isinstance(one, (str, int, float)) for one in value):
        return listed(map(str, value))
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return number(value)
    return short(str(value), 60)


def _mappings(field: str, old: Mapping[str, object], new: Mapping[str, object], risk: str = "") -> Found:
    """Settings of the panel's type, one by one, the nested ones with their path."""
    for path, before, after in _leaves(old, new, ""):
        if settings.is_quiet(path):
            continue
        known = settings.meaning(path, before, after)
        cosmetic = risk == "cosmetic" or path.split(".")[0] in _COSMETIC_OPTIONS
        said = f"{path}: {_value(before)} -> {_value(after)}"
        yield field, known or Meaning(said, "cosmetic" if cosmetic else "behaviour")


def _leaves(old: object, new: object, path: str) -> Iterator[tuple[str, object, object]]:
    if isinstance(old, Mapping) or isinstance(new, Mapping):
        before = old if isinstance(old, Mapping) else {}
        after = new if isinstance(new, Mapping) else {}
        for name in sorted({*map(str, before), *map(str, after)}):
            yield from _leaves(before.get(name), after.get(name), f"{path}.{name}" if path else name)
    elif old != new and not (_is_nothing(old) and _is_nothing(new)):
        yield path, old, new


def _is_nothing(value: object) -> bool:
    """What Grafana takes as if it was not there."""
    return value is None or value in ("", [], ())


def _transformed(old: Panel, new: Panel) -> str:
    was, now = (
        [str(one.get("id")) for one in old.transformations],
        [str(one.get("id")) for one in new.transformations],
    )
    if was != now:
        if not was or not now:
            return f"transformed by {listed(now)}" if now else f"no longer transformed by {listed(was)}"
        return f"transformed by {listed(now)} instead of {listed(was)}"
    return f"{listed(now)} with other settings"


_NO = {"min_interval": "automatic", "max_data_points": "automatic", "time_from": "none", "time_shift": "none"}


def _rest(old: Panel, new: Panel) -> Found:
    if old.links != new.links:
        yield "links", _linked("panel", old.links, new.links)
    if old.repeat != new.repeat:
        said = (
            f"repeated for each ${new.repeat}" if new.repeat else f"no longer repeated for each ${old.repeat}"
        )
        yield "repeat", Meaning(said)
    for name, what in (("min_interval", "shortest step"), ("max_data_points", "most points"),
                       ("time_from", "own time range"), ("time_shift", "time shift")):  # fmt: skip
        before, after = (str(getattr(side, name) or _NO[name]) for side in (old, new))
        if before != after:
            yield name, Meaning(f"{what} {before} -> {after}")
    if old.transparent != new.transparent:
        yield "transparent", Meaning("without a frame" if new.transparent else "with a frame", "cosmetic")
    if old.extra != new.extra:
        names = sorted(
            name for name in {*old.extra, *new.extra} if old.extra.get(name) != new.extra.get(name)
        )
        yield "extra", Meaning(f"{listed(names)} changed")


def _place(old: Panel, new: Panel) -> Found:
    if old.grid is None or new.grid is None or old.grid == new.grid:
        return
    if (old.grid.w, old.grid.h) != (new.grid.w, new.grid.h):
        yield "grid", Meaning(f"size {old.grid.w}x{old.grid.h} -> {new.grid.w}x{new.grid.h}", "cosmetic")
    if (old.grid.x, old.grid.y) != (new.grid.x, new.grid.y):
        yield "grid", Meaning("moved", "cosmetic")
