"""Before and after of each changed dashboard, the changed panels framed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from obs.graph.subject import Subject
from obs.model.dashboard import Dashboard
from obs.review.change import Review


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
        gone = {key[1:]: mark for key, mark in self.marks.items() if key.startswith("-")}
        here = {key: mark for key, mark in self.marks.items() if not key.startswith("-")}
        if side == "before":
            kept = {panel.key for panel in self.after.panels()} if self.after is not None else set()
            here = {key: mark for key, mark in here.items() if mark in ("changed", "moved") and key in kept}
            return draw(
                dashboard, theme=theme, marks=here | gone if self.after is not None else dict(self.marks)
            )
        return draw(dashboard, theme=theme, marks=here)


def pairs(review: Review, before: Subject, after: Subject) -> Iterator[Pair]:
    """The dashboards of which anything changed, by uid."""
    old, new = ({one.uid: one for one in side.dashboards} for side in (before, after))
    named = {change.dashboard for change in review.changes if change.dashboard}
    for uid in sorted(named):
        one, other = old.get(uid), new.get(uid)
        shown = other or one
        if shown is not None:
            yield Pair(uid, shown.title, one, other, review.marks.get(uid, {}))
