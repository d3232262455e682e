"""A table renames, sorts by or formats a column that it does not have.

Grafana passes over it in silence: the column keeps its raw name, its unit and its place.

Flagged:
    panels:
      - type: table
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: sum by (job) (up), format: table, instant: true}]
        transformations: [{id: organize, options: {renameByName: {job: Job, Value: Up}}}]
        options: {sortBy: [{displayName: Jobs}]}

Instead:
    panels:
      - type: table
        datasource: {type: prometheus, uid: prometheus}
        targets: [{refId: A, expr: sum by (job) (up), format: table, instant: true}]
        transformations: [{id: organize, options: {renameByName: {job: Job, Value: Up}}}]
        options: {sortBy: [{displayName: Job}]}

Source: Grafana 11, transformations (merge, organize) and the table panel's fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from obs.checks.base import Finding, lint
from obs.graph.panel_query import PanelQuery, panel_title
from obs.graph.subject import Subject
from obs.model.dashboard import Dashboard
from obs.model.panel import Panel

_KNOWN = frozenset(("merge", "organize", "sortBy"))


@lint("warning")
def column_never_there(subject: Subject) -> Iterator[Finding]:
    """Tables over aggregated PromQL, whose columns are known, with no transformation that makes others."""
    queries: dict[int, list[PanelQuery]] = {}
    for one, _parts in subject.expressions:
        if isinstance(one, PanelQuery) and one.panel.type == "table":
            queries.setdefault(id(one.panel), []).append(one)
    for listed in queries.values():
        panel = listed[0].panel
        if len(listed) == len(panel.queries):
            yield from _of_table(listed[0].dashboard, panel, listed)


def _of_table(dashboard: Dashboard, panel: Panel, queries: list[PanelQuery]) -> Iterator[Finding]:
    kinds = {str(one.get("id")) for one in panel.transformations}
    labels = [_labels(one) for one in queries]
    if kinds - _KNOWN or any(found is None for found in labels):
        return
    made = {"Time", "Value"} if len(queries) == 1 else {"Time"}
    made |= {f"Value #{one.target.ref_id}" for one in queries}
    made |= {label for found in labels for label in found or ()}
    renamed = _renamed(panel)
    shown = (made - renamed.keys()) | set(renamed.values())
    for what, names, known in (
        ("renames", renamed, made),
        ("sorts by", _sorted_by(panel), shown),
        ("formats", _formatted(panel), shown | made),
    ):
        for name in names:
            if name not in known:
                yield Finding(
                    f"table {panel.title or panel.key} {what} {name!r}, a column that it does not have",
                    panel.origin,
                    why=f"its columns are {', '.join(sorted(known))}",
                    fix="name one of them",
                    object=panel_title(dashboard, panel),
                )


def _labels(query: PanelQuery) -> set[str] | None:
    """The labels of the result; None where they are not known, or a variable decides."""
    if query.flow is None or "$" in "".join(label for branch in query.flow.live for label in branch.labels):
        return None
    found: set[str] = set()
    for branch in query.flow.live:
        if branch.closed is None:
            return None
        found |= {label for label in branch.labels if branch.state(label) != "excluded"}
    return found


def _renamed(panel: Panel) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for one in panel.transformations:
        options = one.get("options")
        if one.get("id") == "organize" and isinstance(options, Mapping):
            names = options.get("renameByName")
            found |= (
                {str(old): str(new) for old, new in names.items() if new}
                if isinstance(names, Mapping)
                else {}
            )
    return found


def _sorted_by(panel: Panel) -> Iterable[str]:
    listed = panel.options.get("sortBy")
    entries = listed if isinstance(listed, list) else []
    return [str(one["displayName"]) for one in entries if isinstance(one, Mapping) and one.get("displayName")]


def _formatted(panel: Panel) -> Iterable[str]:
    return [
        str(one.matches) for one in panel.overrides if one.matcher == "byName" and "$" not in str(one.matches)
    ]
