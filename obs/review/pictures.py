"""Before and after of each changed dashboard, the changed panels framed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from obs.graph.subject import Subject
from obs.model.dashboard import Dashboard
from obs.model.panel import Panel
from obs.review.change import Review

if TYPE_CHECKING:
    from obs.draw.data import Data

MOST_PICTURES = 40
"""Dashboards that are drawn; the others are named."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A dashboard on both sides; None where it does not exist. `marks` frames panels by key."""

    uid: str
    title: str
    before: Dashboard | None
    after: Dashboard | None
    marks: Mapping[str, str]

    def drawn(self, side: str, theme: str) -> str:
        """The SVG of a side, empty where the dashboard is not there."""
        from obs.draw import draw

        dashboard = self.before if side == "before" else self.after
        if dashboard is None:
            return ""
        return draw(dashboard, theme=theme, marks=self.seen(side), data=self._data(side))

    def _data(self, side: str) -> Callable[[Panel], Data] | None:
        """Both sides measure the same: samples follow the limits of a panel, and here those of the old one."""
        from obs.draw.sample.panel import sample

        if side == "before" or self.before is None or self.after is None:
            return None
        known = {panel.key: panel for panel in self.before.panels()}
        dashboard = self.after

        def data(panel: Panel) -> Data:
            old = known.get(panel.key)
            if old is not None and old.unit == panel.unit:
                field = replace(panel.field, thresholds=old.field.thresholds)
                panel = replace(panel, field=field, overrides=old.overrides, key=panel.key, named=panel.named)
            return sample(panel, dashboard)

        return data

    def seen(self, side: str) -> Mapping[str, str]:
        """The marks of a side, by panel key; what was removed is marked where it was."""
        if self.before is None or self.after is None:
            return self.marks
        here = {key: mark for key, mark in self.marks.items() if not key.startswith("-")}
        if side == "after":
            return here
        kept = {panel.key for panel in self.after.panels()}
        stayed = {key: mark for key, mark in here.items() if mark in ("changed", "moved") and key in kept}
        return stayed | {key[1:]: mark for key, mark in self.marks.items() if key.startswith("-")}

    def together(self, theme: str) -> str:
        """Before and after side by side in one SVG, or the only side that there is."""
        from obs.draw.side_by_side import side_by_side

        sides = [self.drawn(side, theme) for side in ("before", "after")]
        return side_by_side([("before", sides[0]), ("after", sides[1])], theme)


def file_name(uid: str) -> str:
    """Of a dashboard's picture, for any file system: other characters become `-`."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", uid).strip(".-")[:80] or "dashboard"


def pairs(review: Review, before: Subject, after: Subject) -> Iterator[Pair]:
    """The dashboards of which anything changed, by uid."""
    old, new = ({one.uid: one for one in side.dashboards} for side in (before, after))
    named = {change.dashboard for change in review.changes if change.dashboard}
    for uid in sorted(named):
        one, other = old.get(uid), new.get(uid)
        shown = other or one
        if shown is not None:
            yield Pair(uid, shown.title, one, other, review.marks.get(uid, {}))
