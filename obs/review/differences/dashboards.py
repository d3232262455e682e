"""Dashboards: which are new, gone or changed, and what became of each panel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from obs.graph.subject import Subject
from obs.model.dashboard import Annotation, Dashboard
from obs.model.layout import placed
from obs.model.panel import Panel, Row
from obs.model.variable import ALL, Variable
from obs.review.change import Change, Meaning
from obs.review.differences.pairs import alike, pair
from obs.review.differences.panels import differences, same_text, text_of
from obs.review.wording import listed, quoted

Marks = dict[str, dict[str, str]]
Ids = Mapping[str, Mapping[str, int]]
"""Dashboard uid, to panel key, to panel id."""


def compare(before: Subject, after: Subject, marks: Marks) -> Iterator[Change]:
    """Dashboards are the same when their uid is, else their title. `marks` is filled in."""
    pairs = pair(
        before.dashboards, after.dashboards, [lambda one: one.uid or None, lambda one: one.title or None]
    )
    old_ids, new_ids = _ids(before), _ids(after)
    for old, new in pairs.both:
        if old is new and before.program is None and after.program is None:
            continue
        yield from _dashboard(old, new, old_ids.get(old.uid, {}), new_ids.get(new.uid, {}), marks)
    for gone in pairs.gone:
        marks[gone.uid] = {panel.key: "removed" for panel in gone.panels()}
        readers = _links_to(gone.uid, after)
        why = (
            f"{listed(readers)} still {'links' if len(readers) == 1 else 'link'} to it"
            if readers
            else "its links and bookmarks lead nowhere"
        )
        yield Change("dashboard", f"dashboard {gone.uid}", f"dashboard {quoted(gone.title)} removed", "breaking", why,
                     "dashboard", at=gone.origin, dashboard=gone.uid)  # fmt: skip
    for come in pairs.come:
        marks[come.uid] = {panel.key: "added" for panel in come.panels()}
        count = len(list(come.panels()))
        yield Change("dashboard", f"dashboard {come.uid}",
                     f"new dashboard {quoted(come.title)} with {count} panel{'' if count == 1 else 's'}", "behaviour",
                     field="dashboard", at=come.origin, dashboard=come.uid)  # fmt: skip


def _ids(subject: Subject) -> Ids:
    return subject.program.panel_ids if subject.program is not None else {}


def _links_to(uid: str, subject: Subject) -> list[str]:
    from obs.graph.dashboard_links import alert_destination, dashboard_links

    found = [link.title for link in dashboard_links(subject) if link.to.uid == uid]
    for alert in subject.alerts:
        led = alert_destination(alert)
        if led is not None and led[1].uid == uid:
            found.append(alert.title)
    return list(dict.fromkeys(found))


def _dashboard(
    old: Dashboard, new: Dashboard, old_ids: Mapping[str, int], new_ids: Mapping[str, int], marks: Marks
) -> Iterator[Change]:
    def change(meaning: Meaning, field: str) -> Change:
        return Change.of(meaning, "dashboard", f"dashboard {new.uid}", field, new.origin, new.uid)

    for field, meaning in _properties(old, new):
        yield change(meaning, field)
    yield from _variables(old, new)
    yield from _rows(old, new)
    yield from _panels(placed(old), placed(new), old_ids, new_ids, marks)


def _properties(old: Dashboard, new: Dashboard) -> Iterator[tuple[str, Meaning]]:
    if old.uid != new.uid:
        yield (
            "uid",
            Meaning(
                f"uid {old.uid} -> {new.uid}", "breaking", "links, bookmarks and alerts lead to the old one"
            ),
        )
    if old.title != new.title:
        yield "title", Meaning(f"renamed from {quoted(old.title)} to {quoted(new.title)}", "cosmetic")
    if old.description != new.description:
        yield "description", Meaning(f"description {_edited(old.description, new.description)}", "cosmetic", "",
                                     old.description, new.description)  # fmt: skip
    if old.refresh != new.refresh:
        yield "refresh", Meaning(f"refreshes every {new.refresh or 'never'} instead of {old.refresh or 'never'}"
                                 if new.refresh and old.refresh else
                                 f"refreshes every {new.refresh}" if new.refresh else "no longer refreshes by itself")  # fmt: skip
    if old.time != new.time:
        yield "time", Meaning(f"opens with {' to '.join(new.time)} instead of {' to '.join(old.time)}")
    if old.timezone != new.timezone:
        yield (
            "timezone",
            Meaning(f"time zone {old.timezone or 'default'} -> {new.timezone or 'default'}", "behaviour"),
        )
    gone, come = (
        [one for one in old.tags if one not in new.tags],
        [one for one in new.tags if one not in old.tags],
    )
    if gone:
        yield (
            "tags",
            Meaning(f"tag {listed(gone)} removed", "behaviour", "dashboard links by tag no longer list it"),
        )
    if come:
        yield "tags", Meaning(f"tag {listed(come)} added", "cosmetic")
    for name, what in (
        ("tooltip", "tooltip"),
        ("editable", "editable"),
        ("week_start", "first day of the week"),
    ):
        if getattr(old, name) != getattr(new, name):
            yield (
                name,
                Meaning(f"{what} {_plain(getattr(old, name))} -> {_plain(getattr(new, name))}", "cosmetic"),
            )
    yield from _links(old, new)
    yield from _annotations(old, new)
    if old.extra != new.extra:
        names = sorted(
            name for name in {*old.extra, *new.extra} if old.extra.get(name) != new.extra.get(name)
        )
        yield "extra", Meaning(f"{listed(names)} changed")


def _plain(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value) or "default"


def _edited(old: str, new: str) -> str:
    return "added" if not old else "removed" if not new else "reads differently"


def _links(old: Dashboard, new: Dashboard) -> Iterator[tuple[str, Meaning]]:
    before, after = ([(one.title, one.url, one.tags) for one in side.links] for side in (old, new))
    for title, url, tags in before:
        if (title, url, tags) not in after and not any(title == other[0] for other in after):
            yield "links", Meaning(f"link {quoted(title or url)} removed")
    for title, url, tags in after:
        if (title, url, tags) in before:
            continue
        twin = next((one for one in before if one[0] == title and one not in after), None)
        yield "links", Meaning(f"link {quoted(title or url)} {'leads elsewhere' if twin else 'added'}",
                               "behaviour" if twin else "cosmetic")  # fmt: skip


def _annotations(old: Dashboard, new: Dashboard) -> Iterator[tuple[str, Meaning]]:
    before, after = {one.name: one for one in old.annotations}, {one.name: one for one in new.annotations}
    for name in before.keys() - after.keys():
        yield "annotations", Meaning(f"annotation {quoted(name)} removed")
    for name, one in after.items():
        if name not in before:
            yield "annotations", Meaning(f"annotation {quoted(name)} added")
        elif not _same_annotation(before[name], one):
            yield "annotations", Meaning(f"annotation {quoted(name)} {_annotated(before[name], one)}")


def _same_annotation(old: Annotation, new: Annotation) -> bool:
    return old == new or (
        same_text(old.query, new.query) and replace(old, query="") == replace(new, query="")
    )


def _annotated(old: Annotation, new: Annotation) -> str:
    if not same_text(old.query, new.query) or old.extra != new.extra:
        return "marks something else"
    if old.enable != new.enable:
        return "is shown" if new.enable else "is no longer shown"
    return "changed"


def _variables(old: Dashboard, new: Dashboard) -> Iterator[Change]:
    before, after = ({one.name: one for one in side.variables} for side in (old, new))
    gone = [one for name, one in before.items() if name not in after]
    come = [one for name, one in after.items() if name not in before]
    for variable in list(gone):
        twin = next((one for one in come if _same_variable(variable, one)), None)
        if twin is not None:
            gone.remove(variable)
            come.remove(twin)
            why = _users(variable.name, new) or f"links with var-{variable.name} no longer set it"
            said = f"variable ${variable.name} renamed to ${twin.name}"
            yield _of_variable(new, twin, Meaning(said, "breaking", why))
    for variable in gone:
        why = _users(variable.name, new) or "links that set it have no effect"
        yield _of_variable(new, variable, Meaning(f"variable ${variable.name} removed", "breaking", why))
    for variable in come:
        yield _of_variable(new, variable, Meaning(f"variable ${variable.name} added"))
    for name, one in after.items():
        if name in before:
            for meaning in _variable(before[name], one):
                yield _of_variable(new, one, meaning)
    order = [name for name in after if name in before]
    if order != [name for name in before if name in after]:
        yield Change("variable", f"dashboard {new.uid}", "the variables stand in another order", "cosmetic",
                     field="variables", at=new.origin, dashboard=new.uid)  # fmt: skip


def _users(variable: str, dashboard: Dashboard) -> str:
    """Who asks for a variable that is not there."""
    pattern = re.compile(rf"\$(?:{re.escape(variable)}\b|\{{{re.escape(variable)}[:}}])")
    users = [
        quoted(panel.title or panel.key) for panel in dashboard.panels() if pattern.search(text_of(panel))
    ]
    return f"{listed(users)} still {'asks' if len(users) == 1 else 'ask'} for ${variable}" if users else ""


def _same_variable(one: Variable, other: Variable) -> bool:
    return (one.kind, one.values_of, one.series, one.query) == (
        other.kind,
        other.values_of,
        other.series,
        other.query,
    )


def _of_variable(dashboard: Dashboard, variable: Variable, meaning: Meaning) -> Change:
    title = f"dashboard {dashboard.uid} / variable {variable.name}"
    return Change.of(meaning, "variable", title, "variable", variable.origin, dashboard.uid)


def _variable(old: Variable, new: Variable) -> Iterator[Meaning]:
    name = f"${new.name}"
    if old.kind != new.kind:
        yield Meaning(f"{name} is a {new.kind} variable instead of a {old.kind} one")
    asks = (
        old.values_of == new.values_of
        and same_text(old.series, new.series)
        and same_text(old.query, new.query)
    )
    if not asks:
        yield Meaning(
            f"{name} offers other values", "behaviour", "", old.series or old.query, new.series or new.query
        )
    if old.regex != new.regex:
        said = f"filters its values by {quoted(new.regex)}" if new.regex else "no longer filters its values"
        yield Meaning(f"{name} {said}")
    if old.all_value != new.all_value:
        yield Meaning(
            f"{name}: All means {quoted(new.all_value or 'every value')} instead of {quoted(old.all_value or 'every value')}"
        )
    if old.current != new.current:
        was, now = (listed(_chosen(one) for one in side.current or (ALL,)) for side in (old, new))
        if was != now:
            yield Meaning(f"{name} opens with {now} instead of {was}")
    for field, yes, no in (
        ("multi", "several values can be chosen", "only one value can be chosen"),
        ("include_all", "All can be chosen", "All can no longer be chosen"),
    ):
        if getattr(old, field) != getattr(new, field):
            yield Meaning(f"{name}: {yes if getattr(new, field) else no}")
    for field, what in (("label", "label"), ("description", "description"), ("sort", "order"),
                        ("refresh", "refresh")):  # fmt: skip
        if getattr(old, field) != getattr(new, field):
            said = f"{_plain(getattr(old, field))} -> {_plain(getattr(new, field))}"
            yield Meaning(f"{name}: {what} {said}", "behaviour" if field == "refresh" else "cosmetic")
    if old.hide != new.hide:
        yield Meaning(f"{name} {_HIDDEN[new.hide]}", "cosmetic")


def _chosen(value: str) -> str:
    return "All" if value == ALL else value


_HIDDEN = {"": "is shown", "label": "is shown without its name", "variable": "is hidden"}


def _rows(old: Dashboard, new: Dashboard) -> Iterator[Change]:
    def named(side: Dashboard) -> list[Row]:
        return [row for row in side.rows if row.title is not None]

    pairs = pair(
        named(old), named(new), [lambda row: row.title or None, lambda row: row.key or None], _same_row
    )
    for row, was in ((row, "removed") for row in pairs.gone):
        yield Change("dashboard", f"dashboard {new.uid}", f"row {quoted(row.title or '')} {was}", "cosmetic",
                     field="rows", at=new.origin, dashboard=new.uid)  # fmt: skip
    for row in pairs.come:
        yield Change("dashboard", f"dashboard {new.uid}", f"row {quoted(row.title or '')} added", "cosmetic",
                     field="rows", at=row.origin or new.origin, dashboard=new.uid)  # fmt: skip
    for one, other in pairs.both:
        if one.title != other.title:
            yield Change("dashboard", f"dashboard {new.uid}", f"row {quoted(one.title or '')} renamed to {quoted(other.title or '')}",
                         "cosmetic", field="rows", at=other.origin, dashboard=new.uid)  # fmt: skip
        if one.collapsed != other.collapsed:
            said = "is collapsed" if other.collapsed else "is open"
            yield Change("dashboard", f"dashboard {new.uid}", f"row {quoted(other.title or '')} {said}", "behaviour",
                         "its panels ask nothing until it is opened" if other.collapsed else "", "rows",
                         at=other.origin, dashboard=new.uid)  # fmt: skip
        if one.repeat != other.repeat:
            yield Change("dashboard", f"dashboard {new.uid}", f"row {quoted(other.title or '')} repeats for ${other.repeat}"
                         if other.repeat else f"row {quoted(other.title or '')} no longer repeats", "behaviour",
                         field="rows", at=other.origin, dashboard=new.uid)  # fmt: skip


def _same_row(one: Row, other: Row) -> float:
    """How many of their panels are the same; rows without panels are alike only by name."""
    was, now = ({panel.key for panel in row.panels()} for row in (one, other))
    return len(was & now) / max(len(was | now), 1)


def _panels(
    old: Dashboard, new: Dashboard, old_ids: Mapping[str, int], new_ids: Mapping[str, int], marks: Marks
) -> Iterator[Change]:
    moved = dict(new.moved)
    pairs = pair(
        list(old.panels()),
        list(new.panels()),
        [
            lambda panel: panel.key if panel.named else None,
            lambda panel: (panel.title, panel.type, text_of(panel)) if panel.title else None,
            lambda panel: (panel.id, panel.type) if panel.id is not None else None,
            lambda panel: (panel.title, panel.type) if panel.title else None,
            lambda panel: panel.title or None,
            lambda panel: moved.get(panel.key, panel.key),
        ],
        _likeness,
    )
    seen = marks.setdefault(new.uid, {})
    for one, other in pairs.both:
        found = [*differences(one, other)]
        old_id, new_id = _id(one, old_ids), _id(other, new_ids)
        if old_id is not None and new_id is not None and old_id != new_id:
            found.append(
                (
                    "id",
                    Meaning(
                        f"panel id {old_id} -> {new_id}", "breaking", "links with viewPanel lead nowhere"
                    ),
                )
            )
        if found:
            only_moved = all(field == "grid" for field, _ in found)
            seen[other.key] = "moved" if only_moved else "changed"
            if one.key != other.key:
                seen[f"-{one.key}"] = seen[other.key]
        for field, meaning in found:
            yield _of_panel(new, other, field, meaning)
    for panel in pairs.gone:
        marks.setdefault(old.uid, {})
        seen[f"-{panel.key}"] = "removed"
        yield _of_panel(old, panel, "panel", Meaning(f"panel {quoted(panel.title or panel.key)} removed", "breaking",
                                                     "what it showed is shown nowhere on this dashboard",
                                                     text_of(panel), ""))  # fmt: skip
    for panel in pairs.come:
        seen[panel.key] = "added"
        yield _of_panel(new, panel, "panel", Meaning(f"new panel {quoted(panel.title or panel.key)} ({panel.type})",
                                                     "behaviour", "", "", text_of(panel)))  # fmt: skip
    if not seen:
        del marks[new.uid]


def _id(panel: Panel, ids: Mapping[str, int]) -> int | None:
    return ids.get(panel.key, panel.id)


def _of_panel(dashboard: Dashboard, panel: Panel, field: str, meaning: Meaning) -> Change:
    title = f"dashboard {dashboard.uid} / panel {panel.title or panel.key}"
    return Change.of(meaning, "panel", title, field, panel.origin, dashboard.uid, panel.key)


def _likeness(one: Panel, other: Panel) -> float:
    queries = alike(text_of(one), text_of(other)) if text_of(one) or text_of(other) else 0.0
    same_type = 0.1 if one.type == other.type else 0.0
    return 0.6 * queries + 0.3 * alike(one.title, other.title) + same_type
