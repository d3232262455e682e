"""What the page asks for, by name; every answer is a JSON document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from obs.diagnostic import Diagnostic
from obs.model.dashboard import Dashboard
from obs.preview import panel_page
from obs.preview.board import Source, board
from obs.preview.view import View
from obs.preview.workspace import Snapshot, Workspace
from obs.report.text import render, where

Query = Mapping[str, Sequence[str]]
Page = Callable[[Query], object]


class Pages:
    """`source` is where the dashboards' data comes from."""

    def __init__(self, workspace: Workspace, source: Source) -> None:
        self.workspace = workspace
        self.source = source
        self._pages: dict[str, Page] = {
            "board": self.board,
            "panel": self.panel,
            "fragment": self.fragment,
        }

    def named(self, name: str) -> Page | None:
        """None where there is no such page."""
        return self._pages.get(name)

    def state(self, snapshot: Snapshot) -> Mapping[str, object]:
        """What every open page is told when something changes."""
        root = self.workspace.project.root
        boards = snapshot.subject.dashboards if snapshot.subject is not None else ()
        return {
            "version": snapshot.version,
            "project": root.name,
            "live": self.source.live,
            "boards": [{"uid": one.uid, "title": one.title} for one in boards],
            "marks": snapshot.marks,
            "errors": [told(one, root) for one in snapshot.errors],
            "findings": None if snapshot.findings is None else [told(one, root) for one in snapshot.findings],
        }

    def _dashboard(self, query: Query) -> Dashboard | None:
        subject = self.workspace.current.subject
        uid = query.get("uid", [""])[0]
        return next((one for one in subject.dashboards if one.uid == uid), None) if subject else None

    def board(self, query: Query) -> object:
        """A dashboard, drawn."""
        found = self._dashboard(query)
        return board(found, View.asked(query), self.source) if found is not None else None

    def panel(self, query: Query) -> object:
        """Everything about one panel."""
        found = self._dashboard(query)
        key = query.get("key", [""])[0]
        panel = next((one for one in found.panels() if one.key == key), None) if found else None
        if found is None or panel is None:
            return None
        return panel_page.details(self.workspace, self.workspace.current, found, panel)

    def fragment(self, query: Query) -> object:
        """A page that is no dashboard, as HTML."""
        from obs.preview.fragments import fragment

        now = self.workspace.current
        name = query.get("name", [""])[0]
        html = fragment(self.workspace.project, now, name, query.get("node", [""])[0])
        return {"html": html} if html is not None else None


def told(found: Diagnostic, root: Path) -> Mapping[str, object]:
    """A finding for the page, with the text that a terminal would show."""
    panel = found.object.partition(" / ")
    return {
        "check": found.check,
        "severity": found.severity,
        "problem": found.problem,
        "at": where(found.at, root) if found.at is not None else "",
        "object": found.object,
        "board": panel[0].removeprefix("dashboard ") if found.object.startswith("dashboard ") else "",
        "panel": panel[2],
        "text": render([found], root),
    }
