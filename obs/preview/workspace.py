"""The project as it is on disk: read again after every save, while the last good state stays at hand."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from obs.diagnostic import Diagnostic, ObsError
from obs.record import dataclass, field

if TYPE_CHECKING:
    from obs.graph.subject import Subject
    from obs.graph.whole import Graph
    from obs.review.change import Review
    from obs.site.words import Words


class Project(Protocol):
    """What the command line gives: how this project is read, checked and compared."""

    @property
    def root(self) -> Path:
        """Its folder."""

    @property
    def words(self) -> Words:
        """How the story of an alert is told."""

    def files(self) -> Sequence[Path]:
        """What may change: definitions, settings, and what was read for them."""

    def load(self) -> Subject:
        """Raises ObsError."""

    def find(self, subject: Subject) -> Sequence[Diagnostic]:
        """What lint says."""

    def base(self) -> tuple[str, Subject]:
        """What changes are told against, and its name; raises ObsError."""


@dataclass(frozen=True)
class Snapshot:
    """One state. `subject` is the last that could be read, `errors` say why the files cannot be read now.

    `findings` is None until lint has run. `marks` says which panels the last save changed, by uid and key.
    """

    version: int = 0
    subject: Subject | None = None
    errors: tuple[Diagnostic, ...] = ()
    findings: tuple[Diagnostic, ...] | None = None
    marks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def graph(self) -> Graph | None:
        """Everything as one graph."""
        from obs.graph.whole import build

        return build(self.subject) if self.subject is not None else None


class Workspace:
    """The current snapshot, and those who wait for the next. Only one thread reads; any may ask."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._news = threading.Condition()
        self._current = Snapshot()
        self._base: tuple[str, Subject] | ObsError | None = None
        self._reviews: dict[int, Review] = {}
        self._comparing = threading.Lock()

    @property
    def current(self) -> Snapshot:
        """The newest."""
        return self._current

    def read(self) -> Snapshot:
        """Read the files; without lint, which takes longer."""
        before = self._current
        try:
            with _without_collecting():
                subject = self.project.load()
        except ObsError as error:
            return self._set(replace(before, version=before.version + 1, errors=error.diagnostics, marks={}))
        except Exception as error:  # the page says so and goes on; the next save may avoid it
            broken = Diagnostic("internal-error", f"a fault of obs: {type(error).__name__}: {error}")
            return self._set(replace(before, version=before.version + 1, errors=(broken,), marks={}))
        marks = _marks(before.subject, subject) if before.subject is not None else {}
        return self._set(Snapshot(before.version + 1, subject, marks=marks))

    def check(self) -> Snapshot:
        """Lint what was read last."""
        now = self._current
        if now.subject is None or now.errors or now.findings is not None:
            return now
        try:
            found = tuple(self.project.find(now.subject))
        except ObsError as error:
            found = error.diagnostics
        return self._set(replace(now, version=now.version + 1, findings=found, marks={}))

    def prepare(self) -> None:
        """Read the base, once; definitions are only ever loaded by the thread that watches."""
        if self._base is None:
            self._base = _attempt(self.project.base)

    def _set(self, snapshot: Snapshot) -> Snapshot:
        with self._news:
            self._current = snapshot
            self._news.notify_all()
        return snapshot

    def after(self, version: int, seconds: float) -> Snapshot | None:
        """The first newer snapshot; None when none comes in that time."""
        with self._news:
            self._news.wait_for(lambda: self._current.version > version, seconds)
            return self._current if self._current.version > version else None

    def review(self, snapshot: Snapshot) -> tuple[str, Review]:
        """What differs from the base, and its name; raises ObsError when that cannot be read."""
        from obs.review.comparison import compare

        with self._comparing:
            if self._base is None:
                raise ObsError([Diagnostic("base-not-read", "the base is not read yet")])
            if isinstance(self._base, ObsError):
                raise self._base
            name, base = self._base
            if snapshot.subject is None:
                raise ObsError(snapshot.errors)
            known = id(snapshot.subject)
            if known not in self._reviews:
                self._reviews = {known: compare(base, snapshot.subject)}
            return name, self._reviews[known]


def _attempt(read: Callable[[], tuple[str, Subject]]) -> tuple[str, Subject] | ObsError:
    try:
        return read()
    except ObsError as error:
        return error


def _marks(before: Subject, after: Subject) -> Mapping[str, Mapping[str, str]]:
    """What became of the panels of the dashboards that are not equal; comparing all by meaning takes longer."""
    from obs.graph.subject import Subject
    from obs.review.differences import dashboards

    old, new = ({one.uid: one for one in subject.dashboards} for subject in (before, after))
    same = {uid for uid, one in new.items() if old.get(uid) == one}
    marks: dict[str, dict[str, str]] = {}
    sides = [
        Subject(dashboards=tuple(one for uid, one in side.items() if uid not in same)) for side in (old, new)
    ]
    list(dashboards.compare(sides[0], sides[1], marks))
    return marks


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Python looks for garbage among a million new objects otherwise; the watcher does it when it is quiet."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
